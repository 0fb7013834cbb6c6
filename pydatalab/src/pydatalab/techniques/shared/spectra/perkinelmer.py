"""PerkinElmer Spectrum and Lambda: binary ``.sp``.

Layout
    ``PEPE``, 40 bytes of description, then blocks: an int16 code, an int32 size, and the content.
    A block 120 is wrapped around the others. A member's content starts with an int16 type; then
    −29838 has first and last abscissa (float64 each), −29836 their step, −29835 the number of
    points (int32), −29833 and −29832 the units of x and y (int16 length, text), −29828 the
    ordinates (int32 bytes, float64 each), −29827 the name. Little-endian.
Source
    None published by the vendor: the bytes of real files, and the codes that B. Perston's
    "PerkinElmer IR data file import tools" (BSD) and ``specio`` (BSD) name.
"""

import struct
from collections.abc import Iterator

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import (
    WAVENUMBER,
    Curve,
    axis_quantity,
    signal_quantity,
    spectra,
)

MAGIC = b"PEPE"
FIRST_BLOCK = 44
WRAPPER = 120
RANGE, POINTS, X_UNIT, Y_UNIT, DATA, NAME = (
    -29838, -29835, -29833, -29832, -29828, -29827,
)  # fmt: skip


def read_perkinelmer(file: SourceFile) -> Measurement:
    """Read a ``.sp`` file: one spectrum at even steps, in the unit that the file names.

    Raises:
        UnreadableFile: it is no such file, or it ends early.
        NoData: it holds no ordinates.
    """
    if not file.raw.startswith(MAGIC):
        raise UnreadableFile("The file does not start as a PerkinElmer .sp file (PEPE).")
    members = dict(_members(file.raw))
    if DATA not in members or RANGE not in members:
        raise NoData("The PerkinElmer file holds no spectrum.")
    try:
        first, last = struct.unpack_from("<dd", members[RANGE])
        y = _ordinates(members)
    except struct.error as exc:
        raise UnreadableFile("The PerkinElmer file is damaged: a member is too short.") from exc
    axis = axis_quantity(_text(members.get(X_UNIT, b"")), WAVENUMBER)
    name = _text(members.get(NAME, b""))
    unit = _text(members.get(Y_UNIT, b""))
    curve = Curve(np.linspace(first, last, len(y)), y, signal_quantity(unit, y), name)
    return spectra(axis, [curve], {"title": name} if name else {})


def _members(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Code and content, less its type, of each member."""
    place = FIRST_BLOCK
    while place + 6 <= len(raw):
        code, size = struct.unpack_from("<hi", raw, place)
        place += 6
        if code == WRAPPER:
            continue
        if not 0 <= size <= len(raw) - place:
            raise UnreadableFile("The PerkinElmer file ends early, or is damaged.")
        yield code, raw[place + 2 : place + size]
        place += size


def _ordinates(members: dict[int, bytes]) -> Floats:
    (size,) = struct.unpack_from("<i", members[DATA])
    values = members[DATA][4:]
    (points,) = struct.unpack_from("<i", members[POINTS]) if POINTS in members else (size // 8,)
    if points < 1 or points * 8 > len(values):
        raise UnreadableFile(f"The PerkinElmer file ends early: {points} points do not fit.")
    return np.frombuffer(values, "<f8", points)


def _text(content: bytes) -> str:
    if len(content) < 2:
        return ""
    (length,) = struct.unpack_from("<h", content)
    return content[2 : 2 + max(length, 0)].decode("cp1252", errors="replace").strip("\0 ")
