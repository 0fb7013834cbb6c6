"""Numbers out of text: the table that stands somewhere in a file.

Layout
    Lines of text that nobody promised anything about, then rows of numbers, then perhaps more text.
    Cells are separated by semicolons, tabs, commas or blanks; the decimal mark is a point, or a
    comma where commas do not separate; exponents are written ``1e-011`` or ``1.5D+03``.
Source
    None: what instruments were seen to write.
"""

import contextlib
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import orjson

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Floats
from pydatalab.techniques.shared.titles import is_unit, split_unit

Places = npt.NDArray[np.intp]

NUMBER = r"[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eEdD][-+]?\d+)?|[-+]?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)"
ROW = re.compile(rf'[ \t,;"]*(?:{NUMBER})(?:[ \t,;"]+(?:{NUMBER}))*[ \t,;"]*')

ROW_LIKE = r"(?:[-+\d.,; \t\"]++|(?<=[\d.])[eEdD](?=[-+\d])|[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)*"
KINDS = bytes.maketrans(b'0123456789.-+,;" \t\nEdD', b"1" * 13 + b" " * 6 + b"eee")
"""Bytes within a number become ``1``, those between numbers a blank, those before an exponent ``e``."""

EXPONENT = re.compile(r"\d[eEdD][-+]?(\d+)[\s,;]*\Z")
"""At the end of a text."""


@dataclass(frozen=True)
class NumberBlock:
    """The longest table of numbers in a text."""

    header: list[str]
    """The lines before it, as they are."""

    names: list[str]
    """Titles of the columns, where the last line before the table gives one to each; else empty."""

    values: Floats
    """Shape (n, k): rows and columns; empty cells are NaN."""


def number_block(text: str, comments: str = "#';") -> NumberBlock:
    """The longest run of rows that hold as many numbers each.

    Empty lines and comments between the rows do not end the run. Columns without a title and
    without a single number (a separator at the line's end) are left out.

    Args:
        text: lines that end in ``\\n`` (``\\r\\n`` is understood).
        comments: characters that make a line a comment when they stand at its start; one that
            separates the rows' cells does not.

    Raises:
        NoData: the text holds no row of numbers.
    """
    text = _whole_rows(text.replace("\r\n", "\n") if "\r" in text else text)
    best: _Rows | None = None
    for found in sorted(_likely_rows(text, comments), key=lambda likely: -likely.height):
        if best is not None and found.height <= best.height:
            break
        tables = _tables(found, comments)
        best = max([*tables, *([best] if best else [])], key=lambda t: t.height, default=None)
    if best is None:
        raise NoData("The file holds no table of numbers.")
    return _block(text.split("\n", best.first)[: best.first], best, comments)


def number_blocks(text: str, fewest: int, comments: str = "#';") -> list[NumberBlock]:
    """All tables of at least ``fewest`` rows that are as wide as the longest one, in their order.

    The header of each is what stands between it and the one before.

    Raises:
        NoData: the text holds no row of numbers.
    """
    text = _whole_rows(text.replace("\r\n", "\n") if "\r" in text else text)
    likely = [found for found in _likely_rows(text, comments) if found.height >= fewest]
    tables = [table for found in likely for table in _tables(found, comments)]
    width = max(tables, key=lambda table: table.height).width if tables else 0
    tables = [table for table in tables if table.width == width and table.height >= fewest]
    if not tables:
        return [number_block(text, comments)]
    lines = text.split("\n", tables[-1].first)
    ends = [0, *(table.last + 1 for table in tables)]
    return [
        _block(lines[end : table.first], table, comments)
        for end, table in zip(ends, tables, strict=False)
    ]


def joined_blocks(
    text: str, titles_of: Callable[[str], list[str]]
) -> tuple[NumberBlock, npt.NDArray[np.int64]]:
    """The tables under one line of titles as one; words, or the same titles again, may part them.

    Where no line is one of titles, it is the longest table alone.

    Args:
        text: as for ``number_block``.
        titles_of: the titles that a line holds, none where it holds others or is no such line.

    Returns:
        The table, and the number of the part, from 1, that each row comes from.

    Raises:
        NoData: the text holds no row of numbers.
    """
    header: list[str] = []
    titles: list[str] = []
    parts: list[NumberBlock] = []
    for block in number_blocks(text, fewest=1):
        own = next((found for line in reversed(block.header) if (found := titles_of(line))), [])
        if not parts:
            header += block.header
            titles = own
            parts = [block] if own else []
        elif block.values.shape[1] == parts[0].values.shape[1] and (
            own == titles if own else not any(split_unit(name)[1] for name in block.names)
        ):
            parts.append(block)
    if not parts:
        longest = number_block(text)
        return longest, np.ones(len(longest.values), dtype=np.int64)
    values = np.concatenate([part.values for part in parts])
    numbers = np.repeat(np.arange(1, len(parts) + 1), [len(part.values) for part in parts])
    return NumberBlock(header, parts[0].names, values), numbers


def _whole_rows(text: str) -> str:
    """The text without a last row that stops before or within an exponent, as the row above has one."""
    above, _, last = text[-2000:].rpartition("\n")
    usual, found = EXPONENT.search(above), EXPONENT.search(last)
    if not last.strip() or not usual:
        return text
    padded = usual[1].startswith("0")
    torn = found is None or (padded and len(found[1]) < len(usual[1]))
    return text[: len(text) - len(last)] if torn else text


@dataclass(frozen=True)
class _Likely:
    """Lines in a row that consist of what numbers are made of."""

    text: str
    first: int
    """How many lines of the text stand before."""
    height: int
    """The number of its lines."""


@dataclass(frozen=True)
class _Rows:
    """Where one table stands, and what it holds."""

    separator: str
    """``;``, ``\\t``, ``,``, or a blank for any number of blanks and tabs."""
    first: int
    """How many lines of the text stand before the table."""
    last: int
    """The number of its last line, counted from 0."""
    values: Floats
    """Shape (rows, columns)."""

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.values)

    @property
    def width(self) -> int:
        """The number of columns."""
        return int(self.values.shape[1])


def _likely_rows(text: str, comments: str) -> list[_Likely]:
    """Where tables may be: lines made of what numbers are made of, and empty ones and comments between.

    Quick, and not yet a proof.
    """
    remark = rf"[ \t]*[{re.escape(comments)}].*" if comments else r"(?!)"
    begins = re.compile(rf"^(?![ \t]*$|{remark}$).*\d".encode(), re.MULTILINE)
    data = text.encode() + b"\n"
    starts = _line_starts(data)
    others = _lines_of_other(data, starts, re.compile(rf"{remark}|{ROW_LIKE}".encode()))
    likely: list[_Likely] = []
    for before, behind in pairwise([-1, *others, len(starts) - 1]):
        end = int(starts[behind]) - 1
        found = begins.search(data, int(starts[before + 1]), max(end, 0))
        if found:
            rows = data[found.start() : end].decode().rstrip("\n")
            first = int(np.searchsorted(starts, found.start()))
            likely.append(_Likely(rows, first, rows.count("\n") + 1))
    return likely


def _line_starts(data: bytes) -> Places:
    """Where each line begins, and behind the last line end."""
    return np.append(0, np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1)


def _lines_of_other(data: bytes, starts: Places, usual: re.Pattern[bytes]) -> list[int]:
    """The numbers of the lines that do not match, only the doubtful ones being tried."""
    kinds = np.frombuffer(data.translate(KINDS), np.uint8)
    digits, doubtful = kinds == ord("1"), kinds != ord(" ")
    doubtful &= ~digits
    exponents = kinds == ord("e")
    if exponents.any():
        doubtful[1:-1] &= ~(exponents[1:-1] & digits[:-2] & digits[2:])
    lines = np.flatnonzero(np.logical_or.reduceat(doubtful, starts[:-1])).tolist()
    return [n for n in lines if not usual.fullmatch(data, starts[n], starts[n + 1] - 1)]


def _tables(likely: _Likely, comments: str) -> list[_Rows]:
    """The tables among some lines that look like rows: runs of equally wide ones."""
    chosen, text = _filled_lines(likely.text, comments)
    if ";" in comments and ";" in text:
        chosen, text = _filled_lines(likely.text, comments.replace(";", ""))
    found = _runs(text)
    if found is None:  # something in there only looks like numbers (a date)
        rows = [(n, t) for n, t in zip(chosen, text.split("\n"), strict=True) if ROW.fullmatch(t)]
        chosen, text = [n for n, _ in rows], "\n".join(t for _, t in rows)
        found = _runs(text)
    return [
        replace(run, first=likely.first + chosen[run.first], last=likely.first + chosen[run.last])
        for run in found or []
    ]


def _filled_lines(text: str, comments: str) -> tuple[Sequence[int], str]:
    """The numbers of the lines that are neither empty nor comments, and these lines as a text."""
    left_out = re.compile(rf"\n[ \t]*(?:\Z|[\n{re.escape(comments)}])")
    if not left_out.search(f"\n{text}"):
        return range(text.count("\n") + 1), text
    lines = text.split("\n")
    chosen = [n for n, line in enumerate(lines) if not left_out.match(f"\n{line}")]
    return chosen, "\n".join(lines[n] for n in chosen)


def _runs(text: str) -> list[_Rows] | None:
    """The runs of equally wide rows in a text of nothing else; ``None`` where a cell is no number."""
    if not text:
        return []
    separator, decimal = _marks(text)
    data = text.encode() + b"\n"
    starts = _line_starts(data)
    widths = _widths(data, starts, separator)
    edges = [0, *(np.flatnonzero(np.diff(widths)) + 1).tolist(), len(widths)]
    found = []
    for first, end in pairwise(edges):
        rows = data[starts[first] : starts[end] - 1].decode()
        values = _numbers(rows, (end - first, int(widths[first])), separator, decimal)
        if values is None:
            return None
        found.append(_Rows(separator, first, end - 1, values))
    return found


def _widths(data: bytes, starts: Places, separator: str) -> npt.NDArray[np.int64]:
    """How many cells each line has."""
    letters = np.frombuffer(data, np.uint8)
    if separator != " ":
        return np.add.reduceat(letters == ord(separator), starts[:-1], dtype=np.int64) + 1
    begins = letters > ord(" ")
    begins[1:] &= ~begins[:-1]
    return np.add.reduceat(begins, starts[:-1], dtype=np.int64)


def _marks(text: str) -> tuple[str, str]:
    """Separator and decimal mark of some rows."""
    if ";" in text:
        return ";", "," if "," in text else "."
    comma, point = "," in text, "." in text
    if comma and (point or not _decimal_commas(text)):
        return ",", "."
    decimal = "," if comma else "."
    if "\t" in text and not re.search(r"[\d.] +[-+.\d]", text[:10_000]):
        return "\t", decimal
    return " ", decimal


def _decimal_commas(text: str) -> bool:
    """Whether blanks or tabs separate, and each cell has one comma at most, with digits about it."""
    some = [line.strip() for line in text.split("\n") if "," in line][:100]
    tokens = [token for line in some for token in line.split()]
    return all(re.search(r"\s", line) for line in some) and all(
        re.fullmatch(NUMBER, token) for token in tokens
    )


def _numbers(text: str, shape: tuple[int, int], separator: str, decimal: str) -> Floats | None:
    """The cells of some rows as numbers; ``None`` where one of them is not a number."""
    size = shape[0] * shape[1]
    values = _parsed(text, separator, decimal)
    if separator != " " and (values is None or values.size < size):
        values = _parsed(_filled(text.replace('"', ""), separator), separator, decimal)
    return values.reshape(shape) if values is not None and values.size == size else None


def _parsed(text: str, separator: str, decimal: str) -> Floats | None:
    """All numbers of a text in their order; ``None`` where something is not a number."""
    usual = bytes.maketrans(f",Dd \t\n{separator}{decimal}".encode(), b"xee,,,,.")
    listed = text.encode().translate(usual, b'"').strip(b",")
    if b",," in listed:
        listed = b",".join(listed.replace(b",", b" ").split())
    if not listed.translate(None, b"0123456789+-.eE,"):
        # Four times as fast, where all is as JSON writes numbers.
        with contextlib.suppress(ValueError):
            return np.array(orjson.loads(b"[%b]" % listed), dtype=np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            return np.fromstring(listed, dtype=np.float64, sep=",")
        except (ValueError, DeprecationWarning):
            return None


def _filled(text: str, separator: str) -> str:
    """The same with ``nan`` in each empty cell."""
    if " " in text or (separator != "\t" and "\t" in text):
        text = re.sub(
            rf"[^\S\n{separator}]*({separator}|$)[^\S\n{separator}]*", r"\1", text, flags=re.M
        )
    text = f"\n{text}\n".replace(separator * 2, f"{separator}nan{separator}")
    text = text.replace(separator * 2, f"{separator}nan{separator}")
    return text.replace(f"\n{separator}", f"\nnan{separator}").replace(
        f"{separator}\n", f"{separator}nan\n"
    )


def _block(header: list[str], rows: _Rows, comments: str) -> NumberBlock:
    """The table with its titles, less the columns that have neither title nor number."""
    marks = comments.replace(rows.separator, "")
    line = next((line for line in reversed(header) if line.strip()), "").lstrip(marks)
    names = _titles(line, rows.separator, rows.width)
    titled = names or [""] * rows.width
    kept = [n for n in range(rows.width) if titled[n] or not np.isnan(rows.values[:, n]).all()]
    names = [names[n] for n in kept] if names else _titles(line, rows.separator, len(kept))
    return NumberBlock(header, _with_units(names, header, rows.separator), rows.values[:, kept])


def _with_units(names: list[str], header: list[str], separator: str) -> list[str]:
    """The names of the line above a line of nothing but units: ``Intensity`` and ``counts``."""
    if not any(names) or not all(map(is_unit, names)):
        return names
    above = [line for line in header if line.strip()][-2:-1]
    titles = _titles(above[0], separator, len(names)) if above else []
    if not titles or not all(re.search(r"[^\W\d_]", title) for title in titles):
        return names
    pairs = zip(titles, names, strict=True)
    return [f"{title} ({unit.strip('[]()')})" if unit else title for title, unit in pairs]


def _titles(line: str, separator: str, count: int) -> list[str]:
    """A line in ``count`` titles, split as the rows are or else in another way; or nothing."""
    for pattern in (re.escape(separator), r"\t", ";", ",", r"\s{2,}", r"\s+"):
        text = line.strip() if pattern.startswith(r"\s") or pattern == r"\ " else line
        parts = [part.strip(' \t"') for part in re.split(pattern, text)]
        if len(parts) == count and any(parts):
            return [] if _is_setting(parts) else parts
    return []


def _is_setting(parts: list[str]) -> bool:
    """Whether a line is a name with its value, ``Time=<tab>10:15``, and no titles."""
    return parts[0].endswith(("=", ":")) and not parts[-1].endswith(("=", ":"))


def numbers(text: str) -> Floats:
    """All numbers of a text that blanks and line ends separate, in their order.

    Raises:
        UnreadableFile: something in it is not a number.
    """
    values = _parsed(text, " ", ".")
    if values is None:
        raise UnreadableFile("A list of numbers holds something that is not a number.")
    return values
