"""The shapes of answers and requests of the resource API, for its document and the page's types."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import ConfigDict, Field, create_model

from pydatalab.models.accounts import ApiKey
from pydatalab.models.base import Model
from pydatalab.models.described import DESCRIBED
from pydatalab.models.identifiers import ObjectId, ShortName
from pydatalab.models.items import (
    ITEM_TYPES,
    Cell,
    Equipment,
    ItemType,
    Sample,
    StartingMaterial,
)
from pydatalab.models.people import GroupSummary, PersonSummary

Thing = TypeVar("Thing")


class Listed(Model, Generic[Thing]):
    """A page of a list."""

    items: list[Thing]
    next_cursor: str | None = None
    """Send it back as ``cursor`` for the next page; ``null`` on the last."""
    total: int | None = None
    """How many there are in all, up to 1,000."""
    total_is_exact: bool = True
    """Whether ``total`` is all of them; ``false``: there are more."""


def listed(thing: Any) -> Any:
    """The shape of a page of such things, where shapes are described."""
    return Listed[thing] if DESCRIBED else None


class Permissions(Model):
    """What the caller may do."""

    write: bool
    delete: bool
    share: bool


class CollectionReference(Model):
    """A collection as named beside an item."""

    immutable_id: ObjectId
    collection_id: str
    title: str | None = None


class Checksums(Model):
    """Digests of a file, in hexadecimal digits."""

    md5: str
    sha256: str


def _said_by_uploads_alone(schema: dict[str, Any]) -> None:
    schema["required"].remove("already_attached")


class File(Model):
    """A file of an item."""

    model_config = ConfigDict(json_schema_extra=_said_by_uploads_alone)

    file_id: ObjectId
    name: str
    """As it was uploaded."""
    extension: str
    size: int | None
    """In bytes."""
    checksums: Checksums | None
    techniques: list[str]
    """Techniques that can read it, best first."""
    creators: list[PersonSummary]
    """Who uploaded it."""
    time_added: str | None
    last_modified: str | None
    source: str | None
    revision: int
    """Counts how often its bytes were replaced, from 1."""
    already_attached: bool = False
    """Whether the item had these bytes before this upload; only uploads say so."""


class FileInFull(File):
    """A file with the items that hold it."""

    refcodes: list[str]


class Block(Model):
    """A part of an item's page: a technique with its files and parameters, or a comment."""

    block_id: str
    technique: str
    title: str | None
    file_ids: list[str]
    parameters: dict[str, Any]
    freeform_comment: str | None
    collapsed: bool


class NewBlock(Model):
    """A block to be added."""

    technique: str
    file_ids: list[ObjectId] = Field(default=[])
    parameters: dict[str, Any] = Field(default={})
    title: str | None = Field(default=None, max_length=2_000)
    index: int | None = Field(default=None, ge=0, le=100_000)
    """Place among the blocks; at the end where it is missing."""


class BlockChange(Model):
    """Changes of a block; an absent key is kept, ``null`` clears."""

    title: str | None = Field(default=None, max_length=2_000)
    freeform_comment: str | None = Field(default=None, max_length=2_000_000)
    file_ids: list[ObjectId] | None = None
    parameters: dict[str, Any] | None = None
    """Parameters to change, one by one; ``null`` sets one back."""
    collapsed: bool | None = None


class DisplayOrder(Model):
    """Blocks in the order in which they are shown."""

    display_order: list[str]


class _Shown(Model):
    """What every item has besides the fields of its type."""

    model_config = ConfigDict(extra="allow")

    immutable_id: ObjectId
    refcode: str
    item_id: str
    last_modified: str
    edit: int
    """Counts every write; the ETag."""
    version: int
    """Counts the states that are kept."""
    creators: list[PersonSummary]
    groups: list[GroupSummary]
    collections: list[CollectionReference]
    files: list[File]
    file_ids: list[ObjectId]
    blocks_obj: dict[str, Block]
    display_order: list[str]
    relationships: list[dict[str, Any]] = Field(default=[])
    permissions: Permissions
    computed_fields: list[str]
    """Fields that nobody gave and that were worked out."""


class SampleInFull(Sample, _Shown):
    """A sample with everything that its page shows."""

    model_config = ConfigDict(extra="allow")


class CellInFull(Cell, _Shown):
    """A cell with everything that its page shows."""

    model_config = ConfigDict(extra="allow")


class StartingMaterialInFull(StartingMaterial, _Shown):
    """A starting material with everything that its page shows."""

    model_config = ConfigDict(extra="allow")


class EquipmentInFull(Equipment, _Shown):
    """A piece of equipment with everything that its page shows."""

    model_config = ConfigDict(extra="allow")


Item = Annotated[
    SampleInFull | CellInFull | StartingMaterialInFull | EquipmentInFull,
    Field(discriminator="type"),
]


class Row(Model):
    """An item as a table shows it."""

    model_config = ConfigDict(extra="allow")

    type: ItemType
    refcode: str
    item_id: str
    immutable_id: ObjectId
    name: str | None = None
    chemform: str | None = None
    characteristic_chemical_formula: str | None = None
    status: str | None = None
    date: str | None = None
    last_modified: str
    location: str | None = None
    supplier: str | None = None
    manufacturer: str | None = None
    CAS: str | None = None
    barcode: str | None = None
    molar_mass: float | None = None
    creators: list[PersonSummary]
    groups: list[GroupSummary]
    collections: list[CollectionReference]
    nblocks: int
    nfiles: int
    deleted_at: str | None = None
    """When it was deleted; only where deleted items were asked for."""


class _New(Model):
    """What a new item may be given besides the fields of its type."""

    item_id: ShortName | None = None
    """Made from the refcode where it is missing."""
    collections: list[str] = Field(default=[])
    """Collections to put it into, by ``collection_id``."""
    creator_ids: list[ObjectId] = Field(default=[])
    """People who share it, besides yourself."""
    group_ids: list[ObjectId] = Field(default=[])
    """Groups that may see and change it."""
    copy_from: str | None = None
    """Refcode of an item to copy fields from."""


class NewSample(Sample, _New):
    """A sample to be made."""

    type: Literal["samples"]


class NewCell(Cell, _New):
    """A cell to be made."""

    type: Literal["cells"]


class NewStartingMaterial(StartingMaterial, _New):
    """A starting material to be made."""

    type: Literal["starting_materials"]


class NewEquipment(Equipment, _New):
    """A piece of equipment to be made."""

    type: Literal["equipment"]


NewItem = Annotated[
    NewSample | NewCell | NewStartingMaterial | NewEquipment, Field(discriminator="type")
]


class NewItems(Model):
    """Many items to be made, each on its own."""

    items: list[dict[str, Any]] = Field(min_length=1)
    """Each as for one item."""


class Problem(Model):
    """Why something was refused (RFC 9457), with more for programs beside."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    """What kind of refusal it is, in words."""
    status: int
    """The HTTP status."""
    detail: str
    """A sentence fit to show, which says what to do next."""


class SavedSince(Problem):
    """That an item was saved since the edit that a change was made from."""

    current: Item
    """What it holds now."""
    changed: list[str]
    """Fields that differ between that edit and now; where no version tells of that edit, those that
    differ from what was sent."""


class Made(Model):
    """What became of one of many."""

    status: int
    item: Row | None = None
    problem: Problem | None = None


def _any_field() -> dict[str, Any]:
    """Every field that some type has, none of them required: the type decides when it is saved."""
    fields: dict[str, Any] = {}
    for model in ITEM_TYPES.values():
        for name, field in model.model_fields.items():
            if name not in {"type", "status"} and name not in fields:
                fields[name] = (field.annotation | None, Field(None, description=field.description))  # type: ignore[operator]
    return fields


ItemChange = create_model(
    "ItemChange",
    __base__=Model,
    __doc__="Changes of an item: ``null`` clears a field, an absent one is kept.",
    status=(str | None, None),
    collections=(list[str] | None, Field(None, description="Collections to be in, by id.")),
    edit=(int | None, Field(None, description="The edit that the change was made from.")),
    **_any_field(),
)


class Sharing(Model):
    """Who owns a thing and which groups see and change it; what is absent or ``null`` is kept."""

    creator_ids: list[ObjectId] | None = Field(default=None, max_length=1_000)
    group_ids: list[ObjectId] | None = Field(default=None, max_length=1_000)


class Linked(Model):
    """An item at the other end of a relationship."""

    refcode: str
    item_id: str
    type: ItemType
    name: str | None
    chemform: str | None
    status: str | None
    relation: Literal["made_from", "part_of"]
    quantity: float | None = None
    unit: str | None = None


class Relationships(Model):
    """What an item was made from, and what was made from it."""

    made_from: list[Linked]
    made_into: list[Linked]


class Node(Model):
    """An item in a graph."""

    refcode: str
    item_id: str
    type: ItemType
    name: str | None
    chemform: str | None
    status: str | None


class Edge(Model):
    """A link in a graph, from what was used to what was made."""

    source: str
    target: str
    relation: Literal["made_from", "part_of"]


class Graph(Model):
    """Items and the links among them."""

    nodes: list[Node]
    edges: list[Edge]


class Deleted(Model):
    """What was hidden, and when."""

    refcode: str
    deleted_at: str


class Collection(Model):
    """A collection with what its page shows."""

    immutable_id: ObjectId
    collection_id: str
    title: str | None
    description: str | None
    last_modified: str | None
    edit: int
    creators: list[PersonSummary]
    groups: list[GroupSummary]
    deleted_at: str | None = None
    """When it was deleted; only where deleted collections were asked for."""
    num_items: int | None
    """Items in it that the caller may see."""
    permissions: Permissions


class Version(Model):
    """A kept state of an item."""

    version: int
    timestamp: str
    action: str
    creator: PersonSummary | None


class FileFound(Model):
    """A file that a search found."""

    file_id: str
    name: str
    item: dict[str, Any]


class Found(Model):
    """What a search found, best first."""

    items: list[Row]
    collections: list[CollectionReference]
    files: list[FileFound]


class NewApiKey(Model):
    """An API key to be made."""

    name: str = Field(min_length=1, max_length=150)


class MadeApiKey(ApiKey):
    """A new API key: the only answer that has the key itself."""

    key: str


class TechniqueInfo(Model):
    """A technique that a block can have."""

    id: str
    name: str
    description: str
    suffixes: list[str]
    multiple_files: bool
    has_figure: bool
    parameters: dict[str, Any]
    """JSON Schema of its parameters."""


class TypeInfo(Model):
    """An item type."""

    name: str
    statuses: list[str]
    default_status: str


class Info(Model):
    """What this server is."""

    version: str
    identifier_prefix: str
    max_upload_bytes: int
    item_types: dict[str, TypeInfo]
    first_run: bool
    """Whether the lab still waits for its first administrator."""


class Formula(Model):
    """A chemical formula to be understood."""

    formula: str = Field(max_length=2_000)


class FormulaAnswer(Model):
    """What a formula says."""

    formula: str
    molar_mass: float | None
    """In g/mol."""
    problem: str | None
    """Why there is no molar mass."""


class NewCollectionRequest(Model):
    """A collection to be made."""

    collection_id: ShortName
    title: str | None = Field(default=None, max_length=2_000)
    description: str | None = Field(default=None, max_length=2_000_000)
    items: list[str] = Field(default=[])
    """Refcodes of items to put into it."""
