"""The shapes of items, and of what is between them, in answers and requests."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, create_model, model_validator

from pydatalab.api.schemas import Block, CollectionReference, File, Permissions, Problem
from pydatalab.models.base import Model
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


def _collection_id(sent: Any) -> Any:
    """The id of a collection that is named as answers name it: by an object with its ids."""
    return sent.get("collection_id", sent) if isinstance(sent, Mapping) else sent


CollectionId = Annotated[str, BeforeValidator(_collection_id)]


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
    collections: list[CollectionId] = Field(default=[])
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


class _Change(Model):
    """What is said of fields that every item has and that a change of it may not name."""

    @model_validator(mode="before")
    @classmethod
    def _changes_what_may_be(cls, sent: Any) -> Any:
        fixed = {"type", *_Shown.model_fields} - set(cls.model_fields)
        named = sorted(fixed & set(sent)) if isinstance(sent, Mapping) else []
        if named:
            raise ValueError(f"{', '.join(named)} cannot be changed here")
        return sent


ItemChange = create_model(
    "ItemChange",
    __base__=_Change,
    __doc__="Changes of an item: ``null`` clears a field, an absent one is kept.",
    status=(str | None, None),
    collections=(
        list[CollectionId] | None,
        Field(None, description="Collections to be in, by id."),
    ),
    edit=(int | None, Field(None, description="The edit that the change was made from.")),
    **_any_field(),
)


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
