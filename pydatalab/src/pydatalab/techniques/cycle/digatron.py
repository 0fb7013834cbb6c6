"""Digatron's export as csv.

Layout
    A line of titles whose units follow a ``#`` (``Program Duration#s``, ``Voltage#V``) or stand in
    the next line, with brackets or without, a line per point. ``AhCha`` and ``AhDch`` count up.
Source
    None: the titles that the converters of the Battery Data Alliance name, and those of the public
    data of the LG 18650HG2 cell (doi:10.17632/cp3473x7xv.3).
"""

import re

from pydatalab.techniques.cycle.headings import DIGATRON, cells, separator_of
from pydatalab.techniques.cycle.rows import said_before, table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_digatron(file: SourceFile) -> Measurement:
    """Read all points of a Digatron export: all columns, with their own units.

    Raises:
        UnreadableFile: there is no line of Digatron's titles.
        NoData: no points follow it.
    """
    before, heading, body = titled_lines(file.rows, DIGATRON, "Digatron")
    heading, body = _with_units(heading.replace("#", " / "), body)
    return Measurement(table_columns(heading, body), header=said_before(before)).noted(file.notes)


def _with_units(heading: str, body: str) -> tuple[str, str]:
    """The titles with the units of the line below, where it is one, and what follows it."""
    first, _, rest = body.partition("\n")
    units = cells(first)
    if not any(units) or not all(re.fullmatch(r"\[.*\]|[^\W\d_/]{0,4}", unit) for unit in units):
        return heading, body
    units = [f"[{unit.strip('[]')}]" if unit else "" for unit in units]
    titles = cells(heading)
    units += [""] * (len(titles) - len(units))
    pairs = zip(titles, units, strict=False)
    return separator_of(heading).join(f"{title} {unit}".strip() for title, unit in pairs), rest
