"""Knowing files of spectra, and what their axis is, from the start alone.

Standard library alone: this runs in the API process. Each function gives the name of the axis as
``words`` has it, an empty text where the file does not say, and ``None`` where the file is of
another format.
"""

import math
import re
import struct

from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.spectra.words import axis_name

SPC_AXES = {1: "wavenumber", 2: "wavelength_um", 3: "wavelength", 13: "raman_shift", 14: "energy"}
SPC_RAMAN = 11
"""Kind of experiment in the header of SPC."""

OPUS_KINDS = {4, 5, 6, 12, 15, 16, 17}
"""Absorbance, transmittance, Kubelka–Munk, reflectance, log R, ATR and photoacoustic blocks."""

OPUS_RAMAN = 10

OMNIC_AXES = {1: "wavenumber", 3: "wavelength", 4: "wavelength_um", 32: "raman_shift"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHIMADZU = "DataSetGroup".encode("utf-16-le")


def spc_axis(head: FileHead) -> str | None:
    """Galactic SPC: ``other`` where the axis is none of a spectrum (time, m/z)."""
    start = head.start
    version = start[1:2]
    if start.startswith(b"PK\x03\x04"):  # a zip archive, whose second byte is a K too
        return None
    try:
        if version == b"M":
            points, first, last, kind = struct.unpack_from("<fffB", start, 4)
            experiment, subfiles = 0, 1
            if not (
                1 <= points < 1e9 and points == int(points)
            ):  # a bitmap, whose second letter is an M too
                return None
        elif version in (b"K", b"L"):
            order = "<" if version == b"K" else ">"
            experiment, _, points, first, last, subfiles, kind = struct.unpack_from(
                f"{order}BbiddiB", start, 2
            )
        else:
            return None
    except struct.error:
        return None
    if not (head.binary and 0 <= points < 1e9 and 0 <= subfiles < 1e6 and _sane(first, last)):
        return None
    if experiment == SPC_RAMAN:
        return "raman_shift"
    return "" if kind == 0 else SPC_AXES.get(kind, "other")


def _sane(*numbers: float) -> bool:
    return all(math.isfinite(number) and abs(number) < 1e9 for number in numbers)


def spc_range(head: FileHead) -> tuple[float, float]:
    """First and last abscissa of a file that ``spc_axis`` knows."""
    if head.start[1:2] == b"M":
        first, last = struct.unpack_from("<ff", head.start, 8)
    else:
        first, last = struct.unpack_from("<dd" if head.start[1:2] == b"K" else ">dd", head.start, 8)
    return first, last


def shimadzu_axis(head: FileHead) -> str | None:
    """Shimadzu UVProbe: always a wavelength."""
    return "wavelength" if head.start.startswith(OLE) and SHIMADZU in head.start else None


def opus_axis(head: FileHead) -> str | None:
    """Bruker OPUS: ``raman_shift`` where it has a Raman block, else ``wavenumber`` or nothing."""
    if not head.start.startswith(b"\x0a\x0a\xfe\xfe") or len(head.start) < 24:
        return None
    place, most = struct.unpack_from("<ii", head.start, 12)
    entries = head.start[place : place + 12 * most] if place > 0 and 0 < most < 10_000 else b""
    whole = entries[: len(entries) // 12 * 12]
    kinds = {code >> 10 & 31 for code, _, _ in struct.iter_unpack("<iii", whole)}
    if OPUS_RAMAN in kinds:
        return "raman_shift"
    return "wavenumber" if kinds & OPUS_KINDS else ""


def omnic_axis(head: FileHead) -> str | None:
    """Thermo OMNIC ``.spa`` and ``.spg``."""
    start = head.start
    if not start.startswith(b"Spectral Data File"):
        return None
    for place in range(304, min(len(start) - 16, 304 + 16 * 200), 16):
        key, header = struct.unpack_from("<HI", start, place)
        if key == 2:
            kind = start[header + 8] if header + 8 < len(start) else 0
            return OMNIC_AXES.get(kind, "")
    return ""


def perkinelmer_axis(head: FileHead) -> str | None:
    """PerkinElmer ``.sp``: by the unit of its abscissa."""
    if not head.start.startswith(b"PEPE2D"):
        return None
    unit = re.search(rb"\x77\x8b....\x23\x75(..)", head.start, re.DOTALL)
    if not unit:
        return ""
    (length,) = struct.unpack("<h", unit[1])
    text = head.start[unit.end() : unit.end() + max(length, 0)]
    return axis_name(text.decode("cp1252", errors="replace"))


def peds_axis(head: FileHead) -> str | None:
    """PerkinElmer's ASCII export: by the unit after ``#GR``."""
    text = head.text
    if head.binary or not re.match(r"PE \w+ +SUBTECH +SPECTRUM +ASCII", text):
        return None
    unit = re.search(r"^#GR\s*\n([^\n]*)", text, re.MULTILINE)
    return axis_name(unit[1]) if unit else ""
