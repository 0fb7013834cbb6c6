"""Pages of documents that are all in memory."""

from operator import gt, itemgetter, lt

from pydatalab.store.cursors import cursor_at, place_at, place_of, rank
from pydatalab.store.query import Document, Page, Query


def page_of(documents: list[Document], query: Query) -> Page:
    """The page that a query asks for, of all documents that meet its condition."""
    field, down = query.order.field, query.order.descending
    places = [(rank(place_of(document, field)), document) for document in documents]
    places.sort(key=itemgetter(0), reverse=down)
    if query.after is not None:
        is_behind, last = lt if down else gt, rank(place_at(query.after))
        places = [(place, document) for place, document in places if is_behind(place, last)]
    shown = [document for _, document in places[: query.limit]]
    more = len(places) > len(shown) > 0
    total = len(documents)
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
