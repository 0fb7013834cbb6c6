"""Tables of cyclers as columns: numbers, durations and words under a line of titles.

Layout
    Anything, then a line of titles, then one line for each point; cells are separated as in the
    line of titles. Numbers may have decimal commas (where commas do not separate) or commas
    between thousands. Durations are ``12:34:56.7``, ``3d 12:34:56`` or ``3-12:34:56``.
Source
    None: see ``tests/data/cycle``, one folder for each maker.
"""

import io
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.cycle.headings import Signature, cells, may_be_titles, separator_of
from pydatalab.techniques.shared.measurement import Column
from pydatalab.techniques.shared.titles import ascii_name, split_unit

DURATION = re.compile(
    r"\s*(?:(?P<d>\d+)\s*[d-]\s*)?(?P<h>\d+):(?P<m>\d{1,2}):(?P<s>\d{1,2}(?:[.,]\d*)?)\s*"
)
PARTED = str.maketrans({":": " ", "d": " ", "-": " ", ",": "."})
FACTORS = np.array([86400.0, 3600.0, 60.0, 1.0])
"""Seconds in a day, an hour, a minute, a second."""
EMPTY = ("", "-", "--", "NaN", "nan", "NA", "N/A", "#N/A")
MOSTLY = 0.9
"""Where more of the filled cells are numbers, the others are damage."""
UNITS = {"1": "", "\u2103": "°C", "¡æ": "°C"}
"""Units that are written otherwise; the last is ``\u2103`` in GBK, taken for Western text."""
FEWEST_CELLS = 2
"""A line with fewer filled cells is no point, but a remark at the table's end."""

Titles = Mapping[str, tuple[str, str]]
"""Name and unit of columns whose title alone does not tell them."""


def titled_lines(text: str, signature: Signature, maker: str) -> tuple[list[str], str, str]:
    """Split a text at its line of titles.

    Returns:
        The lines before it, the line itself, and everything after it.

    Raises:
        UnreadableFile: no line has such titles.
    """
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        if may_be_titles(line) and signature.fits(cells(line)):
            return text[:start].split("\n")[:-1], line, text[end + 1 :]
        start = end + 1
    raise UnreadableFile(
        f"Expected a table as {maker} exports it, but found no line with its titles: the file "
        "stops early, or is of another kind."
    )


def table_columns(heading: str, body: str, titles: Titles | None = None) -> tuple[Column, ...]:
    """Columns of a table of text.

    Args:
        heading: the line of titles.
        body: the lines of points.
        titles: names and units of columns whose title does not tell them.

    Raises:
        NoData: no points follow the titles.
    """
    separator = separator_of(heading)
    named = cells(heading)
    while len(named) > 1 and not named[-1]:
        named.pop()
    frame = _frame(body, separator, len(named))
    columns = [frame.iloc[:, place] for place in range(frame.shape[1])]
    named += [""] * (len(columns) - len(named))
    return made_columns(
        ((title, _array(column)) for title, column in zip(named, columns, strict=True)), titles
    )


def made_columns(
    titled: Iterable[tuple[str, npt.NDArray[Any]]], titles: Titles | None = None
) -> tuple[Column, ...]:
    """Columns from titles and arrays: durations in seconds, names unique, empty columns left out.

    Where two titles give one name, the one that has a unit keeps it.
    """
    made = []
    for title, values in titled:
        name, unit = _name_and_unit(title, titles or {})
        seconds = durations(values) if values.dtype.kind in "UO" else None
        if not title.strip() and (values.dtype.kind != "f" or np.isnan(values).all()):
            continue
        label = split_unit(title.strip(" ~"))[0]
        made.append(
            (name, "s", label, seconds) if seconds is not None else (name, unit, label, values)
        )
    names = _unique_names([(name, unit) for name, unit, _, _ in made])
    return tuple(
        Column(name, unit, values, label)
        for name, (_, unit, label, values) in zip(names, made, strict=True)
    )


def durations(words: npt.NDArray[Any]) -> npt.NDArray[np.float64] | None:
    """Words such as ``1d 02:03:04.5`` in seconds, shape (n,); ``None`` where they are no durations."""
    first = DURATION.fullmatch(str(words[0])) if words.size else None
    if first is None:
        return None
    text = " ".join(words.tolist()).translate(PARTED)
    count = 4 if first["d"] else 3
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            parts = np.fromstring(text, dtype=np.float64, sep=" ")
        except (ValueError, DeprecationWarning):
            return None
    if parts.size != count * words.size:
        return None
    return np.asarray(parts.reshape(-1, count) @ FACTORS[-count:])


def said_before(lines: Sequence[str]) -> dict[str, str]:
    """What the lines before a table say: ``Channel: 53``, ``Channel,53`` as ``{"channel": "53"}``."""
    said: dict[str, str] = {}
    for line in lines:
        match = re.match(r"[\s~]*([^\t:=,]{1,60}?)\s*[\t:=,]\s*(.*)", line)
        value = match[2].strip(' ,;\t"') if match else ""
        if match and value and len(value) <= 200 and value.isprintable():
            said.setdefault(ascii_name(match[1]), value)
    return said


def _frame(body: str, separator: str, titled: int) -> pd.DataFrame:
    """The table as pandas reads it; short lines are filled up, remarks at the end left out."""
    first = next((line for line in body[:10_000].split("\n") if line.strip(separator + " \t")), "")
    if not first:
        raise NoData("The table has titles, but no points follow them.")
    decimal, thousands = _marks(body, separator)
    frame: pd.DataFrame = pd.read_csv(
        io.StringIO(body),
        sep=separator,
        header=None,
        names=list(range(max(titled, first.count(separator) + 1))),
        index_col=False,
        decimal=decimal,
        thousands=thousands,
        keep_default_na=False,
        na_values=list(EMPTY),
        skipinitialspace=True,
        on_bad_lines="skip",
        low_memory=False,
    )
    while len(frame) and frame.iloc[-1].notna().sum() < min(FEWEST_CELLS, titled):
        frame = frame.iloc[:-1]
    if not len(frame):
        raise NoData("The table has titles, but no points follow them.")
    return frame


def _marks(body: str, separator: str) -> tuple[str, str | None]:
    """Decimal mark, and the mark between thousands where there is one."""
    if separator == ",":
        return ".", None
    some = re.split(r"[\t;\n]", body[:20_000])
    if any(re.fullmatch(r"\s*-?\d{1,3}(,\d{3})+(\.\d*)?\s*", cell) for cell in some) and any(
        re.fullmatch(r"\s*-?[\d,]*\.\d+\s*", cell) for cell in some
    ):
        return ".", ","
    commas = any(re.fullmatch(r"\s*-?\d*,\d+(?:[eE][-+]?\d+)?\s*", cell) for cell in some)
    return ("," if commas else "."), None


def _array(column: "pd.Series[Any]") -> npt.NDArray[Any]:
    """A column as numbers, or as words where a cell is none."""
    if column.dtype.kind in "iuf":
        return column.to_numpy()
    if column.dtype.kind != "b" and _mostly_numbers(column):
        return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    words = column.fillna("").astype(str).str.strip()
    return np.asarray(words.to_numpy(dtype=object), dtype=np.str_)


def _mostly_numbers(column: "pd.Series[Any]") -> bool:
    """Whether the words of a column are numbers but for some damage; a sample is looked at first."""
    filled = column[column.notna()]
    for some in (filled.iloc[:: max(len(filled) // 50, 1)], filled):
        if not len(some) or pd.to_numeric(some, errors="coerce").notna().mean() < MOSTLY:
            return False
    return True


def _name_and_unit(title: str, titles: Titles) -> tuple[str, str]:
    title = title.strip(" ~\ufeff")
    if title in titles:
        return titles[title]
    name, unit = split_unit(title)
    return ascii_name(name), UNITS.get(unit, unit)


def _unique_names(named: Sequence[tuple[str, str]]) -> list[str]:
    """Names, numbered where several columns have one; those with a unit are served first."""
    names = [""] * len(named)
    taken: set[str] = set()
    for place in sorted(range(len(named)), key=lambda place: not named[place][1]):
        name, count = named[place][0], 1
        while (unique := name if count == 1 else f"{name}_{count}") in taken:
            count += 1
        names[place] = unique
        taken.add(unique)
    return names
