"""What the titles of an impedance table mean, however an instrument writes them; no numpy.

Source
    None: titles as BioLogic, Gamry, Autolab, CH Instruments, Ivium, PalmSens, Princeton Applied
    Research, Scribner, Solartron and Zahner write them, and those of people's own tables.
"""

import re

_SIGNS = str.maketrans({
    "−": "-", "–": "-", "—": "-", "′": "'", "’": "'", "‘": "'", "`": "'", "″": '"', "”": '"',
    "“": '"', "\u03a9": "ohm", "\u2126": "ohm", "θ": "theta", "ϑ": "theta", "φ": "phi",
})  # fmt: skip
_UNIT = re.compile(
    r"\s*(?:[/(\[_]\s*[munkgµμ]?(?:ohms?|hz|deg\w*|rad|°)[^)\]]*[)\]]?|\([ab]\))\s*$", re.IGNORECASE
)
_SEPARATORS = (r"\t", ";", ",", r"\s{2,}", r"\s+")

_MEANINGS = {
    "frequency": "f freq frequency fr frequenz",
    "z_real": "z' zre zreal rez re(z) re[z] real(z) realz z1 zdash zprime real re zr",
    "z_imag": "z\" z'' zim zimg zimag imz im(z) im[z] imag(z) imagz z2 zdashdash zdoubleprime"
    " imag im imaginary zi",
    "z_abs": "|z| z zmod zabs mod(z) modz modulus magnitude impedance abs(z) zmag |z|mod",
    "z_phase": "phase phase(z) theta phi zphz phz phaseangle phasez arg(z) argz zphase",
}
_NAMES = {word: name for name, words in _MEANINGS.items() for word in words.split()}
_NAMES |= {"zdashneg": "minus_z_imag", "negphase": "minus_z_phase"}

_RECTANGULAR = ({"z_real"}, {"z_imag", "minus_z_imag"})
_POLAR = ({"z_abs"}, {"z_phase", "minus_z_phase"})


def meaning(title: str) -> str | None:
    """The quantity a title names, or none: ``Zre (ohms)`` is ``z_real``, ``-Z''`` ``minus_z_imag``."""
    plain = _unquoted(title).translate(_SIGNS).lower()
    word = re.sub(r"[\s_.]+", "", _UNIT.sub("", plain))
    negative = re.fullmatch(r"(?:-|minus|neg(?=z|im))(.+)", word)
    if negative and (name := _NAMES.get(negative[1])) in ("z_imag", "z_phase"):
        return f"minus_{name}"
    return _NAMES.get(word)


def split_titles(line: str) -> list[str]:
    """A line of titles in its parts, by the separator that makes an impedance table of it."""
    if "f" not in line.lower():  # no frequency: spares the work on rows of numbers
        return []
    for separator in _SEPARATORS:
        parts = [_unquoted(part) for part in re.split(separator, _unquoted(line))]
        if not parts[0]:
            parts = parts[1:]
        while parts and not parts[-1]:
            parts.pop()
        if holds_impedance(parts):
            return parts
    return []


def holds_impedance(titles: list[str]) -> bool:
    """Whether these columns are a frequency and an impedance, as parts or as modulus and phase."""
    names = {meaning(title) for title in titles}
    return "frequency" in names and any(
        all(names & choice for choice in pair) for pair in (_RECTANGULAR, _POLAR)
    )


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if re.fullmatch(r'"[^"]*"', text) else text
