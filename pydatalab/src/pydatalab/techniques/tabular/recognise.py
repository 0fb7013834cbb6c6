"""Which files are tables. Light: runs in the API process.

A table that says nothing of what it holds is no more than possible: a technique that may know bare
columns comes first. Where columns have titles, one that does not know those comes behind.
"""

import re
from collections.abc import Sequence

from pydatalab.techniques.registry import FileHead, Match

TEXT_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".dat", ".prn", ".asc", ".xls", ".xlsx", "")
"""Endings of text tables, or none. Some instruments write text and call it ``.xls``."""

WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin")
"""Members of the zip archives that Excel writes."""

OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
OPEN_XML = re.compile(rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|docProps/|xl/)", re.DOTALL)
"""How such an archive starts: its first member is seen where the list of members is not."""

COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOK_STREAM = "Workbook".encode("utf-16-le")
WHOLE_START = 64 * 1024
"""Bytes of a file that are looked at: of a longer one there is more than is seen."""

MARKUP = re.compile(r"\s*(?:<[?!a-zA-Z]|[{]|##\w+\s*=|%PDF|\{\\rtf)")
"""How XML, JSON, JCAMP-DX, PDF and RTF start."""

SEPARATED = re.compile(
    r"""[^\n\t;,|]*[\t;,|][^\n]*               # cells set off by a mark
      | [ ]*[-+\d.][^\s]*(?:[ ]+[^\s]+)+[ ]*  # a number, and more behind blanks""",
    re.VERBOSE,
)
SINGLE = re.compile(r"\s*[-+]?[\d.,]+(?:[eE][-+]?\d+)?\s*")
NUMBERS = re.compile(r"[-+\d.,;eE\s]+")
WORD = re.compile(r"[^\W\d_]")
ENOUGH = 0.5
"""Part of the lines that look like rows."""


def knows_parquet(head: FileHead) -> Match:
    """A file that starts with the mark of Parquet."""
    return Match.POSSIBLE if head.start.startswith(b"PAR1") else Match.NO


def knows_sheets(head: FileHead) -> Match:
    """A workbook of Excel or OpenDocument; possibly one, if only its ending says so."""
    if head.start.startswith(b"PK"):
        sure = any(name in head.members for name in WORKBOOKS) or OPEN_DOCUMENT in head.start[:200]
        named = not head.members and head.suffix in {".xlsx", ".xlsm", ".xlsb", ".ods"}
        sure = sure or (named and bool(OPEN_XML.match(head.start)))
    elif head.start.startswith(COMPOUND_FILE):
        # The name of its stream stands in a list that may lie beyond the start of the file.
        long = len(head.start) >= WHOLE_START and head.suffix == ".xls"
        sure, named = long or WORKBOOK_STREAM in head.start, head.suffix == ".xls"
    else:
        return Match.NO
    return Match.LIKELY if sure else Match.POSSIBLE if named else Match.NO


def knows_text(head: FileHead) -> Match:
    """Text whose lines are rows of cells."""
    if head.suffix not in TEXT_SUFFIXES or head.binary or not head.start.strip():
        return Match.NO
    text = head.text
    if MARKUP.match(text) or _garbled(text):
        return Match.NO
    lines = [line for line in re.split(r"\r\n|\n|\r", text)[:400] if line.strip()]
    if not lines:
        return Match.NO
    rows = sum(bool(SEPARATED.fullmatch(line) or SINGLE.fullmatch(line)) for line in lines)
    if _titled(lines):
        return Match.LIKELY
    named = head.suffix in {".csv", ".tsv"} and rows > 0
    return Match.POSSIBLE if named or rows > ENOUGH * len(lines) else Match.NO


def _titled(lines: Sequence[str]) -> bool:
    """Whether the text is a line of titles and then rows of as many numbers, and nothing else."""
    rows = lines[1:-1]  # the last one may stop half-way
    for mark in ("\t", ";", ",", r"\s{2,}", r"\s+"):
        titles = re.split(mark, lines[0].strip(" "))
        blank = mark.startswith(r"\s")
        if len(titles) < 2 or not all(map(WORD.match if blank else WORD.search, titles)):
            continue
        between = r"\s+" if blank else mark
        if rows and all(_is_row(row, between, len(titles)) for row in rows):
            return True
    return False


def _is_row(line: str, between: str, cells: int) -> bool:
    one_each = len(re.split(between, line.strip(" "))) == cells
    return one_each and NUMBERS.fullmatch(line) is not None


def _garbled(text: str) -> bool:
    """Whether letters stand in it that no text has."""
    return re.search(r"[\x00-\x08\x0e-\x19\x1b-\x1f]", text[:4096]) is not None
