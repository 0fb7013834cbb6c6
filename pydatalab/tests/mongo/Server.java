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
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/** A server that speaks MongoDB's protocol: {@code Server HOST PORT [FILE]}; without a file it forgets. */
public class Server {
    private static final Set<String> WRITES =
            Set.of("insert", "update", "delete", "findandmodify", "createindexes", "drop", "renamecollection");

    /** The library looks for a document and then changes it, and sends documents that change meanwhile; MongoDB does not. */
    private static final ReadWriteLock TURNS = new ReentrantReadWriteLock();

    private static boolean isWrite(MongoMessage message) {
        String command = message.getDocument().keySet().iterator().next();
        return WRITES.contains(command.toLowerCase(Locale.ROOT));
    }

    private static Document inTurn(MongoMessage message, Function<MongoMessage, Document> handle) {
        Lock turn = isWrite(message) ? TURNS.writeLock() : TURNS.readLock();
        turn.lock();
        try {
            return handle.apply(message).cloneDeeply();
        } finally {
            turn.unlock();
        }
    }

    private static final class InMemory extends MemoryBackend {
        @Override
        public Document handleMessage(MongoMessage message) {
            return inTurn(message, super::handleMessage);
        }
    }

    /** Answers a write when its file has it, as a journal does. */
    private static final class OnDisk extends H2Backend {
        OnDisk(String file) {
            super(file);
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            Document answer = inTurn(message, super::handleMessage);
            if (isWrite(message)) {
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
                arguments.length > 2 ? new OnDisk(arguments[2]) : new InMemory();
        backend.version(RECENT);
        new MongoServer(backend).bind(arguments[0], Integer.parseInt(arguments[1]));
        Thread.currentThread().join();
    }
}
