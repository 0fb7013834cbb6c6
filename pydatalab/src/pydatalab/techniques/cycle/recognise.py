"""Which files are a cycler's; standard library only.

A cycler is known by the titles of its table, by magic bytes, or by the members of a zip. A table
of another instrument is none of ours, whatever its ending.
"""

import re
import zlib

from pydatalab.techniques.cycle.headings import (
    ARBIN,
    BASYTEC,
    BDF,
    DIGATRON,
    IVIUM,
    LANDT,
    MACCOR,
    NEWARE,
    NEWARE_RECORDS,
    NOVONIX,
    PEC,
    PREPARED,
    Signature,
    cells,
    heading_line,
)
from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.biologic import recognise as biologic

LOOKED_AT = 300
"""Lines in which a line of titles is looked for: protocols may stand before it."""

JET = (b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB")
ARBIN_TABLES = tuple(name.encode("utf-16-le") for name in ("Channel_Normal_Table", "MCell_Aci"))
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARQUET = b"PAR1"
MOST_UNPACKED = 400_000
"""Bytes of a workbook's parts that are looked at."""


def knows_mpr(head: FileHead) -> Match:
    """EC-Lab's binary file: cycling for certain, or something that can be shown against time."""
    if not biologic.is_mpr(head) or biologic.mpr_holds_frequencies(head):
        return Match.NO
    return _of_biologic(biologic.mpr_technique(head))


def knows_mpt(head: FileHead) -> Match:
    """EC-Lab's text file, likewise."""
    if not biologic.is_mpt(head):
        return Match.NO
    labels = set(biologic.mpt_labels(head))
    if "freq/Hz" in labels:
        return Match.NO
    named = biologic.mpt_technique(head)
    if named is None and labels & {"half cycle", "Q charge/discharge/mA.h", "(Q-Qo)/mA.h"}:
        return Match.CERTAIN
    return _of_biologic(named)


def knows_mps(head: FileHead) -> Match:
    """EC-Lab's settings, which hold no data."""
    return Match.CERTAIN if biologic.is_mps(head) else Match.NO


def knows_nda(head: FileHead) -> Match:
    """Neware's binary files: ``.nda``, and ``.ndax``, which is a zip."""
    members = {name.rsplit("/", 1)[-1].lower() for name in head.members}
    if head.start.startswith(b"NEWARE") or "data.ndc" in members:
        return Match.CERTAIN
    return _torn_zip(head, ".ndax")


def knows_res(head: FileHead) -> Match:
    """Arbin's Access database; of its tables, the start may tell the names or not."""
    if not head.start.startswith(JET):
        return Match.NO
    if any(table in head.start for table in ARBIN_TABLES):
        return Match.CERTAIN
    return Match.LIKELY if head.suffix == ".res" else Match.POSSIBLE


def knows_arbin(head: FileHead) -> Match:
    """Arbin's export as text."""
    return _titled(head, ARBIN)


def knows_neware_csv(head: FileHead) -> Match:
    """Neware's export as text, flat or with cycles, steps and records nested."""
    if knows_bdf(head) is Match.CERTAIN:
        return Match.NO
    return max(_titled(head, NEWARE), _nested_neware(head))


def knows_maccor(head: FileHead) -> Match:
    """Maccor's export as text; its header may hold binary junk."""
    return _titled(head, MACCOR, binary=True)


def knows_novonix(head: FileHead) -> Match:
    """Novonix's text: a summary and a protocol, which may be long, before the data."""
    if not head.binary and "[Summary]" in head.text[:200] and "Novonix" in head.text[:1_000]:
        return Match.CERTAIN
    return _titled(head, NOVONIX)


def knows_landt(head: FileHead) -> Match:
    """Landt's export as text (LAND, LANHE)."""
    return _titled(head, LANDT)


def knows_basytec(head: FileHead) -> Match:
    """Basytec's text."""
    if not head.binary and head.text.startswith("~Resultfile from Basytec"):
        return Match.CERTAIN
    return _titled(head, BASYTEC)


def knows_pec(head: FileHead) -> Match:
    """PEC's export as text."""
    return _titled(head, PEC)


def knows_digatron(head: FileHead) -> Match:
    """Digatron's export as text."""
    return _titled(head, DIGATRON)


def knows_gamry(head: FileHead) -> Match:
    """Gamry's data files of constant current, or of a potential or current against time."""
    tag = re.search(r"^TAG\t(\w+)", head.text[:2_000], re.MULTILINE)
    if tag is None or not head.text.startswith("EXPLAIN"):
        return Match.NO
    if re.fullmatch(r"PWR\w*|CHRONOP|CCD|\w*CHARGE\w*|GALV\w*", tag[1]):
        return Match.CERTAIN
    return Match.LIKELY if tag[1] in ("CHRONOA", "CHRONOC", "CORPOT", "OCP", "OCV") else Match.NO


def knows_prepared(head: FileHead) -> Match:
    """A table as the Python package navani leaves it."""
    if knows_bdf(head) is Match.CERTAIN:
        return Match.NO
    return _titled(head, PREPARED)


def knows_ivium(head: FileHead) -> Match:
    """Ivium's text of time, current and potential, whose titles are its first line.

    A voltammogram may be exported the same way.
    """
    first = head.text[:200].split("\n", 1)[0]
    if head.binary or len(cells(first)) != 3 or " /" not in first:
        return Match.NO
    return Match.LIKELY if IVIUM.fits(cells(first)) else Match.NO


def knows_palmsens(head: FileHead) -> Match:
    """PalmSens' text of potential or current against time; a sweep has no seconds."""
    if head.binary or "Date and time measurement:" not in head.text:
        return Match.NO
    units = head.text.partition("Date and time measurement:")[2].split("\n", 2)[1:2]
    return Match.CERTAIN if units and units[0].strip().startswith("s,") else Match.NO


def knows_bdf(head: FileHead) -> Match:
    """A table after the Battery Data Format, by its labels; ``.bdf`` alone says nothing of a text."""
    named = ".bdf" in head.name.lower()
    if head.start.startswith(PARQUET):
        labels = (b"Test Time / ", b"test_time_second", b"voltage_volt", b"Voltage / V")
        if any(label in head.start for label in labels):
            return Match.CERTAIN
        return Match.LIKELY if named else Match.NO
    if head.binary:
        return Match.NO
    line = heading_line(head.text, BDF, LOOKED_AT)
    if line is None:
        return Match.NO
    marked = "Test Time / " in line or "test_time_second" in line
    return Match.CERTAIN if marked or named else Match.NO


def knows_workbook(head: FileHead) -> Match:
    """A workbook of Arbin, Landt or Neware, as far as its first bytes tell."""
    if head.start.startswith(OLD_EXCEL):
        return _by_words(head.start, Match.POSSIBLE if head.suffix == ".xls" else Match.NO)
    unseen = _torn_zip(head, ".xlsx")
    if not unseen and not any(name.startswith("xl/workbook") for name in head.members):
        return Match.NO
    seen, whole = _unpacked(head.start)
    return _by_words(seen, Match.NO if whole else Match.POSSIBLE)


def _of_biologic(technique: str | None) -> Match:
    if technique in biologic.CYCLING:
        return Match.CERTAIN
    other = technique in biologic.SWEEPS or technique in biologic.IMPEDANCE
    return Match.NO if other else Match.LIKELY


def _titled(head: FileHead, signature: Signature, *, binary: bool = False) -> Match:
    if (head.binary and not binary) or head.members:
        return Match.NO
    found = heading_line(head.text, signature, LOOKED_AT)
    return Match.CERTAIN if found is not None else Match.NO


def _nested_neware(head: FileHead) -> Match:
    """Three lines of titles, each moved to the right by one cell; records follow the third."""
    if head.binary or head.members:
        return Match.NO
    lines = [cells(line) for line in head.text.splitlines()[:3]]
    nested = len(lines) == 3 and lines[2][:2] == ["", ""] and lines[1][0] == ""
    return Match.CERTAIN if nested and NEWARE_RECORDS.fits(lines[2]) else Match.NO


def _torn_zip(head: FileHead, suffix: str) -> Match:
    """Whether it looks like a zip of that ending whose list of members is lost."""
    torn = head.start.startswith(b"PK") and not head.members and head.suffix == suffix
    return Match.POSSIBLE if torn else Match.NO


def _by_words(seen: bytes, otherwise: Match) -> Match:
    """Whether some bytes of a workbook hold what only a cycler writes."""
    narrow = seen.replace(b"\0", b"")
    words = (
        b"Channel_", b"Channel-", b'="Record', b'="record"', b'="cycle"', b'="step"', b"Global_Info", b"Test_Time(s)", b"Charge_Capacity(Ah)", b"Current/mA",
        b"Current/uA", b"Capacity/mAh", b"Capacity/uAh", b"SpeCap/mAh/g", b"Step Type", b"DChg. Cap.",
    )  # fmt: skip
    return Match.CERTAIN if sum(word in narrow for word in words) >= 2 else otherwise


def _unpacked(start: bytes) -> tuple[bytes, bool]:
    """What the first parts of a zip hold, and whether its end was reached."""
    seen, at = b"", 0
    while start[at : at + 4] == b"PK\x03\x04" and len(seen) < MOST_UNPACKED:
        method = int.from_bytes(start[at + 8 : at + 10], "little")
        name, extra = (int.from_bytes(start[at + n : at + n + 2], "little") for n in (26, 28))
        body = start[at + 30 + name + extra :]
        if method != 8:
            at = start.find(b"PK\x03\x04", at + 4)
            continue
        inflate = zlib.decompressobj(-15)
        try:
            seen += inflate.decompress(body, MOST_UNPACKED)
        except zlib.error:
            return seen, False
        if not inflate.eof:
            return seen, False
        at = len(start) - len(inflate.unused_data)
        at = start.find(b"PK", at)
        while start[at : at + 4] == b"PK\x07\x08":
            at = start.find(b"PK", at + 4)
    return seen, start[at : at + 4] == b"PK\x01\x02"
