"""Bruker and Siemens DIFFRAC ``.uxd``: scans as text.

Layout
    Lines ``_KEY=value``; ``;`` starts a comment. A line ``_COUNTS`` or ``_CPS`` opens a list of
    intensities from ``_START`` on by ``_STEPSIZE`` degrees; ``_2THETACOUNTS``, ``_2THETACPS`` and
    their like open rows of place and intensity. The next key opens the next scan.
Source
    None by the maker: ``BT86_.UXD``, and published descriptions of the markers.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.table import numbers
from pydatalab.techniques.xrd.radiation import number, radiation
from pydatalab.techniques.xrd.scans import Scan, axis, axis_name, evenly, intensity, together

PART = re.compile(r"(.*?)^_(\w*?)(COUNTS|CPS)(TIME)?[ \t]*$\n([^_]*)", re.S | re.M)
PAIR = re.compile(r"^_(\w+)\s*=\s*'?([^'\n]*?)'?[ \t]*$", re.M)
STILL = ("2THETA", "THETA", "KHI", "PHI", "X", "Y", "Z")


def read_uxd(file: SourceFile) -> Measurement:
    """Read all scans of a ``.uxd`` file.

    Returns:
        The scanned axis [deg], mostly ``two_theta``, and ``intensity`` [counts or cps].

    Raises:
        UnreadableFile: intensities without start and step, or no numbers where some belong.
        NoData: there is no scan.
    """
    scans: list[Scan] = []
    header: dict[str, Any] = {}
    said: dict[str, str] = {}
    for keys, prefix, unit, timed, rows in PART.findall(file.text):
        said |= dict(PAIR.findall(keys))
        scans.append(_scan(said, prefix, unit.lower(), rows, columns=2 + bool(timed)))
        header = header or _header(said)
    if not scans:
        raise NoData("The .uxd file holds no intensities (_COUNTS, _2THETACOUNTS or the like).")
    return together(scans, header)


def _scan(said: dict[str, str], prefix: str, unit: str, rows: str, columns: int) -> Scan:
    rows = re.sub(r"^[ \t]*;.*$", "", rows, flags=re.M)
    if not rows.strip():
        return Scan(())
    drive = said.get("DRIVE", "COUPLED")
    name = axis_name(prefix or drive) if prefix or drive else "two_theta"
    name = {"coupled": "two_theta", "theta": "omega"}.get(name, name)
    found = list(_columns(said, name, unit, rows, columns if prefix else 1))
    still = {
        axis_name(key): place
        for key in STILL
        if (place := number(said.get(key))) is not None
        and axis_name(key) != name
        and (key, name) not in (("THETA", "two_theta"), ("THETA", "omega"))
    }
    return Scan(tuple(found), still)


def _columns(
    said: dict[str, str], name: str, unit: str, rows: str, columns: int
) -> Iterator[Column]:
    if columns == 1:
        values = numbers(rows)
        yield axis(name, _evenly(said, len(values)), "deg")
        yield intensity(values, unit)
        return
    table = _table(rows, columns)
    yield axis(name, table[:, 0], "deg")
    yield intensity(table[:, 1], unit)
    if columns == 3:
        yield Column("counting_time", "s", table[:, 2], "Counting time")


def _table(rows: str, columns: int) -> Floats:
    """Rows of so many numbers; a last one that was cut short is left out."""
    lines = [line for line in rows.replace(",", ".").split("\n") if line.strip()]
    if len(lines[-1].split()) < columns:
        lines.pop()
    values = numbers("\n".join(lines))
    if values.size != columns * len(lines):
        raise UnreadableFile(f"A row does not hold {columns} numbers: the file is damaged.")
    return values.reshape(-1, columns)


def _evenly(said: dict[str, str], count: int) -> Floats:
    start, step = number(said.get("START")), number(said.get("STEPSIZE"))
    if start is None or not step:
        raise UnreadableFile("The .uxd file lists intensities, but not where they start (_START).")
    return evenly(start, step, count)


def _header(said: dict[str, str]) -> dict[str, Any]:
    header = radiation(
        said.get("WL1"),
        said.get("WL2"),
        said.get("WL3"),
        said.get("WLRATIO"),
        said.get("ANODE", ""),
    )
    header |= {
        "sample_name": said.get("SAMPLE", "").strip(),
        "operator": said.get("USER", "").strip(),
        "start_time": said.get("DATEMEASURED", ""),
        "counting_time": number(said.get("STEPTIME")),
        "voltage": number(said.get("KV")),
        "current": number(said.get("MA")),
    }
    return {key: value for key, value in header.items() if value not in ("", None)}
