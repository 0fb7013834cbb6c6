"""The database: there, of our layout, whole, and with all its indexes."""

from collections.abc import Iterator

from pydatalab.config import Config
from pydatalab.databases import Standing, database_faults, standing_of
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.errors import DatabaseAway, DatalabError, Invalid
from pydatalab.settings.secrets import without_passwords

AWAY = "database-away"


def examine(config: Config) -> tuple[list[Finding], bool]:
    """What there is to say of it, and whether a lab can be opened without changing anything."""
    try:
        standing = standing_of(config)
        if standing.is_known:
            return list(_faults(config, standing)), True
    except DatalabError as exc:
        return [_cannot(config, exc)], False
    return [_unopened(standing)], False


def _cannot(config: Config, exc: DatalabError) -> Finding:
    if isinstance(exc, DatabaseAway):
        return error(
            AWAY,
            f"The database at {without_passwords(config.MONGO_URI or '')} does not answer.",
            "See whether its server runs (`docker compose ps database`) and whether MONGO_URI names it; the"
            " server of datalab waits for it.",
        )
    if isinstance(exc, Invalid):
        return error(
            "database-address",
            exc.message,
            "Correct MONGO_URI where it is set (`pydatalab config show` says where).",
        )
    if config.MONGO_URI:
        return error(
            "database-refuses",
            exc.message,
            "See what the server's own log says, and what the account of MONGO_URI may do.",
        )
    return error("database-unreadable", exc.message, "Restore the newest backup, if it is damaged.")


def _unopened(standing: Standing) -> Finding:
    if standing.to_adopt:
        return error(
            "database-to-adopt",
            "The database is that of the datalab before this one.",
            "Run `pydatalab migration.adopt` (docs/how-to/switch.md).",
        )
    if standing.found is None:
        return ok("database-new", "There is no database yet; the first start makes it.")
    if standing.is_newer:
        return error(
            "database-newer",
            f"The database is of a newer datalab ({standing.found.by or 'unknown'}).",
            "Start the newer version, or go back with `pydatalab migration.go-back`.",
        )
    return warning(
        "database-older",
        "The database is of an older datalab.",
        "Start the server, or run `pydatalab migration.upgrade`: it makes a backup first.",
    )


def _faults(config: Config, standing: Standing) -> Iterator[Finding]:
    where = "MongoDB" if config.MONGO_URI else "SQLite"
    layout = standing.known.layout
    yield ok("database-layout", f"The database ({where}) can be reached and has layout {layout}.")
    faults = database_faults(config)
    damage = [fault for fault in faults if "damaged" in fault]
    lacking = [fault for fault in faults if "damaged" not in fault]
    if not faults:
        yield ok("database-whole", "It is whole, and has all its indexes.")
    if damage:
        yield error(
            "database-damaged",
            " ".join(damage),
            "Stop the server and restore the newest backup (`pydatalab admin.restore-backup`).",
        )
    if lacking:
        yield error(
            "database-index",
            " ".join(lacking),
            "Start the server again, which makes missing indexes, or run `pydatalab admin.rebuild`.",
        )
