"""Zip archives of instruments, opened so that a hostile one does no harm.

No member is written outside the folder it goes to, links are left out, and what comes out is
limited in bytes, in number, and in how much larger it is than what went in.
"""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.source import SourceFile

LARGEST = 2_000_000_000
"""Bytes that an archive may hold when unpacked."""

MOST_MEMBERS = 20_000

LARGEST_RATIO = 300
"""How much larger the content may be than the archive; real data stay below a hundredth of that..."""

SMALL = 100_000_000
"""... and content below this many bytes is never refused for its ratio."""

DAMAGED = "The zip archive is damaged or cut short: upload it again."


@dataclass(frozen=True)
class Archive:
    """An open zip archive."""

    zip: zipfile.ZipFile

    @property
    def names(self) -> list[str]:
        """Names of the files inside, less what macOS adds."""
        return [info.filename for info in _files(self.zip)]

    def read(self, name: str, largest: int = LARGEST) -> bytes:
        """One file of the archive.

        Raises:
            UnreadableFile: there is none of that name, it is larger than ``largest`` bytes, or damaged.
        """
        try:
            info = self.zip.getinfo(name)
        except KeyError:
            raise UnreadableFile(f"The archive holds no file {name!r}.") from None
        _limit([info], largest)
        with _translated():
            return self.zip.read(info)


@contextmanager
def opened(file: SourceFile) -> Iterator[Archive]:
    """A zip archive, open for reading several members.

    Raises:
        UnreadableFile: it is no zip archive, or a damaged one.
    """
    with _translated():
        archive = zipfile.ZipFile(file.path)
    with archive:
        if len(archive.infolist()) > MOST_MEMBERS:
            raise UnreadableFile(f"The archive holds more than {MOST_MEMBERS:,} files.")
        yield Archive(archive)


def member(file: SourceFile, name: str, largest: int = LARGEST) -> bytes:
    """One file of a zip archive, of at most ``largest`` bytes.

    Raises:
        UnreadableFile: no archive, no such file, too large, or damaged.
    """
    with opened(file) as archive:
        return archive.read(name, largest)


def unpack(file: SourceFile, into: Path, largest: int = LARGEST) -> Path:
    """All files of a zip archive, written below the folder ``into``; links are left out.

    Args:
        file: the archive.
        into: folder to write to; made where it is missing.
        largest: bytes that the files may have together.

    Returns:
        ``into``.

    Raises:
        UnreadableFile: no archive, damaged, too large, or with names that lead out of the folder.
    """
    with opened(file) as archive:
        infos = _files(archive.zip)
        _limit(infos, largest)
        places = [_place(info.filename, into) for info in infos]
        into.mkdir(parents=True, exist_ok=True)
        for info, place in zip(infos, places, strict=True):
            with _translated():
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.zip.open(info) as source, place.open("wb") as target:
                    shutil.copyfileobj(source, target)
    return into


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Members that are files, less links and what macOS adds."""
    return [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and not stat.S_ISLNK(info.external_attr >> 16)
        and not info.filename.startswith("__MACOSX/")
        and PurePosixPath(info.filename).name != ".DS_Store"
    ]


def _limit(infos: list[zipfile.ZipInfo], largest: int) -> None:
    """Refuse members that grow too large. ``zipfile`` never gives more than the size stated."""
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > largest:
        raise UnreadableFile(
            f"The archive would grow to {total / 1e6:,.0f} MB; at most {largest / 1e6:,.0f} MB are unpacked."
        )
    if total > SMALL and total > LARGEST_RATIO * packed:
        raise UnreadableFile("The archive grows beyond belief when unpacked, and was left alone.")


def _place(name: str, into: Path) -> Path:
    """Where a member goes.

    Raises:
        UnreadableFile: its name leads out of the folder.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or parts[0].startswith("/") or ".." in parts or ":" in parts[0]:
        raise UnreadableFile(f"The archive holds a file with a forbidden name: {name!r}.")
    return into.joinpath(*parts)


@contextmanager
def _translated() -> Iterator[None]:
    """What ``zipfile`` says about a broken archive, in our words."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as exc:
        raise UnreadableFile(DAMAGED) from exc
    except NotImplementedError as exc:
        raise UnreadableFile("The archive is compressed in a way that is not supported.") from exc
    except RuntimeError as exc:
        raise UnreadableFile("The archive is protected by a password.") from exc
    except (OSError, ValueError) as exc:
        raise UnreadableFile("The archive cannot be unpacked: pack it anew.") from exc
