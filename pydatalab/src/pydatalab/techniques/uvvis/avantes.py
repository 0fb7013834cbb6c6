"""AvaSoft text: raw scans of Avantes spectrometers (``….Raw8.txt``), and its other exports.

Layout
    Lines ``Integration time [ms]:   1.500``, a line of titles (``Wave   ;Sample   ;Dark     ;
    Reference;Scope``), a line of units (``[nm]   ;[counts] ;…``), then rows separated by
    semicolons; titles may go on where no column follows. Decimal points or commas.
Source
    None published by the vendor: real files.
"""

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import WAVELENGTH, signal_quantity
from pydatalab.techniques.shared.spectra.settings import said, settings
from pydatalab.techniques.shared.spectra.words import signal_name
from pydatalab.techniques.shared.table import number_block
from pydatalab.techniques.shared.titles import ascii_name

RAW = ("sample", "dark", "ref", "reference", "scope")


def read_avantes(file: SourceFile) -> Measurement:
    """Read an AvaSoft export.

    Returns:
        ``wavelength`` [nm], then the columns that the file has: of a raw scan ``sample``,
        ``dark`` and ``reference`` [counts], else ``absorbance``, ``transmittance`` [%] … The
        header has ``raw`` where the absorbance is yet to be worked out.

    Raises:
        NoData: it has no rows.
        UnreadableFile: it has no line of titles that starts with Wave.
    """
    block = number_block(file.rows)
    start = next((n for n, line in enumerate(block.header) if _is_title(line)), None)
    if start is None:
        raise UnreadableFile("An AvaSoft file has a line of titles Wave;Sample;…; this has none.")
    count = block.values.shape[1]
    titles = _cells(block.header[start], count)
    units = _cells(block.header[start + 1] if start + 1 < len(block.header) else "", count)
    columns = [WAVELENGTH.column(block.values[:, 0])]
    for number in range(1, count):
        columns.append(_column(titles[number], units[number], block.values[:, number]))
    drawn = [column.name for column in columns[1:] if column.name not in RAW] or ["sample"]
    raw = drawn == ["sample"]
    header = said(settings(block.header[:start])) | {"curves": dict.fromkeys(drawn, "")}
    header["raw"] = raw
    measurement = Measurement(tuple(columns), axis=WAVELENGTH.name, header=header)
    return measurement.noted(file.notes)


def _is_title(line: str) -> bool:
    return line.strip().lower().startswith("wave") and ";" in line


def _cells(line: str, count: int) -> list[str]:
    cells = [cell.strip(" []") for cell in line.split(";")]
    return (cells + [""] * count)[:count]


def _column(title: str, unit: str, values: np.ndarray) -> Column:
    name = ascii_name(title)
    if name in RAW or not signal_name(title):
        return Column(name, unit, values, title)
    return signal_quantity(f"{title} {unit}", values).column(values)
