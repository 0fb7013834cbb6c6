"""Cells of an inventory as the values of a starting material's fields.

What a cell holds depends on the habits of its column: whether days come before months, what the
decimal mark is, whether 0.8 stands for 80 %. They are learnt from all of the column first.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from pydatalab.chemistry import hazards, quantities
from pydatalab.chemistry.cas import cas_numbers
from pydatalab.errors import Invalid
from pydatalab.models.folding import folded
from pydatalab.models.inventory import InventoryField
from pydatalab.services.inventory import dates
from pydatalab.services.inventory.tables import Cell

BLANKS: Final = frozenset(
    {"", "none", "null", "nan", "n/a", "#n/a", "-", "--", "–", "—", "?", "(blank)", "(none)"}
)
"""Words by which exports say that a cell is empty."""

LONGEST_LINE = 2_000
LONGEST_PROSE = 100_000

PERCENT = re.compile(rf"(?P<sign>[<>≤≥~≈]|ca\.?)?\s*(?P<number>{quantities.NUMBER})\s*%?")

STATUS_WORDS = {
    "available": "in stock, stock, full, open, opened, active, vorhanden, verfugbar, disponible",
    "ordered": "on order, bestellt, commande, pedido",
    "disposed": "disposed of, waste, discarded, removed, entsorgt, elimine, desechado",
    "planned": "geplant",
    "unavailable": "missing, lost, checked out, vermisst",
    "exhausted": "empty, used up, consumed, finished, leer, vide, vacio",
    "other": "",
}
"""Of each status, other words for it."""


@dataclass(frozen=True)
class Habits:
    """How one column writes what can be written in several ways."""

    first: dates.First | None = None
    mark: quantities.Mark | None = None
    fractions: bool = False
    """Whether 1 stands for 100 %."""


def is_blank(cell: Cell) -> bool:
    """Whether nothing is said."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in BLANKS)


def habits_of(field: str, cells: Iterable[Cell]) -> Habits:
    """The habits of a column."""
    if field in {"date", "date_opened"}:
        return Habits(first=dates.first_of(cell for cell in cells if isinstance(cell, str)))
    if field == "full_percent":
        return Habits(fractions=_are_fractions(map(_bare_number, cells)))
    if field == "chemical_purity":
        return Habits(fractions=_are_fractions(cells))
    if field in {"size", "molar_mass"}:
        texts = (cell for cell in cells if isinstance(cell, str))
        return Habits(mark=quantities.decimal_mark(texts))
    return Habits()


def _are_fractions(cells: Iterable[Cell]) -> bool:
    """Whether all numbers of a column lie between 0 and 1: bottles of 1 % are rarer than full ones."""
    numbers = [cell for cell in cells if isinstance(cell, float | int)]
    return all(0 <= one <= 1 for one in numbers) and any(numbers)


def _bare_number(cell: Cell) -> Cell:
    """A text that is a number, without a sign of percent, as that number; all else as it is."""
    if not isinstance(cell, str) or not re.fullmatch(quantities.NUMBER, cell.strip()):
        return cell
    try:
        return float(quantities.number(cell))
    except Invalid:
        return cell


def read(field: str, cell: Cell, habits: Habits) -> Any:
    """The value of a field; of ``size`` an ``Amount``, of ``GHS_codes`` the ``Codes``.

    Raises:
        Invalid: the cell does not say one, with the reason.
    """
    if isinstance(cell, str) and re.fullmatch(r"#[A-Z0-9/]+[!?]?", cell.strip()):
        raise Invalid(f"The sheet could not work it out ({cell.strip()}).")
    return READERS.get(field, _line)(cell, habits)


def text_of(cell: Cell) -> str:
    """A cell as a person would write it; lines are kept."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float | int):
        return quantities.shortest(float(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if cell is None:
        return ""
    if cell.isascii() and cell.isprintable() and "  " not in cell:
        return cell.strip()
    text = unicodedata.normalize("NFC", cell).replace("\0", "")
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(lines).strip()


def _line(cell: Cell, _: Habits) -> str:
    if isinstance(cell, datetime):
        raise Invalid(f"The sheet made a date of it ({cell.date()}). Write it as text.")
    text = text_of(cell).replace("\n", " ")
    if len(text) > LONGEST_LINE:
        raise Invalid(f"It is longer than {LONGEST_LINE:,} letters.")
    return text


def _prose(cell: Cell, _: Habits) -> str:
    text = text_of(cell)
    if len(text) > LONGEST_PROSE:
        raise Invalid(f"It is longer than {LONGEST_PROSE:,} letters.")
    return text


def _description(cell: Cell, habits: Habits) -> str:
    lines = html.escape(_prose(cell, habits), quote=False).split("\n")
    return "".join(f"<p>{line}</p>" for line in lines)


def _date(cell: Cell, habits: Habits) -> str:
    if isinstance(cell, bool) or cell is None:
        raise Invalid(f"{text_of(cell)!r} is no date; write it like 2025-03-01.")
    return dates.day(cell, habits.first)


def _cas(cell: Cell, habits: Habits) -> str:
    return ", ".join(cas_numbers(_line(cell, habits)))


def _codes(cell: Cell, habits: Habits) -> hazards.Codes:
    text = _line(cell, habits)
    codes = hazards.read_codes(text)
    if not codes.known and not codes.unknown:
        raise Invalid(f"{text[:60]!r} names no hazard code; one looks like H225.")
    return codes


def _mass(cell: Cell, habits: Habits) -> float:
    text = re.sub(r"\s*g\s*(?:/\s*mol|mol-1|mol⁻¹)$", "", _line(cell, habits))
    mass = float(quantities.number(text, habits.mark))
    if not 0 < mass < 1e9:
        raise Invalid(f"{text} g/mol is no molar mass.")
    return mass


def _size(cell: Cell, habits: Habits) -> quantities.Amount:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if not 0 <= cell < 1e15:
            raise Invalid(f"{cell:g} is no amount.")
        return quantities.Amount(quantities.shortest(float(cell)), None)
    found = quantities.amount(_line(cell, habits), habits.mark)
    if found.number.startswith("-"):
        raise Invalid(f"{found.number} is no amount.")
    return found


def _unit(cell: Cell, habits: Habits) -> str:
    text = _line(cell, habits)
    if isinstance(cell, float | int) or re.fullmatch(quantities.NUMBER, text):
        raise Invalid(f"{text!r} is no unit.")
    return quantities.unit_named(text)


def _percent(cell: Cell, habits: Habits) -> str:
    sign, value = "", None
    cell = _bare_number(cell) if habits.fractions else cell
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        value = float(cell) * (100 if habits.fractions else 1)
    elif found := PERCENT.fullmatch(_line(cell, habits)):
        sign, value = found["sign"] or "", float(quantities.number(found["number"], habits.mark))
    if value is None or not 0 <= value <= 100:
        raise Invalid(f"{text_of(cell)[:60]!r} is no percentage from 0 to 100.")
    return sign + quantities.shortest(round(value, 6))


def _purity(cell: Cell, habits: Habits) -> str:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return f"{_percent(cell, habits)}%"
    return _line(cell, habits)


def _location(cell: Cell, habits: Habits) -> str:
    levels = (level.strip() for level in _line(cell, habits).split(">"))
    return " > ".join(level for level in levels if level)


def _status(cell: Cell, habits: Habits) -> str:
    text = _line(cell, habits)
    for status, words in STATUS_WORDS.items():
        if folded(text) in {status, *words.split(", ")}:
            return status
    raise Invalid(f"{text[:60]!r} is no status; there are {', '.join(STATUS_WORDS)}.")


def _smiles(cell: Cell, habits: Habits) -> str:
    from pydatalab.chemistry.structures import check_smiles

    smiles = _line(cell, habits)
    if fault := check_smiles(smiles):
        raise Invalid(fault)
    return smiles


def _inchi(cell: Cell, habits: Habits) -> str:
    inchi = _line(cell, habits)
    if not inchi.startswith("InChI="):
        raise Invalid(f"{inchi[:60]!r} is no InChI.")
    return inchi


def _inchi_key(cell: Cell, habits: Habits) -> str:
    key = _line(cell, habits).removeprefix("InChIKey=")
    if not re.fullmatch(r"[A-Z]{14}-[A-Z]{10}-[A-Z]", key):
        raise Invalid(f"{key[:60]!r} is no InChIKey.")
    return key


READERS: Mapping[str, Callable[[Cell, Habits], Any]] = {
    "date": _date,
    "date_opened": _date,
    "CAS": _cas,
    "GHS_codes": _codes,
    "molar_mass": _mass,
    "size": _size,
    "size_unit": _unit,
    "full_percent": _percent,
    "chemical_purity": _purity,
    "location": _location,
    "comment": _prose,
    "description": _description,
    "status": _status,
    "smiles": _smiles,
    "inchi": _inchi,
    "inchi_key": _inchi_key,
}
"""How the cells of a field are read; those of all others are a line of text."""

FIELDS: Final = get_args(InventoryField)
"""Fields of a starting material that a column can hold."""

NUMERIC_TEXTS: Final = frozenset({"size", "full_percent"})


def same(field: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same, however they are written."""
    if one == other or (one in (None, "") and other in (None, "")):
        return True
    if one is None or other is None:
        return False
    if field == "molar_mass":
        return abs(float(one) - float(other)) <= 1e-9 * abs(float(one))
    if field == "GHS_codes":
        codes = [set(hazards.read_codes(str(value)).known) for value in (one, other)]
        return codes[0] == codes[1] != set()
    if field in NUMERIC_TEXTS:
        return _as_number(one) == _as_number(other)
    return str(one).split() == str(other).split()


def _as_number(value: Any) -> float | str:
    text = str(value).strip().rstrip("%").strip()
    try:
        return float(text)
    except ValueError:
        return text
