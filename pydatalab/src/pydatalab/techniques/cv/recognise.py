"""Whether a file holds a voltammogram, from its start; no numpy."""

import re

from pydatalab.techniques.cv.headings import is_row_of_numbers, split_titles
from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.biologic.recognise import (
    IMPEDANCE,
    SWEEPS,
    is_mpr,
    is_mpt,
    mpr_column_ids,
    mpr_technique,
    mpt_labels,
    mpt_technique,
)
from pydatalab.techniques.shared.heads import text_of

_LINES = 400
_MOST_VOLTS = 20.0
_SWEEP = re.compile(r"cyclic voltammetry|linear s(?:weep|can) voltammetry", re.IGNORECASE)
_POTENTIALS, _CURRENTS = {6, 77, 174}, {8, 11, 76}
_CYCLE, _CONTROL = 24, 19
_NUMBERS = re.compile(r"[\d.,;eE+\-\s]+")


def knows_mpr(head: FileHead) -> Match:
    """An ``.mpr`` of a sweep; of another technique, where it stores potential and current."""
    if not is_mpr(head):
        return Match.NO
    ids = set(mpr_column_ids(head))
    told = {"sweep": {_CYCLE, _CONTROL} <= ids, "both": bool(ids & _POTENTIALS and ids & _CURRENTS)}
    return _of_technique(mpr_technique(head), **told)


def knows_mpt(head: FileHead) -> Match:
    """The same for an ``.mpt``."""
    if not is_mpt(head):
        return Match.NO
    labels = set(mpt_labels(head))
    both = bool(labels & {"Ewe/V", "<Ewe>/V", "Ecell/V"} and labels & {"I/mA", "<I>/mA"})
    sweep = both and "half cycle" not in labels and {"control/V", "cycle number"} <= labels
    return _of_technique(mpt_technique(head), sweep=sweep, both=both)


def _of_technique(technique: str | None, sweep: bool, both: bool) -> Match:
    if technique in SWEEPS:
        return Match.CERTAIN
    if technique in IMPEDANCE or not both:
        return Match.NO
    return Match.LIKELY if sweep and technique is None else Match.POSSIBLE


def knows_gamry(head: FileHead) -> Match:
    """A data file of Gamry's: voltammetry and polarisation by its tag, others where they may fit."""
    if head.binary or not head.text.startswith("EXPLAIN"):
        return Match.NO
    tag = re.search(r"^TAG\t(\S+)", head.text, flags=re.MULTILINE)
    if tag and re.fullmatch(
        r"CV|LSV|CYCPOL|POTENTIODYNAMIC|POLRES|TAFEL|.*(SQUARE|SWV|DPV|NPV).*", tag[1]
    ):
        return Match.CERTAIN
    titles = re.search(r"^CURVE\d*\tTABLE.*\n(.*)", head.text, flags=re.MULTILINE)
    fits = titles and re.search(r"\tVf\b.*\tIm\b", titles[1])
    return Match.POSSIBLE if fits else Match.NO


def knows_jcamp(head: FileHead) -> Match:
    """A JCAMP-DX whose type is a voltammetry."""
    found = re.search(r"##\s*DATA\s*TYPE\s*=(.*)", head.text, flags=re.IGNORECASE)
    return Match.CERTAIN if found and "VOLTAMM" in found[1].upper() else Match.NO


def knows_versastudio(head: FileHead) -> Match:
    """A ``.par`` of VersaStudio with a sweep among its actions."""
    if "<Application>" not in head.text[:200] or "VersaStudio" not in head.text:
        return Match.NO
    names = re.findall(r"^Name=(.*)$", head.text, flags=re.MULTILINE)
    told = any(re.search(r"oltammetry|otentiodynamic|Tafel|Polarization", name) for name in names)
    return Match.CERTAIN if told else Match.NO


def knows_ivium(head: FileHead) -> Match:
    """An ``.idf`` or ``.ids`` of Ivium's whose method is a sweep."""
    told = re.search(r"Method=\s*(?:CyclicVoltammetry|LinearSweep)", head.text)
    return Match.CERTAIN if told else Match.NO


def knows_palmsens(head: FileHead) -> Match:
    """A session of PSTrace's; which measurements it holds may stand far below its start."""
    text = head.text.lower()
    if "palmsens.datafiles.sessionfile" not in text[:1_000]:
        return Match.NO
    return Match.CERTAIN if re.search(r"method_id=(?:cv|lsv)\b", text) else Match.POSSIBLE


def knows_text(head: FileHead) -> Match:
    """A table of potential and current; surely a voltammogram where the lines above say so."""
    if head.binary or is_mpt(head) or head.text.startswith(("EXPLAIN", "##", "<Application>")):
        return Match.NO
    text = text_of(head)
    if _titled(text.splitlines()[:_LINES]):
        return Match.CERTAIN if _SWEEP.search(text[:20_000]) else Match.LIKELY
    return Match.POSSIBLE if head.suffix in (".txt", ".csv", ".dat") and _bare(text) else Match.NO


def _titled(lines: list[str]) -> bool:
    """Whether a line names potential and current, and rows of as many numbers follow soon."""
    for n, line in enumerate(lines):
        if titles := split_titles(line):
            return any(is_row_of_numbers(row, len(titles)) for row in lines[n + 1 : n + 8])
    return False


def _bare(text: str) -> bool:
    """Whether the text is two columns of numbers and nothing else, but for a few lines at most."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    rows = [line for line in lines[:-1] if _NUMBERS.fullmatch(line)]
    columns = {len(re.split(r"[;\t]|,(?=\s)|\s+|,", line.strip())) for line in rows}
    few_others = len(rows) >= max(5, len(lines) - 6)
    if not few_others or columns != {2} or _titles_of_others(lines[: lines.index(rows[0])]):
        return False
    return all(map(_may_be_a_potential, rows))


def _titles_of_others(before: list[str]) -> bool:
    """Whether the line above the rows names two columns: those of a voltammogram are known already."""
    titles = re.split(r"[\t;,]", before[-1]) if before else []
    return len(titles) == 2 and all(re.search(r"[^\W\d_]", title) for title in titles)


def _may_be_a_potential(row: str) -> bool:
    """Whether the first number of a row could be volts: bare columns of a spectrum are not."""
    first = re.match(r"\s*([-+]?\d*[.,]?\d*)", row)
    try:
        return abs(float((first[1] if first else "").replace(",", "."))) <= _MOST_VOLTS
    except ValueError:
        return False
