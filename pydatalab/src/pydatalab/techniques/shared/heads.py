"""The start of a text file as text; standard library only, for recognition."""

import re

from pydatalab.techniques.registry import FileHead

TABLES = (".txt", ".csv", ".tsv", ".dat", ".xy", ".xye", ".asc", ".dpt", ".z")
"""Endings under which text is a table of numbers, if it is a measurement at all."""

_ROW = re.compile(r"^[ \t\",;]*[-+]?[.,]?\d[-+\d.,;eE\"\t ]*$", re.MULTILINE)


def text_of(head: FileHead) -> str:
    """The start of the file, whatever it is encoded in: UTF-8 without a mark is told from cp1252."""
    whole_lines = head.start[: head.start.rfind(b"\n") + 1]
    try:
        return whole_lines.decode("utf-8-sig") if whole_lines else head.text
    except UnicodeDecodeError:
        return head.text


def holds_rows(head: FileHead) -> bool:
    """Whether some line consists of numbers; one may where more follows than was looked at."""
    return head.binary or len(head.start) >= 64 * 1024 or bool(_ROW.search(head.text))
