"""Voltammograms as JCAMP-DX."""

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.shared.jcamp import JcampBlock, read_jcamp, warnings_of
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile

UNITS = {
    "V": ("V", "VOLT", "VOLTS", "VOLTAGE", "POTENTIAL"),
    "mV": ("MILLIVOLT", "MILLIVOLTS"),
    "A": ("A", "AMP", "AMPS", "AMPERE", "AMPERES", "CURRENT"),
    "mA": ("MILLIAMP", "MILLIAMPS", "MILLIAMPERE", "MILLIAMPERES"),
    "µA": ("MICROAMP", "MICROAMPS", "MICROAMPERE", "MICROAMPERES"),
}
"""What JCAMP-DX writes for a unit."""


def read_jcamp_cv(file: SourceFile) -> Measurement:
    """Read all voltammograms of a JCAMP-DX; see ``shared.jcamp``.

    Returns:
        ``potential`` and ``current`` in the file's units (``V vs Ref``, ``A``) and order; where the
        file has several curves, one after another, with the number of each in ``curve``.

    Raises:
        NoData: no block of the file is a voltammogram.
    """
    blocks = [block for block in read_jcamp(file) if "VOLTAMM" in block.data_type]
    blocks = [block for block in blocks if block.table == "XYDATA" or block.table == "XYPOINTS"]
    if not blocks:
        raise NoData("The JCAMP-DX holds no voltammogram.")
    columns = [
        Column(
            "potential", _unit(blocks[0].x_unit), np.concatenate([b.x for b in blocks]), "Potential"
        ),
        Column(
            "current", _unit(blocks[0].y_unit), np.concatenate([b.y for b in blocks]), "Current"
        ),
    ]
    if len(blocks) > 1:
        numbers = np.repeat(np.arange(1, len(blocks) + 1), [len(block.x) for block in blocks])
        columns.insert(0, Column("curve", "", numbers, "Curve"))
    measurement = Measurement(tuple(columns), header=_header(blocks[0]))
    return measurement.noted(warnings_of(blocks))


def _unit(text: str) -> str:
    """The unit's sign where the file spells it, or names the quantity: ``VOLTAGE`` is in V."""
    word = text.strip().upper()
    return next((sign for sign, words in UNITS.items() if word in words), text.strip())


def _header(block: JcampBlock) -> dict[str, str]:
    kept = {"TITLE": "title", "ORIGIN": "origin", "OWNER": "owner", "SCANRATE": "scan_rate"}
    header = {key: block.header[label] for label, key in kept.items() if block.header.get(label)}
    return {"technique": block.data_type.capitalize(), **header}
