"""Thermo OMNIC: one spectrum (``.spa``) or a group of them (``.spg``).

Layout
    ``Spectral Data File``, CR, LF; the title at byte 30. The uint16 at byte 294 counts the entries
    of a directory at byte 304, 16 bytes each: a key (uint16), where its block stands and how long
    it is (uint32 each), six bytes ?. Each spectrum has a block 2 (header: at byte 4 the number of
    points, 8 the kind of x, 12 the kind of y, 36 the scans, 80 the reference laser [cm⁻¹], 96 the
    Raman laser [cm⁻¹]; first and last x as float32 at 16 and 20), a block 3 (ordinates, float32)
    and a block 107 (name, 256 bytes; then the time, seconds since 31 December 1899). Little-endian.
Source
    None published by the vendor: the bytes of real files, and what others have found out
    (SpectroChemPy's developer guide to OMNIC files).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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

MAGIC = b"Spectral Data File"
DIRECTORY, ENTRY = 304, 16
HEADER, ORDINATES, NAME = 2, 3, 107
ARRAYS = (3, 102, 103)
"""Ordinates, and the interferograms of sample and background, which are not read."""
EPOCH = datetime(1899, 12, 31, tzinfo=UTC)

AXES = {
    1: "Wavenumber (cm-1)", 3: "Wavelength (nm)", 4: "Wavelength (µm)", 32: "Raman shift (cm-1)",
}  # fmt: skip
SIGNALS = {
    11: "Reflectance (%)", 12: "log(1/R)", 15: "Single beam", 16: "Transmittance (%)",
    17: "Absorbance", 20: "Kubelka-Munk", 21: "Reflectance", 22: "Detector signal (V)",
    26: "Photoacoustic", 31: "Raman intensity",
}  # fmt: skip
POINT = Quantity("point", "", "Data point")


@dataclass
class _Blocks:
    """Where the blocks of one spectrum stand, and how long they are."""

    header: int
    ordinates: tuple[int, int] | None = None
    name: int | None = None


def read_omnic(file: SourceFile) -> Measurement:
    """Read every spectrum of a ``.spa`` or ``.spg`` file, in the file's own quantities.

    Raises:
        UnreadableFile: it is no OMNIC file, or it ends before its last point.
        NoData: it has no spectrum.
    """
    raw = file.raw
    if not raw.startswith(MAGIC):
        raise UnreadableFile("The file does not start as an OMNIC file (Spectral Data File).")
    try:
        found = [_spectrum(raw, blocks) for blocks in _directory(raw) if blocks.ordinates]
    except struct.error as exc:
        raise UnreadableFile("The OMNIC file ends early, or is damaged.") from exc
    axes = [axis for axis, _, _ in found]
    if len(set(axes)) > 1:
        raise UnreadableFile("The spectra of this OMNIC group have different kinds of axes.")
    said = found[0][2] if found else {}
    return spectra(axes[0] if axes else POINT, [curve for _, curve, _ in found], said)


def _directory(raw: bytes) -> Iterator[_Blocks]:
    (count,) = struct.unpack_from("<H", raw, 294)
    blocks: _Blocks | None = None
    for entry in range(count):
        key, place, size = struct.unpack_from("<HII", raw, DIRECTORY + ENTRY * entry)
        if key in ARRAYS and place + size > len(raw):
            raise UnreadableFile("The OMNIC file ends early: blocks of its directory are missing.")
        if key == HEADER:
            if blocks:
                yield blocks
            blocks = _Blocks(place)
        elif key == ORDINATES and blocks:
            blocks.ordinates = (place, size)
        elif key == NAME and blocks:
            blocks.name = place
    if blocks:
        yield blocks


def _spectrum(raw: bytes, blocks: _Blocks) -> tuple[Quantity, Curve, dict[str, Any]]:
    points, x_kind, y_kind, first, last = struct.unpack_from("<IB3xB3xff", raw, blocks.header + 4)
    y = _values(raw, points, *(blocks.ordinates or (0, 0)))
    axis = axis_quantity(AXES.get(x_kind, ""), POINT)
    signal = signal_quantity(SIGNALS.get(y_kind, ""), y)
    name = "" if blocks.name is None else _text(raw[blocks.name : blocks.name + 256])
    curve = Curve(np.linspace(first, last, points), y, signal, name)
    return axis, curve, _said(raw, blocks, name)


def _values(raw: bytes, points: int, place: int, size: int) -> Floats:
    if points * 4 > size:
        raise UnreadableFile(f"The OMNIC file is damaged: {points} points are not in {size} bytes.")
    return np.frombuffer(raw, "<f4", points, place).astype(np.float64)


def _said(raw: bytes, blocks: _Blocks, name: str) -> dict[str, Any]:
    (scans,) = struct.unpack_from("<I", raw, blocks.header + 36)
    (laser,) = struct.unpack_from("<f", raw, blocks.header + 96)
    said: dict[str, Any] = {"title": name or _text(raw[30:286]), "scans": scans}
    if blocks.name is not None and len(raw) >= blocks.name + 260:
        (seconds,) = struct.unpack_from("<I", raw, blocks.name + 256)
        if seconds:
            said["date"] = (EPOCH + timedelta(seconds=seconds)).isoformat()
    if raw[blocks.header + 8] == 32 and laser > 0:
        said["laser_wavelength"] = 1e7 / laser
    return said


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("cp1252", errors="replace").strip()
