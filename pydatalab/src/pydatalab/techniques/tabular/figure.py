"""How tables are drawn: columns against a column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure, typed, visible
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.tabular import TabularParameters

Values = npt.NDArray[Any]

MOST_CURVES = 8
"""So many columns of one unit are drawn together where none are chosen."""

LOOKED_AT = 1000
"""Cells that tell whether a column of text is worth a closer look."""

NUMERIC = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*")

MODES = {"line": "lines", "scatter": "markers"}


def table_figure(
    readings: Sequence[Reading],
    parameters: TabularParameters,
    item: Mapping[str, Any],
    screen: Screen,
) -> Drawing:
    """Draw the chosen columns of one or several tables, named by file where there are several."""
    readings = [replace(one, measurement=_with_numbers(one.measurement)) for one in readings]
    first = readings[0].measurement
    x = _named(first, parameters.x) if parameters.x else _usual_x(first)
    ys = [_named(first, name) for name in parameters.y or ()] or _usual_ys(first, x)
    warnings = [*map(_left_out, readings)] if ys else ["The table holds no numbers to draw."]
    traces = []
    for reading in readings:
        drawn_ys, missing = _shared(reading.measurement, x, ys)
        warnings += [f"{reading.name} has no column {one.title}." for one in missing]
        along = reading.measurement.column(x.name) if x and drawn_ys else None
        warnings += _other_units(reading, [x, *ys] if x else ys) if drawn_ys else []
        for y in drawn_ys:
            name = f"{reading.name}: {y.title}" if len(readings) > 1 else y.title
            traces.append(_trace(along, y, name, parameters.kind, screen))
    drawn = figure(traces, x.title if x else "Row", _y_title(ys))
    for axis, logarithmic in (("xaxis", parameters.log_x), ("yaxis", parameters.log_y)):
        if logarithmic:
            drawn["layout"][axis]["type"] = "log"
    return Drawing(drawn, computed=_choices(first), warnings=tuple(filter(None, warnings)))


def _with_numbers(measurement: Measurement) -> Measurement:
    """The table with numbers for columns of text that are numbers but for a few words.

    The words (``OVRFLW``) are gaps in what is drawn.
    """
    comma = measurement.header.get("decimal") == ","
    drawn = (
        replace(one, values=numbers)
        for one in measurement
        if one.values.dtype.kind == "O" and (numbers := _numbers(one.values, comma)) is not None
    )
    found = {one.name: one for one in drawn}
    return replace(
        measurement, columns=tuple(found.get(one.name, one) for one in measurement.columns)
    )


def _numbers(values: Values, comma: bool) -> Values | None:
    """Numbers of a column of text, NaN for words; ``None`` where half of them are words."""
    cells = [str(cell).replace(",", ".") if comma else str(cell) for cell in values.tolist()]
    if not _mostly_numbers(cells[:LOOKED_AT]):
        return None
    return np.array([_number(cell) for cell in cells]) if _mostly_numbers(cells) else None


def _mostly_numbers(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return sum(NUMERIC.fullmatch(cell) is not None for cell in filled) * 2 > len(filled)


def _number(cell: str) -> float:
    return float(cell) if NUMERIC.fullmatch(cell) else float("nan")


def _named(measurement: Measurement, name: str) -> Column:
    """The column of that name or title.

    Raises:
        UnreadableFile: the table has none.
    """
    titled = (one for one in measurement if name in (one.name, one.title))
    return next(titled, None) or measurement.column(name)


def _shared(
    measurement: Measurement, x: Column | None, ys: Sequence[Column]
) -> tuple[list[Column], list[Column]]:
    """The columns of another table that are called like those; and which it does not have."""
    if x and x.name not in measurement:
        return [], [x]
    found = [measurement.column(one.name) for one in ys if one.name in measurement]
    return found, [one for one in ys if one.name not in measurement]


def _other_units(reading: Reading, wanted: Sequence[Column]) -> list[str]:
    """Remarks on columns that are called like those of the first table and have another unit."""
    held = {one.name: one for one in reading.measurement}
    pairs = [(held[one.name], one) for one in wanted if one.name in held]
    return [
        f"{reading.name} has {mine.title} where the first table has {one.title}: "
        "drawn as it stands, not converted."
        for mine, one in pairs
        if mine.unit != one.unit
    ]


def _left_out(reading: Reading) -> str:
    """A remark on lines that are no rows of the table, or nothing."""
    lines = reading.measurement.header.get("left_out", 0)
    what = "line is no row" if lines == 1 else "lines are no rows"
    return f"{reading.name}: {lines} {what} of the table, and left out." if lines else ""


def _usual_x(measurement: Measurement) -> Column | None:
    """The first column of numbers or dates; of text, where all others are needed for numbers."""
    measured = [one for one in measurement if _is_measured(one)]
    if len(measured) > 1:
        return measured[0]
    return next((one for one in measurement if one not in measured), None)


def _usual_ys(measurement: Measurement, x: Column | None) -> list[Column]:
    """The next column of numbers, with those of its unit unless they are many."""
    rest = [one for one in measurement if _is_number(one) and (x is None or one.name != x.name)]
    alike = [one for one in rest if one.unit == rest[0].unit]
    return alike if len(alike) <= MOST_CURVES else rest[:1]


def _is_number(column: Column) -> bool:
    return column.values.dtype.kind in "iuf"


def _is_measured(column: Column) -> bool:
    return column.values.dtype.kind in "iufM"


def _y_title(ys: Sequence[Column]) -> str:
    units = {one.unit for one in ys}
    if len(ys) == 1:
        return ys[0].title
    return f"({units.pop()})" if len(units) == 1 and "" not in units else ""


def _trace(x: Column | None, y: Column, name: str, kind: str, screen: Screen) -> dict[str, Any]:
    """One column against another, or against the number of the row."""
    rows = np.arange(1, len(y.values) + 1)
    along = x.values if x else rows
    shown_x, shown_y = _thinned(along, y.values, rows, screen)
    trace = {"name": name, "x": typed(shown_x), "y": typed(shown_y)}
    if kind == "bar":
        return {"type": "bar", **trace}
    return {"type": "scattergl" if len(rows) > 20_000 else "scatter", "mode": MODES[kind], **trace}


def _thinned(x: Values, y: Values, rows: Values, screen: Screen) -> tuple[Values, Values]:
    """The points that a screen can show; of text and dates by their place in the table."""
    heights = y if y.dtype.kind in "iuf" else rows
    if x.dtype.kind in "iuf" and heights is y:
        return visible(x, y, screen)
    kept = visible(rows, heights, Screen(screen.width))[0] - 1
    return x[kept], y[kept]


def _choices(measurement: Measurement) -> dict[str, Any]:
    """What a person may choose from."""
    found: dict[str, Any] = {
        "available_columns": [one.name for one in measurement],
        "rows": len(measurement),
    }
    if "sheets" in measurement.header:
        found |= {
            "available_sheets": measurement.header["sheets"],
            "sheet": measurement.header["sheet"],
        }
    return found
