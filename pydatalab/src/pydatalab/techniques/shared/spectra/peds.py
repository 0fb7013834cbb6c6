"""PerkinElmer's ASCII export (``.asc``): UV WinLab and Spectrum.

Layout
    Line 1 names the kind: ``PE UV       SUBTECH     SPECTRUM    ASCII       PEDS        4.00``.
    Then lines by their place: 3 the sample, 4 and 5 date and time, 8 the operator, 12 and 13 the
    instrument and its number, 14 the software. After ``#GR``: unit of x, unit of y, two factors ?,
    first x, step, number of points. After ``#DATA``: x and y, separated by a tab.
Source
    None published by the vendor: real files of a Lambda 1050.
"""

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import (
    WAVELENGTH,
    Curve,
    axis_quantity,
    signal_quantity,
    spectra,
)

PLACES = {
    2: "sample", 3: "date", 4: "time", 7: "operator", 11: "instrument", 12: "serial_number",
    13: "software",
}  # fmt: skip


def read_peds(file: SourceFile) -> Measurement:
    """Read one spectrum, in the units that the file names.

    Raises:
        NoData: there is nothing after ``#DATA``.
        UnreadableFile: it is no such file, or has fewer points than it promises.
    """
    lines = [line.strip() for line in file.text.split("\n")]
    if not lines[0].startswith("PE "):
        raise UnreadableFile("The file does not start as a PerkinElmer ASCII file (PE …).")
    if "#GR" not in lines or "#DATA" not in lines:
        raise UnreadableFile("The PerkinElmer file ends early: it has no #GR or no #DATA.")
    graph = lines[lines.index("#GR") + 1 :][:7]
    table = _table(lines[lines.index("#DATA") + 1 :])
    promised = int(graph[6]) if len(graph) > 6 and graph[6].isdigit() else len(table)
    if len(table) < promised:
        raise UnreadableFile(f"The PerkinElmer file has {len(table)} of {promised} points.")
    curve = Curve(table[:, 0], table[:, 1], signal_quantity(graph[1], table[:, 1]))
    said = {name: lines[n] for n, name in PLACES.items() if n < lines.index("#GR") and lines[n]}
    return spectra(axis_quantity(graph[0], WAVELENGTH), [curve], said)


def _table(lines: list[str]) -> Floats:
    rows = [line.replace(",", ".").split() for line in lines if line.strip()]
    if not rows:
        raise NoData("The PerkinElmer file holds no points.")
    try:
        return np.array([(float(x), float(y)) for x, y in rows])
    except ValueError as exc:
        raise UnreadableFile("A line after #DATA is not two numbers.") from exc
