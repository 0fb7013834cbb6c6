"""The modules that an ``.mpr`` consists of; standard library only.

Layout
    ``BIO-LOGIC MODULAR FILE``, 0x1A, 25 blanks, four zero bytes; from byte 52 modules one after
    another. A module: ``MODULE``, short name (10 bytes, blanks at its end), long name (25 bytes),
    then length (u32), version (u32), date (8 bytes, ``10/26/20``), then its body. Since EC-Lab
    11.50 the length is 0xFFFFFFFF, which says that a longer one follows (u64). All numbers are
    little-endian. Short names: ``VMP Set``, ``VMP data``, ``VMP LOG``, ``VMP loop``,
    ``VMP ExtDev``.

    Body of ``VMP data``: number of points (u32), number of columns (u8; u16 from version 10),
    an id for each column (u16; u8 in version 0), zeros up to a fixed place, the records.
Source
    None published: the bytes of files of EC-Lab 11.12 to 11.50, see
    ``tests/data/biologic/PROVENANCE.md``; version 0 by public description only.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"BIO-LOGIC MODULAR FILE"
_FIRST_MODULE = 52
_LONG = 0xFFFFFFFF


@dataclass(frozen=True)
class Module:
    """One part of an ``.mpr``."""

    name: str
    """``VMP data``."""
    version: int
    date: str
    """Month, day, year of two digits; separators differ: ``10/26/20``, ``01.10.18``."""
    length: int
    """What the body should hold, in bytes."""
    body: bytes
    """What there is of it: shorter where the bytes end."""


@dataclass(frozen=True)
class Place:
    """Where the parts of a data module are, in bytes from the start of its body."""

    count: str
    """How the number of columns is stored, in ``struct``'s letters."""
    ids: str
    """How a column id is stored."""
    records: int
    """Where the first record starts."""


_PLACES = {
    0: Place("B", "B", 100),
    1: Place("B", "H", 405),
    3: Place("B", "H", 406),
    10: Place("H", "H", 1007),
}
"""By the module version from which they hold."""


def modules(raw: bytes) -> Iterator[Module]:
    """The modules of an ``.mpr``, as far as the bytes go; nothing where they are of another kind."""
    at = _FIRST_MODULE if raw.startswith(MAGIC) else len(raw)
    while raw[at : at + 6] == b"MODULE" and at + 65 <= len(raw):
        (length,) = struct.unpack_from("<I", raw, at + 41)
        if length == _LONG:
            length, version = struct.unpack_from("<QI", raw, at + 45)
            start = at + 65
        else:
            (version,) = struct.unpack_from("<I", raw, at + 45)
            start = at + 57
        yield Module(
            name=_text(raw[at + 6 : at + 16]),
            version=version,
            date=_text(raw[start - 8 : start]),
            length=length,
            body=raw[start : start + length],
        )
        at = start + length


def place(version: int) -> Place:
    """Where things are in a data module of that version."""
    return _PLACES[max(known for known in _PLACES if known <= version)]


def column_ids(data: Module) -> tuple[int, ...]:
    """Ids of a data module's columns, in the order of the record; empty where the bytes end early."""
    where = place(data.version)
    first = 4 + struct.calcsize(where.count)
    if len(data.body) < first:
        return ()
    (count,) = struct.unpack_from(f"<{where.count}", data.body, 4)
    if first + count * struct.calcsize(where.ids) > min(len(data.body), where.records):
        return ()
    return struct.unpack_from(f"<{count}{where.ids}", data.body, first)


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("cp1252", errors="replace").strip()
