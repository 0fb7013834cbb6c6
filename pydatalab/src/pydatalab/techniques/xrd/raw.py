"""Bruker and Siemens DIFFRAC ``.raw``, all four kinds.

Layout (little-endian, offsets in bytes)
    ``RAW4.00``: see ``raw4``.
    ``RAW1.01`` (the third kind): 12 number of scans (u4), 16 date, 26 time, 36 user, 326 sample,
    608 anode, 624 Kα1, 632 Kα2, 640 Kβ (f8, Å), 648 Kα2:Kα1 (f8). Scans from 712 on: 0 header length,
    4 points (u4), 8 θ, 16 2θ, 24 χ, 32 φ (f8, start), 176 step (f8), 192 seconds a step (f4), 196 kind
    of scan (u4: 0 to 2 move 2θ, 3 θ, 4 χ, 5 φ), 224 kV, 228 mA (u4), 240 wavelength (f8), 252 bytes a
    point, 256 bytes between header and points (u4). A point starts with its counts (f4).
    ``RAW2``: 4 number of scans (u2), 8 sample, 168 date, 178 time, 188 anode, 190 Kα1, 194 Kα2, 198
    Kα2:Kα1 (f4); scans from 256 on: 0 header length, 2 points (u2), 8 seconds a step, 12 step, 16 start
    of 2θ (f4); then counts (f4).
    ``RAW `` (the first kind): 4 points (u4), 8 seconds a step, 12 step, 24 start of 2θ (f4), 40 sample,
    72 Kα1, 76 Kα2 (f4), 152 set where a further scan follows (u4); counts (f4) from 156 on. A further
    scan has the same form, in some files without the mark.
Source
    None by the maker. RAW1.01: the bytes of ``BT86.raw`` beside Bruker's own text of the same scan,
    ``BT86_.UXD``. RAW2 and the first kind: published descriptions; no file of these was at hand.
"""

from collections.abc import Iterator
from typing import Any

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.xrd.bytefields import field, first_floats, places, words
from pydatalab.techniques.xrd.radiation import radiation
from pydatalab.techniques.xrd.raw4 import raw4_scans
from pydatalab.techniques.xrd.scans import Scan, axis, intensity, together

MOST_SCANS = 100_000
MOVED = {3: ("omega", 8), 4: ("chi", 24), 5: ("phi", 32)}
"""Axis of a RAW1.01 scan, and where its start is; all other kinds move 2θ."""

TWO_THETA = ("two_theta", 16)


def read_raw(file: SourceFile) -> Measurement:
    """Read all scans of a ``.raw`` file.

    Returns:
        ``two_theta`` [deg] (or the axis that was scanned) and ``intensity`` [counts].

    Raises:
        UnreadableFile: another kind of ``.raw``, damaged, or cut short.
        NoData: it holds no scan.
    """
    raw = file.raw
    if raw.startswith(b"RAW4.00"):
        scans, header = raw4_scans(raw)
    elif raw.startswith(b"RAW1.0"):
        scans, header = list(_third(raw)), _third_header(raw)
    elif raw.startswith(b"RAW2"):
        scans, header = list(_second(raw)), _second_header(raw)
    elif raw.startswith(b"RAW "):
        scans, header = list(_first(raw)), _first_header(raw)
    else:
        raise UnreadableFile("Expected a .raw file of a Bruker or Siemens diffractometer.")
    return together(scans, {key: value for key, value in header.items() if value})


def _third(raw: bytes) -> Iterator[Scan]:
    place = 712
    for _ in range(min(field(raw, "I", 12), MOST_SCANS)):
        length, points = field(raw, "I", place), field(raw, "I", place + 4)
        record, extra = field(raw, "I", place + 252), field(raw, "I", place + 256)
        name, start = MOVED.get(field(raw, "I", place + 196), TWO_THETA)
        counts = first_floats(raw, place + length + extra, points, record)
        angles = places(field(raw, "d", place + start), field(raw, "d", place + 176), points)
        still = {
            other: field(raw, "d", place + at)
            for other, at in (*MOVED.values(), TWO_THETA)
            if other not in (name, "omega" if name == "two_theta" else "")
        }
        yield Scan((axis(name, angles), intensity(counts, "counts")), still)
        place += length + extra + points * record


def _third_header(raw: bytes) -> dict[str, Any]:
    one, two, beta, ratio = (field(raw, "d", place) for place in (624, 632, 640, 648))
    header = radiation(one, two, beta, ratio, words(raw, 608, 4))
    if "wavelength" not in header:
        header |= radiation(field(raw, "d", 712 + 240))
    return header | {
        "sample_name": words(raw, 326, 60),
        "operator": words(raw, 36, 72),
        "start_time": f"{words(raw, 16, 10)} {words(raw, 26, 10)}".strip(),
        "counting_time": round(field(raw, "f", 712 + 192), 6),
        "voltage": field(raw, "I", 712 + 224),
        "current": field(raw, "I", 712 + 228),
    }


def _second(raw: bytes) -> Iterator[Scan]:
    place = 256
    for _ in range(field(raw, "H", 4)):
        length, points = field(raw, "H", place), field(raw, "H", place + 2)
        start, step = field(raw, "f", place + 16), field(raw, "f", place + 12)
        yield _plain(raw, place + length, points, start, step)
        place += length + 4 * points


def _second_header(raw: bytes) -> dict[str, Any]:
    one, two, ratio = (f"{field(raw, 'f', place):.7g}" for place in (190, 194, 198))
    return radiation(one, two, None, ratio, words(raw, 188, 2)) | {
        "sample_name": words(raw, 8, 32),
        "start_time": f"{words(raw, 168, 10)} {words(raw, 178, 5)}".strip(),
        "counting_time": round(field(raw, "f", 256 + 8), 6),
    }


def _first(raw: bytes) -> Iterator[Scan]:
    place, follows = 0, 1
    while follows:
        if raw[place : place + 4] != b"RAW ":
            place -= 4
        points, follows = field(raw, "I", place + 4), field(raw, "I", place + 152)
        start, step = field(raw, "f", place + 24), field(raw, "f", place + 12)
        yield _plain(raw, place + 156, points, start, step)
        place += 156 + 4 * points


def _first_header(raw: bytes) -> dict[str, Any]:
    one, two = (f"{field(raw, 'f', place):.7g}" for place in (72, 76))
    return radiation(one, two) | {
        "sample_name": words(raw, 40, 32),
        "counting_time": round(field(raw, "f", 8), 6),
    }


def _plain(raw: bytes, place: int, points: int, start: float, step: float) -> Scan:
    """A scan of 2θ whose four-byte numbers are rounded to what they were typed in as."""
    counts = first_floats(raw, place, points, 4)
    angles = places(float(f"{start:.7g}"), float(f"{step:.7g}"), points)
    return Scan((axis("two_theta", angles), intensity(counts, "counts")))
