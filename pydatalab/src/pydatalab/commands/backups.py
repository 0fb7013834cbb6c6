"""Tasks that back the lab up, and bring it back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydatalab.commands.desk import Desk, Report, Terminal, lab_task, path_in, plain_task
from pydatalab.models.words import counted, items_counted

if TYPE_CHECKING:
    from pydatalab.backups.restore import Restored
    from pydatalab.backups.verify import Verdict
    from pydatalab.lab import Lab
    from pydatalab.models.progress import Progress


@lab_task(
    output_path="the archive to write, ending with .tar, .tar.gz or .tar.zst (.age behind: encrypted)",
    strategy_name="the strategy of the settings to run instead",
    encrypt_to="public keys of age, with commas between them, for an archive that ends with .age",
)
def create_backup(
    desk: Desk, output_path: str = "", strategy_name: str = "", encrypt_to: str = ""
) -> Report:
    """Back up everything at one moment, beside a running server; to a file, or by a strategy."""
    from pydatalab.backups.strategies import listed
    from pydatalab.errors import Invalid

    if bool(output_path) == bool(strategy_name):
        raise Invalid(
            "Say either where to, by --output-path, or which strategy, by --strategy-name. "
            + listed(desk.lab)
        )
    if strategy_name:
        return _run(desk, strategy_name)
    return _write(desk, path_in(output_path), tuple(filter(None, encrypt_to.split(","))))


def _run(desk: Desk, strategy_name: str) -> Report:
    from pydatalab.backups.runs import run_strategy
    from pydatalab.files.writer import readable_size

    record = run_strategy(desk.lab, strategy_name, progress=desk.progress)
    size = readable_size(record["size"])
    said = f"{record['name']} ({size}) is in {record['location']}."
    warnings = tuple(f"Note: {one}" for one in record.get("warnings") or ())
    return Report(record, (said, *warnings))


def _write(desk: Desk, path: Path, recipients: tuple[str, ...]) -> Report:
    from pydatalab.backups.archive import compression_of, create_archive
    from pydatalab.errors import Invalid
    from pydatalab.files.writer import readable_size

    compression = compression_of(path.name)
    if bool(recipients) != path.name.endswith(".age"):
        raise Invalid("An archive that is encrypted (--encrypt-to) ends with .age, and no other.")
    manifest = create_archive(
        desk.lab, path, settings=desk.lab.backup_plan.settings, compression=compression,
        recipients=recipients, progress=desk.progress,
    )  # fmt: skip
    size, counts = path.stat().st_size, dict(manifest.counts)
    said = (
        f"{path} ({readable_size(size)}) holds"
        f" {items_counted(counts['items'], manifest.deleted_items)} and"
        f" {counted(counts['files'], 'file')} of {manifest.made_at[:19]} UTC."
    )
    data = {
        "path": str(path), "size": size, "made_at": manifest.made_at, "counts": counts,
        "deleted_items": manifest.deleted_items, "digest": manifest.digest,
        "warnings": manifest.warnings,
    }  # fmt: skip
    return Report(data, (said, *_notes(manifest.warnings)))


SOURCE = "a file, the sftp:// or s3:// address of one, a repository's snapshot, or a strategy"


@plain_task(
    source=SOURCE,
    time="of a strategy: its newest backup up to then, as 2026-11-22 or 2026-11-22T04:05",
    identity="file with the secret key of age, for one that is encrypted",
)
def verify_backup(source: str, time: str = "", identity: str = "") -> Report:
    """Read a backup to its end and compare all of it with its hashes, without restoring it."""
    terminal = Terminal()
    try:
        verdict = _verdict(source_in(source), time, key_in(identity), terminal)
    finally:
        terminal.end()
    counts = dict(verdict.counts)
    data = {
        "ok": verdict.ok, "problem": verdict.problem, "counts": counts, "notes": verdict.notes,
        "made_at": verdict.manifest.made_at if verdict.manifest else None,
        "deleted_items": verdict.deleted_items,
    }  # fmt: skip
    if verdict.problem:
        said = "cannot be restored" if verdict.has_key else "was not checked"
        return Report(data, (f"{source} {said}. {verdict.problem}",), ok=False)
    said = f"{source} is whole: {_counted(counts, verdict.deleted_items)}."
    return Report(data, (said, *_notes(verdict.notes)))


def _verdict(source: str, time: str, identity: str | None, progress: "Progress") -> "Verdict":
    """Whether a backup is whole. A plain file is read without opening a lab."""
    from pydatalab.app import open_lab
    from pydatalab.backups.sources import verified_source
    from pydatalab.backups.verify import verify_archive
    from pydatalab.config import read_config

    if Path(source).is_file() and not source.endswith(".json") and not time:
        return verify_archive(Path(source), identity=identity, progress=progress)
    with open_lab(read_config()) as lab:
        return verified_source(lab, source, time=time or None, identity=identity, progress=progress)


@lab_task(
    source=SOURCE,
    time="of a strategy: its newest backup up to then, as 2026-11-22 or 2026-11-22T04:05",
    item="refcode or id of the one item to restore, with its files and versions",
    yes="go on where the lab, or the item, is there already",
    identity="file with the secret key of age, for an archive that is encrypted",
)
def restore_backup(
    desk: Desk,
    source: str,
    time: str | None = None,
    item: str | None = None,
    yes: bool = False,
    identity: str = "",
) -> Report:
    """Bring everything, or one item, back as a backup has it, after checking all of that."""
    from pydatalab.backups.restore import restore_archive
    from pydatalab.backups.sources import opened_source

    key = key_in(identity)
    source = source_in(source)
    with opened_source(desk.lab, source, time=time, identity=key) as opened:
        restored = restore_archive(
            desk.lab, opened.stream, item=item, replace=yes, size=opened.size,
            identity=key, progress=desk.progress,
        )  # fmt: skip
    what = opened.called if item is None else f"{restored.refcode} of {opened.called}"
    deleted = _deleted(desk.lab) if item is None else None
    return _restored(restored, f"{what} is restored", deleted)


@lab_task()
def confirm_restore(desk: Desk) -> Report:
    """Let go of what was there before the restores so far; they cannot be undone then."""
    from pydatalab.backups import restore

    confirmed = restore.confirm_restore(desk.lab)
    said = (
        f"Confirmed: {counted(confirmed, 'restore')}."
        if confirmed
        else "There is no restore to confirm."
    )
    return Report({"confirmed": confirmed}, (said,))


@lab_task()
def undo_restore(desk: Desk) -> Report:
    """Bring back what was there before the last restore; doing it again brings that back."""
    from pydatalab.backups import restore

    restored = restore.undo_restore(desk.lab, desk.progress)
    return _restored(restored, "The restore is undone", _deleted(desk.lab))


def _deleted(lab: "Lab") -> int:
    """Items of a lab that people had deleted."""
    from pydatalab.services.access import ALL_SHOWN, WHOLE_LAB
    from pydatalab.store.query import Every

    shown, every = (lab.store.items.count(Every(()), scope=one) for one in (ALL_SHOWN, WHOLE_LAB))
    return every - shown


def _restored(restored: "Restored", what: str, deleted: int | None) -> Report:
    counts = dict(restored.counts)
    data: dict[str, Any] = {
        "counts": counts, "files": restored.files, "notes": restored.notes,
        "kept": str(restored.kept) if restored.kept else None, "deleted_items": deleted,
    }  # fmt: skip
    lines = [f"{what}: {_counted(counts, deleted)}.", *_notes(restored.notes)]
    if restored.kept:
        lines += [
            f"What was there before is kept in {restored.kept}.",
            "See whether all is well; then run admin.confirm-restore, or admin.undo-restore.",
        ]
    return Report(data, tuple(lines))


def _counted(counts: dict[str, int], deleted: int | None = None) -> str:
    items = items_counted(counts.get("items", 0), deleted)
    files, people = counts.get("files", 0), counts.get("users", 0)
    return f"{items}, {counted(files, 'file')}, {counted(people, 'person', 'people')}"


def _notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"Note: {note}" for note in notes)


def source_in(text: str) -> str:
    """A backup as people name it; a path with the home folder in it."""
    return text if "://" in text else str(path_in(text))


def key_in(identity: str) -> str | None:
    """The secret key that a file holds.

    Raises:
        NotFound: there is no such file.
    """
    from pydatalab.errors import NotFound

    if not identity:
        return None
    try:
        return path_in(identity).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise NotFound(f"The key in {identity} cannot be read.") from exc
