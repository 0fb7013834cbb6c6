"""How instruments write the axes of spectra: ``1/CM`` and ``Wellenzahl`` are a wavenumber.

Standard library alone: recognition uses it in the API process.
"""

import re

AXES = (
    ("raman_shift", r"raman\s*-?\s*(?:shift|wavenumber|cm|/\s*cm)|r\.?\s*shift|rel\.?\s*1\s*/\s*cm|verschiebung"),
    ("wavenumber", r"1\s*/\s*cm|\bcm\s*\^?\s*[-−⁻–]\s*[1¹]|^/?cm$|wave\s*numbers?|wellenzahl|nombre d.onde|n[uú]mero de onda"),
    ("wavelength_um", r"(?<!\d)(?<!\d\s)\b[uµμ]m\b|micromet|\bmicrons?\b"),
    ("wavelength_angstrom", r"^\W*(?:å|angstr\w*)\W*$|(?:wave\s*-?\s*lengths?|wellenl\w*|\blambda|λ)[^a-zå]*(?:å|angstr|[\[(]a[\])])"),
    ("wavelength", r"nanomet|(?<!\d)(?<!\d\s)\bnm\b|wave\s*-?\s*lengths?|wellenl|longueur d.onde|longitud de onda|\blambda\b|\bwl\b"),
    ("energy", r"electron\s*-?\s*volts?|\bev\b"),
)  # fmt: skip
"""Name of an axis, and what is written where it is meant; the first that fits."""

SIGNALS = (
    ("log_1_r", r"log\s*\(?\s*1\s*/\s*r"),
    ("absorbance", r"absorb|\babs\b|^\s*a\s*$|extin[ck]tion|optical dens|\bo\.?d\.?\b"),
    ("kubelka_munk", r"kubelka|\bk-?m\b|\bf\s*\(\s*r\b"),
    ("transmittance", r"transm|%\s*t\b|%\s*tr\b|\bt\s*\(?%|^\s*t\s*$"),
    ("reflectance", r"reflec|reflex|%\s*r\b|\br\s*\(?%|^\s*r\s*$"),
    ("single_beam", r"single\s*-?\s*(?:beam|channel)|einkanal"),
    ("intensity", r"intens|counts?\b|\bcts\b|\bcnt\b|arbitrary|\ba\.?\s?u\.?(?:\b|$)|\bcps\b|emission|fluoresc|irradiance|\bscope\b"),
)  # fmt: skip
"""Name of an ordinate, and what is written where it is meant; the first that fits."""

PER_METRE = re.compile(r"(?<![a-zµμ])mm?\s*\^?\s*[-−⁻–]\s*[1¹]|1\s*/\s*mm?\b")
"""A wavenumber in a unit that is not read: it must not pass for one in cm⁻¹."""


def axis_name(text: str) -> str:
    """The axis that a text means: a name of ``AXES``, or nothing."""
    return "" if PER_METRE.search(text.lower()) else _first(AXES, text)


def signal_name(text: str) -> str:
    """The ordinate that a text means: a name of ``SIGNALS``, or nothing."""
    return _first(SIGNALS, text)


def says_percent(text: str) -> bool:
    """Whether a text says that its numbers are parts of a hundred."""
    return "%" in text or "percent" in text.lower() or "prozent" in text.lower()


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    lower = text.strip().lower()
    return next((name for name, pattern in names if re.search(pattern, lower)), "")
