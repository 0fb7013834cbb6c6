"""The tables that every engine has, each of one kind of documents."""

from collections.abc import Callable, Mapping

from pydatalab.store.kinds import (
    API_KEYS,
    BACKUPS,
    COLLECTIONS,
    EXPORTS,
    FILES,
    GROUPS,
    IMPORTS,
    INVENTORY_ROWS,
    ITEMS,
    JOBS,
    KINDS,
    LEASES,
    MAPPINGS,
    PEOPLE,
    RESTORES,
    ROLES,
    SCHEDULES,
    SESSIONS,
    SIGN_IN_LINKS,
    VERSIONS,
    Kind,
)
from pydatalab.store.port import ScopedTable, Table


class Tables:
    """What an engine's store is made of."""

    def __init__(
        self, scoped: Callable[[Kind], ScopedTable], table: Callable[[Kind], Table]
    ) -> None:
        """Make them.

        Args:
            scoped: gives the engine's table of documents that belong to somebody.
            table: gives its table of others.
        """
        self.scoped: Mapping[str, ScopedTable] = {
            kind.name: scoped(kind) for kind in KINDS if kind.scoped
        }
        self.plain: Mapping[str, Table] = {
            kind.name: table(kind) for kind in KINDS if not kind.scoped
        }
        self.items: ScopedTable = self.scoped[ITEMS.name]
        self.collections: ScopedTable = self.scoped[COLLECTIONS.name]
        self.files: Table = self.plain[FILES.name]
        self.versions: Table = self.plain[VERSIONS.name]
        self.people: Table = self.plain[PEOPLE.name]
        self.roles: Table = self.plain[ROLES.name]
        self.groups: Table = self.plain[GROUPS.name]
        self.api_keys: Table = self.plain[API_KEYS.name]
        self.sessions: Table = self.plain[SESSIONS.name]
        self.sign_in_links: Table = self.plain[SIGN_IN_LINKS.name]
        self.exports: Table = self.plain[EXPORTS.name]
        self.jobs: Table = self.plain[JOBS.name]
        self.schedules: Table = self.plain[SCHEDULES.name]
        self.leases: Table = self.plain[LEASES.name]
        self.backups: Table = self.plain[BACKUPS.name]
        self.restores: Table = self.plain[RESTORES.name]
        self.imports: Table = self.plain[IMPORTS.name]
        self.inventory_rows: Table = self.plain[INVENTORY_ROWS.name]
        self.mappings: Table = self.plain[MAPPINGS.name]
