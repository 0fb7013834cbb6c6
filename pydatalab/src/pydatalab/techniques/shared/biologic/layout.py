"""How the records of an ``.mpr`` are built, from the ids of their columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.biologic.columns import FLAGS, STORED

WIDTHS = (1, 2, 4, 8)
_BY_WIDTH = {1: "<u1", 2: "<u2", 4: "<f4", 8: "<f8"}
_MOST_UNTOLD = 6
"""With more columns of untold width there is nothing to be sure of."""


@dataclass(frozen=True)
class Field:
    """Where one column is in a record."""

    title: str
    offset: int
    dtype: str
    mask: int = 0
    """Which bits of the byte, for a flag; 0 where the value is all of it."""


@dataclass(frozen=True)
class Layout:
    """Where each column is in a record."""

    fields: tuple[Field, ...]
    length: int
    """Bytes of a record."""
    warnings: tuple[str, ...] = ()


def record_layout(ids: Sequence[int], length: int) -> Layout:
    """Where each column is in a record of ``length`` bytes.

    The flags share one byte, at the place of the first of them; the other columns follow in the
    order of their ids. A column whose width no file has shown gets the one that ``length`` leaves,
    where it leaves a single possibility; one that is not known at all is left out and named in
    the warnings.

    Raises:
        UnreadableFile: the widths do not add up, or leave more than one possibility.
    """
    widths = _widths(ids, length)
    fields: list[Field] = []
    unknown: list[int] = []
    at, flags_at = 0, -1
    for id_, width in zip(ids, widths, strict=True):
        if id_ in FLAGS:
            flags_at = at if flags_at < 0 else flags_at
            fields.append(Field(FLAGS[id_][0], flags_at, "u1", FLAGS[id_][1]))
        elif id_ in STORED and width:
            stored = STORED[id_]
            fields.append(Field(stored.title, at, stored.dtype or _BY_WIDTH[width]))
        else:
            unknown.append(id_)
        at += width
    left_out = f"Left out: columns that cannot be told, with EC-Lab's numbers {_listed(unknown)}."
    return Layout(tuple(fields), at, (left_out,) if unknown else ())


def _widths(ids: Sequence[int], length: int) -> list[int]:
    """Bytes that each column takes; a flag takes none but the first, which takes the byte."""
    widths: list[int | None] = []
    flagged = False
    for id_ in ids:
        if id_ in FLAGS:
            widths.append(0 if flagged else 1)
            flagged = True
        elif id_ in STORED and STORED[id_].dtype:
            widths.append(int(STORED[id_].dtype[-1]))
        else:
            widths.append(None)
    untold = [n for n, width in enumerate(widths) if width is None]
    rest = length - sum(width or 0 for width in widths)
    found = _only_way(len(untold), rest)
    if found is None:
        numbers = [ids[n] for n in untold]
        raise UnreadableFile(
            f"Its records of {length} bytes do not fit its columns"
            + (f"; of EC-Lab's numbers {_listed(numbers)} the width is unknown" if numbers else "")
            + ". Export the file as text (.mpt) from EC-Lab and attach that."
        )
    for n, width in zip(untold, found, strict=True):
        widths[n] = width
    return [width or 0 for width in widths]


def _only_way(count: int, total: int) -> tuple[int, ...] | None:
    """The widths of ``count`` columns that make ``total`` bytes, if there is one way alone."""
    if total == 0:  # nothing is left for them: they are bits of the flags' byte
        return (0,) * count
    if count > _MOST_UNTOLD:
        return None
    ways = [way for way in product(WIDTHS, repeat=count) if sum(way) == total]
    return ways[0] if len(ways) == 1 else None


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)
