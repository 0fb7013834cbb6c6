"""Numbers of things, and what somebody may have meant, in sentences."""

import difflib
from collections.abc import Iterable


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 file``, ``1,200 files``; ``plural`` where it is not the noun with an ``s``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def items_counted(number: int, deleted: int | None) -> str:
    """``12 items (2 of them deleted)``; ``deleted`` where that is known."""
    said = counted(number, "item")
    return f"{said} ({deleted:,} of them deleted)" if deleted else said


def minute(time: str) -> str:
    """A time as ``models.times`` writes it, to the minute: ``2026-11-22 04:05``."""
    return time[:16].replace("T", " ")


def meant(word: str, known: Iterable[str]) -> str:
    """A further sentence, `` Is wavelength meant?``, where something known is spelt like a word, else nothing."""
    near = difflib.get_close_matches(word, list(known), 1)
    return f" Is {near[0]} meant?" if near else ""
