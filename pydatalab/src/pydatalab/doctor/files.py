"""The file store and the folders beside it: written to, on volumes, with room; and some files read."""

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pydatalab.config import CONFIG_FILE, DEFAULTS_FILE, PREFIX, Config
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.doctor.look import Look
from pydatalab.doctor.machine import nearest_folder
from pydatalab.doctor.settings import places_of
from pydatalab.errors import NotFound, Unavailable
from pydatalab.files.writer import readable_size
from pydatalab.lab import Lab
from pydatalab.models.words import counted
from pydatalab.store.query import EVERYTHING, Document, Order, Query

READ_BY_NAME = ("SSH_KEY_FILE", "SSH_KNOWN_HOSTS", "BACKUP_IDENTITY_FILE")
"""Settings that name files to be read."""

LEAST_FREE = 1_000_000_000
"""Bytes below which hardly anything can be kept."""

SAMPLE = 25
"""Files that are read."""

MOST_READ = 200_000_000
"""Bytes that are read for that."""


def examine(look: Look, config: Config) -> Iterator[Finding]:
    """The folders that the server writes to."""
    places = places_of(config)
    if "uploads" not in places:
        yield ok("files-remote", f"Uploads are kept in {config.file_store}.")
    seen: set[Path] = set()
    for what, place in places.items():
        yield from _on_a_volume(look, config, what, place)
        if place not in seen:
            yield from _writable(what, place)
        seen.add(place)
    if "uploads" in places:
        yield from _room("uploads", places["uploads"], config.MAX_CONTENT_LENGTH)
    yield from _room("data", places["data"], LEAST_FREE)
    yield from _owners_alone(look, places["data"])
    yield from _unused_volumes(look, config, places)
    yield from _named(config)


def examine_blobs(config: Config, lab: Lab) -> Iterator[Finding]:
    """Some of the files, the newest and the oldest, compared with what they were; and, where they are kept
    elsewhere, whether that can be written to."""
    if "://" in config.file_store:
        yield from _remote(config, lab)
    left, read, wrong = MOST_READ, 0, []
    for file in _some(lab):
        sha256, size = (file.get("checksums") or {}).get("sha256"), file.get("size") or 0
        if not sha256 or size > left:
            continue
        left -= size
        read += 1
        with suppress(NotFound):
            digest = hashlib.sha256()
            for gulp in lab.vault.read_range(sha256):
                digest.update(gulp)
            if digest.hexdigest() == sha256:
                continue
        wrong.append(file.get("original_name") or file.get("name") or sha256)
    if wrong:
        yield error(
            "files-damaged",
            f"Of {counted(read, 'file')} that were read, these are missing or altered: {', '.join(wrong)}.",
            "Run `pydatalab admin.check-files` to see all, and with --repair-from a backup to put them right.",
        )
    else:
        yield ok(
            "files-whole", f"As they came: {counted(read, 'file')} that were read as a sample."
        )


def _remote(config: Config, lab: Lab) -> Iterator[Finding]:
    """Keep something that nobody has, and remove it."""
    try:
        with lab.vault.writer() as writer:
            writer.write(secrets.token_bytes(32))
            blob = writer.finish()
        lab.vault.remove(blob.sha256)
    except (Unavailable, OSError) as exc:
        yield error(
            "uploads-not-writable",
            f"Uploads: {config.file_store} cannot be written to ({exc}).",
            "See that AWS_ENDPOINT_URL names the server, that the bucket is there, and that AWS_ACCESS_KEY_ID and"
            " AWS_SECRET_ACCESS_KEY open it.",
        )
    else:
        yield ok("uploads-writable", f"Uploads: {config.file_store} can be written to.")


def _some(lab: Lab) -> list[Document]:
    half = SAMPLE // 2
    found = {}
    for newest in (True, False):
        order = Order("immutable_id", descending=newest)
        for one in lab.store.files.find(Query(EVERYTHING, order, half + newest)).documents:
            found[one["immutable_id"]] = one
    return list(found.values())


def _on_a_volume(look: Look, config: Config, what: str, place: Path) -> Iterator[Finding]:
    if look.machine.keeps(place):
        yield from _by_name(look, what, place)
        return
    said = f"{what.capitalize()}: {place} lies inside the container, on no volume, and vanishes with it."
    to_do = f"Mount a volume at {place} (docs/how-to/deploy.md#where-things-are-kept), or choose a folder on one."
    is_lost = what not in {"the log", "drills"} and not (what == "data" and config.MONGO_URI)
    weight = error if is_lost and look.machine.is_ours else warning
    yield weight(f"{_short(what)}-not-on-a-volume", said, to_do)


def _short(what: str) -> str:
    """What is kept in a folder, in one word: ``log``, ``backups``."""
    first, last = what.partition(" ")[0], what.rpartition(" ")[2]
    return first if first == "backups" else last


def _by_name(look: Look, what: str, place: Path) -> Iterator[Finding]:
    """A volume that has no name is another one after `docker compose down`."""
    mount = look.machine.mount_of(place)
    if look.machine.is_container and mount and mount.is_nameless:
        yield warning(
            "volume-nameless",
            f"{what.capitalize()}: {place} lies on a volume without a name, which nobody finds again after"
            " `docker compose down`.",
            f"Mount a folder, or a volume with a name, at {place} (docs/how-to/deploy.md#where-things-are-kept).",
        )


def _writable(what: str, place: Path) -> Iterator[Finding]:
    """Try it, where the folder is, or in the nearest one above it that is."""
    try:
        with tempfile.TemporaryFile(dir=nearest_folder(place)) as trial:
            trial.write(b"written by the doctor")
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as exc:
        yield error(
            f"{_short(what)}-not-writable",
            f"{what.capitalize()}: {place} cannot be written to ({exc.strerror}).",
            f"Let the account that runs the server own it: `chown -R {os.getuid()}:{os.getgid()} {place}`;"
            " see that its disk is neither full nor mounted read-only.",
        )
    else:
        yield ok(
            f"{_short(what)}-writable",
            f"{what.capitalize()}: {place} can be written to.",
        )


def _owners_alone(look: Look, data: Path) -> Iterator[Finding]:
    """Whether other accounts of this machine get at the database; in our container there are none."""
    if look.machine.is_ours or not data.is_dir() or not data.stat().st_mode & 0o077:
        return
    yield warning(
        "data-open",
        f"Other accounts of this machine can look into {data}, which has the database and the secret key.",
        f"Close it: `chmod 700 {data}`.",
    )


def _room(what: str, place: Path, wanted: int) -> Iterator[Finding]:
    disk = shutil.disk_usage(nearest_folder(place))
    said = (
        f"{readable_size(disk.free)} of {readable_size(disk.total)} are free for {what} at {place}."
    )
    to_do = "Make room (`pydatalab admin.show-space` shows what takes it), or use a larger disk."
    if disk.free < LEAST_FREE:
        yield error(f"{what}-no-room", said, to_do)
    elif disk.free < wanted:
        yield warning(
            f"{what}-little-room",
            f"{said} The largest upload that is allowed (MAX_CONTENT_LENGTH) does not fit.",
            to_do,
        )
    else:
        yield ok(f"{what}-room", said)


def _unused_volumes(look: Look, config: Config, places: dict[str, Path]) -> Iterator[Finding]:
    """Volumes of the container in which nothing lies that we write or read."""
    used = [*places.values(), *_read_from(look, config)]
    for volume in look.machine.volumes:
        if any(one.is_relative_to(volume) or volume.is_relative_to(one) for one in used):
            continue
        yield warning(
            "volume-unused",
            f"A volume is mounted at {volume}, where the server writes nothing.",
            f"Mount it where it is needed: uploads go to {places.get('uploads', config.file_store)}, data to"
            f" {places['data']}. Or name it in FILE_DIRECTORY.",
        )


def _named(config: Config) -> Iterator[Finding]:
    """Files that settings name: those to be read, and the log."""
    if config.LOG_FILE and config.LOG_FILE.is_dir():
        yield error(
            "log-is-a-folder",
            f"LOG_FILE names {config.LOG_FILE}, which is a folder: nothing is kept of the log.",
            f"Name a file in it: {config.LOG_FILE / 'datalab.log'}.",
        )
    read = {name: getattr(config, name) for name in READ_BY_NAME}
    for place in config.REMOTE_FILESYSTEMS:
        read[f"secret_file of {place.name} in REMOTE_FILESYSTEMS"] = place.secret_file
    for name, file in read.items():
        if file and not os.access(found := Path(file).expanduser(), os.R_OK):
            yield error(
                "named-file-missing",
                f"The {name} {found} is not there, or cannot be read.",
                f"Put it there, let the account that runs the server read it, or correct {name}.",
            )


def _read_from(look: Look, config: Config) -> list[Path]:
    """What the settings say is read."""
    named = [look.environment.get(PREFIX + name) for name in (CONFIG_FILE, DEFAULTS_FILE)]
    read = [Path(one) for one in named if one]
    read += [Path(one.path) for one in config.REMOTE_FILESYSTEMS if one.kind == "folder"]
    files = [getattr(config, name) for name in READ_BY_NAME]
    return [*read, *(one for one in files if one), Path(__file__).parents[1]]
