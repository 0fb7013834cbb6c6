"""Optical spectra in JCAMP-DX: infrared, Raman, UV-Vis."""

from typing import Any

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.jcamp import JcampBlock, read_jcamp, warnings_of
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import (
    RAMAN_SHIFT,
    WAVENUMBER,
    Curve,
    Quantity,
    axis_quantity,
    signal_quantity,
    spectra,
)
from pydatalab.techniques.shared.spectra.settings import laser_wavelength

PEAKS = ("PEAKTABLE", "PEAKASSIGNMENTS")
SAID = {
    "TITLE": "title", "DATATYPE": "data_type", "ORIGIN": "origin", "OWNER": "owner",
    "DATE": "date", "LONGDATE": "date", "SPECTROMETERDATASYSTEM": "instrument",
    "INSTRUMENTPARAMETERS": "instrument_parameters", "RESOLUTION": "resolution",
    "STATE": "state", "PATHLENGTH": "path_length", "SAMPLINGPROCEDURE": "sampling_procedure",
    "MOLFORM": "formula", "CASREGISTRYNO": "cas_number",
}  # fmt: skip


def read_jcamp_spectra(file: SourceFile, axis: Quantity) -> Measurement:
    """Read the spectra of a JCAMP-DX file.

    A list of peaks is read only where the file has no spectrum.

    Args:
        file: JCAMP-DX, see ``read_jcamp``.
        axis: what the abscissa is where the file names no unit.

    Raises:
        NoData: it has no table of numbers, or that of an interferogram.
        UnreadableFile: it is no JCAMP-DX, or its blocks have different kinds of abscissae.
    """
    blocks = tuple(block for block in read_jcamp(file) if "INTERFERO" not in block.data_type)
    if not blocks:
        raise NoData("The JCAMP-DX file holds an interferogram: export the spectrum made of it.")
    blocks = tuple(block for block in blocks if block.table not in PEAKS) or blocks
    kinds = {_axis(block, axis) for block in blocks}
    if len(kinds) > 1:
        raise UnreadableFile("The blocks of the JCAMP-DX file have different kinds of abscissae.")
    ordered = all(block.table not in PEAKS for block in blocks)
    curves = [_curve(block) for block in blocks]
    measurement = spectra(kinds.pop(), curves, _said(blocks[0]), ordered=ordered)
    return measurement.noted(warnings_of(blocks))


def _axis(block: JcampBlock, default: Quantity) -> Quantity:
    axis = axis_quantity(block.x_unit, default)
    return RAMAN_SHIFT if axis == WAVENUMBER and "RAMAN" in block.data_type else axis


def _curve(block: JcampBlock) -> Curve:
    signal = signal_quantity(block.y_unit, block.y)
    return Curve(block.x, block.y, signal, block.header.get("TITLE", ""))


def _said(block: JcampBlock) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: block.header[label] for label, name in SAID.items() if block.header.get(label)
    }
    laser = laser_wavelength(block.header)
    return said | ({"laser_wavelength": laser} if laser else {})
