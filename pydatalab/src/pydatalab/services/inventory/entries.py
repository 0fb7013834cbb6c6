"""Rows of an inventory as entries: what each says of one container, and what could not be read."""

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any

from pydatalab.chemistry import hazards, quantities
from pydatalab.chemistry.quantities import shortest
from pydatalab.errors import Invalid, UnreadableFile
from pydatalab.models.folding import folded
from pydatalab.models.progress import Progress
from pydatalab.services.inventory.headings import (
    LOOKED_AT,
    NAMING,
    Layout,
    fields_by,
    find_layout,
    plain,
    unit_in,
)
from pydatalab.services.inventory.named_structures import NamedStructures
from pydatalab.services.inventory.tables import Cell, Row, Sheet
from pydatalab.services.inventory.values import Habits, habits_of, is_blank, read, text_of

IDENTITY = ("name", "CAS", "supplier", "size", "size_unit")
"""What containers without a barcode are told apart by, before all else that is said of them."""

LONGEST_SHOWN = 80

MOST_LEARNT = 20_000
"""Different cells from which the habits of a column are learnt."""

BY_COLUMN = frozenset(
    {"date", "date_opened", "size", "molar_mass", "full_percent", "chemical_purity"}
)
"""Fields of which the whole column tells how one cell is meant."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that was left out, or a row; or a cell that was kept, but is doubtful."""

    row: int
    column: str | None
    """Its heading; ``None`` where the whole row was left out."""
    cell: str
    why: str


@dataclass(slots=True)
class Entry:
    """What one row says."""

    row: int
    said: dict[str, Any]
    """Values of the fields that have a column; ``None`` where the cell is empty. A field whose cell
    could not be read is missing."""
    extra: dict[str, str]
    """Texts of the other columns, by heading."""
    meant: str | None = None
    """The SMILES that its name means, where the row has no structure."""
    identity: str = ""
    key: str = ""


@dataclass(slots=True)
class Slip:
    """An entry put away: of many thousand, a few are open at a time."""

    row: int
    barcode: str | None
    identity: str
    packed: bytes
    key: str = ""

    def entry(self) -> Entry:
        """The entry, open."""
        said, extra, meant = _unpacked(self.packed)
        return Entry(self.row, said, extra, meant, self.identity, self.key)

    def lose_barcode(self) -> None:
        """Leave the barcode to another entry: this one says nothing of it."""
        said, extra, meant = _unpacked(self.packed)
        del said["barcode"]
        self.barcode, self.packed = None, _packed((said, extra, meant))


@dataclass
class Inventory:
    """A whole table."""

    sheet: str | None
    columns: dict[str, str | None]
    """The field of each heading."""
    entries: list[Slip]
    """Each container once; several may still have one barcode."""
    faults: list[Fault]
    missing: list[str] = field(default_factory=list)
    """Headings that the mapping has and the table has not."""


def read_inventory(
    sheet: Sheet, columns: Mapping[str, str | None], progress: Progress
) -> Inventory:
    """Read all rows of an open table.

    Args:
        sheet: the table.
        columns: the field of each heading; the other columns are kept beside the items.
        progress: is told of each thousand rows.

    Raises:
        UnreadableFile: the file breaks off, or has none of these columns.
    """
    rows = _Rows(sheet, progress)
    mapped = [heading for heading, name in columns.items() if name]
    layout = find_layout(list(islice(rows, LOOKED_AT)), mapped)
    fields = fields_by(columns, layout)
    if not set(NAMING) & set(fields):
        raise UnreadableFile(
            f"None of its columns names a container. It has: {', '.join(layout.headings)}."
        )
    there = set(map(plain, layout.headings))
    reader = _Reader(layout, fields, rows, progress)
    entries = list(reader.entries(rows, progress))
    return Inventory(
        sheet.name,
        dict(zip(layout.headings, fields, strict=True)),
        entries,
        reader.faults,
        [heading for heading in mapped if plain(heading) not in there],
    )


def _packed(value: object) -> bytes:
    """A value put away in as little memory as it needs."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _digest(entry: Entry) -> bytes:
    """What is the same for entries that say the same."""
    said = repr((sorted(entry.said.items()), sorted(entry.extra.items())))
    return sha256(said.encode(errors="surrogatepass")).digest()


def _unpacked(packed: bytes) -> Any:
    return pickle.loads(packed)  # noqa: S301 (only what this process packed itself)


class _Rows:
    """The rows of a table, to be gone through several times; kept small meanwhile."""

    def __init__(self, sheet: Sheet, progress: Progress) -> None:
        self._packed: list[bytes] = []
        for count, row in enumerate(sheet.rows, 1):
            self._packed.append(_packed((row.number, row.cells)))
            if count % 1_000 == 0:
                progress.tell("Reading rows", count)

    def __iter__(self) -> Iterator[Row]:
        for packed in self._packed:
            yield Row(*_unpacked(packed))


def _repeats(row: Row, layout: Layout) -> bool:
    """Whether a row names the columns once more, as at the top of each printed page."""
    pairs = zip(row.cells, layout.headings, strict=False)
    return all(cell is None or text_of(cell) == heading for cell, heading in pairs)


class _Reader:
    """Reads rows by their layout; what it could not read is in ``faults``."""

    def __init__(
        self,
        layout: Layout,
        fields: Sequence[str | None],
        rows: Iterable[Row],
        progress: Progress,
    ) -> None:
        self.faults: list[Fault] = []
        self._layout = layout
        self._headings = layout.headings
        self._fields = fields
        self._places = {name: place for place, name in enumerate(fields) if name}
        self._unit = unit_in(layout.headings[self._places["size"]]) if "size" in fields else None
        self._habits = self._learnt(rows)
        self._named = NamedStructures(self._names(rows), progress)
        self._first: dict[bytes, int] = {}
        """The first row with a barcode that says just this, by the digest of what it says."""

    def _learnt(self, rows: Iterable[Row]) -> dict[str, Habits]:
        """The habits of those columns of which all tells how one cell is meant."""
        cells: dict[str, set[Cell]] = {name: set() for name in self._places if name in BY_COLUMN}
        for row in self._body(rows):
            for name, known in cells.items():
                place = self._places[name]
                if place < len(row.cells) and len(known) < MOST_LEARNT:
                    known.add(row.cells[place])
        return {name: habits_of(name, known) for name, known in cells.items()}

    def _names(self, rows: Iterable[Row]) -> Iterator[str]:
        """The names of those rows that have no structure."""
        places = [self._places[name] for name in ("smiles", "inchi") if name in self._places]
        for row in self._body(rows):
            name = self._cell(row, self._places.get("name"))
            if not is_blank(name) and all(is_blank(self._cell(row, one)) for one in places):
                with suppress(Invalid):
                    yield read("name", name, Habits())

    @staticmethod
    def _cell(row: Row, place: int | None) -> Cell:
        return row.cells[place] if place is not None and place < len(row.cells) else None

    def _body(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows below the headings, without those that name the columns again."""
        for row in rows:
            if row.number > self._layout.number and not _repeats(row, self._layout):
                yield row

    def entries(self, rows: Iterable[Row], progress: Progress) -> Iterator[Slip]:
        """The containers that rows name, each once."""
        for count, row in enumerate(self._body(rows)):
            if count % 1_000 == 0:
                progress.tell("Understanding rows", count)
            entry = self._entry(row)
            if not any(entry.said.get(name) for name in NAMING):
                if any(entry.said.values()) or entry.extra:
                    self._fault(row.number, None, "", "It names no container; it was left out.")
            elif slip := self._slip(entry):
                yield slip

    def _entry(self, row: Row) -> Entry:
        said: dict[str, Any] = {}
        extra: dict[str, str] = {}
        for name, place in self._places.items():
            cell = self._cell(row, place)
            if is_blank(cell):
                said[name] = None
            else:
                self._take(row.number, name, cell, said)
        for place, cell in enumerate(row.cells):
            if not is_blank(cell) and (place >= len(self._fields) or self._fields[place] is None):
                extra[self._heading(place)] = text_of(cell)
        self._finish(row.number, said)
        return Entry(row.number, said, extra, self._named.meant(said))

    def _heading(self, place: int) -> str:
        return self._headings[place] if place < len(self._headings) else f"Column {place + 1}"

    def _take(self, row: int, name: str, cell: Cell, said: dict[str, Any]) -> None:
        try:
            said[name] = read(name, cell, self._habits.get(name, Habits()))
        except Invalid as invalid:
            self._fault(row, name, text_of(cell), invalid.message)

    def _finish(self, row: int, said: dict[str, Any]) -> None:
        """Put what several cells say together into the fields."""
        codes = said.get("GHS_codes")
        if isinstance(codes, hazards.Codes):
            said["GHS_codes"] = ", ".join(codes.known) or None
            for code in codes.unknown:
                self._fault(row, "GHS_codes", code, f"There is no hazard code {code}.")
        size = said.get("size")
        if isinstance(size, quantities.Amount):
            said["size"] = size.number
            beside = None if said.get("size_unit") else self._unit
            self._take_unit(row, size.unit or beside, said)
        unit = said.get("size_unit")
        if unit and not quantities.tells_amount(unit):
            inside = isinstance(size, quantities.Amount) and size.unit
            why = f"{unit[:LONGEST_SHOWN]!r} is no unit that is known; it is kept as it is."
            self._fault(row, "size" if inside else "size_unit", unit, why)
        self._take_structure(row, said)

    def _take_unit(self, row: int, unit: str | None, said: dict[str, Any]) -> None:
        beside = said.get("size_unit")
        if unit and beside and unit != beside:
            self._fault(row, "size_unit", beside, f"The amount beside it is in {unit}.")
        if unit:
            said["size_unit"] = unit

    def _take_structure(self, row: int, said: dict[str, Any]) -> None:
        """The SMILES that follows from an InChI, and the formula that follows from a SMILES."""
        if not (said.get("smiles") or said.get("inchi")):
            return
        from pydatalab.chemistry.structures import formula_and_mass, smiles_of_inchi

        if said.get("inchi") and not said.get("smiles"):
            try:
                said["smiles"] = smiles_of_inchi(said["inchi"])
            except Invalid as invalid:
                self._fault(row, "inchi", said.pop("inchi"), invalid.message)
                return
        is_read = "chemform" in said or "chemform" not in self._places
        if is_read and said.get("chemform") is None:
            said["chemform"] = formula_and_mass(said["smiles"])[0]

    def _slip(self, entry: Entry) -> Slip | None:
        """An entry put away; ``None`` where a row before said the same of the same barcode."""
        slip = Slip(
            entry.row,
            entry.said.get("barcode"),
            identity_of(entry.said),
            _packed((entry.said, entry.extra, entry.meant)),
        )
        if slip.barcode:
            first = self._first.setdefault(_digest(entry), entry.row)
            if first != entry.row:
                why = f"It says the same as row {first}; it was left out."
                self._fault(entry.row, None, "", why)
                return None
        return slip

    def _fault(self, row: int, name: str | None, cell: str, why: str) -> None:
        heading = self._headings[self._places[name]] if name in self._places else name
        self.faults.append(Fault(row, heading, cell[:LONGEST_SHOWN], why))


def identity_of(said: Mapping[str, Any]) -> str:
    """What a container is told apart by where it has no barcode."""
    words = (" ".join(folded(_plain(name, said.get(name))).split()) for name in IDENTITY)
    return sha256("\n".join(words).encode()).hexdigest()[:20]


def _plain(name: str, value: Any) -> str:
    """A value as text, a number in the one way that it is written."""
    try:
        return shortest(float(value)) if name == "size" else str(value or "")
    except (TypeError, ValueError, OverflowError):
        return str(value or "")
