"""What the documents of an existing database name, and what of that is not there.

Nothing is changed: an item whose maker has gone stays theirs. It is said, so that somebody looks.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydatalab.models.existing_shapes import Document, id_of

EVERYBODY = "0" * 24
"""Stands among the owners of what everybody may see, and is nobody."""

_NOUNS = {"users": "people"}
"""What documents of a kind are called, where that is another word."""

_OWNERS = {"creator_ids": "users", "group_ids": "groups"}

_NAMED: Mapping[str, Mapping[str, str]] = {
    "items": _OWNERS | {"file_ObjectIds": "files"},
    "collections": _OWNERS,
    "users": {"groups": "groups", "managers": "users"},
    "roles": {"immutable_id": "users"},
    "groups": {"managers": "users"},
    "api_keys": {"user": "users", "refcode": "items"},
    "item_versions": {"refcode": "items"},
}
"""Fields of documents of a kind, and the kind of what they name."""


@dataclass
class References:
    """Documents that pass by, and those that they name."""

    _there: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _named: dict[tuple[str, str, str], dict[str, str]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def take(self, kind: str, document: Document) -> None:
        """Remember a document, and what it names."""
        own = document["refcode"] if kind == "items" else document["immutable_id"]
        self._there[kind].add(own)
        for name, of in _NAMED.get(kind, {}).items():
            self._name(kind, name, of, document, document.get(name))
        if kind == "items":
            links = (one for one in document["relationships"] if one.get("type") == "collections")
            found = [one["immutable_id"] for one in links]
            self._name(kind, "relationships", "collections", document, found)

    def missing(self) -> Iterator[tuple[list[str], str]]:
        """What documents name that is not there: these documents, and a sentence on them."""
        for (_, name, of), found in self._named.items():
            those = (by for one, by in found.items() if one not in self._there[of])
            if by := list(dict.fromkeys(those)):
                yield by, f"{_NOUNS.get(of, of)} named in {name} are not there."

    def _name(self, kind: str, name: str, of: str, by: Document, value: object) -> None:
        ones = value if isinstance(value, list) else [value] if value else []
        for one in map(id_of, ones):
            if one != EVERYBODY:
                self._named[kind, name, of].setdefault(one, called(kind, by))


def called(kind: str, document: Document) -> str:
    """What people know a document by."""
    names = {
        "items": "refcode",
        "collections": "collection_id",
        "item_versions": "refcode",
        "groups": "group_id",
        "users": "display_name",
    }
    return str(document.get(names.get(kind, "name")) or document["immutable_id"])
