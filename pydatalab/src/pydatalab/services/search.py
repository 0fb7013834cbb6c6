"""Finding anything by words: items, collections and files."""

from typing import Any

from pydatalab.lab import Lab
from pydatalab.models.folding import folded
from pydatalab.models.people import Person
from pydatalab.services import access, files, presentation
from pydatalab.store.query import (
    Condition,
    Document,
    Every,
    Matches,
    Mentions,
    OneOf,
    Order,
    Query,
    Some,
    valid_pattern,
)

CANDIDATES = 200
"""How many matches, newest first, are put into order of relevance."""


def search_items(
    lab: Lab, who: Person, words: str, *, types: tuple[str, ...] = (), limit: int = 20
) -> list[Document]:
    """Items that mention all of these words, best first: exact ids, then names, then the rest."""
    narrowed: Condition = OneOf("type", types) if types else Every()
    query = Query(
        Every((Mentions(words), narrowed)),
        Order("last_modified", descending=True),
        limit=max(limit, CANDIDATES),
        fields=presentation.READ_FOR_ROWS,
    )
    found = lab.store.items.find(query, scope=access.reading(who)).documents
    return sorted(found, key=lambda item: _distance(item, folded(words.strip())))[:limit]


def search_as_clients_do(
    lab: Lab, who: Person, words: str, *, types: tuple[str, ...], limit: int
) -> list[Document]:
    """As existing clients search: ``#`` or ``re:`` makes it a regular expression, ``%`` any word.

    Raises:
        Invalid: the regular expression is none.
    """
    for mark in ("#", "re:"):
        if words.startswith(mark):
            pattern = words.removeprefix(mark)
            valid_pattern(pattern)
            return _matching(lab, who, Matches(pattern), types, limit)
    if words.startswith("%"):
        any_word = Some(tuple(Mentions(word) for word in words[1:].split()))
        return _matching(lab, who, any_word, types, limit)
    return search_items(lab, who, words, types=types, limit=limit)


def _matching(
    lab: Lab, who: Person, condition: Condition, types: tuple[str, ...], limit: int
) -> list[Document]:
    narrowed: Condition = OneOf("type", types) if types else Every()
    order = Order("last_modified", descending=True)
    query = Query(Every((condition, narrowed)), order, limit=limit)
    return lab.store.items.find(query, scope=access.reading(who)).documents


def _distance(item: Document, words: str) -> int:
    """How far a match is from what was asked; equal ones keep their order."""
    names = [item["derived"]["item_id"], folded(item["refcode"]), item["derived"]["name"]]
    if words in names or words in folded(item["refcode"]).partition(":")[2:]:
        return 0
    if any(name.startswith(words) for name in names):
        return 1
    if any(words in name for name in names):
        return 2
    return 3


def search_collections(lab: Lab, who: Person, words: str, *, limit: int = 20) -> list[Document]:
    """Collections that mention all of these words, newest first."""
    query = Query(Mentions(words), Order("last_modified", descending=True), limit=limit)
    return lab.store.collections.find(query, scope=access.reading_collections(who)).documents


def search_everything(lab: Lab, who: Person, words: str, *, limit: int = 20) -> dict[str, Any]:
    """Items, collections and files that mention all of these words."""
    if not words.strip():
        return {"items": [], "collections": [], "files": []}
    items = search_items(lab, who, words, limit=limit)
    found = search_collections(lab, who, words, limit=limit)
    return {
        "items": presentation.rows(lab, who, items),
        "collections": [presentation.collection_reference(one) for one in found],
        "files": search_files(lab, who, words, limit=limit),
    }


def search_files(lab: Lab, who: Person, words: str, *, limit: int) -> list[dict[str, Any]]:
    """Files whose names have all of these words, with the item that holds each."""
    query = Query(
        Mentions(words),
        Order("last_modified", descending=True),
        limit=CANDIDATES,
        fields=("refcode", "item_id", "type", "name", "file_ObjectIds"),
    )
    parts = folded(words).split()
    held = lab.store.items.find(query, scope=access.reading(who)).documents
    named: list[dict[str, Any]] = []
    for item in held:
        for file in files.files_of(lab, item) if item["file_ObjectIds"] else []:
            name = file.get("original_name") or file["name"]
            if all(part in folded(name) for part in parts):
                named.append({"file_id": file["immutable_id"], "name": name, "item": _holder(item)})
        if len(named) >= limit:
            break
    return named[:limit]


def _holder(item: Document) -> dict[str, Any]:
    return {name: item.get(name) for name in ("refcode", "item_id", "type", "name")}
