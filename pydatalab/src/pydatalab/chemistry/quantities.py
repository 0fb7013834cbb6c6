"""Numbers and amounts as people write them in tables: ``1,5 kg``, ``2 x 500 mL``, ``> 99 %``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydatalab.errors import Invalid

Mark = Literal[".", ","]

PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "−": "-", "–": "-", "’": "'"})

NUMBER = r"[+-]?(?:\d{1,3}(?:[ '.,]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?"
AMOUNT = re.compile(
    rf"(?P<number>(?:\d+\s*[x×*]\s*)?(?:ca\.?|approx\.?|about|~|≈|<|>|≥|≤)?\s*{NUMBER})\s*(?P<unit>[^\W\d_].*)?",
    re.IGNORECASE,
)

UNITS = {
    "g": "g gr gm gms gram grams gramm grammes gramme gramo gramos grammi",
    "mg": "mg milligram milligrams milligramm",
    "µg": "ug µg μg mcg microgram micrograms",
    "kg": "kg kgs kilo kilos kilogram kilograms kilogramm kilogrammes",
    "t": "t tonne tonnes",
    "L": "l lt ltr litre litres liter liters litro litros",
    "mL": "ml millilitre millilitres milliliter milliliters cc cm3 cm³",
    "µL": "ul µl μl microlitre microliter",
    "mol": "mol mole moles",
    "mmol": "mmol millimol millimole millimoles",
    "lb": "lb lbs pound pounds",
    "oz": "oz ounce ounces",
    "gal": "gal gallon gallons",
}
"""Of each unit, the words for it."""

OTHER_UNITS = frozenset(
    "ng kmol µmol umol nmol cl dl m3 m³ ft3 cuft qt pt m cm mm m2 m² cm2 cm² ft in bar psi "
    "floz u ku mu iu bq kbq mbq ci mci µci uci µm um "
    "piece pieces pc pcs ea each unit units count ct no stk stück "
    "pack packs package pkg pk box boxes bottle bottles can cans vial vials ampoule ampoules "
    "tablet tablets tab tabs sheet sheets roll rolls set sets kit kits bag bags tube tubes "
    "cylinder cylinders cartridge cartridges plate plates wafer wafers disc discs pair pairs".casefold().split()
)
"""Further words for how much there is, that are kept as they are written."""

GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
"""A number of which the mark may stand between thousands, or before decimals."""

_UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words.split()}


@dataclass(frozen=True)
class Amount:
    """How much: digits as text, so that nothing is rounded, and a unit."""

    number: str
    unit: str | None


def unit_named(text: str) -> str:
    """A unit as it is usually written; one that nobody knows as it is."""
    plain = text.translate(PLAIN).strip()
    return _UNIT_OF.get(plain.rstrip(".").casefold(), plain)


def is_unit(text: str) -> bool:
    """Whether this is a unit of amount that is known."""
    return text.translate(PLAIN).strip().rstrip(".").casefold() in _UNIT_OF


def tells_amount(text: str) -> bool:
    """Whether this is a unit, or a word for things that are counted."""
    word = "".join(text.translate(PLAIN).split()).rstrip(".").casefold()
    return is_unit(text) or word in OTHER_UNITS


def decimal_mark(texts: Iterable[str]) -> Mark | None:
    """The decimal mark of a column, where texts that can be read in one way only agree on it."""
    told: set[Mark] = set()
    for text in texts:
        for one in re.findall(NUMBER, text.translate(PLAIN)):
            marks = [letter for letter in one if letter in ".,"]
            if len(set(marks)) == 2 or (len(marks) == 1 and not GROUPED.fullmatch(one)):
                told.add("," if marks[-1] == "," else ".")
    return told.pop() if len(told) == 1 else None


def number(text: str, mark: Mark | None = None) -> str:
    """A number with a decimal point and nothing between its thousands.

    Args:
        text: one number, with or without thousands set off.
        mark: the decimal mark that its column has; needed for ``1,234`` alone.

    Raises:
        Invalid: it is no number, or can be read in two ways.
    """
    plain = text.translate(PLAIN).strip()
    if not re.fullmatch(NUMBER, plain):
        raise Invalid(f"{text.strip()[:60]!r} is no number.")
    marks = [letter for letter in plain if letter in ".,"]
    if len(set(marks)) == 2:
        mark = "," if marks[-1] == "," else "."
    elif len(marks) > 1:
        mark = "." if marks[0] == "," else ","
    elif marks and not GROUPED.fullmatch(plain):
        mark = "," if marks == [","] else "."
    elif marks == [","] and mark is None:
        raise Invalid(f"{plain!r} can be read in two ways: write it without the comma.")
    other = "." if mark == "," else ","
    for separator in (" ", "'", other):
        plain = plain.replace(separator, "")
    return plain.replace(",", ".")


def shortest(value: float) -> str:
    """A number of a cell as a person would write it: ``5``, not ``5.0``."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def amount(text: str, mark: Mark | None = None) -> Amount:
    """An amount with or without a unit: ``500 g``, ``2 x 25 mL``, ``0,5``.

    Raises:
        Invalid: it does not begin with a number.
    """
    plain = " ".join(text.translate(PLAIN).split())
    found = AMOUNT.fullmatch(plain)
    if found is None:
        raise Invalid(f"{plain[:60]!r} is no amount; one looks like 500 g.")
    digits = re.sub(rf"{NUMBER}$", lambda last: number(last[0], mark), found["number"])
    unit = found["unit"]
    return Amount(" ".join(digits.split()), unit_named(unit) if unit else None)
