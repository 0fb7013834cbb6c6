"""Remote folders and what is in them, as people and programs see them."""

from typing import Literal

from pydantic import Field

from pydatalab.models.base import Model, Moment
from pydatalab.models.identifiers import ObjectId
from pydatalab.models.remotes import Kind


class Remote(Model):
    """A remote folder."""

    name: str
    kind: Kind
    """How it is reached."""
    hostname: str | None
    path: str


class RemoteEntry(Model):
    """What stands in a remote folder."""

    name: str
    path: str
    """Relative to the remote folder, to ask for it."""
    kind: Literal["folder", "file", "other"]
    """``other`` cannot be opened: a device, a link that leads out, a name that is no text."""
    size: int | None
    """In bytes, of files."""
    modified_at: Moment
    is_link: bool


class RemoteListing(Model):
    """A page of what stood in a folder when it was last read."""

    remote: str
    path: str
    read_at: Moment
    age_seconds: int
    is_whole: bool
    """Whether the folder had no more than is read of one."""
    total: int
    """How many there are that match, of which this is a page."""
    entries: list[RemoteEntry]


class FileToAttach(Model):
    """A file of a remote folder."""

    remote: str = Field(max_length=100)
    path: str = Field(max_length=4_096)


class Origin(Model):
    """Where a file was copied from."""

    remote: str
    path: str
    modified_at: Moment
    """When it was changed there, as far as is known here."""
    is_live: bool
    """Whether it is copied again when it changes there."""
    checked_at: Moment
    """When it was last looked at there."""
    problem: str | None
    """Why that did not work, the last time."""
    ended: Literal["unchanged", "vanished"] | None
    """Why it is not followed any more: no change for long, or it is gone."""


class FileRevision(Model):
    """Bytes that a file has or had."""

    revision: int
    sha256: str | None
    size: int | None
    last_modified: Moment


class RemoteState(Model):
    """How a remote folder does."""

    name: str
    kind: Kind
    hostname: str | None
    path: str
    is_reachable: bool
    latency_ms: int | None
    """How long it took to answer, with a new connection where none was open."""
    problem: str | None
    num_listings: int
    """Folders of it that are remembered."""
    oldest_listing_at: Moment
    newest_listing_at: Moment
    num_live_files: int


class LiveFile(Model):
    """A file that is kept in step with a remote one."""

    file_id: ObjectId
    name: str
    size: int | None
    revision: int
    refcodes: list[str]
    """Items that hold it, as far as whoever asks may see them."""
    origin: Origin
