"""WITec Project's ASCII export: ``//Exported ASCII-File``.

Layout
    ``[Header]``, lines ``name = value`` (``SizeX``, ``SizeY``, ``XAxisUnit``, ``DataUnit`` …),
    ``[Data]``, a line of titles, a line of units, then rows: the abscissa and one column a
    spectrum. Those of an image follow each other line by line, x running fastest.
Source
    None published by the vendor: real files.
"""

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.maps import spectral_map
from pydatalab.techniques.shared.spectra.quantities import (
    RAMAN_SHIFT,
    Curve,
    axis_quantity,
    signal_quantity,
    spectra,
)
from pydatalab.techniques.shared.spectra.settings import said, settings
from pydatalab.techniques.shared.table import NumberBlock, number_block


def read_witec(file: SourceFile) -> Measurement:
    """Read one spectrum, several, or an image of them, in the file's units.

    Returns:
        ``wavelength`` [nm] or ``raman_shift`` [cm⁻¹], as the file says, and a column for each
        spectrum; of an image one row a spectrum with its ``column`` and ``row`` (1-based).

    Raises:
        NoData: it has no rows.
        UnreadableFile: it has fewer rows than it promises.
    """
    block = number_block(file.text)
    found = settings(_header(block))
    promised = _count(found.get("SizeGraph", ""))
    if len(block.values) < promised:
        raise UnreadableFile(f"The WITec file has {len(block.values)} of {promised} points.")
    axis = axis_quantity(found.get("XAxisUnit", ""), RAMAN_SHIFT)
    x, rows = block.values[:, 0], block.values[:, 1:].T
    signal = signal_quantity(found.get("DataUnit", ""), rows)
    across, down = (_count(found.get(name, "")) for name in ("SizeX", "SizeY"))
    if len(rows) > 1 and across * down == len(rows):
        places = [
            Column("column", "", np.tile(np.arange(1, across + 1), down), "Column"),
            Column("row", "", np.repeat(np.arange(1, down + 1), across), "Row"),
        ]
        return spectral_map(axis, x, places, signal, rows, said(found))
    names = _names(block, len(rows))
    curves = [Curve(x, y, signal, name) for y, name in zip(rows, names, strict=True)]
    return spectra(axis, curves, said(found))


def _header(block: NumberBlock) -> list[str]:
    """The lines before ``[Data]``."""
    return block.header[: block.header.index("[Data]")] if "[Data]" in block.header else []


def _count(text: str) -> int:
    return int(text) if text.isdigit() else 1


def _names(block: NumberBlock, count: int) -> list[str]:
    """What the line two above the table calls the spectra."""
    titles = [line for line in block.header if line.strip()][-2:-1]
    for mark in ("\t", ",", ";"):
        cells = [cell.strip() for cell in titles[0].split(mark)] if titles else []
        if len(cells) == count + 1:
            return cells[1:]
    return [""] * count
