"""Impedances from PalmSens' sessions."""

from collections.abc import Iterator

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.shared import palmsens
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.palmsens import Array, Run
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.titles import ascii_name

_NAMES = {
    palmsens.FREQUENCY: "frequency",
    palmsens.Z_REAL: "z_real",
    palmsens.Z_IMAG: "z_imag",
    palmsens.Z_ABS: "z_abs",
    palmsens.PHASE: "z_phase",
}
_NEEDED = {palmsens.FREQUENCY, palmsens.Z_REAL, palmsens.Z_IMAG}


def read_palmsens(file: SourceFile) -> Measurement:
    """Read all impedances of a ``.pssession``; other measurements in it are left aside.

    Returns:
        The arrays that all spectra have, among them ``frequency`` [Hz], ``z_real``,
        ``minus_z_imag`` [Ω] and ``minus_z_phase`` [°], as PalmSens stores them: positive where the
        cell is capacitive. Where there are several spectra, ``spectrum`` numbers them from 1.

    Raises:
        NoData: the session holds no impedance.
    """
    runs = palmsens.read_session(file)
    found = [(run, arrays) for run in runs for arrays in _spectra(run)]
    if not found:
        raise NoData("The session holds no impedances.")
    named = [{_name(array): array for array in reversed(arrays)} for _, arrays in found]
    shared = [_name(array) for array in found[0][1]]
    shared = [name for name in dict.fromkeys(shared) if all(name in one for one in named)]
    columns = [
        Column(
            name,
            named[0][name].unit,
            np.concatenate([one[name].values for one in named]),
            named[0][name].quantity or named[0][name].description,
        )
        for name in shared
    ]
    if len(named) > 1:
        counts = [len(one["frequency"].values) for one in named]
        numbers = np.repeat(np.arange(1, len(named) + 1), counts)
        columns.insert(0, Column("spectrum", "", numbers, "Spectrum"))
    header = {"software": "PSTrace", "technique": "EIS", "title": found[0][0].title}
    return Measurement(tuple(columns), header=header)


def _spectra(run: Run) -> Iterator[tuple[Array, ...]]:
    """The impedances of a measurement: arrays as long as the frequencies."""
    for arrays in run.datasets:
        if {array.kind for array in arrays} >= _NEEDED:
            count = next(len(a.values) for a in arrays if a.kind == palmsens.FREQUENCY)
            if count:
                yield tuple(array for array in arrays if len(array.values) == count)


def _name(array: Array) -> str:
    name = _NAMES.get(array.kind) or ascii_name(array.description)
    return f"minus_{name}" if array.quantity.startswith("-") else name
