"""Numbers and names at fixed places of a binary file."""

import math
import struct
from typing import Any

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Floats
from pydatalab.techniques.xrd.scans import evenly

CUT = "The file is cut short: upload it again."


def field(raw: bytes, form: str, place: int) -> Any:
    """One little-endian number, ``form`` as in ``struct``.

    Raises:
        UnreadableFile: the file ends before it.
    """
    try:
        return struct.unpack_from(f"<{form}", raw, place)[0]
    except struct.error as exc:
        raise UnreadableFile(CUT) from exc


def words(raw: bytes, place: int, length: int) -> str:
    """A text of at most ``length`` bytes that ends at the first zero."""
    return raw[place : place + length].split(b"\0")[0].decode("cp1252", errors="replace").strip()


def first_floats(raw: bytes, place: int, count: int, record: int) -> Floats:
    """The four-byte number that starts each of ``count`` records of ``record`` bytes.

    Raises:
        UnreadableFile: the file ends before the last record, or records are too small.
    """
    if record < 4 or place + count * record > len(raw):
        raise UnreadableFile(CUT)
    table = np.frombuffer(raw, np.uint8, count * record, place).reshape(count, record)
    with np.errstate(invalid="ignore"):
        return np.ascontiguousarray(table[:, :4]).view("<f4")[:, 0].astype(np.float64)


def places(start: float, step: float, count: int) -> Floats:
    """Evenly spaced angles.

    Raises:
        UnreadableFile: angles that no goniometer has.
    """
    if not (math.isfinite(start) and math.isfinite(step)) or not 0 < abs(step) < 360:
        raise UnreadableFile(f"The scan starts at {start:g}° and steps by {step:g}°: damaged.")
    if abs(start) > 1000 or abs(step) * count > 1000:
        raise UnreadableFile(f"The scan would run over {abs(step) * count:g}°: damaged.")
    return evenly(start, step, count)
