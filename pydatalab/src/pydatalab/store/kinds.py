"""The kinds of documents that a lab keeps, and what each is looked up by.

An engine makes its tables and indexes from these alone. Field names follow the schema that
existing datalab databases have.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of documents. Every document has ``immutable_id`` (24 hexadecimal digits)."""

    name: str
    """Name of the table or collection."""

    noun: str
    """What people call one of them."""

    unique: tuple[tuple[str, ...], ...] = ()
    """Fields, or combinations of fields, of which no two documents share a value; null never clashes."""

    indexed: tuple[str, ...] = ()
    """Other fields that are looked up by value, or by a member of their list."""

    orders: tuple[str, ...] = ()
    """Fields by which a scoped listing is sorted."""

    facets: tuple[str, ...] = ()
    """Fields by whose values, or members, a scoped listing is narrowed, in any combination."""

    scoped: bool = False
    """Whether each read and write names what the person may see (by ``derived.principals``)."""

    text: bool = False
    """Whether ``derived.text`` is searched."""

    passing: bool = False
    """Whether they tell of this server rather than of the lab: no backup holds them, and a restore
    leaves them alone."""


ITEMS = Kind(
    "items",
    "item",
    unique=(("refcode",), ("derived.live_id",)),
    indexed=(
        "item_id",
        "file_ObjectIds",
        "derived.made_from",
        "derived.part_of",
        "derived.collections",
    ),
    orders=("date", "last_modified", "derived.item_id", "derived.name"),
    facets=("type", "status", "creator_ids", "derived.collections"),
    scoped=True,
    text=True,
)
COLLECTIONS = Kind(
    "collections",
    "collection",
    unique=(("derived.live_id",),),
    indexed=("collection_id",),
    orders=("last_modified", "derived.name"),
    facets=("creator_ids",),
    scoped=True,
    text=True,
)
FILES = Kind("files", "file", indexed=("checksums.sha256",))
VERSIONS = Kind("item_versions", "version", unique=(("refcode", "version"),), indexed=("refcode",))
PEOPLE = Kind(
    "users",
    "person",
    unique=(("derived.email",),),
    indexed=("contact_email", "identities.identifier", "managers", "groups.immutable_id"),
)
ROLES = Kind("roles", "role", indexed=("role",))
GROUPS = Kind("groups", "group", unique=(("group_id",),), indexed=("groups.immutable_id",))
API_KEYS = Kind("api_keys", "API key", unique=(("hash",),), indexed=("user",))
SESSIONS = Kind("sessions", "session", unique=(("hash",),), indexed=("user",))
SIGN_IN_LINKS = Kind("sign_in_links", "sign-in link", unique=(("hash",),))
EXPORTS = Kind("exports", "export", unique=(("task_id",),), passing=True)
JOBS = Kind("jobs", "job", unique=(("key",), ("alone",)), indexed=("state", "name"), passing=True)
SCHEDULES = Kind("schedules", "schedule", unique=(("name",),), passing=True)
LEASES = Kind("leases", "lease", unique=(("name",),), passing=True)
BACKUPS = Kind("backups", "backup", indexed=("strategy",), passing=True)
RESTORES = Kind("restores", "restore", indexed=("state",), passing=True)
IMPORTS = Kind("inventory_imports", "import", indexed=("kind", "place"))
INVENTORY_ROWS = Kind(
    "inventory_rows", "row of an inventory", unique=(("key",),), indexed=("item",)
)
MAPPINGS = Kind("inventory_mappings", "mapping", unique=(("name",),))

KINDS = (
    ITEMS, COLLECTIONS, FILES, VERSIONS, PEOPLE, ROLES, GROUPS, API_KEYS, SESSIONS, SIGN_IN_LINKS,
    EXPORTS, JOBS, SCHEDULES, LEASES, BACKUPS, RESTORES, IMPORTS, INVENTORY_ROWS, MAPPINGS,
)  # fmt: skip

LASTING_KINDS = tuple(kind for kind in KINDS if not kind.passing)
"""What a backup holds, and a restore replaces."""
