import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A server that speaks MongoDB's protocol: {@code Server HOST PORT [FILE]}; without a file it forgets. */
public class Server {
    private static final Set<String> WRITES =
            Set.of("insert", "update", "delete", "findandmodify", "createindexes", "drop", "renamecollection");

    /** Answers a write when its file has it, as a journal does. */
    private static final class OnDisk extends H2Backend {
        OnDisk(String file) {
            super(file);
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            Document answer = super.handleMessage(message);
            String command = message.getDocument().keySet().iterator().next();
            if (WRITES.contains(command.toLowerCase(Locale.ROOT))) {
                commit();
            }
            return answer;
        }
    }

    /** The library says that it is older than what current clients talk to. */
    private static final MongoVersion RECENT = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 13;
        }
    };

    public static void main(String[] arguments) throws InterruptedException {
        AbstractMongoBackend backend =
                arguments.length > 2 ? new OnDisk(arguments[2]) : new MemoryBackend();
        backend.version(RECENT);
        new MongoServer(backend).bind(arguments[0], Integer.parseInt(arguments[1]));
        Thread.currentThread().join();
    }
}
