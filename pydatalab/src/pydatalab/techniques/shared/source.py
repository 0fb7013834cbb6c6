"""A file as a reader gets it: decompressed, under its own name, with a folder to unpack into."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.torn import TORN, without_torn_row


@dataclass(frozen=True)
class SourceFile:
    """One file to be read, in a folder of its own that is removed after the job."""

    path: Path
    """Where the bytes are, under the name as uploaded, less ``.gz`` or ``.bz2``. Read only."""

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def folder(self) -> Path:
        """Scratch space of this job, for readers that must unpack or write."""
        folder = self.path.parent / "scratch"
        folder.mkdir(exist_ok=True)
        return folder

    @cached_property
    def raw(self) -> bytes:
        """The whole file.

        Raises:
            UnreadableFile: it is empty.
        """
        raw = self.path.read_bytes()
        if not raw:
            raise UnreadableFile("The file is empty.")
        return raw

    @cached_property
    def text(self) -> str:
        """The whole file as text with ``\\n`` line ends: UTF-16 or UTF-8 by mark, else UTF-8, else cp1252."""
        return decoded(self.raw).replace("\r\n", "\n").replace("\r", "\n")

    @property
    def rows(self) -> str:
        """The text less a last row that stops half-way; ``notes`` tells of it."""
        return self._whole[0]

    @property
    def notes(self) -> list[str]:
        """What people are told of a measurement that was read from ``rows``."""
        return [TORN] if self._whole[1] else []

    @cached_property
    def _whole(self) -> tuple[str, bool]:
        return without_torn_row(self.text)


def decoded(raw: bytes) -> str:
    """Bytes of a text file as text: instruments write UTF-16 with a mark, UTF-8, or cp1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
