"""The shapes of answers and requests of the resource API, for its document and the page's types.

Those of items and of what is between them: ``item_schemas``.
"""

from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, Field

from pydatalab.models.accounts import ApiKey
from pydatalab.models.base import LONGEST_PROSE, Model
from pydatalab.models.described import DESCRIBED
from pydatalab.models.identifiers import ObjectId, ShortName
from pydatalab.models.people import GroupSummary, PersonSummary
from pydatalab.models.remote_files import FileRevision, Origin

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
    origin: Origin | None
    """Where it was copied from; ``null`` for uploads."""
    already_attached: bool = False
    """Whether the item had these bytes before this upload; only uploads say so."""


class Holder(Model):
    """An item that holds a file."""

    refcode: str
    item_id: str


class FileInFull(File):
    """A file with the items that hold it."""

    refcodes: list[str]
    held_by: list[Holder]
    """The items that hold it, as far as the reader may see them."""
    revisions: list[FileRevision]
    """The bytes that it has and had, the newest first."""


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
    freeform_comment: str | None = Field(default=None, max_length=LONGEST_PROSE)
    file_ids: list[ObjectId] | None = None
    parameters: dict[str, Any] | None = None
    """Parameters to change, one by one; ``null`` sets one back."""
    collapsed: bool | None = None


class DisplayOrder(Model):
    """Blocks in the order in which they are shown."""

    display_order: list[str]


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


class NameTaken(Problem):
    """An item has a file of this name with other bytes, and nobody said what becomes of it."""

    existing: File
    """The file that has the name."""
    also_in: list[Holder]
    """The other items that hold it, as far as whoever asks may see them."""


class Sharing(Model):
    """Who owns a thing and which groups see and change it; what is absent or ``null`` is kept."""

    creator_ids: list[ObjectId] | None = Field(default=None, max_length=1_000)
    group_ids: list[ObjectId] | None = Field(default=None, max_length=1_000)


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
    description: str | None = Field(default=None, max_length=LONGEST_PROSE)
    items: list[str] = Field(default=[])
    """Refcodes of items to put into it."""
