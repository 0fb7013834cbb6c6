"""VersaStudio's files, ``.par``: settings and data of Princeton Applied Research's instruments.

Layout
    Sections as in XML, ``<Action1>`` … ``</Action1>``, with a setting a line (``Name=Cyclic
    Voltammetry``). ``<Segment1>`` … hold the data: ``Definition=`` names the columns, separated by
    commas, and the points follow, one a line. Quantities that a method does not measure are 0.
Source
    The bytes of files of VersaStudio 2.4x and 2.52, see ``tests/data/eis/PROVENANCE.md``.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.titles import ascii_name, split_unit

_SEGMENT = re.compile(r"^<Segment(\d+)>$(.*?)(?:^</Segment\1>$|\Z)", re.MULTILINE | re.DOTALL)
_SETTINGS = {
    "Scan Rate (V/s)": ("scan_rate", "V/s"),
    "Working Electrode Area (cm2)": ("electrode_area", "cm2"),
    "Amplitude (mV RMS)": ("amplitude", "mV"),
}
_UNITS = {"Z Real": "ohm", "Z Imag": "ohm", "Z2 Real": "ohm", "Z2 Imag": "ohm"}


def read_versastudio(file: SourceFile) -> Measurement:
    """Read the points of all segments.

    Returns:
        The columns that the file defines, in its order: ``segment``, ``point``, ``e`` [V],
        ``i`` [A], ``elapsed_time`` [s], ``frequency`` [Hz], ``z_real``, ``z_imag`` [ohm] … Those
        that the file does not name are left out. ``z_imag`` is negative where the cell is
        capacitive.

    Raises:
        NoData: there is no segment with points.
        UnreadableFile: a row does not fit the definition, or segments define other columns.
    """
    segments = [_segment(match[2]) for match in _SEGMENT.finditer(file.text)]
    segments = [(titles, rows) for titles, rows in segments if rows]
    if not segments:
        raise NoData("The .par holds no segment with points.")
    titles = segments[0][0]
    if any(other != titles for other, _ in segments):
        raise UnreadableFile("The segments of the .par define different columns.")
    rows = [row for _, some in segments for row in some]
    try:
        table = np.loadtxt(rows, delimiter=",", comments=None, ndmin=2)
    except ValueError as exc:
        raise UnreadableFile("The .par has a row that is not numbers; is it cut off?") from exc
    if table.shape[1] < len(titles):
        raise UnreadableFile(
            f"The .par defines {len(titles)} columns, but its rows have {table.shape[1]}."
        )
    columns = _columns(titles, table)
    return Measurement(columns, header=_header(file.text))


def _segment(body: str) -> tuple[list[str], list[str]]:
    titles: list[str] = []
    rows: list[str] = []
    for line in body.splitlines():
        if line.startswith("Definition="):
            titles = [title.strip() for title in line.removeprefix("Definition=").split(",")]
            titles = titles[:-1] if titles[-1] in ("", "0") else titles
        elif titles and re.match(r"[-\d]", line):
            rows.append(line.rstrip(", "))
    return titles, rows


def _columns(
    titles: Sequence[str], table: np.ndarray[Any, np.dtype[np.float64]]
) -> tuple[Column, ...]:
    columns: dict[str, Column] = {}
    for n, title in enumerate(titles):
        label, unit = split_unit(title)
        name = ascii_name(label.replace("#", ""))
        if not title or name in columns:
            continue
        columns[name] = Column(name, unit or _UNITS.get(title, ""), table[:, n], label)
    return tuple(columns.values())


def _header(text: str) -> dict[str, Any]:
    settings = dict(line.split("=", 1) for line in text.splitlines() if "=" in line[:60])
    names = re.findall(r"^<Action\d+>$.*?^Name=(.*?)$", text, flags=re.MULTILINE | re.DOTALL)
    header: dict[str, Any] = {"software": "VersaStudio"}
    if actions := [name.strip() for name in names if name.strip() != "Common"]:
        header["technique"] = ", ".join(actions)
    if settings.get("Type", "").startswith("Versa"):
        header["instrument"] = settings["Type"]
    reference = settings.get("Reference Electrode", "")
    if reference and not reference.startswith("(unspecified)"):
        header["reference_electrode"] = reference
    for title, (key, unit) in _SETTINGS.items():
        if re.fullmatch(r"[\d.]+(?:E[-+]\d+)?", value := settings.get(title, "")):
            header |= {key: float(value), f"{key}_unit": unit}
    return header
