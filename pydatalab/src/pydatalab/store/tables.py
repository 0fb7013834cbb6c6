"""The tables that every engine has, each of one kind of documents."""

from collections.abc import Callable

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
        self.items: ScopedTable = scoped(ITEMS)
        self.collections: ScopedTable = scoped(COLLECTIONS)
        self.files: Table = table(FILES)
        self.versions: Table = table(VERSIONS)
        self.people: Table = table(PEOPLE)
        self.roles: Table = table(ROLES)
        self.groups: Table = table(GROUPS)
        self.api_keys: Table = table(API_KEYS)
        self.sessions: Table = table(SESSIONS)
        self.sign_in_links: Table = table(SIGN_IN_LINKS)
        self.exports: Table = table(EXPORTS)
        self.jobs: Table = table(JOBS)
        self.schedules: Table = table(SCHEDULES)
        self.leases: Table = table(LEASES)
        self.backups: Table = table(BACKUPS)
        self.restores: Table = table(RESTORES)
        self.imports: Table = table(IMPORTS)
        self.inventory_rows: Table = table(INVENTORY_ROWS)
        self.mappings: Table = table(MAPPINGS)
