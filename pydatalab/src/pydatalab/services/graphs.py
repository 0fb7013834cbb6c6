"""The provenance graph of the whole lab, or of a collection."""

from typing import Any

from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import access, collections, memberships, relationships
from pydatalab.store.query import Condition, Document, Every, Is, OneOf, Order, Query

MOST_NODES = 5_000
"""Beyond this, the items changed last stand for all."""


def whole_graph(
    lab: Lab, who: Person, *, collection: str | None = None, types: tuple[str, ...] = ()
) -> dict[str, Any]:
    """All items that ``who`` may see and their links, as far as a graph can be looked at.

    Raises:
        NotFound: there is no such collection.
    """
    items = {one["refcode"]: one for one in graph_items(lab, who, collection, types)}
    nodes = [relationships.node(one) for one in items.values()]
    return {"nodes": nodes, "edges": relationships.edges(items)}


def graph_items(
    lab: Lab, who: Person, collection: str | None, types: tuple[str, ...]
) -> list[Document]:
    """The items of a graph, those changed last first."""
    conditions: list[Condition] = [OneOf("type", types)] if types else []
    if collection:
        found = collections.get_collection(lab, who, collection)
        conditions.append(Is("derived.collections", found["immutable_id"]))
    query = Query(
        Every(tuple(conditions)),
        Order("last_modified", descending=True),
        limit=MOST_NODES,
        fields=relationships.LINKED_FIELDS,
    )
    return lab.store.items.find(query, scope=access.reading(who)).documents


def memberships_of(lab: Lab, who: Person, documents: list[Document]) -> list[tuple[Document, str]]:
    """Each collection that ``who`` sees of these items, with the ``item_id`` that is in it."""
    ids = {one for document in documents for one in document["derived"]["collections"]}
    seen = {one["immutable_id"]: one for one in memberships.named(lab, who, sorted(ids))}
    return [
        (seen[one], document["item_id"])
        for document in documents
        for one in document["derived"]["collections"]
        if one in seen
    ]
