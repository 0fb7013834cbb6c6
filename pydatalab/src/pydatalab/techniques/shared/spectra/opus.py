"""Bruker OPUS: ``.0``, ``.1``, ``.001`` …, blocks of spectra, single channels and interferograms.

Layout
    ``0A 0A FE FE``, then a directory of typed blocks, which the library ``brukeropus`` reads. The
    result (absorbance, transmittance, Raman …) is the spectrum; the sample's and the reference's
    single channels stand beside it where they have its abscissae. Interferograms and phases are
    not spectra and are left out, unless there is nothing else: then the sample's single channel.
Source
    https://github.com/joshduran/brukeropus (MIT), and real files.
"""

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from brukeropus import read_opus as opened

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import (
    Curve,
    Quantity,
    axis_quantity,
    signal_quantity,
    spectra,
)

RESULTS = {
    "a": "Absorbance", "t": "Transmittance", "r": "Reflectance", "ra": "Raman intensity",
    "atr": "ATR", "km": "Kubelka-Munk", "logr": "log(1/R)", "pas": "Photoacoustic",
    "e": "Emission", "sm": "Single beam", "rf": "Single beam",
}  # fmt: skip
"""Kinds of data by their key, best first."""

AXES = {"WN": "Wavenumber (cm-1)", "WL": "Wavelength (µm)", "MI": "Wavelength (µm)"}
MAGIC = b"\x0a\x0a\xfe\xfe"
BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error)
"""What the library raises where bytes make no sense."""

POSITION = Quantity("x", "", "x")
SAID = {
    "ins": "instrument", "snm": "title", "sfm": "sample_form", "res": "resolution", "nss": "scans",
    "dtc": "detector", "bms": "beam_splitter", "src": "light_source",
}  # fmt: skip


def read_opus(file: SourceFile) -> Measurement:
    """Read the spectra of an OPUS file.

    Returns:
        The abscissa as the file has it, the results of the best kind that the file holds, and
        the other results and single channels (``sample_single_beam``, ``reference_single_beam``)
        that share its axis.

    Raises:
        UnreadableFile: it is no OPUS file, or a block is damaged.
        NoData: it holds no spectrum.
    """
    _check_whole(file.raw)
    try:
        opus = opened(str(file.path))
    except BROKEN as exc:
        raise UnreadableFile("The OPUS file is damaged: its blocks cannot be read.") from exc
    blocks = [getattr(opus, key) for key in opus.data_keys + opus.series_keys]
    kind = next((kind for kind in RESULTS if any(_kind(b.key) == kind for b in blocks)), None)
    if kind is None:
        raise NoData("The OPUS file holds no spectrum, only interferograms or traces.")
    main = [block for block in blocks if _kind(block.key) == kind]
    if any(_short(block) for block in main):
        raise UnreadableFile("The OPUS file is damaged: a block of it ends early.")
    curves = _unlike([curve for block in main for curve in _curves(block, kind)])
    axis = axis_quantity(_raman_or(kind, str(getattr(main[0].params, "dxu", ""))), POSITION)
    measurement = spectra(axis, curves, _said(opus))
    beside = [block for block in blocks if block not in main and _kind(block.key) in RESULTS]
    return measurement.with_columns(*_further(beside, measurement, axis.name))


def _check_whole(raw: bytes) -> None:
    """The library takes what there is of a file that was cut off; so look first."""
    if not raw.startswith(MAGIC):
        raise UnreadableFile("The file does not start as an OPUS file.")
    try:
        start, most, _ = struct.unpack_from("<3i", raw, 12)
        entries = list(struct.iter_unpack("<3i", raw[start : start + 12 * most]))
    except struct.error as exc:
        raise UnreadableFile("The OPUS file ends within its directory.") from exc
    if not entries or any(place + 4 * words > len(raw) for _, words, place in entries if place > 0):
        raise UnreadableFile("The OPUS file ends early: blocks of its directory are missing.")


def _kind(key: str) -> str:
    """The kind of a key of the library: ``a`` of ``a_2``."""
    return key.split("_", 1)[0]


def _raman_or(kind: str, unit: str) -> str:
    return "Raman shift (cm-1)" if kind == "ra" and unit == "WN" else AXES.get(unit, "")


def _short(block: Any) -> bool:
    return bool(block.y.shape[-1] != block.x.shape[-1] or block.y.size == 0)


def _curves(block: Any, kind: str) -> Iterator[Curve]:
    """The spectra of a block; a series has one a row."""
    rows = np.atleast_2d(np.asarray(block.y, dtype=np.float64))
    x = np.asarray(block.x, dtype=np.float64)
    for number, y in enumerate(rows, start=1):
        name = block.label if len(rows) == 1 else f"{block.label} {number}"
        yield Curve(x, y, signal_quantity(RESULTS[kind], y), name)


def _unlike(curves: list[Curve]) -> list[Curve]:
    """The same, their names numbered where they are alike."""
    if len({curve.name for curve in curves}) == len(curves):
        return curves
    return [replace(curve, name=f"{curve.name} {n}") for n, curve in enumerate(curves, start=1)]


def _further(blocks: list[Any], measurement: Measurement, axis: str) -> Iterator[Column]:
    """Other blocks with the abscissae of the result, as columns of their own."""
    if "scan" in measurement:
        return
    x = measurement[axis]
    for block in blocks:
        if block.y.ndim == 1 and len(block.x) == len(x) and np.allclose(block.x, x, rtol=1e-9):
            y = np.asarray(block.y, dtype=np.float64)
            signal = signal_quantity(RESULTS[_kind(block.key)], y)
            whose = {"sm": "sample_", "rf": "reference_"}.get(_kind(block.key), "further_")
            yield Column(f"{whose}{signal.name}", signal.unit, y, block.label)


def _said(opus: Any) -> dict[str, Any]:
    said = {}
    names = set(opus.params.keys())
    for key, name in SAID.items():
        value = getattr(opus.params, key, None) if key in names else None
        if isinstance(value, str | int | float) and value != "":
            said[name] = value
    return said
