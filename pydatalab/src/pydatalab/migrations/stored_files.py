"""The bytes of an existing datalab, taken into the file store where they lie.

Layout: ``<folder>/<id of the file's record>/<name>``.
"""

import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from pydatalab.errors import Invalid, Unavailable
from pydatalab.files.digests import digests_of
from pydatalab.files.vault import Vault
from pydatalab.files.writer import Blob
from pydatalab.models.existing import name_of_bytes
from pydatalab.models.progress import Progress

RECORD = re.compile("[0-9a-f]{24}")


class Hashes:
    """Hashes that were taken, kept so that nothing is read twice if the adoption is run again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[tuple[str, int, int], tuple[str, str]] = {}
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                name, size, time, sha256, md5 = orjson.loads(line)
            except ValueError:  # the last line of one that was killed
                continue
            self._known[name, size, time] = sha256, md5

    def of(self, path: Path) -> Blob:
        """The hashes and size of a file, read unless it is the same as when it was read last."""
        found = path.stat()
        key = str(path), found.st_size, found.st_mtime_ns
        if key not in self._known:
            sha256, md5, size = digests_of(path)
            self._known[key] = sha256, md5
            with self._path.open("ab") as kept:
                kept.write(b"\n" + orjson.dumps([key[0], size, key[2], sha256, md5]))
        return Blob(*self._known[key], found.st_size)


class StoredFiles:
    """A folder of files to adopt. ``ways`` counts how they are kept.

    Raises:
        Invalid: there is no such folder.
    """

    def __init__(self, folder: Path, progress: Progress) -> None:
        if not folder.is_dir():
            raise Invalid(f"There is no folder {folder}. Say by --files where the files lie.")
        self._folder, self._progress = folder.resolve(), progress
        self.ways: Counter[str] = Counter()
        self._taken: dict[Path, Blob] = {}

    def of(self, raw: Mapping[str, Any]) -> tuple[Blob | None, Mapping[str, Blob]]:
        """The bytes that a record speaks of, and others that lie beside them, by name."""
        there = {name: self._blob(path) for name, path in self.paths_of(raw).items()}
        name = name_of_bytes(raw, there)
        others = {other: blob for other, blob in there.items() if other != name}
        return (there[name] if name else None), others

    def paths_of(self, raw: Mapping[str, Any]) -> Mapping[str, Path]:
        """The files in the folder of a record, by name."""
        record = str(raw.get("_id"))
        if not RECORD.fullmatch(record):
            return {}
        try:
            with os.scandir(self._folder / record) as entries:
                found = sorted(entry.name for entry in entries if entry.is_file())
        except FileNotFoundError:
            return {}
        except OSError as exc:
            raise _unreadable(self._folder / record, exc) from exc
        return {name: self._folder / record / name for name in found}

    def take(self, raw: Mapping[str, Any], vault: Vault, hashes: Hashes) -> None:
        """Have the file store keep the files of a record where they lie.

        Raises:
            Unavailable: one cannot be read, or not be kept.
        """
        for path in self.paths_of(raw).values():
            if path in self._taken:
                continue
            try:
                blob = hashes.of(path)
            except OSError as exc:
                raise _unreadable(path, exc) from exc
            self.ways[vault.adopt(path, blob.sha256)] += 1
            self._taken[path] = blob
            self._progress.tell("Reading files", len(self._taken))

    def without_record(self, records: set[str]) -> list[str]:
        """Files in folders that no record speaks of."""
        with os.scandir(self._folder) as entries:
            names = (entry.name for entry in entries if RECORD.fullmatch(entry.name))
            folders = sorted(set(names) - records)
        return [f"{name}/{file}" for name in folders for file in self.paths_of({"_id": name})]

    def _blob(self, path: Path) -> Blob:
        """What was taken; of what was not (in a rehearsal) only the size is known."""
        return self._taken.get(path) or Blob("", "", path.stat().st_size)


def _unreadable(path: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"{path} cannot be read: {error.strerror}. Let the account that runs datalab read all files,"
        " and run this again."
    )
