"""Videos and PDF, which the page shows from the file itself: only whether they are whole is looked at.

Layout
    MP4 and QuickTime are boxes one behind the other: their length (4 bytes, big-endian; 1 means that
    8 bytes behind the name give it, 0 that the box reaches to the end), their name (4 bytes), their
    content. ``moov`` describes the film. WebM is only known by its mark. PDF ends with ``startxref``,
    the place of its table of contents, and ``%%EOF``.
Source
    ISO/IEC 14496-12, section 4.2; ISO 32000-1, section 7.5.5.
"""

import struct
from collections.abc import Iterator
from typing import IO

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.media.shown import Shown
from pydatalab.techniques.shared.source import SourceFile

MATROSKA = b"\x1a\x45\xdf\xa3"
END_OF_PDF = 4096
"""Bytes at the end of a PDF among which its last mark stands."""

CUT_SHORT = "The {} is damaged or cut short: upload it again."


def read_video(file: SourceFile, page: int = 1) -> Shown:
    """Look whether a video is whole.

    Raises:
        UnreadableFile: its boxes do not end where the file ends, or none describes the film.
    """
    with file.path.open("rb") as stream:
        if stream.read(4) != MATROSKA and b"moov" not in _boxes(stream):
            raise UnreadableFile(CUT_SHORT.format("video"))
    return Shown((), header={"show": "video"})


def read_pdf(file: SourceFile, page: int = 1) -> Shown:
    """Look whether a PDF has its end.

    Raises:
        UnreadableFile: it has not.
    """
    with file.path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(size - END_OF_PDF, 0))
        end = stream.read()
        if b"%%EOF" not in end or b"startxref" not in end:
            raise UnreadableFile(CUT_SHORT.format("PDF"))
    return Shown((), header={"show": "pdf"})


def _boxes(stream: IO[bytes]) -> set[bytes]:
    """Names of the outermost boxes.

    Raises:
        UnreadableFile: they do not end where the file ends.
    """
    size = stream.seek(0, 2)
    return set(_walked(stream, size))


def _walked(stream: IO[bytes], size: int) -> Iterator[bytes]:
    place = 0
    while place < size:
        stream.seek(place)
        start = stream.read(16)
        if len(start) < 8:
            return  # some cameras leave a few bytes at the end
        length, name = struct.unpack(">L4s", start[:8])
        if length == 1 and len(start) == 16:
            length = struct.unpack(">Q", start[8:])[0]
        length = length or size - place
        if length < 8 or place + length > size:
            raise UnreadableFile(CUT_SHORT.format("video"))
        yield name
        place += length
