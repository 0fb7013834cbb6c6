"""What the titles of columns say: names and units, and which columns only number the rows."""

import re
import unicodedata

import numpy as np

from pydatalab.techniques.shared.measurement import Floats

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


def is_unit(text: str) -> bool:
    """Whether a text is nothing but a unit, in brackets or not, or empty."""
    words = [word.removesuffix(".") for word in re.split(r"[/*·()\[\]\s]+", text) if word]
    return all(UNIT_WORD.fullmatch(word) or word == "1" for word in words)
