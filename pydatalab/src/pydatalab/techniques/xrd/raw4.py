"""Bruker ``RAW4.00``.

Layout (little-endian, offsets in bytes)
    12 date, 24 time (text). From 61 on segments, each with kind and length (u4 both): kind 10 a text
    (name at 12, value from 36 on), kind 30 the tube (80 Kα1, 88 Kα2, 96 Kβ, 104 Kα2:Kα1, all f8;
    116 anode), others unknown. Where a kind of 0 or 160 would stand, a scan begins: a header of 160
    bytes (32 kind of scan as text, 72 start, 80 step (f8), 88 points (u4), 100 kV, 104 mA (f4),
    112 wavelength (f8), 136 bytes a point, 140 bytes of further segments (u4)), those segments, among
    them kind 50, a drive (8 set where it moves, 12 name, 56 place (f8)), then the points. A point
    starts with its counts (f4); what may follow is unknown and skipped.
Source
    None by the maker: the bytes of ``TiO2.raw``; published descriptions agree.
"""

from collections.abc import Iterator
from typing import Any

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.xrd.bytefields import CUT, field, first_floats, places, words
from pydatalab.techniques.xrd.radiation import radiation
from pydatalab.techniques.xrd.scans import Scan, axis, axis_name, intensity

SEGMENTS = 61
SCAN_HEADER = 160
TEXT, TUBE, DRIVE = 10, 30, 50
TEXTS = {"SAMPLEID": "sample_name", "USER": "operator", "SITE": "site", "COMMENT": "comment"}
BY_KIND = {"rocking": "omega", "phi": "phi", "chi": "chi", "psi": "psi"}
"""Axis by the first word of the kind of scan, where no drive says that it moves."""


def raw4_scans(raw: bytes) -> tuple[list[Scan], dict[str, Any]]:
    """All scans of a RAW4.00 file, and what the instrument said.

    Raises:
        UnreadableFile: damaged or cut short.
    """
    scans: list[Scan] = []
    header: dict[str, Any] = {"start_time": f"{words(raw, 12, 12)} {words(raw, 24, 10)}".strip()}
    place = SEGMENTS
    while raw[place:].strip(b"\0"):
        kind, length = field(raw, "I", place), field(raw, "I", place + 4)
        if kind in (0, 160):
            scan, place = _scan(raw, place, header)
            scans.append(scan)
            continue
        if length < 8 or place + length > len(raw):
            raise UnreadableFile(CUT)
        if kind == TEXT:
            name = TEXTS.get(words(raw, place + 12, 24))
            if name:
                header[name] = words(raw, place + 36, length - 36)
        elif kind == TUBE and length >= 120:
            one, two, beta, ratio = (field(raw, "d", place + at) for at in (80, 88, 96, 104))
            header |= radiation(one, two, beta, ratio, words(raw, place + 116, 4))
        place += length
    return scans, header


def _scan(raw: bytes, place: int, header: dict[str, Any]) -> tuple[Scan, int]:
    """The scan that begins at ``place``, and where it ends; the first one completes the header."""
    start, step = field(raw, "d", place + 72), field(raw, "d", place + 80)
    points, record = field(raw, "I", place + 88), field(raw, "I", place + 136)
    after = place + SCAN_HEADER + field(raw, "I", place + 140)
    kind = words(raw, place + 32, 24)
    header.setdefault("scan_type", kind)
    header.setdefault("voltage", field(raw, "f", place + 100))
    header.setdefault("current", field(raw, "f", place + 104))
    if "wavelength" not in header:
        header |= radiation(field(raw, "d", place + 112))
    counts = first_floats(raw, after, points, record)
    drives = dict(_drives(raw, place + SCAN_HEADER, after))
    name = _scanned(drives, start, kind)
    still = {
        other: position
        for other, (moves, position) in drives.items()
        if other != name and not moves and (other, name) != ("theta", "two_theta")
    }
    columns = (axis(name, places(start, step, points), "deg"), intensity(counts, "counts"))
    return Scan(columns, still), after + points * record


def _drives(raw: bytes, place: int, end: int) -> Iterator[tuple[str, tuple[bool, float]]]:
    """Each drive with whether it moves, and its place at the start; the mover goes before its double."""
    seen: dict[str, tuple[bool, float]] = {}
    while place + 8 <= end:
        kind, length = field(raw, "I", place), field(raw, "I", place + 4)
        if length < 8 or place + length > end:
            raise UnreadableFile(CUT)
        if kind == DRIVE and length >= 64:
            name = axis_name(words(raw, place + 12, 24))
            moves = field(raw, "I", place + 8) != 0
            if name not in seen or moves:
                seen[name] = (moves, field(raw, "d", place + 56))
        place += length
    yield from seen.items()


def _scanned(drives: dict[str, tuple[bool, float]], start: float, kind: str) -> str:
    """The axis whose drive moves and stood at the scan's start, 2θ before all others."""
    movers = [
        name
        for name, (moves, position) in drives.items()
        if moves and abs(position - start) < 1e-6 * max(1.0, abs(start))
    ]
    if "two_theta" in movers or not movers:
        return BY_KIND.get((kind.lower().split() or [""])[0], "two_theta")
    return movers[0]
