"""Raman Open Database entries: ``.rod``, a CIF with a spectrum.

Layout
    CIF 1.1 with the loop ``_raman_spectrum.raman_shift`` [cm⁻¹] and ``_raman_spectrum.intensity``,
    and the laser as ``_raman_measurement_device.excitation_laser_wavelength`` [nm].
Source
    Y. El Mendili et al., J. Appl. Cryst. 52 (2019) 618 (the Raman Open Database).
"""

from typing import Any

import gemmi
import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import INTENSITY, RAMAN_SHIFT, Curve, spectra

LASER = "_raman_measurement_device.excitation_laser_wavelength"
SAID = {
    "_rod_database.code": "rod_id", "_chemical_name_mineral": "mineral",
    "_chemical_formula_sum": "formula", "_raman_measurement.temperature": "temperature",
}  # fmt: skip


def read_rod(file: SourceFile) -> Measurement:
    """Read the spectrum of a Raman Open Database entry.

    Raises:
        NoData: it has no spectrum.
        UnreadableFile: it is no CIF, or a value is no number.
    """
    try:
        block = gemmi.cif.read_string(file.text).sole_block()
    except (ValueError, RuntimeError, IndexError) as exc:
        raise UnreadableFile("The .rod file is no valid CIF, or ends early.") from exc
    shift = _numbers(block, "_raman_spectrum.raman_shift")
    intensity = _numbers(block, "_raman_spectrum.intensity")
    if not len(shift) or len(shift) != len(intensity):
        raise NoData("The .rod file holds no spectrum.")
    return spectra(RAMAN_SHIFT, [Curve(shift, intensity, INTENSITY)], _said(block))


def _numbers(block: gemmi.cif.Block, tag: str) -> Floats:
    try:
        return np.array([float(value) for value in block.find_values(tag)])
    except ValueError as exc:
        raise UnreadableFile(f"{tag} of the .rod file has a value that is no number.") from exc


def _said(block: gemmi.cif.Block) -> dict[str, Any]:
    found = {name: block.find_value(tag) for tag, name in SAID.items()}
    said: dict[str, Any] = {
        name: gemmi.cif.as_string(value) for name, value in found.items() if value
    }
    laser = gemmi.cif.as_number(block.find_value(LASER) or "?")
    return said | ({"laser_wavelength": laser} if np.isfinite(laser) else {})
