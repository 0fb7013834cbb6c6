"""What was made from what: constituents kept true to the items they name, and the links between."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydatalab.lab import Lab
from pydatalab.models.items import CONSTITUENT_FIELDS
from pydatalab.models.people import Person
from pydatalab.services import access
from pydatalab.store.query import Document, Is, OneOf, Query, Scope, Some

LINKED_FIELDS = (
    "type", "refcode", "item_id", "name", "chemform", "characteristic_chemical_formula", "status",
    "derived", "blocks_obj", "display_order", *CONSTITUENT_FIELDS,
)  # fmt: skip

RELATIONS = {"made_from": "parent", "part_of": "is_part_of"}
"""What the other item is called in stored relationships, as existing databases have them."""

MOST_LINKS = 1_000


def with_true_constituents(
    lab: Lab, who: Person, item: Document, before: Iterable[Document] = ()
) -> Document:
    """The item with each constituent that ``who`` adds named as the item it refers to.

    Those that stand in ``before`` keep the words they were stored with: whoever put them there may
    see less than ``who``, and is not to learn a name by the next save of somebody else.
    """
    stored = {_key(ref): ref for one in before for ref in _references(one)}
    new = [ref for ref in _references(item) if _key(ref) not in stored]
    found = _named(lab, access.reading(who), new) if new else {}
    by_id = {ref["item_id"]: ref for ref in stored.values() if ref.get("item_id")}

    def true(ref: dict[str, Any]) -> dict[str, Any]:
        key = _key(ref)
        if key in stored:
            return stored[key]
        return _renamed(ref, found[key]) if key in found else by_id.get(key, ref)

    return _with_references(item, true)


def with_fresh_names(lab: Lab, who: Person, item: Document) -> Document:
    """The item as ``who`` reads it: each constituent is named as it is called now.

    What ``who`` may not see, or is not there, keeps the words it was stored with.
    """
    linked = [ref for ref in _references(item) if ref.get("refcode")]
    found = _named(lab, access.reading(who), linked) if linked else {}

    def fresh(ref: dict[str, Any]) -> dict[str, Any]:
        known = found.get(ref.get("refcode") or "")
        return _renamed(ref, known) if known else ref

    return _with_references(item, fresh)


def _key(ref: Mapping[str, Any]) -> str:
    """What a reference is known by; empty for a substance that is no item."""
    return ref.get("refcode") or ref.get("item_id") or ""


def _references(item: Document) -> list[dict[str, Any]]:
    parts = [part["item"] for name in CONSTITUENT_FIELDS for part in item.get(name) or []]
    return [ref for ref in parts if _key(ref)]


def _with_references(
    item: Document, changed: Callable[[dict[str, Any]], dict[str, Any]]
) -> Document:
    """The item with each reference to another one changed."""

    def part(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "item": changed(one["item"])} if _key(one["item"]) else one

    return item | {
        name: [part(one) for one in item[name]] for name in CONSTITUENT_FIELDS if item.get(name)
    }


NAMES = ("type", "refcode", "item_id", "name", "chemform")
"""What a reference says of the item that it names."""


def _named(lab: Lab, scope: Scope, refs: list[dict[str, Any]]) -> dict[str, Document]:
    """Items by refcode and by id."""
    refcodes = tuple({ref["refcode"] for ref in refs if ref.get("refcode")})
    item_ids = tuple({ref["item_id"] for ref in refs if not ref.get("refcode")})
    where = Some((OneOf("refcode", refcodes), OneOf("derived.live_id", item_ids)))
    query = Query(where, limit=len(refcodes) + len(item_ids), fields=NAMES)
    found = lab.store.items.find(query, scope=scope).documents
    return {one[name]: one for name in ("item_id", "refcode") for one in found}


def _renamed(ref: dict[str, Any], item: Document) -> dict[str, Any]:
    return {**ref, **{name: item.get(name) for name in NAMES}}


def stored_relationships(item: Document) -> list[dict[str, Any]]:
    """Links in the form that existing databases have: those that people made by hand are kept, those
    that follow from constituents are made anew."""
    derived = set(RELATIONS.values())
    kept = [
        link
        for link in item.get("relationships") or []
        if link.get("relation") not in derived or link.get("description") != _BY_CONSTITUENT
    ]
    made = [
        {
            "relation": RELATIONS[kind],
            "type": part["item"].get("type"),
            "item_id": part["item"].get("item_id"),
            "refcode": part["item"].get("refcode"),
            "description": _BY_CONSTITUENT,
        }
        for name, kind in CONSTITUENT_FIELDS.items()
        for part in item.get(name) or []
        if part["item"].get("refcode")
    ]
    unique = {(link["relation"], link["refcode"]): link for link in made}
    return kept + list(unique.values())


_BY_CONSTITUENT = "Is a constituent of"


def made_from(lab: Lab, who: Person, item: Document) -> list[dict[str, Any]]:
    """What an item was made from: its constituents that ``who`` may see, with how much of each."""
    wanted = (*item["derived"]["made_from"], *item["derived"]["part_of"], *_by_hand(item, "parent"))
    items = {one["refcode"]: one for one in _linked(lab, who, OneOf("refcode", wanted))}
    amounts = {
        part["item"].get("refcode"): {"quantity": part.get("quantity"), "unit": part.get("unit")}
        for name in CONSTITUENT_FIELDS
        for part in item.get(name) or []
    }
    return [
        _link(items[code], "made_from" if code in item["derived"]["made_from"] else "part_of")
        | amounts.get(code, {})
        for code in dict.fromkeys(wanted)
        if code in items
    ]


def made_into(lab: Lab, who: Person, item: Document) -> list[dict[str, Any]]:
    """What was made from an item, as far as ``who`` may see it."""
    code = item["refcode"]
    where = Some(
        (
            Is("derived.made_from", code),
            Is("derived.part_of", code),
            OneOf("refcode", tuple(_by_hand(item, "child"))),
        )
    )
    return [
        _link(one, "part_of" if code in one["derived"]["part_of"] else "made_from")
        for one in _linked(lab, who, where)
    ]


def _by_hand(item: Document, relation: str) -> list[str]:
    links = item.get("relationships") or []
    return [
        link["refcode"]
        for link in links
        if link.get("relation") == relation and link.get("refcode")
    ]


def _linked(lab: Lab, who: Person, where: OneOf | Some) -> list[Document]:
    query = Query(where, limit=MOST_LINKS, fields=LINKED_FIELDS)
    return lab.store.items.find(query, scope=access.reading(who)).documents


def _link(item: Document, relation: str) -> dict[str, Any]:
    return node(item) | {"relation": relation}


def node(item: Document) -> dict[str, Any]:
    """An item as a graph shows it."""
    formula = item.get("chemform") or item.get("characteristic_chemical_formula")
    names = ("refcode", "item_id", "type", "name", "status")
    return {name: item.get(name) for name in names} | {"chemform": formula}


def graph(lab: Lab, who: Person, start: Iterable[Document], depth: int) -> dict[str, Any]:
    """Items around some others, as far as ``depth`` links away, and the links among them.

    Edges run from what was used to what was made. Both ends of each are visible to ``who``.
    """
    found = around(lab, who, start, depth)
    return {"nodes": [node(one) for one in found.values()], "edges": edges(found)}


def around(lab: Lab, who: Person, start: Iterable[Document], depth: int) -> dict[str, Document]:
    """Items as far as ``depth`` links from some others, by refcode; these first."""
    found = {one["refcode"]: one for one in start}
    rim = dict(found)
    for _ in range(depth):
        neighbours = _neighbours(lab, who, rim.values())
        rim = {one["refcode"]: one for one in neighbours if one["refcode"] not in found}
        found |= rim
        if not rim or len(found) > MOST_LINKS:
            break
    return found


def _neighbours(lab: Lab, who: Person, items: Iterable[Document]) -> list[Document]:
    listed = list(items)
    codes = tuple(one["refcode"] for one in listed)
    used = tuple(
        {
            code
            for one in listed
            for code in (*one["derived"]["made_from"], *one["derived"]["part_of"])
        }
    )
    where = Some(
        (
            OneOf("refcode", used),
            OneOf("derived.made_from", codes),
            OneOf("derived.part_of", codes),
        )
    )
    return _linked(lab, who, where)


def edges(items: Mapping[str, Document]) -> list[dict[str, str]]:
    """Links among these items, given by refcode."""
    return [
        {"source": used, "target": code, "relation": relation}
        for code, item in items.items()
        for relation in ("made_from", "part_of")
        for used in item["derived"][relation]
        if used in items
    ]
