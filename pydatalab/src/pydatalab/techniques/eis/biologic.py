"""Impedances from EC-Lab's files."""

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.shared.biologic import mpr, mpt
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_mpr(file: SourceFile) -> Measurement:
    """Read an ``.mpr``; see ``shared.biologic.mpr``.

    Returns:
        All its columns, among them ``frequency`` [Hz] (0 while no impedance was measured),
        ``z_real``, ``minus_z_imag``, ``z_abs`` [Ohm], ``z_phase`` [deg], negative where the cell is
        capacitive; where the run has several loops, ``loop`` numbers them from 1.

    Raises:
        NoData: it holds no impedance.
    """
    return _looped(_impedance(mpr.read_mpr(file)))


def read_mpt(file: SourceFile) -> Measurement:
    """Read an ``.mpt``, with the same columns and those that EC-Lab worked out.

    An export may hold ``z_imag`` instead, or modulus and phase alone.
    """
    return _looped(_impedance(mpt.read_mpt(file)))


def _impedance(measurement: Measurement) -> Measurement:
    rectangular = "z_real" in measurement and measurement.first("minus_z_imag", "z_imag")
    polar = "z_abs" in measurement and "z_phase" in measurement
    if "frequency" not in measurement or not (rectangular or polar):
        technique = measurement.header.get("technique", "an experiment")
        raise NoData(f"The file holds {technique} without impedances; show it in another block.")
    return measurement


def _looped(measurement: Measurement) -> Measurement:
    """The same with the number of the loop, where the header tells where several start."""
    starts = measurement.header.get("loop_starts", [])
    if len(starts) < 2 or "cycle_number" in measurement:
        return measurement
    loop = np.searchsorted(np.asarray(starts), np.arange(len(measurement)), side="right")
    return measurement.with_columns(Column("loop", "", loop, "Loop"))
