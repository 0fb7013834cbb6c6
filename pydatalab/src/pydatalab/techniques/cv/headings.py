"""What the titles of a voltammogram's table mean, however an instrument writes them; no numpy.

Source
    None: titles as Autolab, BioLogic, CH Instruments, Gamry, Ivium, PalmSens and Princeton Applied
    Research write them, and those of people's own tables.
"""

import re

_POTENTIAL = re.compile(
    r"(?:applied|measured|cell|electrode|we\d?)?(?:potential|voltage)(?:applied|measured|vs.*)?"
    r"|(?:zell)?(?:potenzial|spannung)|potentiel|tension"
    r"|we\(1\)\.?potential|e|e_?we|volts?|ewe|ecell|u|v|vf|e/v|evs.*"
)
_CURRENT = re.compile(
    r"(?:we|cell|measured|mean|average)?current(?:density)?|strom(?:dichte)?|courant|we\(1\)\.?current|i|im|<i>|j|amp(?:ere)?s?"
)
_OTHERS = {
    "time": "time t elapsedtime elapsed corrtime correctedtime times",
    "cycle_number": "cycle cyclenumber cycleno",
    "scan": "scan scannumber scanno",
}
_NAMES = {word: name for name, words in _OTHERS.items() for word in words.split()}
_UNITS_ALONE = (re.compile(r"m?V"), re.compile(r"[munpµμ]?A"))
"""What PSTrace writes over its columns, in turn."""
_UNIT = re.compile(r"\s*(?:[/(\[]\s*[^)\]/]*(?:/[^)\]]*)?[)\]]?)\s*$")
_CYCLER = re.compile(r"capacity|energy|\bstep|m?ah\b|rec#|freq|z'|impedance", re.IGNORECASE)
_SEPARATORS = (r"\t", ";", ",", r"\s{2,}", r"\s+")


def meaning(title: str) -> str | None:
    """The quantity that a title names, or none: ``WE(1).Current (A)`` is ``current``."""
    text = title.strip().strip('"').strip()
    word = re.sub(r"[\s_]+", "", _without_unit(text)).lower()
    if not word:
        return None
    if _POTENTIAL.fullmatch(word):
        return "potential"
    return "current" if _CURRENT.fullmatch(word) else _NAMES.get(word)


def split_titles(line: str) -> list[str]:
    """A line of titles in its parts, by the separator that makes a voltammogram's table of it."""
    if not re.search(r"[A-DF-Za-df-z]", line):  # spares the work on rows of numbers
        return []
    for separator in _SEPARATORS:
        parts = [
            part.strip().strip('"').strip() for part in re.split(separator, line.strip(" \n#"))
        ]
        while parts and not parts[-1]:
            parts.pop()
        if holds_voltammogram(parts):
            return parts
    return []


def holds_voltammogram(titles: list[str]) -> bool:
    """Whether these columns are a potential and a current, and none of a battery cycler's."""
    names = {meaning(title) for title in titles}
    told = {"potential", "current"} <= names and not any(_CYCLER.search(one) for one in titles)
    return told or is_row_of_units(titles)


def is_row_of_units(titles: list[str]) -> bool:
    """Whether the titles are ``V`` and ``µA``, again and again: a potential and a current each."""
    return len(titles) >= 2 and all(
        _UNITS_ALONE[n % 2].fullmatch(title) for n, title in enumerate(titles)
    )


def is_row_of_numbers(line: str, count: int) -> bool:
    """Whether a line has ``count`` numbers and nothing else."""
    cells = [re.split(separator, line.strip(" \n\t")) for separator in _SEPARATORS]
    return any(
        len([cell for cell in row if cell.strip()]) == count and all(map(_is_number, row))
        for row in cells
    )


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"\s*(?:[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?)?\s*", cell))


def _without_unit(title: str) -> str:
    """``Potential (V vs. SCE)``, ``Ewe/V``, ``I [mA]`` without what follows the quantity."""
    if re.fullmatch(r"(?i)we\(1\)\.?(potential|current)", title):
        return title
    shorter = _UNIT.sub("", title)
    return shorter if shorter else title
