"""How nuclei are written. Light: declarations use it in the API process."""

import re
from typing import Any

PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

SYMBOLS = [
    "H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl",
    "Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As",
    "Se", "Br", "Kr", "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In",
    "Sn", "Sb", "Te", "I", "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb",
    "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl",
    "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Th", "Pa", "U", "Np", "Pu", "Am", "Cm",
]  # fmt: skip
"""Elements in the order of their atomic numbers, from 1."""

SPELT = {
    "hydrogen": "H", "proton": "1H", "deuterium": "2H", "tritium": "3H", "helium": "He",
    "lithium": "Li", "beryllium": "Be", "boron": "B", "carbon": "C", "nitrogen": "N",
    "oxygen": "O", "fluorine": "F", "sodium": "Na", "magnesium": "Mg", "aluminum": "Al",
    "aluminium": "Al", "silicon": "Si", "phosphorus": "P", "sulfur": "S", "chlorine": "Cl",
    "potassium": "K", "vanadium": "V", "cobalt": "Co", "copper": "Cu", "gallium": "Ga",
    "selenium": "Se", "bromine": "Br", "rubidium": "Rb", "yttrium": "Y", "niobium": "Nb",
    "silver": "Ag", "cadmium": "Cd", "tin": "Sn", "tellurium": "Te", "xenon": "Xe", "cesium": "Cs",
    "caesium": "Cs", "tungsten": "W", "platinum": "Pt", "mercury": "Hg", "lead": "Pb",
}  # fmt: skip
"""Names that JEOL spectrometers give to nuclei."""


def nucleus_named(text: str) -> str:
    """A nucleus as ``13C``, however the instrument writes it: ``^13C``, ``C13``, ``Carbon13``.

    A channel that is off gives an empty text; text that is no nucleus comes back as it is.
    """
    word = text.strip().strip("<>^").replace("^", "")
    if word.lower() in ("off", "none"):
        return ""
    if word.lower() in SPELT and SPELT[word.lower()][0].isdigit():
        return SPELT[word.lower()]
    parts = re.fullmatch(r"(\d+)[-_ ]?([A-Za-z]+)|([A-Za-z]+)[-_ ]?(\d+)", word)
    if not parts:
        return word
    mass, symbol = parts[1] or parts[4], parts[2] or parts[3]
    symbol = SPELT.get(symbol.lower(), symbol if len(symbol) <= 2 else "")
    return f"{mass}{symbol.capitalize()}" if symbol else word


def chosen_nucleus(value: Any) -> Any:
    """The nucleus that a person chose, as ``31P``, or none; ``³¹P``, ``P-31`` and ``31p`` are fine.

    Raises:
        ValueError: it is no nucleus; says how to write one.
    """
    if not isinstance(value, str):
        return value
    named = nucleus_named(value.translate(PLAIN))
    if named and not _exists(named):
        raise ValueError(
            f"“{value.strip()[:40]}” is no nucleus: write mass number and symbol, as in 31P."
        )
    return named or None


def _exists(nucleus: str) -> bool:
    """Whether it is a mass number and a symbol that go together: 31P, not 31H."""
    parts = re.fullmatch(r"(\d{1,3})([A-Z][a-z]?)", nucleus)
    if parts is None or parts[2] not in SYMBOLS:
        return False
    protons = SYMBOLS.index(parts[2]) + 1
    return protons <= int(parts[1]) <= 3 * protons
