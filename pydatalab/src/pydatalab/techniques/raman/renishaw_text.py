"""Renishaw WiRE text: ``#Wave  #Intensity``, and maps with ``#X  #Y`` before.

Layout
    One line of titles, each with a ``#``, then rows separated by tabs. A map has its spectra one
    after the other, the coordinates (``#X``, ``#Y``, ``#Z``, ``#Time``) repeated in each row.
Source
    None published by the vendor: real files.
"""

import re

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.maps import spectral_map
from pydatalab.techniques.shared.spectra.quantities import INTENSITY, RAMAN_SHIFT, Curve, spectra
from pydatalab.techniques.shared.table import number_block

UNITS = {"x": "µm", "y": "µm", "z": "µm", "time": "s"}


def read_renishaw_text(file: SourceFile) -> Measurement:
    """Read one spectrum or a map; the file does not say its units, WiRE's usual ones are taken.

    Returns:
        ``raman_shift`` [cm⁻¹] and ``intensity``; of a map one row a spectrum, with ``x``, ``y``
        and ``z`` [µm] and ``time`` [s] where the file has them.

    Raises:
        NoData: it has no rows.
        UnreadableFile: titles and rows do not fit.
    """
    block = number_block(file.rows)
    names = [
        name.lower() for name in re.findall(r"#\s*(\w+)", file.text[:1000].lstrip().split("\n")[0])
    ]
    if len(names) != block.values.shape[1] or not {"wave", "intensity"} <= set(names):
        raise UnreadableFile("The titles should be #Wave and #Intensity, one to each column.")
    table = dict(zip(names, block.values.T, strict=True))
    wave, intensity = table.pop("wave"), table.pop("intensity")
    if not table:
        spectrum = spectra(RAMAN_SHIFT, [Curve(wave, intensity, INTENSITY)], {})
        return spectrum.noted(file.notes)
    return _map(wave, intensity, table).noted(file.notes)


def _map(wave: Floats, intensity: Floats, places: dict[str, Floats]) -> Measurement:
    moved = np.any([np.diff(place) != 0 for place in places.values()], axis=0)
    starts = np.concatenate([[0], np.flatnonzero(moved) + 1])
    sizes = np.diff([*starts, len(wave)])
    points = int(sizes[0])
    # A file that was cut off ends within a spectrum, which is then left out.
    whole = len(starts) if sizes[-1] == points else len(starts) - 1
    if not np.all(sizes[:whole] == points):
        raise UnreadableFile("The spectra of the map have different numbers of points.")
    waves = wave[: whole * points].reshape(whole, points)
    if not np.all(waves == waves[0]):
        raise UnreadableFile("The spectra of the map have different abscissae.")
    columns = [
        Column(name, UNITS.get(name, ""), values[starts[:whole]], name.capitalize())
        for name, values in places.items()
    ]
    values = intensity[: whole * points].reshape(whole, points)
    return spectral_map(RAMAN_SHIFT, waves[0], columns, INTENSITY, values, {})
