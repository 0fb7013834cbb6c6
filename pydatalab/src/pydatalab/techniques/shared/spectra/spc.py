"""Galactic SPC: spectra of GRAMS, Spectra Calc and Lab Calc, and of many who adopted their format.

Layout
    Byte 0 flags, byte 1 the version: ``K`` (new, little-endian), ``L`` (new, big-endian) or ``M``
    (old). A header of 512 bytes, 224 in the old version; where the flags say so, one array of
    float32 abscissae for all; then subfiles, each a header of 32 bytes, abscissae of its own where
    the flags say so, and the ordinates: float32 (exponent −128), or integers i of 32 or 16 bits
    with y = i · 2^(exponent − bits). Integers of 32 bits in the old version have their two halves
    swapped. Of subfiles with abscissae of their own the header says in place of the number of
    points where a directory stands, 12 bytes for each: place, size, time. The new header may
    point to a log: 64 bytes, then text of ``KEY=VALUE`` lines.
Source
    Galactic Industries, "A Brief Guide to SPC File Format" (1996) and its ``SPC.H``.
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import (
    Curve,
    Quantity,
    axis_quantity,
    signal_quantity,
    spectra,
)

SIXTEEN_BITS, MANY, OWN_LABELS, OWN_ABSCISSAE, ABSCISSAE = 0x01, 0x04, 0x20, 0x40, 0x80
FLOATING = -128
DIRECTORY_ENTRY = 12

AXES = {
    1: "Wavenumber (cm-1)", 2: "Wavelength (µm)", 3: "Wavelength (nm)", 4: "Time (s)",
    5: "Time (min)", 13: "Raman shift (cm-1)", 14: "Energy (eV)",
}  # fmt: skip
ORDINATES = {
    2: "Absorbance", 3: "Kubelka-Munk", 4: "Counts", 5: "Signal (V)", 10: "log(1/R)",
    11: "Percent", 12: "Intensity", 13: "Relative intensity", 14: "Energy",
    128: "Transmittance", 129: "Reflectance", 130: "Single beam", 131: "Emission",
}  # fmt: skip
POSITION = Quantity("x", "", "x")


@dataclass(frozen=True)
class _Header:
    """The main header, of either version."""

    flags: int
    order: str
    """``<`` or ``>``."""
    old: bool
    exponent: int
    points: int
    first: float
    last: float
    subfiles: int
    """0 where the file does not say: as many as follow."""
    x_type: int
    y_type: int
    date: str
    memo: str
    labels: tuple[str, ...]
    """Of x, y and z, where the file has its own."""
    log_offset: int

    @property
    def size(self) -> int:
        return 224 if self.old else 512


def read_spc(file: SourceFile) -> Measurement:
    """Read all spectra of an SPC file.

    Returns:
        The abscissa as the file names it, and one column for each subfile (see ``spectra``).
        Nothing is scaled beyond the file's own exponents.

    Raises:
        UnreadableFile: it is no SPC file, or it ends before its last point.
    """
    header = _header(file.raw)
    axis = axis_quantity(_label(header, 0, AXES.get(header.x_type, "")), POSITION)
    ordinate = _label(header, 1, ORDINATES.get(header.y_type, ""))
    arrays = _arrays(file.raw, header)
    curves = [
        Curve(x, y, signal_quantity(ordinate, y), str(n) if len(arrays) > 1 else "")
        for n, (x, y) in enumerate(arrays, start=1)
    ]
    return spectra(axis, curves, _said(file.raw, header))


def _header(raw: bytes) -> _Header:
    version = raw[1:2]
    try:
        if version == b"M":
            return _old_header(raw)
        if version in (b"K", b"L"):
            return _new_header(raw, "<" if version == b"K" else ">")
    except (struct.error, OverflowError, ValueError) as exc:
        raise UnreadableFile("The SPC file is shorter than its header, or damaged.") from exc
    raise UnreadableFile("The file does not start as a Galactic SPC file (version K, L or M).")


def _new_header(raw: bytes, order: str) -> _Header:
    flags, _, _, exponent, points, first, last, subfiles, x_type, y_type = struct.unpack_from(
        f"{order}BBBbiddiBB", raw
    )
    (date,) = struct.unpack_from(f"{order}I", raw, 32)
    (log_offset,) = struct.unpack_from(f"{order}I", raw, 248)
    return _Header(
        flags, order, False, exponent, points, first, last, max(subfiles, 1), x_type, y_type,
        _date(date >> 20, date >> 16 & 15, date >> 11 & 31, date >> 6 & 31, date & 63),
        _text(raw[88:218]), _labels(raw[218:248]), log_offset,
    )  # fmt: skip


def _old_header(raw: bytes) -> _Header:
    flags, _, exponent, points, first, last, x_type, y_type, year, month, day, hour, minute = (
        struct.unpack_from("<BBhfffBBHBBBB", raw)
    )
    return _Header(
        flags, "<", True, exponent, int(points), first, last, 0 if flags & MANY else 1,
        x_type, y_type, _date(year & 4095, month, day, hour, minute),
        _text(raw[64:194]), _labels(raw[194:224]), 0,
    )  # fmt: skip


def _date(year: int, month: int, day: int, hour: int, minute: int) -> str:
    try:
        return datetime(year, month, day, hour, minute).isoformat(timespec="minutes")
    except ValueError:
        return ""


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("cp1252", errors="replace").strip()


def _labels(raw: bytes) -> tuple[str, ...]:
    return tuple(part.decode("cp1252", errors="replace").strip() for part in raw.split(b"\0")[:3])


def _label(header: _Header, which: int, usual: str) -> str:
    """What an axis is called: by the file's own label, where it has one."""
    own = header.labels[which] if header.flags & OWN_LABELS and which < len(header.labels) else ""
    return own or usual


def _arrays(raw: bytes, header: _Header) -> list[tuple[Floats, Floats]]:
    """x and y of each subfile."""
    place, shared = header.size, None
    if not header.flags & OWN_ABSCISSAE:
        if header.flags & ABSCISSAE:
            shared, place = _floats(raw, place, header.points, header.order)
        else:
            if not 0 < header.points <= len(raw):
                raise UnreadableFile(
                    f"The SPC file promises {header.points} points: it is damaged."
                )
            shared = np.linspace(header.first, header.last, header.points)
    directory = _directory(raw, header)
    arrays: list[tuple[Floats, Floats]] = []
    while _more(raw, place, header, len(arrays)):
        place = directory[len(arrays)] if directory else place
        x, y, place = _subfile(raw, place, header, shared)
        arrays.append((x, y))
    return arrays


def _directory(raw: bytes, header: _Header) -> list[int]:
    """Where the subfiles stand that have abscissae of their own; empty: they follow each other."""
    start, end = header.points, header.points + DIRECTORY_ENTRY * header.subfiles
    if (
        not header.flags & OWN_ABSCISSAE
        or header.old
        or not header.size <= start <= end <= len(raw)
    ):
        return []
    places = struct.iter_unpack(f"{header.order}I8x", raw[start:end])
    return [place for (place,) in places]


def _more(raw: bytes, place: int, header: _Header, read: int) -> bool:
    if header.subfiles:
        return read < header.subfiles
    width = 2 if header.flags & SIXTEEN_BITS else 4
    return len(raw) - place >= 32 + width * header.points


def _subfile(
    raw: bytes, place: int, header: _Header, shared: Floats | None
) -> tuple[Floats, Floats, int]:
    if len(raw) < place + 32:
        raise UnreadableFile("The SPC file ends before its last spectrum.")
    exponent = raw[place + 1] - 256 if raw[place + 1] > 127 else raw[place + 1]
    (points,) = struct.unpack_from(f"{header.order}i", raw, place + 16)
    place += 32
    if shared is None:
        x, place = _floats(raw, place, points or header.points, header.order)
    else:
        x = shared
    if not header.flags & MANY or (header.old and exponent == 0):
        exponent = header.exponent
    y, place = _ordinates(raw, place, len(x), exponent, header)
    return x, y, place


def _ordinates(
    raw: bytes, place: int, points: int, exponent: int, header: _Header
) -> tuple[Floats, int]:
    if exponent == FLOATING:
        return _floats(raw, place, points, header.order)
    bits = 16 if header.flags & SIXTEEN_BITS else 32
    integers, place = _numbers(raw, place, points, f"{header.order}i{bits // 8}")
    if header.old and bits == 32:
        integers = ((integers & 0xFFFF) << 16) | ((integers >> 16) & 0xFFFF)
        integers = integers.astype(np.uint32).astype(np.int32)
    return integers * 2.0 ** (exponent - bits), place


def _floats(raw: bytes, place: int, points: int, order: str) -> tuple[Floats, int]:
    numbers, place = _numbers(raw, place, points, f"{order}f4")
    return numbers.astype(np.float64), place


def _numbers(raw: bytes, place: int, points: int, dtype: str) -> tuple[Any, int]:
    end = place + points * np.dtype(dtype).itemsize
    if points < 1 or end > len(raw):
        raise UnreadableFile(
            f"The SPC file ends early: {points} points should follow byte {place} of {len(raw)}."
        )
    numbers = np.frombuffer(raw, dtype, points, place)
    return numbers.astype(np.int64) if dtype[1] == "i" else numbers, end


def _said(raw: bytes, header: _Header) -> dict[str, Any]:
    """What the header and the log say."""
    said: dict[str, Any] = {}
    if header.memo:
        said["title"] = header.memo
    if header.date:
        said["date"] = header.date
    laser = _laser(_log(raw, header))
    if laser:
        said["laser_wavelength"] = laser
    return said


def _laser(log: Mapping[str, str]) -> float | None:
    """Wavelength of the exciting laser [nm], from its wavelength or its wavenumber in the log."""
    for key, value in log.items():
        found = re.match(r"(\d+(?:[.,]\d+)?)", value)
        number = float(found[1].replace(",", ".")) if found else 0.0
        if number and "laser" in key and "wave" in key:
            return number
        if number and key == "ramanfreq":
            return 1e7 / number
    return None


def _log(raw: bytes, header: _Header) -> Mapping[str, str]:
    place = header.log_offset
    if not 0 < place <= len(raw) - 64:
        return {}
    _, _, text_offset = struct.unpack_from(f"{header.order}III", raw, place)
    text = raw[place + text_offset :].split(b"\0", 1)[0].decode("cp1252", errors="replace")
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {key.strip().lower(): value.strip() for key, value in pairs}
