"""Inventories, their imports, hazards and structures, as people see them."""

from typing import Any, Literal

from pydantic import Field

from pydatalab.models.base import Model, Moment
from pydatalab.models.identifiers import ObjectId

InventoryField = Literal[
    "name", "barcode", "CAS", "chemform", "molar_mass", "smiles", "inchi", "inchi_key", "GHS_codes",
    "location", "supplier", "date", "date_opened", "size", "size_unit", "full_percent",
    "chemical_purity", "status", "comment", "description",
]  # fmt: skip
"""Fields of a starting material that a column can be."""

ImportState = Literal[
    "running", "done", "cancelled", "interrupted", "failed", "undoing", "undone", "preview"
]

Columns = dict[str, InventoryField | None]


class GuessedColumn(Model):
    """A column of a table, and what it is taken for."""

    heading: str
    field: InventoryField | None
    """``null``: no field; it is kept beside the items."""
    sureness: float
    """From 0 to 1."""
    because: str
    """What told: ``heading``, ``word in the heading``, ``cells``, or ``mapping``."""
    samples: list[str]
    """The first texts that stand in it."""


class InventoryFile(Model):
    """A table that was uploaded to be imported."""

    sha256: str
    file_name: str
    sheets: list[str]
    """All sheets of a workbook."""
    sheet: str | None
    """The one that was looked at."""
    columns: list[GuessedColumn]


class Mapping(Model):
    """Which column is which field, by name."""

    name: str
    columns: Columns
    built_in: bool
    """Whether every lab has it, and it cannot be changed."""
    saved_at: Moment = None


class MappingRequest(Model):
    """The columns of a mapping."""

    columns: Columns


class ImportRequest(Model):
    """What is to be imported."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Of a file that was uploaded."""
    file_name: str = Field(max_length=500)
    mapping: str = Field(max_length=60)
    """Name of a mapping; it names the inventory, too."""
    columns: Columns | None = None
    """What each column is instead, for a dry run before the mapping is saved."""
    sheet: str | None = None
    dry_run: bool = False
    """Only look what would change; what was found is kept for two days."""


class Import(Model):
    """An inventory that was imported, or looked at."""

    import_id: ObjectId
    source: str
    """The inventory: the name of its mapping."""
    state: ImportState
    file_name: str
    sheet: str | None
    started_at: Moment
    ended_at: Moment
    person: str | None
    """Who asked for it; ``null`` for a command."""
    counts: dict[str, int]
    """How many rows became what."""
    parts: int
    """Parts that its changes are read in."""
    completes: list[ObjectId]
    """Imports that were interrupted, which this one completed: they are undone together with it."""


class ImportChange(Model):
    """What became of one container."""

    what: Literal["new", "changed", "adopted", "same", "deleted", "vanished"]
    row: int | None
    """Row of the table; ``null`` where it has none any more."""
    refcode: str
    """Of a dry run, that of a new item is not the one that it will have."""
    item_id: str
    name: str | None
    fields: dict[str, tuple[Any, Any]]
    """Before and after of each field that changes."""
    overwritten: list[str]
    """Fields among these that people had edited."""
    kept: dict[str, tuple[Any, Any]]
    """Fields that differ and stay: what the item holds, what the table says."""
    returned: bool
    """Whether it had vanished and is there again."""
    note: str | None


class ImportFault(Model):
    """A cell, or a row, that was left out."""

    row: int
    column: str | None
    cell: str
    why: str


class ImportPart(Model):
    """Some of what an import did."""

    changes: list[ImportChange]
    faults: list[ImportFault]


class InventoryRow(Model):
    """What an inventory says of an item."""

    source: str
    row: int | None
    """In the table that said it last."""
    extra: dict[str, str]
    """Columns that are no field."""
    vanished_at: Moment
    """Since when the inventory has it no more; ``null`` while it has."""


class InventoryMark(Model):
    """An item that its inventory has no more."""

    refcode: str
    source: str
    vanished_at: Moment


class Hazard(Model):
    """A hazard code in words."""

    code: str
    statement: str


class Pictogram(Model):
    """A pictogram of the GHS."""

    code: str
    """``GHS01`` to ``GHS09``."""
    name: str
    meaning: str


class Hazards(Model):
    """The hazards that codes name."""

    hazards: list[Hazard]
    pictograms: list[Pictogram]
    unknown: list[str]
    """What looks like a code, but is none."""


class Structure(Model):
    """A molecule in other words, and drawn."""

    smiles: str
    """In canonical form."""
    formula: str
    molar_mass: float
    """In g/mol."""
    inchi: str | None
    inchi_key: str | None
    svg: str | None
    """A drawing, black on nothing; ``null`` where the molecule is too large."""
