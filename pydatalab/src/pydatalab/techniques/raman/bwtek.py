"""B&W Tek BWRam and BWSpec text: ``File Version;BWRam4.11_11``.

Layout
    Lines ``name;value``, then a line of titles (``Pixel;Wavelength;Wavenumber;Raman Shift;Dark;
    Reference;Raw data #1;Dark Subtracted #1;…``), then one row a pixel, often with decimal
    commas. Pixels beyond the calibrated range have blanks for their wavelength and shift.
Source
    None published by the vendor: real files.
"""

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import COUNTS, RAMAN_SHIFT, WAVELENGTH
from pydatalab.techniques.shared.spectra.settings import said, settings
from pydatalab.techniques.shared.table import number_block
from pydatalab.techniques.shared.titles import ascii_name

UNITS = {"wavelength": "nm", "wavenumber": "cm⁻¹", "dark": "counts", "reference": "counts"}
DRAWN = ("dark_subtracted", "raw_data")
"""Columns that are the spectrum, best first; the file numbers them where it has several."""


def read_bwtek(file: SourceFile) -> Measurement:
    """Read the calibrated pixels of a B&W Tek file.

    Returns:
        ``raman_shift`` [cm⁻¹] (``wavelength`` [nm] where the file has no shifts), then every
        other column of the file under its own name, ``dark_subtracted_1`` [counts] being drawn.

    Raises:
        NoData: it has no table.
        UnreadableFile: it has neither shifts nor wavelengths, or fewer pixels than it promises.
    """
    block = number_block(file.text)
    found = settings(block.header[:-1])
    promised = found.get("pixel_num", "")
    if promised.isdigit() and len(block.values) < int(promised):
        raise UnreadableFile(f"The B&W Tek file has {len(block.values)} of {promised} pixels.")
    names = [ascii_name(name) for name in block.names]
    axis = RAMAN_SHIFT if RAMAN_SHIFT.name in names else WAVELENGTH
    if axis.name not in names:
        raise UnreadableFile("The B&W Tek file has neither a column Raman Shift nor Wavelength.")
    x = block.values[:, names.index(axis.name)]
    calibrated = ~np.isnan(x)
    columns = [axis.column(x[calibrated])]
    for number, name in enumerate(names):
        if name != axis.name:
            values = block.values[calibrated, number]
            columns.append(_column(name, block.names[number], values))
    drawn = next((_named(names, start) for start in DRAWN if _named(names, start)), [])
    if not drawn:
        raise UnreadableFile("The B&W Tek file has neither raw nor dark-subtracted data.")
    curves = {name: "" if len(drawn) == 1 else name.rsplit("_", 1)[-1] for name in drawn}
    header = said(found) | {"curves": curves}
    return Measurement(tuple(columns), axis=axis.name, header=header)


def _named(names: list[str], start: str) -> list[str]:
    return [name for name in names if name.startswith(start)]


def _column(name: str, title: str, values: np.ndarray) -> Column:
    if name.startswith(DRAWN):
        return COUNTS.column(values, name)
    unit = "%" if title.startswith("%") else UNITS.get(name, "")
    return Column(name, unit, values, title.split("#")[0].strip())
