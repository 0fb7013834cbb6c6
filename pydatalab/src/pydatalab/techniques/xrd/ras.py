"""Rigaku ``.ras``: scans as text.

Layout
    ``*RAS_DATA_START``, then for each scan ``*RAS_HEADER_START``, lines ``*KEY "value"``,
    ``*RAS_HEADER_END``, ``*RAS_INT_START``, rows of place, intensity and attenuation,
    ``*RAS_INT_END``; at last ``*RAS_DATA_END``. Other programs leave the header out. Text is
    Shift-JIS or UTF-8; names are often written twice, ``Japanese|English``.
Source
    None by the maker: the files speak for themselves.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile, decoded
from pydatalab.techniques.shared.table import numbers
from pydatalab.techniques.xrd.radiation import number, radiation
from pydatalab.techniques.xrd.scans import Scan, attenuated, axis, axis_name, together

SCAN = re.compile(
    r"(?:\*RAS_HEADER_START\n(.*?)\*RAS_HEADER_END\n.*?)?\*RAS_INT_START\n(.*?)(\*RAS_INT_END|\Z)",
    re.S,
)
PAIR = re.compile(r'^\*(\S+) "(.*)"\s*$', re.M)
STILL = ("omega", "two_theta", "chi", "phi", "x", "y", "z")
"""Axes whose places are worth keeping."""


def read_ras(file: SourceFile) -> Measurement:
    """Read all scans of a ``.ras`` file.

    Returns:
        The scanned axis [deg], mostly ``two_theta``, and ``intensity`` in the file's unit. Where an
        absorber was in, ``intensity`` is counts times attenuation, and both stand beside it.

    Raises:
        UnreadableFile: a row holds something else than numbers.
        NoData: there is no scan.
    """
    found = SCAN.findall(text_of(file.raw).replace("\r\n", "\n"))
    if not found:
        raise NoData("The file holds no scan (*RAS_INT_START).")
    headers = [dict(PAIR.findall(header)) for header, _, _ in found]
    scans = [
        scan_of(header, _rows(rows, whole=bool(end)))
        for header, (_, rows, end) in zip(headers, found, strict=True)
    ]
    return together(scans, header_of(headers[0]))


def text_of(raw: bytes) -> str:
    """Bytes of a Rigaku file as text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return decoded(raw)
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp1252", errors="replace")


def _rows(text: str, *, whole: bool) -> Floats:
    """The table of a scan, shape (n, 2 or 3); of a scan cut short only the complete lines."""
    if not whole:
        text = text.rpartition("\n")[0]
    width = len(text.split("\n", 1)[0].split())
    values = numbers(text)
    if width < 2 or not values.size:
        return np.empty((0, 3))
    return values[: values.size // width * width].reshape(-1, width)


def scan_of(said: Mapping[str, str], rows: Floats) -> Scan:
    """A scan from its header and its table of place, intensity and, mostly, attenuation."""
    internal = said.get("MEAS_SCAN_AXIS_X_INTERNAL") or said.get("MEAS_SCAN_AXIS_X", "")
    name = axis_name(internal) if internal else "two_theta"
    unit = said.get("MEAS_SCAN_UNIT_Y", "").lower()
    factors = rows[:, 2] if rows.shape[1] > 2 else np.ones(len(rows))
    measured = attenuated(rows[:, 1], factors, {"counts": "counts", "cps": "cps"}.get(unit, "a.u."))
    places = axis(name, rows[:, 0], said.get("MEAS_SCAN_UNIT_X", "deg"))
    return Scan((places, *measured), _still(said, name, coupled=internal != "TwoTheta"))


def _still(said: Mapping[str, str], scanned: str, *, coupled: bool) -> dict[str, float]:
    """Where the other axes stood; of a coupled scan ω is left out, for it moved along."""
    moving = {scanned, "omega"} if scanned == "two_theta" and coupled else {scanned}
    places: dict[str, float] = {}
    for key, name in said.items():
        if key.startswith("MEAS_COND_AXIS_NAME_INTERNAL-"):
            place = number(said.get(f"MEAS_COND_AXIS_POSITION-{key.rpartition('-')[2]}"))
            plain = axis_name(name)
            if place is not None and plain in STILL and plain not in moving:
                places.setdefault(plain, place)
    return places


def header_of(said: Mapping[str, str]) -> dict[str, Any]:
    """What the instrument said, from a scan's header."""
    header = radiation(
        said.get("HW_XG_WAVE_LENGTH_ALPHA1"),
        said.get("HW_XG_WAVE_LENGTH_ALPHA2"),
        said.get("HW_XG_WAVE_LENGTH_BETA"),
        None,
        said.get("HW_XG_TARGET_NAME", ""),
    )
    header |= {
        "sample_name": said.get("FILE_SAMPLE", "").strip(),
        "operator": said.get("FILE_OPERATOR", "").strip(),
        "comment": said.get("FILE_COMMENT", "").strip(),
        "instrument": said.get("FILE_SYSTEM_NAME", "").strip(),
        "start_time": said.get("MEAS_SCAN_START_TIME", ""),
        "scan_mode": said.get("MEAS_SCAN_MODE", ""),
        "counting_time": _counting_time(said),
        "voltage": number(said.get("MEAS_COND_XG_VOLTAGE")),
        "current": number(said.get("MEAS_COND_XG_CURRENT")),
    }
    return {key: value for key, value in header.items() if value not in ("", None)}


def _counting_time(said: Mapping[str, str]) -> float | None:
    """Seconds per point: in a continuous scan the step by the speed."""
    step, speed = number(said.get("MEAS_SCAN_STEP")), number(said.get("MEAS_SCAN_SPEED"))
    unit = said.get("MEAS_SCAN_SPEED_UNIT", "").replace(" ", "").lower()
    if not step or not speed:
        return None
    if unit in ("deg/min", "degrees/min"):
        return round(60 * step / speed, 6)
    return speed if unit in ("sec", "s", "sec/step", "sec.") else None
