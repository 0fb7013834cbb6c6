"""Neware's export as text, from BTSDA and its forerunners.

Layout
    Flat: a line of titles (``DataPoint,Cycle Index,Step Index,Step Type,…``), a line per point.
    Nested: three lines of titles, for cycles, steps and records, each moved to the right by one
    cell; then lines of all three kinds, told apart by how many cells at their start are empty.
    The first step of a cycle may stand on the cycle's own line, behind it.
    ``Time`` is that of the step; capacities count up within a step.
Source
    None: see ``tests/data/cycle/neware/PROVENANCE.md``.
"""

from pydatalab.errors import NoData
from pydatalab.techniques.cycle.headings import (
    NEWARE,
    NEWARE_RECORDS,
    cells,
    separator_of,
    title_key,
)
from pydatalab.techniques.cycle.rows import table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile

OF_STEPS = ("stepindex", "stepid", "stepnumber", "steptype", "stepname")


def read_neware_csv(file: SourceFile) -> Measurement:
    """Read all points of a Neware text export, flat or nested.

    Returns:
        All columns of the points, with their own units; durations in seconds. Of a nested file
        also the number of the cycle and the number and kind of the step that a point stands under.

    Raises:
        UnreadableFile: there is no line of Neware's titles.
        NoData: no points follow it.
    """
    start = [cells(line) for line in file.text[:10_000].split("\n", 3)[:3]]
    if len(start) == 3 and start[2][:2] == ["", ""] and NEWARE_RECORDS.fits(start[2]):
        return Measurement(_nested(file.rows)).noted(file.notes)
    _, heading, body = titled_lines(file.rows, NEWARE, "Neware")
    return Measurement(table_columns(heading, body)).noted(file.notes)


def _nested(text: str) -> tuple[Column, ...]:
    """Columns of the records, each with the cycle and the step that it stands under."""
    of_cycles, of_steps, of_records, *lines = text.split("\n")
    mark = separator_of(of_records)
    cycle_titles, step_titles = of_cycles.split(mark), of_steps.split(mark)[1:]
    kept = [n for n, title in enumerate(step_titles) if title_key(title) in OF_STEPS]
    above = mark.join([cycle_titles[0], *(step_titles[n] for n in kept)])
    cycle, step, records = "", [""] * len(step_titles), []
    for line in lines:
        if line.startswith(2 * mark):
            records.append(mark.join([cycle, *(step[n] for n in kept)]) + line[1:])
        elif line.startswith(mark):
            step = _filled(line.split(mark)[1:], len(step_titles))
        elif line.strip():
            cycle, behind = line.split(mark, 1)[0], line.split(mark)[len(cycle_titles) :]
            step = _filled(behind, len(step_titles)) if any(behind) else step
    if not records:
        raise NoData("The nested table has cycles or steps, but no records.")
    return table_columns(above + of_records[1:], "\n".join(records))


def _filled(row: list[str], length: int) -> list[str]:
    """A row with empty cells at its end where it is too short."""
    return row + [""] * (length - len(row))
