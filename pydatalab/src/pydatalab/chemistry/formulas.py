"""Chemical formulas as people write them, and the molar masses that follow.

Understood are decimal and fractional amounts (``LiNi1/3Co1/3Mn1/3O2``), nested brackets, adducts
set off by ``·``, ``*`` or ``.`` (``CuSO4.5H2O``), coefficients (``0.5Li2MnO3·0.5LiCoO2``), isotopes
(``D2O``, ``^13C``, ``[13C]``), charges (``SO4^2-``), subscripts in HTML or Unicode, and a phase in
front (``α-Al2O3``). Where an amount is unknown (``LixCoO2``, a coating) no mass is made up.

Source:
    Standard atomic weights as in the package ``periodictable`` (IUPAC 2021).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pydatalab.errors import Invalid

PLAIN = str.maketrans(
    {
        **dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-", strict=True)),
        **dict.fromkeys("·∙⋅•・*∗×", "·"),
        **dict.fromkeys("−–—", "-"),
        **{"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⁄": "/"},
        **{"[": "(", "]": ")", "{": "(", "}": ")"},
        **{"ₓ": "x", "ₙ": "n", "ₘ": "m", "\u200b": "", "\u00a0": ""},
    }
)
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
SOLVENTS = "H2O|D2O|H2O2|NH3|CH3OH|C2H5OH|CH4O|C2H6O|HCl|HBr|HF|HNO3|H2SO4|CH3CN"

TOKEN = re.compile(
    r"(?P<isotope>\^\d+)|(?P<number>\d*\.?\d+(?:/\d+)?)|(?P<symbol>[A-Z][a-z]?)"
    r"|(?P<open>\()|(?P<close>\))|(?P<dot>[·.])|(?P<other>.)"
)


@dataclass(frozen=True)
class Token:
    """A piece of a formula."""

    kind: str
    text: str


def molar_mass(formula: str) -> float | None:
    """Molar mass in g/mol, or ``None`` where the formula does not say it."""
    try:
        return mass_of(formula)
    except Invalid:
        return None


def mass_of(formula: str) -> float:
    """Molar mass in g/mol.

    Raises:
        Invalid: it cannot be worked out, with the reason.
    """
    import periodictable

    total = 0.0
    for (isotope, symbol), amount in composition(formula).items():
        element = getattr(periodictable, symbol)
        try:
            total += float(amount) * (element[isotope] if isotope else element).mass
        except KeyError as exc:
            raise Invalid(f"There is no isotope {isotope} of {symbol}.") from exc
    return total


def composition(formula: str) -> Counter[tuple[int, str]]:
    """Amounts by isotope (0: as in nature) and element.

    Raises:
        Invalid: it is no formula with known amounts.
    """
    text = _plain(formula)
    if not text:
        raise Invalid("There is no formula.")
    tokens = list(_tokens(text))
    amounts, end = _sum(tokens, 0)
    if end < len(tokens):
        raise Invalid(f"A bracket too many in {formula!r}.")
    return amounts


def _plain(formula: str) -> str:
    """The formula in ASCII and ``·``, with isotopes as ``^13``, without charges and phase."""
    if re.search(r"coated|coating|@|[A-Za-z0-9)]/[A-Z]", formula):
        raise Invalid("The amount of a coating is unknown, so there is no molar mass.")
    text = re.sub(r"<sup>(.*?)</sup>", r"^\1", formula, flags=re.IGNORECASE)
    text = re.sub(r"<[^>]*>|&nbsp;", "", text)
    text = re.sub(f"[{''.join(RAISED)}]+", lambda m: "^" + "".join(map(RAISED.get, m[0])), text)  # type: ignore[arg-type]
    text = re.sub(r"^\s*(?:[α-ωΑ-Ω]|alpha|beta|gamma|delta|epsilon)['′]?\s*-\s*", "", text)
    text = re.sub(r"\[(\d+)([A-Z][a-z]?)\]", r"(^\1\2)", text)
    text = re.sub(r"\s+", "", text.translate(PLAIN)).replace("$", "").replace("_", "")
    text = re.sub(r"\^\(?(?:\d*[+-]+|[+-]\d*)\)?$", "", text)
    text = re.sub(r"\((\d*\.?\d+(?:/\d+)?)\)", r"\1", text)
    return re.sub(rf"(?<=\d)\.(?=\d+(?:\.\d+)?(?:{SOLVENTS})(?![a-z]))", _adduct_or_decimal, text)


def _adduct_or_decimal(match: re.Match[str]) -> str:
    """Whether the dot of ``SO4.5H2O`` sets water off, or is that of ``Li0.5H2O``."""
    before = re.search(r"[\d.]*$", match.string[: match.start()])
    return "." if before and before[0] == "0" else "·"


def _tokens(text: str) -> Iterator[Token]:
    for match in TOKEN.finditer(text):
        kind, piece = match.lastgroup or "other", match[0]
        if kind == "symbol":
            symbol = piece if _is_element(piece) else piece[0]
            if not _is_element(symbol):
                raise Invalid(f"{piece} is no element.")
            yield Token("symbol", symbol)
            kind, piece = "other", piece[len(symbol) :]
        if kind == "other" and piece:
            if piece in "xyznmuvwabcδεαβγ+-":
                raise Invalid("It holds an unknown amount, so there is no molar mass.")
            raise Invalid(f"{piece!r} has no place in a formula.")
        if piece:
            yield Token(kind, piece)


def _is_element(symbol: str) -> bool:
    import periodictable

    return symbol not in {"n"} and hasattr(periodictable.elements, symbol)


def _sum(tokens: list[Token], place: int) -> tuple[Counter[tuple[int, str]], int]:
    """Parts set off by dots, each with its coefficient, up to a closing bracket or the end."""
    total: Counter[tuple[int, str]] = Counter()
    while True:
        factor, place = _amount(tokens, place)
        part, end = _groups(tokens, place)
        if end == place:
            raise Invalid("A part of the formula is missing.")
        _add(total, part, factor)
        place = end
        if place == len(tokens) or tokens[place].kind != "dot":
            return total, place
        place += 1


def _groups(tokens: list[Token], place: int) -> tuple[Counter[tuple[int, str]], int]:
    """Elements and brackets, each with its amount."""
    total: Counter[tuple[int, str]] = Counter()
    while place < len(tokens) and tokens[place].kind in {"isotope", "symbol", "open"}:
        inner, place = _group(tokens, place)
        amount, place = _amount(tokens, place)
        _add(total, inner, amount)
    return total, place


def _group(tokens: list[Token], place: int) -> tuple[Counter[tuple[int, str]], int]:
    token = tokens[place]
    if token.kind == "open":
        inner, place = _sum(tokens, place + 1)
        if place == len(tokens) or tokens[place].kind != "close":
            raise Invalid("A bracket is not closed.")
        return inner, place + 1
    isotope = 0
    if token.kind == "isotope":
        isotope, place = int(token.text[1:]), place + 1
        if place == len(tokens) or tokens[place].kind != "symbol":
            raise Invalid(f"An element is missing behind {token.text}.")
    return Counter({(isotope, tokens[place].text): Fraction(1)}), place + 1  # type: ignore[dict-item]


def _amount(tokens: list[Token], place: int) -> tuple[Fraction, int]:
    """The number that stands here, or one."""
    if place < len(tokens) and tokens[place].kind == "number":
        try:
            return Fraction(*map(Fraction, tokens[place].text.split("/"))), place + 1
        except ZeroDivisionError as exc:
            raise Invalid(f"{tokens[place].text} is no amount.") from exc
    return Fraction(1), place


def _add(total: Counter[tuple[int, str]], part: Counter[tuple[int, str]], factor: Fraction) -> None:
    for key, amount in part.items():
        total[key] += amount * factor  # type: ignore[assignment]
