"""Numbers out of text: the table that stands somewhere in a file, and what its titles say.

Layout
    Lines of text that nobody promised anything about, then rows of numbers, then perhaps more text.
    Cells are separated by semicolons, tabs, commas or blanks; the decimal mark is a point, or a
    comma where commas do not separate; exponents are written ``1e-011`` or ``1.5D+03``.
Source
    None: what instruments were seen to write.
"""

import re
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Floats

NUMBER = r"[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eEdD][-+]?\d+)?|[-+]?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)"
ROW = re.compile(rf'[ \t,;"]*(?:{NUMBER})(?:[ \t,;"]+(?:{NUMBER}))*[ \t,;"]*')

EXPONENT = re.compile(r"\d[eEdD][-+]?(\d+)[\s,;]*\Z")
"""At the end of a text."""

UNIT_WORD = re.compile(
    r"""(?: [munpfkMGTµμ]? (?: V|A|W|J|F|C|S|T|K|g|m|s|h|L|l|Hz|eV|Pa|bar|mol|M|Ohm|ohm|Ω|Ω|Ah|Wh|rad)
        | %|‰|°|°[CF]|deg|degrees?|degC|min|sec|hours?|days?|Å|A\^?-1|ppm|a\.u|arb|u|amu|Da|cm|dm|cts|counts?|cps|dB|au
        ) (?: \^?[-−+]?[0-9²³¹⁻]+ )? """,
    re.VERBOSE,
)  # fmt: skip
ROW_NUMBER = re.compile(
    r"|#|rows?|no\.?|nr\.?|n|index|point|point no\.?|pixel|channel", re.IGNORECASE
)
"""Titles of columns that number the rows; tables of programs have one without a title."""

NOT_UNITS = ("Z", "Y", "Q")
"""What stands in brackets as an argument: ``Re(Z)``."""

SPELT = {
    "θ": "theta", "ϑ": "theta", "λ": "lambda", "ω": "omega", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ν": "nu", "ε": "epsilon", "ρ": "rho", "σ": "sigma", "τ": "tau", "α": "alpha", "β": "beta",
    "γ": "gamma", "δ": "delta", "Δ": "delta", "μ": "u", "Ω": "ohm",
    "°": "deg", "Å": "angstrom", "%": "percent", "−": "-",
}  # fmt: skip


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
    for found in sorted(_likely_rows(text, comments), key=lambda likely: -len(likely.lines)):
        if best is not None and len(found.lines) <= len(best.lines):
            break
        tables = _tables(found, comments)
        best = max([*tables, *([best] if best else [])], key=lambda t: len(t.lines), default=None)
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
    likely = [found for found in _likely_rows(text, comments) if len(found.lines) >= fewest]
    tables = [table for found in likely for table in _tables(found, comments)]
    if not tables:
        return [number_block(text, comments)]
    width = max(tables, key=lambda table: len(table.lines)).count
    tables = [table for table in tables if table.count == width and len(table.lines) >= fewest]
    lines = text.split("\n")
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

    lines: list[str]
    first: int
    """How many lines of the text stand before."""


@dataclass(frozen=True)
class _Rows:
    """The lines of one table, and what they hold."""

    lines: Sequence[str]
    count: int
    """The number of columns."""
    separator: str
    """``;``, ``\\t``, ``,``, or a blank for any number of blanks and tabs."""
    first: int
    """How many lines of the text stand before the table."""
    last: int
    """The number of its last line, counted from 0."""
    values: Floats


def _likely_rows(text: str, comments: str) -> list[_Likely]:
    """Where tables may be; quick, and not yet a proof.

    Groups are not possessive: before Python 3.11.5 such lose what they matched. No line can be read
    in two ways, so nothing is tried twice. A run may end within a line, which is then none of it.
    """
    cells = r"[-+\d.,; \t\"]"
    remark = rf"[ \t]*+[{re.escape(comments)}][^\n]*+" if comments else r"(?!)"
    ends = rf"\n(?:{remark}\n)*"
    others = r"(?<=[\d.])[eEdD](?=[-+\d])|[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?"
    begins = rf"(?=[^\n]*\d)(?![ \t]*+$|{remark}$)"
    pattern = re.compile(rf"^{begins}(?:{cells}*+{ends}|{cells}++|{others})+", re.MULTILINE)
    likely: list[_Likely] = []
    line = place = 0
    for found in pattern.finditer(text):
        line += text.count("\n", place, found.start())
        place = found.start()
        rows = found[0] if found.end() == len(text) else found[0].rpartition("\n")[0]
        if rows:
            likely.append(_Likely(rows.rstrip("\n").split("\n"), line))
    return likely


def _tables(likely: _Likely, comments: str) -> list[_Rows]:
    """The tables among some lines that look like rows: runs of equally wide ones."""
    lines = likely.lines
    filled = [
        n for n, line in enumerate(lines) if (text := line.lstrip()) and text[0] not in comments
    ]
    if ";" in comments and any(";" in lines[n] for n in filled):
        marks = comments.replace(";", "")
        filled = [
            n for n, line in enumerate(lines) if (text := line.lstrip()) and text[0] not in marks
        ]
    found = _runs(likely, filled)
    if found is None:  # something in there only looks like numbers (a date)
        found = _runs(likely, [n for n in filled if ROW.fullmatch(lines[n])])
    return found or []


def _runs(likely: _Likely, chosen: list[int]) -> list[_Rows] | None:
    """The runs of equally wide rows among the chosen lines; ``None`` where a cell is no number."""
    texts = [likely.lines[n] for n in chosen]
    if not texts:
        return []
    separator, decimal = _marks(texts)
    blank = separator == " "
    counts = [len(t.split()) if blank else t.count(separator) + 1 for t in texts]
    edges = [0, *(np.flatnonzero(np.diff(counts)) + 1).tolist(), len(counts)]
    found = []
    for first, last in pairwise(edges):
        values = _numbers(texts[first:last], counts[first], separator, decimal)
        if values is None:
            return None
        start, end = (likely.first + chosen[n] for n in (first, last - 1))
        found.append(_Rows(texts[first:last], counts[first], separator, start, end, values))
    return found


def _marks(lines: list[str]) -> tuple[str, str]:
    """Separator and decimal mark of some rows."""
    text = "\n".join(lines)
    if ";" in text:
        return ";", "," if "," in text else "."
    comma, point = "," in text, "." in text
    if comma and (point or not _decimal_commas(lines)):
        return ",", "."
    decimal = "," if comma else "."
    if "\t" in text and not re.search(r"[\d.] +[-+.\d]", text[:10_000]):
        return "\t", decimal
    return " ", decimal


def _decimal_commas(lines: list[str]) -> bool:
    """Whether blanks or tabs separate, and each cell has one comma at most, with digits about it."""
    some = [line.strip() for line in lines if "," in line][:100]
    tokens = [token for line in some for token in line.split()]
    return all(re.search(r"\s", line) for line in some) and all(
        re.fullmatch(NUMBER, token) for token in tokens
    )


def _numbers(lines: list[str], count: int, separator: str, decimal: str) -> Floats | None:
    """The cells as numbers, shape (n, count); ``None`` where one of them is not a number."""
    text = "\n".join(lines)
    text = text.replace('"', "") if '"' in text else text
    size = count * len(lines)
    values = _parsed(text, separator, decimal)
    if separator != " " and (values is None or values.size < size):
        values = _parsed(_filled(text, separator), separator, decimal)
    return values.reshape(-1, count) if values is not None and values.size == size else None


def _parsed(text: str, separator: str, decimal: str) -> Floats | None:
    """All numbers of a text in their order; ``None`` where something is not a number."""
    text = text.replace(separator, " ")
    text = text.replace(",", ".") if decimal == "," else text
    text = text.replace("D", "e").replace("d", "e") if "D" in text or "d" in text else text
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            return np.fromstring(text, dtype=np.float64, sep=" ")
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
    names = _titles(line, rows.separator, rows.count)
    titled = names or [""] * rows.count
    kept = [n for n in range(rows.count) if titled[n] or not np.isnan(rows.values[:, n]).all()]
    names = [names[n] for n in kept] if names else _titles(line, rows.separator, len(kept))
    return NumberBlock(header, _with_units(names, header, rows.separator), rows.values[:, kept])


def _with_units(names: list[str], header: list[str], separator: str) -> list[str]:
    """The names of the line above a line of nothing but units: ``Intensity`` and ``counts``."""
    if not any(names) or not all(map(_is_unit, names)):
        return names
    above = [line for line in header if line.strip()][-2:-1]
    titles = _titles(above[0], separator, len(names)) if above else []
    if not titles or not all(re.search(r"[^\W\d_]", title) for title in titles):
        return names
    pairs = zip(titles, names, strict=True)
    return [f"{title} ({unit.strip('[]()')})" if unit else title for title, unit in pairs]


def _is_unit(text: str) -> bool:
    words = [word.removesuffix(".") for word in re.split(r"[/*·()\[\]\s]+", text) if word]
    return all(UNIT_WORD.fullmatch(word) or word == "1" for word in words)


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


def split_unit(title: str) -> tuple[str, str]:
    """Name and unit of a column title: ``Voltage (V)``, ``Ewe/V``, ``I [mA]``, ``Temp. / °C``.

    Returns:
        The two, stripped; the unit is empty where the title names none (``dQ/dV``, ``Re(Z)``).
    """
    title = title.strip()
    bracket = re.fullmatch(r"(.*?\S)\s*(?:\[([^\[\]]*)\]|\(([^()]*)\))", title)
    if bracket and (bracket[3] is None or bracket[3].strip() not in NOT_UNITS):
        return bracket[1].rstrip(" /,_"), (bracket[2] or bracket[3] or "").strip()
    spaced = re.fullmatch(r"(.*\S)\s+/\s+(\S.*)", title)
    if spaced:
        return spaced[1], spaced[2].strip(" ()")
    for slash in re.finditer("/", title):
        name, unit = title[: slash.start()].strip(), title[slash.end() :].strip()
        words = [word for word in re.split(r"[/.·*\s()]+", unit) if word]
        if (
            re.search(r"[^\W\d]", name)
            and words
            and all(UNIT_WORD.fullmatch(word) for word in words)
        ):
            return name, unit.strip("()") if unit.startswith("(") else unit
    return title, ""


def counts_rows(values: Floats) -> bool:
    """Whether a column numbers the rows, from 0 or 1."""
    return values[0] in (0, 1) and np.array_equal(values, values[0] + np.arange(len(values)))


def ascii_name(title: str) -> str:
    """A title as a name for scripts: ``Test Time`` is ``test_time``, ``-Im(Z)`` is ``minus_im_z``."""
    text = unicodedata.normalize("NFKC", title.strip())
    text = "".join(SPELT.get(letter, letter) for letter in text)
    text = re.sub(r"^-\s*(?=[A-Za-z])", "minus ", text)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    text = re.sub(r"(?<=[a-z]{2})(?=[A-Z][a-z])", "_", text)
    return re.sub(r"[^0-9A-Za-z]+", "_", text).strip("_").lower() or "column"
