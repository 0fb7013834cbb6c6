"""What documents are found by, made anew from them."""

from pydatalab.models.progress import Progress
from pydatalab.store.kinds import Kind
from pydatalab.store.mongo.connection import SENT_AT_ONCE, Mongo
from pydatalab.store.mongo.documents import WRITE, restored, stored


def reindex(database: Mongo, kind: Kind, progress: Progress) -> int:
    """Write anew what is kept beside the documents of a kind, where it is wrong; how many it was.

    One that somebody writes meanwhile is left to them.
    """
    documents = database[kind.name]
    total, differed = documents.estimated_document_count(), 0
    for number, found in enumerate(documents.find(batch_size=SENT_AT_ONCE)):
        progress.tell(f"Indexing {kind.name}", number, total)
        right = stored(kind, restored(found))
        if {**right, WRITE: None} != {**found, WRITE: None}:
            was = {"_id": found["_id"], WRITE: found.get(WRITE)}
            differed += documents.replace_one(was, right).modified_count
    return differed
