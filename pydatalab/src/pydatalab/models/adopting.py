"""A whole database of the datalab before this one, as documents of this one.

``existing`` maps each document on its own; here is what needs several: the names of an item's files,
the number of its newest version, and what no two documents may share.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from pydatalab.models import existing
from pydatalab.models.existing_shapes import PUT_ASIDE, Document, number_of
from pydatalab.models.references import References, called

LONGEST_NAME = 100
"""Letters of what two documents share that a note shows as it is; hashes of keys are longer."""


class Bytes(Protocol):
    """Bytes that the file store has."""

    @property
    def sha256(self) -> str: ...
    @property
    def md5(self) -> str: ...
    @property
    def size(self) -> int: ...


class Existing(Protocol):
    """What there is to adopt."""

    def documents(self, collection: str) -> Iterator[Mapping[str, Any]]:
        """All of a collection; may be asked again, and gives the same in the same order."""

    def ours(self, raw: Mapping[str, Any]) -> Document | None:
        """The document that it is already, if it was adopted before."""

    def bytes_of(self, raw: Mapping[str, Any]) -> tuple[Bytes | None, Mapping[str, Bytes]]:
        """The bytes that a file's record speaks of, and others that lie beside them, by name."""


Masses = Callable[[Document], Mapping[str, float]]

KINDS = (
    "items",
    "collections",
    "files",
    "item_versions",
    "users",
    "roles",
    "groups",
    "api_keys",
)
"""Collections that are adopted, in that order; the kinds of documents have the same names."""

LACKING: Mapping[str, Mapping[str, str]] = {
    "items": {
        "refcode": "and have one now",
        "item_id": "and have one now",
        "type": "and count as samples",
    },
    "collections": {"collection_id": "and have one now"},
    "api_keys": {"hash": "and open nothing"},
}
"""Fields that documents of a kind need, and what becomes of those that lack one."""

ALWAYS_ASIDE = {"files": {"location"}}
"""Fields that are put aside in any case."""

MOST_NAMED = 5
"""Things of a kind that a note names."""


class Adoption:
    """Maps all documents; what it met that somebody should look at stands in ``notes``."""

    def __init__(self, source: Existing, prefix: str, masses: Masses) -> None:
        """Prepare it.

        Args:
            source: what there is.
            prefix: stands before the refcodes of old items that have none.
            masses: gives the molar masses that follow from the formulas of an item.
        """
        self._source, self._prefix, self._masses = source, prefix, masses
        self.notes: list[str] = []
        self._lacking: dict[str, list[str]] = defaultdict(list)

    def documents(self) -> Iterator[tuple[str, Document]]:
        """All of them with the names of their kinds, those of a kind together; each time the same."""
        self.notes.clear()
        self._lacking.clear()
        references = References()
        mapped: Mapping[str, Callable[[], Iterator[Document]]] = {
            "items": self._items,
            "files": self._files,
            "item_versions": self._versions,
        }
        simple: Mapping[str, Callable[[Mapping[str, Any]], Document]] = {
            "collections": existing.adopted_collection,
            "users": existing.adopted_person,
            "roles": existing.adopted_role,
            "groups": existing.adopted_group,
            "api_keys": existing.adopted_key,
        }
        for kind in KINDS:
            found = mapped[kind]() if kind in mapped else self._each(kind, simple[kind])
            for document in self._without_clashes(kind, found):
                self._note_what_was_put_aside(kind, document)
                references.take(kind, document)
                yield kind, document
        for said, names in self._lacking.items():
            self.notes.append(f"{some_of(names)}: {said}")
        for names, said in references.missing():
            self.notes.append(f"{some_of(names)}: {said}")

    def _each(
        self, collection: str, adopted: Callable[[Mapping[str, Any]], Document]
    ) -> Iterator[Document]:
        for raw in self._source.documents(collection):
            if (document := self._source.ours(raw)) is None:
                document = adopted(raw)
                self._note_what_was_lacking(collection, raw, document)
            yield document

    def _items(self) -> Iterator[Document]:
        names = {
            str(raw.get("_id")): str(raw.get("original_name") or raw.get("name"))
            for raw in self._source.documents("files")
        }
        newest = self._newest_versions()

        def adopted(raw: Mapping[str, Any]) -> Document:
            version = max(1, newest.get(str(raw.get("refcode")), 1))
            return existing.adopted_item(
                raw, self._prefix, version=version, file_names=names, masses=self._masses
            )

        return self._each("items", adopted)

    def _newest_versions(self) -> Mapping[str, int]:
        """The last number that was given to a version, by refcodes."""
        newest: dict[str, int] = defaultdict(int)
        for raw in self._source.documents("item_versions"):
            refcode = str(raw.get("refcode"))
            newest[refcode] = max(newest[refcode], number_of(raw.get("version")))
        for raw in self._source.documents("version_counters"):
            refcode = str(raw.get("refcode"))
            newest[refcode] = max(newest[refcode], _counter(raw))
        return newest

    def _files(self) -> Iterator[Document]:
        without: list[str] = []

        def adopted(raw: Mapping[str, Any]) -> Document:
            meant, others = self._source.bytes_of(raw)
            if meant is None:
                without.append(str(raw.get("name")))
                return existing.adopted_file(raw, sha256=None, md5=None, size=None)
            file = existing.adopted_file(raw, sha256=meant.sha256, md5=meant.md5, size=meant.size)
            return _with_revisions(file, others)

        yield from self._each("files", adopted)
        if without:
            self.notes.append(f"{some_of(without)}: there is the record of a file, but no bytes.")

    def _versions(self) -> Iterator[Document]:
        return self._each("item_versions", lambda raw: existing.adopted_version(raw, self._prefix))

    def _without_clashes(self, kind: str, documents: Iterator[Document]) -> Iterator[Document]:
        """Documents that share nothing which only one may have: the first keeps it."""
        taken: set[tuple[str, Any]] = set()
        for document in documents:
            clashing = [key for key in _keys_of(kind, document) if key in taken]
            kept = document if not clashing else self._resolved(kind, document, taken)
            if kept is not None:
                taken.update(_keys_of(kind, kept))
                yield kept

    def _resolved(
        self, kind: str, document: Document, taken: set[tuple[str, Any]]
    ) -> Document | None:
        """A document that clashes with an earlier one, changed so that it does not; none: left out."""
        for field, value in _keys_of(kind, document):
            if (field, value) in taken:
                said = f"Two documents of {kind} had the {field} {_shown(value)}; "
                if field not in existing.RENAMED:
                    self.notes.append(f"{said}the first is kept.")
                    return None
                others = {value for name, value in taken if name == field}
                new = existing.renamed(document, field, others)
                self.notes.append(f"{said}that of the second is now {new[field] or 'none'}.")
                document = new
        return document

    def _note_what_was_lacking(self, kind: str, raw: Mapping[str, Any], document: Document) -> None:
        for field, instead in LACKING.get(kind, {}).items():
            if raw.get(field) in (None, "") and not (field == "hash" and document["hash"]):
                name = document["item_id"] if field == "refcode" else called(kind, document)
                self._lacking[f"had no {field}, {instead}."].append(str(name))

    def _note_what_was_put_aside(self, kind: str, document: Document) -> None:
        if fields := document.get(PUT_ASIDE, {}).keys() - ALWAYS_ASIDE.get(kind, set()):
            said = f"{', '.join(sorted(fields))} could not be taken over"
            self.notes.append(f"{called(kind, document)}: {said}, and stands in {PUT_ASIDE}.")


def some_of(names: list[str]) -> str:
    """A few of many names."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _keys_of(kind: str, document: Document) -> list[tuple[str, Any]]:
    """What only one document of a kind may have, with the fields that say it."""
    if kind == "item_versions":
        return [("version", (document["refcode"], document["version"]))]
    fields = {
        "items": ("refcode", "item_id"),
        "collections": ("collection_id",),
        "users": ("contact_email",),
        "groups": ("group_id",),
        "api_keys": ("hash",),
    }.get(kind, ())
    gone = ("item_id", "collection_id") if document.get("deleted_at") else ()
    return [(one, document[one]) for one in fields if one not in gone and document.get(one)]


def _with_revisions(file: Document, others: Mapping[str, Bytes]) -> Document:
    """A file's record that keeps other bytes which lay beside its own."""
    more = [
        {"checksums": {"md5": one.md5, "sha256": one.sha256}, "size": one.size, "name": name}
        for name, one in others.items()
    ]
    return file | {"revisions": [*file["revisions"], *more]}


def _counter(raw: Mapping[str, Any]) -> int:
    """The last number that was given: whatever the counter's field is called."""
    return max((one for one in raw.values() if isinstance(one, int)), default=1)


def _shown(value: Any) -> str:
    shown = f"{value[1]} of {value[0]}" if isinstance(value, tuple) else str(value)
    return shown if len(shown) < LONGEST_NAME else f"{shown[:8]}…"
