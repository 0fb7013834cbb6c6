"""Chemical formulas as people write them, and the molar masses that follow.

Understood are decimal and fractional amounts (``LiNi1/3Co1/3Mn1/3O2``), nested brackets, adducts
set off by ``·``, ``*`` or ``.`` (``CuSO4.5H2O``), coefficients (``0.5Li2MnO3·0.5LiCoO2``), isotopes
(``D2O``, ``^13C``, ``[13C]``), charges (``SO4^2-``, ``SO4 2-``, ``Ca2+``), subscripts in HTML,
LaTeX or Unicode, and a phase (``α-Al2O3``, ``H2O(l)``). Where an amount is unknown (``LixCoO2``, a
coating) or can be read in two ways (``SO42-``) no mass is made up.

Source:
    Standard atomic weights as in the package ``periodictable`` (IUPAC 2021).
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate

from pydatalab.errors import Invalid

PLAIN = str.maketrans(
    {
        **dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-", strict=True)),
        **dict.fromkeys("·∙⋅•‧․●･・*∗×", "·"),
        **dict.fromkeys("−–—", "-"),
        "½": "1/2",
        "⅓": "1/3",
        "⅔": "2/3",
        "¼": "1/4",
        "¾": "3/4",
        "⁄": "/",
        "[": "(",
        "]": ")",
        "{": "(",
        "}": ")",
        "ₓ": "x",
        "ₙ": "n",
        "ₘ": "m",
        "\u200b": "",
        "\u00a0": "",
    }
)
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
SOLVENTS = "H2O|D2O|H2O2|NH3|CH3OH|C2H5OH|CH4O|C2H6O|HCl|HBr|HF|HNO3|H2SO4|CH3CN"

OXIDATION_STATES = "I{1,3}|IV|VI{0,3}"

SHORT = "PVDF|PVP|PVC|PC|PS|PP|PSS|PBI|SBR|CNT|CNF|NVP|NVPF|BSCF"
"""What laboratories call polymers, solvents and oxides by, in letters that are elements too."""

LONGEST = 500
"""Letters of a formula that is looked at."""

DEEPEST = 20
"""Brackets within each other."""

REMEMBERED = 5_000
"""Formulas of which the mass is not worked out again: inventories have many bottles of one thing."""

LARGEST = 1_000_000
"""Atoms of one element in a formula unit; and digits of a number are fewer than ten."""

NONMETALS = ("H", "D", "T", "C", "N", "O", "F", "P", "S", "Cl", "Se", "Br", "I")
"""Of these ``O2-`` may be one atom with two charges, or two with one."""

VARIABLES = "xyznmuvwabcdkpqrδεαβγζ"

UNKNOWN = (
    (r"coated|coating|@|\)?[A-Za-z0-9)\]]\s*/\s*[A-Z(]|[A-Za-z0-9)\]]\s*\+\s*[A-Z(]|\bin\b",
     "It names several substances in unknown amounts (a coating, a mixture), so there is no molar mass."),
    (r"%|dop(?:ed|ing)|[A-Za-z0-9)]\s*:\s*[A-Z]",
     "It is doped by an unknown amount, so there is no molar mass."),
    (r"[A-Z][a-z]?\s*,\s*[A-Z]", "Elements that share a place have unknown amounts, so there is no molar mass."),
    (rf"OAc|OTf|TFS[IA]|FS[IA](?![a-z0-9])|(?:DF|B)OB(?![a-z0-9])|THF|^(?:{SHORT})$",
     "It holds an abbreviation that is no formula: write the elements out."),
)  # fmt: skip
"""What leaves amounts open, and what to say of it."""

TOKEN = re.compile(
    r"(?P<isotope>\^\d+)|(?P<number>\d*\.?\d+(?:/\d+)?)|(?P<symbol>[A-Z][a-z]?)"
    r"|(?P<open>\()|(?P<close>\))|(?P<dot>[·.])|(?P<other>.)"
)


@dataclass(frozen=True)
class Token:
    """A piece of a formula."""

    kind: str
    text: str


@lru_cache(maxsize=REMEMBERED)
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
    if _depth(tokens) > DEEPEST:
        raise Invalid(f"Brackets stand in each other more than {DEEPEST} deep.")
    _refuse_plain_isotope(tokens)
    amounts, end = _sum(tokens, 0)
    if end < len(tokens):
        raise Invalid(f"{tokens[end].text!r} stands where it has no meaning.")
    if not any(amounts.values()):
        raise Invalid("It holds no atoms.")
    return amounts


def _plain(formula: str) -> str:
    """The formula in ASCII and ``·``, with isotopes as ``^13``, without charges and phase."""
    if len(formula) > LONGEST:
        raise Invalid(f"A formula has at most {LONGEST} letters.")
    text = _without_markup(formula)
    for pattern, reason in UNKNOWN:
        if re.search(pattern, text):
            raise Invalid(reason)
    text = re.sub(r"^(?:[α-ωΑ-Ω]|alpha|beta|gamma|delta|epsilon|[a-z])['′]?-(?=\S)", "", text)
    text = re.sub(r"\s*\((?:s|l|g|aq|cr|am)\)$|\s+\([a-z]{5,}\)$", "", text)
    text = _uncharged(re.sub(r"\[(\d+)([A-Z][a-z]?)\]", r"(^\1\2)", text)).translate(PLAIN)
    text = re.sub(r"\s+[xX]\s*(?=\d)|(?<=\d)\s+(?=\d+\s*[A-Z])|(?<=\))\s+(?=\d+[A-Z])", "·", text)
    if re.search(r"\d\s+\d", text):
        raise Invalid("Two numbers stand beside each other.")
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(r"\s+", "", text)
    text = re.sub(r"(?<!\d)\((\d*\.?\d+(?:/\d+)?)\)", r"\1", text)
    text = re.sub(rf"(?<=\w)\((?:{OXIDATION_STATES})\)(?!\d)", "", text)
    return _adducts_set_off(text)


def _without_markup(formula: str) -> str:
    """The formula without HTML and LaTeX; what is raised stands behind ``^``."""
    text = re.sub(r"<sup>([^<]*)</sup>", r"^\1", html.unescape(formula), flags=re.IGNORECASE)
    text = re.sub(r"\\(?:cdot|bullet|ast)(?![a-z])\s*", "·", text)
    text = re.sub(r"<[^<>]*>|\\(?:mathrm|mathsf|text|rm|ce)\b|[$_]", "", text)
    raised = "".join(RAISED)
    text = re.sub(f"[{raised}]+", lambda m: "^" + "".join(RAISED[one] for one in m[0]), text)
    text = text.translate({ord(one): "-" for one in "−–—₋"} | {ord("₊"): "+", ord("\u00a0"): " "})
    return re.sub(r"\s+", " ", text).strip()


def _uncharged(text: str) -> str:
    """The formula without the charge at its end.

    Raises:
        Invalid: the digit before the sign may be of the charge or of the formula.
    """
    if not text.endswith(("+", "-", "+)", "-)", "+}", "-}")) and "^" not in text:
        return text
    plain = re.sub(r"\s*\^[({]?(?:\d*[+-]+|[+-]\d+)[)}]?$|(?<=\])\d*[+-]$|\s+\d*[+-]$", "", text)
    if plain != text or not text.endswith(("+", "-")):
        return plain
    ion = re.fullmatch(r"([A-Z][a-z]?)(\d*)[+-]", text)
    doubtful = ion[1] in NONMETALS and ion[2] if ion else re.search(r"[A-Za-z]\d{2,}.$", text)
    if doubtful:
        raise Invalid(
            f"Set the charge of {text} off by a blank: its digits can be read in two ways."
        )
    return ion[1] if ion else text[:-1]


def _adducts_set_off(text: str) -> str:
    """The formula with ``·`` for each dot that sets a solvent or an oxide off.

    Raises:
        Invalid: the dot may as well be that of a decimal.
    """
    solvent = rf"\d+(?:\.\d+|/\d+)?\(?(?:{SOLVENTS})\)?(?![a-z])"
    text = re.sub(rf"(?<=[A-Za-z)])\.(?={solvent}|\d+\.\d)|(?<=O)\.(?=\d+[A-Z(])", "·", text)
    text = re.sub(rf"(?<=\d)\.(?={solvent})", _adduct_or_decimal, text)
    doubtful = re.search(r"O[1-9]\d*\.\d+(?=[A-Z])(?!(?:F|Cl|Br|I|N|S|C|H|D)(?![a-z]))", text)
    if doubtful:
        raise Invalid(f"Set substances off by ·: the dot of {doubtful[0]} can be read in two ways.")
    raised = re.search(r"[A-Za-z)]0·\d+", text)
    if raised:
        raise Invalid(f"Write the decimal of {raised[0]} with a point.")
    return text


def _adduct_or_decimal(match: re.Match[str]) -> str:
    """Whether the dot of ``SO4.5H2O`` sets water off, or is that of ``Li0.5H2O`` or ``SO4.0.5H2O``."""
    before = re.search(r"(^|·|\()?([\d.]*)$", match.string[: match.start()])
    begins, number = before.groups() if before else (None, "")
    if begins is not None:  # a coefficient: 1.5H2O
        return "."
    twice = re.match(r"\.\d+\.", match.string[match.start() :])  # TiO1.7.2H2O
    decimal = number == "0" or (number == "1" and twice)
    return "." if decimal or ("." in number and not number.startswith("0.")) else "·"


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
            letter = text[match.end() : match.end() + 1] if piece in "+-" else piece
            if letter and letter in VARIABLES:
                raise Invalid(f"The amount {letter} is unknown, so there is no molar mass.")
            raise Invalid(f"{piece!r} has no place in a formula.")
        if piece:
            yield Token(kind, piece)


def _refuse_plain_isotope(tokens: list[Token]) -> None:
    """Whether the number before a single substance may be of an isotope: ``13CH4``, ``57Fe2O3``.

    Raises:
        Invalid: it is the mass number of one that nature has; ``2H2O`` are two waters.
    """
    import periodictable

    if [token.kind for token in tokens[:2]] != ["number", "symbol"]:
        return
    count, symbol = tokens[0].text, tokens[1].text
    if symbol == "H" or not count.isdigit() or any(token.kind == "dot" for token in tokens):
        return
    element = getattr(periodictable, symbol)
    if int(count) in element.isotopes and element[int(count)].abundance:
        raise Invalid(
            f"{count}{symbol} can be read in two ways: write ^{count}{symbol} for the isotope, "
            f"{count}({symbol}…) for an amount."
        )


def _depth(tokens: list[Token]) -> int:
    """How many brackets are open at once."""
    steps = {"open": 1, "close": -1}
    return max(accumulate((steps.get(token.kind, 0) for token in tokens), initial=0))


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
    return Counter({(isotope, tokens[place].text): Fraction(1)}), place + 1


def _amount(tokens: list[Token], place: int) -> tuple[Fraction, int]:
    """The number that stands here, or one."""
    if place < len(tokens) and tokens[place].kind == "number":
        if max(map(len, re.findall(r"\d+", tokens[place].text))) > 9:
            raise Invalid(f"{tokens[place].text} is no amount.")
        try:
            return Fraction(*map(Fraction, tokens[place].text.split("/"))), place + 1
        except ZeroDivisionError as exc:
            raise Invalid(f"{tokens[place].text} is no amount.") from exc
    return Fraction(1), place


def _add(total: Counter[tuple[int, str]], part: Counter[tuple[int, str]], factor: Fraction) -> None:
    for key, amount in part.items():
        total[key] += amount * factor  # type: ignore[assignment]
        if total[key] > LARGEST:
            raise Invalid("It holds more atoms than a formula unit can.")
