"""Tasks that bring a lab's database to the layout of this version, or to another place."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pydatalab.commands.desk import (
    Desk,
    Report,
    Terminal,
    in_columns,
    lab_task,
    path_in,
    plain_task,
)
from pydatalab.errors import Conflict, Invalid
from pydatalab.models.words import counted

if TYPE_CHECKING:
    from pydatalab.config import Config
    from pydatalab.migrations.adopt import Adopted
    from pydatalab.migrations.stored_files import StoredFiles
    from pydatalab.store.mongo.existing import ExistingDatabase
    from pydatalab.store.versions import Versions

WAYS = {
    "linked": "with a second name in the file store",
    "pointed": "pointed to from the file store, to stay in place",
    "copied": "copied to the remote file store",
    "known": "with bytes that the file store had already",
    "found": "found in place",
}
"""How files are kept, in words."""


@plain_task()
def status() -> Report:
    """Say of which versions the database is, which ones this datalab knows, and what is to be done."""
    from pydatalab.config import read_config
    from pydatalab.databases import standing_of

    standing = standing_of(read_config())
    found, known = standing.found, standing.known
    data = {
        "found": found and found.layout, "known": known.layout,
        "documents": {"found": found and found.documents, "known": known.documents},
        "by": found and found.by, "unfinished": bool(found and found.unfinished_from),
        "kept": found and found.kept, "up_to_date": standing.is_known,
    }  # fmt: skip
    if standing.to_adopt:
        said = "The database is that of the datalab before this one. Run migration.adopt."
        return Report(data, (said,), ok=False)
    if found is None:
        return Report(data, ("There is no database yet; the first start makes it.",))
    of = f"The database has {_in_words(found)}"
    if standing.is_known:
        return Report(data, (f"{of}: nothing is to be done.",))
    if standing.is_newer:
        said = f"{of}; this datalab knows {_in_words(known)}. Start the newer one, or run"
        return Report(data, (f"{said} migration.go-back.",), ok=False)
    if found.unfinished_from is not None:
        said = (
            f"An upgrade was interrupted; the backup is {found.kept}. The next start completes it."
        )
        return Report(data, (said,))
    lines = (
        f"{of}; this datalab works with {_in_words(known)}.",
        "Start the server, or run migration.upgrade: a backup is made by itself before.",
    )
    return Report(data, lines)


@plain_task()
def upgrade() -> Report:
    """Bring the database to the versions of this datalab; a backup is made by itself before."""
    from pydatalab.app import open_lab
    from pydatalab.config import read_config
    from pydatalab.databases import standing_of

    config = read_config()
    was = standing_of(config)
    with open_lab(config) as lab:
        lab.store.check()
    now = standing_of(config).found
    if now is None:
        raise Invalid("There is no database.")
    data = {
        "was": was.found and was.found.layout, "found": now.layout, "known": was.known.layout,
        "documents": now.documents, "kept": now.kept,
    }  # fmt: skip
    if was.is_known:
        return Report(data, (f"The database has {_in_words(now)} already.",))
    before = _in_words(was.found) if was.found else "none"
    kept = (f"How it was before is kept in {now.kept}.",) if now.kept else ()
    return Report(data, (f"The database had {before}; now it has {_in_words(now)}.", *kept))


@plain_task(
    source="backup to go back to (default: the newest from before an upgrade that this datalab can read)",
    yes="go back, and lose what was done since the upgrade",
)
def go_back(source: str = "", yes: bool = False) -> Report:
    """Bring the lab back as it was before the upgrade to a newer datalab, for this older one."""
    from pydatalab.app import open_lab
    from pydatalab.backups import before_upgrade
    from pydatalab.backups.restore import restore_archive
    from pydatalab.backups.verify import verify_archive
    from pydatalab.config import read_config
    from pydatalab.databases import set_newer_aside, standing_of

    config, terminal = read_config(), Terminal()
    path = path_in(source) if source else before_upgrade.newest_for(config.DATA_DIRECTORY.resolve())
    verdict = verify_archive(path, identity=None, progress=terminal)
    if verdict.problem or verdict.manifest is None:
        raise Invalid(f"{path} cannot be restored. {verdict.problem or 'It is no backup.'}")
    standing = standing_of(config)
    if standing.is_newer and not yes:
        raise Conflict(
            f"The lab would be as it was at {verdict.manifest.made_at[:19]} UTC ({path}). What was done since"
            " would be lost. Stop the server, and say --yes."
        )
    aside = set_newer_aside(config) if standing.is_newer else None
    try:
        with open_lab(config) as lab:
            restored = restore_archive(lab, path, progress=terminal)
    except Conflict as exc:
        if not exc.details.get("full"):
            raise
        raise Conflict(
            "The database is of this datalab, and not empty: there is nothing to go back from. Another"
            " state of the lab is brought back by admin.restore-backup."
        ) from exc
    finally:
        terminal.end()
    data = {
        "source": str(path), "made_at": verdict.manifest.made_at, "counts": restored.counts,
        "aside": str(aside) if aside else None,
    }  # fmt: skip
    said = f"The lab is as it was at {verdict.manifest.made_at[:19]} UTC: "
    lines = [said + counted(restored.counts.get("items", 0), "item") + ".", *restored.notes]
    if aside:
        lines.append(f"What the newer datalab had is in {aside}.")
    return Report(data, tuple(lines))


@plain_task(
    mongo_uri="database of the existing datalab (default: MONGO_URI of the settings)",
    files="folder of its uploads (default: FILE_DIRECTORY of the settings)",
    dry_run="say what would be done, and write nothing",
)
def adopt(mongo_uri: str = "", files: str = "", dry_run: bool = False) -> Report:
    """Take over the database and files of the datalab before this one."""
    from pydatalab.config import read_config
    from pydatalab.databases import existing_database
    from pydatalab.migrations.adopt import rehearse
    from pydatalab.migrations.stored_files import StoredFiles

    config = read_config()
    address = mongo_uri or config.MONGO_URI
    if not address:
        raise Invalid("Say by --mongo-uri which database is to be adopted.")
    terminal = Terminal()
    stored = StoredFiles(path_in(files) if files else config.files_directory, terminal)
    try:
        with existing_database(address) as source:
            if dry_run:
                did = rehearse(source, stored, config.IDENTIFIER_PREFIX)
                return _adopted(did, rehearsed=True)
            return _adopted(_adopt(config, address, stored, terminal))
    finally:
        terminal.end()


@lab_task(to="mongodb://…, or a folder or file for SQLite")
def move(desk: Desk, to: str) -> Report:
    """Copy all documents of the lab to another engine or place, and compare them all."""
    from pydatalab.databases import place_of, store_at
    from pydatalab.migrations import move as moving

    path = None if to.startswith(("mongodb://", "mongodb+srv://")) else _sqlite_file(to)
    if (path or to) == place_of(desk.config):
        raise Invalid(f"The lab is in {path or 'that database'} already. Say where else to.")
    store = store_at(path or to)
    try:
        moved = moving.move(desk.lab.store, store, desk.progress)
    finally:
        store.close()
    done = "are there and the same" if moved.changed else "were there already: nothing has changed"
    lines = (
        f"{counted(sum(moved.written.values()), 'document')} {done}.",
        *_settings_after(desk.config, path),
    )
    return Report(
        {"written": moved.written, "changed": moved.changed, "to": str(path or to)}, lines
    )


def _adopt(config: "Config", address: str, stored: "StoredFiles", terminal: Terminal) -> "Adopted":
    """Adopt a database into the lab of the settings."""
    from pydatalab.app import open_lab
    from pydatalab.databases import existing_database
    from pydatalab.migrations import adopt as adoption

    with ExitStack() as until_done:
        source = until_done.enter_context(existing_database(address))
        in_place = _is_in_place(config, address, source)
        lab = until_done.enter_context(open_lab(config, adopting=in_place))
        return adoption.adopt(lab, source, stored, in_place=in_place, progress=terminal)


def _is_in_place(config: "Config", address: str, source: "ExistingDatabase") -> bool:
    """Whether the settings name the very database that is to be adopted.

    Raises:
        Conflict: they name another one that would have to be adopted.
    """
    from pydatalab.databases import existing_database

    if not config.MONGO_URI:
        return False
    with existing_database(config.MONGO_URI) as own:
        if own.is_ours():
            return False
        if address != config.MONGO_URI and own.digest() != source.digest():
            raise Conflict(
                "MONGO_URI names another database of a datalab before this one. Let it name the one"
                " that is to be adopted, or an empty one."
            )
    return True


def _adopted(did: "Adopted", *, rehearsed: bool = False) -> Report:
    """What an adoption did, for people and scripts."""
    data = {
        "found": did.found,
        "written": did.written,
        "files": did.files,
        "notes": did.notes,
        "kept": str(did.kept) if did.kept else None,
        "changed": did.changed,
    }
    if not did.changed and not rehearsed:
        return Report(data, ("All of it was adopted before: nothing has changed.", *did.notes))
    rows = [("collection", "found", "would be made" if rehearsed else "made")]
    for name in dict.fromkeys([*did.found, *(one for one, n in did.written.items() if n)]):
        rows.append((name, f"{did.found.get(name, 0):,}", f"{did.written.get(name, 0):,}"))
    files = (f"{counted(count, 'file')} {WAYS[way]}." for way, count in did.files.items())
    kept = (f"What was there before is kept in {did.kept}.",) if did.kept else ()
    end = "This was a rehearsal: nothing was written." if rehearsed else "All of it arrived."
    return Report(data, (*in_columns(rows), *files, *did.notes, *kept, end))


def _sqlite_file(to: str) -> Path:
    """The SQLite file that somebody means by a folder or a file.

    Raises:
        Invalid: it is another address, or cannot be made.
    """
    from pydatalab.databases import DATABASE

    if not to or "://" in to.removeprefix("sqlite:///"):
        raise Invalid("Say where to as mongodb://…, or as a folder or file of this machine.")
    path = path_in(to.removeprefix("sqlite:///"))
    path = path if path.suffix == ".db" else path / DATABASE
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise Invalid(f"{path.parent} cannot be made: {exc.strerror}.") from exc
    return path.resolve()


def _settings_after(config: "Config", path: Path | None) -> tuple[str, ...]:
    """What to set, so that the lab opens in its new place."""
    if path is None:
        return ("Now set PYDATALAB_MONGO_URI to that address, and start the server again.",)
    if path.parent == config.DATA_DIRECTORY.resolve():
        return ("Now remove PYDATALAB_MONGO_URI from the settings, and start the server again.",)
    return (
        "Now remove PYDATALAB_MONGO_URI from the settings, start the server again with",
        f"PYDATALAB_DATA_DIRECTORY={path.parent}",
        f"PYDATALAB_FILE_DIRECTORY={config.file_store}",
    )


def _in_words(versions: "Versions") -> str:
    """The versions of a database, for people."""
    by = f", by datalab {versions.by}" if versions.by else ""
    return f"layout {versions.layout} and documents of version {versions.documents}{by}"
