"""Pages of documents that are all in memory."""

from pydatalab.store.cursors import cursor_at, place_at, place_of, rank
from pydatalab.store.query import Document, Page, Query


def page_of(documents: list[Document], query: Query) -> Page:
    """The page that a query asks for, of all documents that meet its condition."""
    field, down = query.order.field, query.order.descending
    total = len(documents)
    documents.sort(key=lambda document: rank(place_of(document, field)), reverse=down)
    if query.after is not None:
        last = rank(place_at(query.after))
        documents = [
            document
            for document in documents
            if (
                rank(place_of(document, field)) < last
                if down
                else rank(place_of(document, field)) > last
            )
        ]
    shown = documents[: query.limit]
    more = len(documents) > len(shown) > 0
    return Page(
        documents=[projected(document, query.fields) for document in shown],
        next_cursor=cursor_at(place_of(shown[-1], field)) if more else None,
        total=min(total, query.count_to) if query.count_to else None,
        exact=not query.count_to or total <= query.count_to,
    )


def projected(document: Document, fields: tuple[str, ...] | None) -> Document:
    """The document with these fields alone, and its ``immutable_id``."""
    if fields is None:
        return document
    return {name: document[name] for name in ("immutable_id", *fields) if name in document}
