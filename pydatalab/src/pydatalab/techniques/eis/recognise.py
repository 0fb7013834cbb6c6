"""Whether a file holds impedances, from its start; no numpy."""

import re
import struct

from pydatalab.techniques.eis.headings import holds_impedance, split_titles
from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.biologic.recognise import (
    IMPEDANCE,
    is_mpr,
    is_mpt,
    mpr_holds_frequencies,
    mpr_technique,
    mpt_labels,
    mpt_technique,
)
from pydatalab.techniques.shared.heads import text_of

_LINES = 400
"""How far down the titles of a table are looked for."""


def knows_mpr(head: FileHead) -> Match:
    """An ``.mpr`` of an impedance technique, or of another that stores frequencies."""
    if not is_mpr(head):
        return Match.NO
    if mpr_technique(head) in IMPEDANCE:
        return Match.CERTAIN
    return Match.LIKELY if mpr_holds_frequencies(head) else Match.NO


def knows_mpt(head: FileHead) -> Match:
    """The same for an ``.mpt``."""
    if not is_mpt(head) or not holds_impedance(list(mpt_labels(head))):
        return Match.NO
    technique = mpt_technique(head)
    return Match.CERTAIN if technique in IMPEDANCE or technique is None else Match.LIKELY


def knows_gamry(head: FileHead) -> Match:
    """A data file of Gamry's with a table of impedances, or whose experiment makes one."""
    text = head.text
    if head.binary or not text.startswith("EXPLAIN"):
        return Match.NO
    told = "\nZCURVE" in text or "\nTAG\tEIS" in text or "\nTAG\tGALVEIS" in text
    return Match.CERTAIN if told else Match.NO


def knows_zahner(head: FileHead) -> Match:
    """Zahner's ``.ism``, by its first numbers: a count, then frequencies."""
    if len(head.start) < 28:
        return Match.NO
    last, first, second = struct.unpack(">idd", head.start[8:28])
    sane = 0 < last < 100_000 and 1e-7 < first < 1e8 and 1e-7 < second < 1e8
    return Match.CERTAIN if sane else Match.NO


def knows_palmsens(head: FileHead) -> Match:
    """A session of PSTrace's; which measurements it holds may stand far below its start."""
    text = head.text.lower()
    if "palmsens.datafiles.sessionfile" not in text[:1_000]:
        return Match.NO
    told = re.search(r"method_id=g?eis\b", text) or "eisdata" in text
    return Match.CERTAIN if told else Match.POSSIBLE


def knows_versastudio(head: FileHead) -> Match:
    """A ``.par`` of VersaStudio with an impedance among its actions."""
    if "<Application>" not in head.text[:200] or "VersaStudio" not in head.text:
        return Match.NO
    names = re.findall(r"^Name=(.*)$", head.text, flags=re.MULTILINE)
    return Match.CERTAIN if any(re.search(r"EIS|mpedance", name) for name in names) else Match.NO


def knows_ivium(head: FileHead) -> Match:
    """An ``.idf`` or ``.ids`` of Ivium's whose method is an impedance scan."""
    return Match.CERTAIN if re.search(r"Method=\s*Impedance", head.text) else Match.NO


def knows_text(head: FileHead) -> Match:
    """A table whose titles name a frequency and an impedance."""
    if head.binary:
        return Match.NO
    if any(split_titles(line) for line in text_of(head).splitlines()[:_LINES]):
        return Match.CERTAIN
    return Match.POSSIBLE if head.suffix == ".i2b" else Match.NO
