"""Mass spectra and ion currents as columns of text.

Layout
    Rows of numbers below titles, or without. Where the first title is a time, or there are more than two
    columns, the others are followed in time; else the columns are m/z and intensity, in the order that
    their titles say. A column that numbers the rows counts for neither.
Source
    None: no one owns this format.
"""

import re
from typing import Any

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.ms.spectra import (
    Scan,
    Trace,
    spectra_measurement,
    traces_measurement,
)
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.table import NumberBlock, number_block
from pydatalab.techniques.shared.titles import ROW_NUMBER, split_unit

MASS = re.compile(r"m/?z|mass(?:/charge)?", re.IGNORECASE)
TIME = re.compile(r"\b(?:time|zeit|t|rt|retention)\b", re.IGNORECASE)


def read_text(file: SourceFile, **_: Any) -> Measurement:
    """Read the longest table of numbers in a file.

    Returns:
        As ``spectra.spectra_measurement`` or ``spectra.traces_measurement`` describe them.

    Raises:
        NoData: the file holds no row of numbers.
        UnreadableFile: there is only one column.
    """
    table = number_block(file.rows)
    count = table.values.shape[1]
    if count < 2:
        raise UnreadableFile(
            "Expected two or more columns: m/z and intensity, or time and currents."
        )
    pair = _spectrum(table)
    if pair:
        mz, intensity = pair
        scan = Scan(table.values[:, mz], table.values[:, intensity])
        unit = split_unit(table.names[intensity])[1]
        return spectra_measurement([scan], {}, unit).noted(file.notes)
    titles = table.names or [""] * count
    first, time_unit = split_unit(titles[0])
    if count == 2 and not TIME.search(first):
        scan = Scan(table.values[:, 0], table.values[:, 1])
        return spectra_measurement([scan], {}, split_unit(titles[1])[1]).noted(file.notes)
    traces = [
        Trace(split_unit(title)[0] or f"Column {n}", table.values[:, 0], table.values[:, n - 1])
        for n, title in enumerate(titles[1:], start=2)
    ]
    return traces_measurement(
        traces,
        {},
        time_unit=time_unit,
        intensity_unit=split_unit(titles[1])[1],
        time_label=first or "Time",
    ).noted(file.notes)


def _spectrum(table: NumberBlock) -> tuple[int, int] | None:
    """The columns of m/z and of the only intensity, where the titles say which they are."""
    titles = [split_unit(title.strip(" #'\""))[0] for title in table.names]
    mz = next((n for n, title in enumerate(titles) if MASS.fullmatch(title)), None)
    others = [n for n, title in enumerate(titles) if n != mz and not ROW_NUMBER.fullmatch(title)]
    return (mz, others[0]) if mz is not None and len(others) == 1 else None
