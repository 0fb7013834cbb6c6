"""Renishaw WiRE: ``.wdf``, one spectrum, a series, or a map.

Layout
    Blocks of a four-letter name, a number, a size (uint64) and their content, which the vendor's
    library ``renishaw-wdf`` knows: ``WDF1`` the header, ``DATA`` the ordinates (float32, one
    spectrum after the other, as many as were to be collected), ``XLST`` the abscissa, ``ORGN``
    where and when each spectrum was taken. Little-endian.
Source
    the package renishaw-wdf of Renishaw plc (Apache-2.0).
"""

import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from wdf.origin import WdfDataUnit
from wdf.wdf import Wdf
from wdf.wdfenums import WdfBlockId

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.maps import spectral_map
from pydatalab.techniques.shared.spectra.quantities import (
    AXIS,
    COUNTS,
    INTENSITY,
    RAMAN_SHIFT,
    WAVELENGTH,
    Curve,
    spectra,
)

opened: Callable[[str], Any] = Wdf

BROKEN = (EOFError, OSError, ValueError, LookupError, OverflowError, struct.error)
"""What the library raises where bytes make no sense."""

BLOCK_HEADER = 16
"""Bytes of a block's name, number and size, which the size counts too."""

MULTITRACK = 1 << 3
"""Flag of the header: each spectrum has an abscissa of its own."""

AXES = {
    WdfDataUnit.RamanShift: RAMAN_SHIFT,
    WdfDataUnit.Wavenumber: AXIS["wavenumber"],
    WdfDataUnit.Nanometre: WAVELENGTH,
    WdfDataUnit.Micron: AXIS["wavelength_um"],
    WdfDataUnit.ElectronVolt: AXIS["energy"],
}
PLACES = {
    "Spatial_X": "x", "Spatial_Y": "y", "Spatial_Z": "z", "Spatial_R": "r",
    "Spatial_Theta": "theta", "Spatial_Phi": "phi", "Temperature": "temperature",
    "Pressure": "pressure", "FocusTrack": "focus", "ElapsedTime": "elapsed_time", "Time": "time",
}  # fmt: skip
UNITS = {
    "Micron": "µm", "Millimetres": "mm", "Metres": "m", "Nanometre": "nm", "Seconds": "s",
    "Milliseconds": "ms", "Kelvin": "K", "Celcius": "°C", "Pascal": "Pa", "Degrees": "deg",
    "Radians": "rad", "FileTime": "s",
}  # fmt: skip


def read_wdf(file: SourceFile) -> Measurement:
    """Read every spectrum that was collected, in the file's order and units.

    Returns:
        One spectrum: ``raman_shift`` [cm⁻¹] (or ``wavelength`` [nm], ``energy`` [eV], as the
        file says) and ``intensity``. Several: a map, one row a spectrum, with the position
        [µm] and time [s after the first] of each. The header has ``laser_wavelength`` [nm].

    Raises:
        NoData: nothing was collected.
        UnreadableFile: it is no such file, or it ends early.
    """
    blocks, whole = _blocks(file.raw)
    if not {b"DATA", b"XLST"} <= blocks:
        raise UnreadableFile("The .wdf file ends early: it has no block DATA or XLST.")
    try:
        with opened(str(file.path)) as wdf:
            if not whole and wdf.hdr.ncollected == wdf.hdr.nspectra:
                raise UnreadableFile("The .wdf file ends early, though its measurement did not.")
            places = wdf.origins if b"ORGN" in blocks else {}
            return _measurement(file.raw, wdf, places)
    except BROKEN as exc:
        raise UnreadableFile("The .wdf file is damaged: its blocks make no sense.") from exc


def _blocks(raw: bytes) -> tuple[set[bytes], bool]:
    """Names of the blocks, as far as they make sense, and whether the last one is all there.

    The library would search for ever beyond a block of size 0; so it must only be asked for
    blocks before that.
    """
    if not raw.startswith(b"WDF1"):
        raise UnreadableFile("The file does not start as a Renishaw file (WDF1).")
    names = set()
    place = 0
    while place + BLOCK_HEADER <= len(raw):
        name, size = struct.unpack_from("<4s4xQ", raw, place)
        if size < BLOCK_HEADER:
            break
        names.add(name)
        place += size
    return names, place <= len(raw)


def _measurement(raw: bytes, wdf: Any, places: Mapping[Any, Any]) -> Measurement:
    header = wdf.hdr
    count, points = min(header.ncollected, header.nspectra), header.npoints
    if not count or not points:
        raise NoData("The .wdf file can be read, but no spectrum was collected.")
    axis = AXES.get(wdf.xlist().units, RAMAN_SHIFT)
    signal = COUNTS if header.units == WdfDataUnit.Counts else INTENSITY
    values = _values(raw, wdf, count, points)
    if header.flags_ & MULTITRACK and count > 1:
        tracks = [_abscissa(wdf, min(track, max(header.ntracks - 1, 0))) for track in range(count)]
        curves = [Curve(x, y, signal) for x, y in zip(tracks, values, strict=True)]
        return spectra(axis, curves, _said(header))
    x = _abscissa(wdf, 0)
    if count == 1:
        return spectra(axis, [Curve(x, values[0], signal, header.title)], _said(header))
    return spectral_map(axis, x, _places(places, count), signal, values, _said(header))


def _values(raw: bytes, wdf: Any, count: int, points: int) -> Floats:
    """Ordinates, shape (count, points)."""
    block, place = wdf.find_section(WdfBlockId.DATA)
    if not BLOCK_HEADER + 4 * count * points <= min(block.size, len(raw) - place):
        raise UnreadableFile(f"The .wdf file holds fewer than {count} spectra of {points} points.")
    numbers = np.frombuffer(raw, "<f4", count * points, place + BLOCK_HEADER)
    return numbers.astype(np.float64).reshape(count, points)


def _abscissa(wdf: Any, track: int) -> Floats:
    x = np.array(wdf.xlist(track))
    if len(x) != wdf.hdr.npoints:
        raise UnreadableFile("The .wdf file has another number of abscissae than of points.")
    return x


def _places(origins: Mapping[Any, Any], count: int) -> list[Column]:
    """Where and when each spectrum was taken."""
    columns = []
    for kind, origin in origins.items():
        name = PLACES.get(kind.name)
        if name is None:
            continue
        unit = UNITS.get(origin.dataunit.name, "")
        values = origin[0:count]
        if origin.dataunit == WdfDataUnit.FileTime:
            values = [(value - values[0]).total_seconds() for value in values]
        columns.append(Column(name, unit, np.array(values, dtype=np.float64), name.capitalize()))
    return columns


def _said(header: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "title": header.title,
        "user": header.user,
        "software": f"{header.appname} {header.appversion}".strip(),
        "accumulations": header.naccum,
        "spectra_planned": header.nspectra,
        "spectra_collected": header.ncollected,
        "date": header.time_start.isoformat(timespec="seconds"),
    }
    if header.laser_wavenumber > 0:
        said["laser_wavelength"] = 1e7 / header.laser_wavenumber
    return said
