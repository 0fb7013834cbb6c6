"""Powder patterns as a block of counts: PSI DMC and HRPT, ILL D1A, D1B and D2B, FullProf free format.

Layout
    Some lines of text; among the first ones a line that starts with start, step and end of 2θ [deg];
    then the intensities, ten or so a line, as many as that makes; then perhaps as many standard
    deviations; then perhaps more text or a mark such as ``-1000``. A wavelength may stand in the text
    before (``lambda= 1.494``, ``1.9114 A``).
Source
    ``PSI_DMC.dat``, ``D1A5.dat``; J. Rodríguez-Carvajal, FullProf manual, input data files.
"""

import re
from typing import Any

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.xrd.radiation import radiation
from pydatalab.techniques.xrd.recognise import RANGE_LINE, range_points
from pydatalab.techniques.xrd.scans import Scan, axis, evenly, intensity, together

WAVELENGTH = re.compile(
    r"(?:lambda|wave ?length|λ)\s*[=:]?\s*(\d*\.\d+)|\b(\d\.\d{2,})\s*(?:A\b|Å|Ang)", re.I
)
DATE = re.compile(r"\bDate\s*=\s*(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?)")
SAMPLE = re.compile(r'\bsample\s*=\s*"([^"]*)"', re.I)
TEMPERATURE = re.compile(r"\bT\s*=\s*(\d+\.?\d*)")


def read_blocks(file: SourceFile) -> Measurement:
    """Read a pattern that is written as start, step, end and a block of intensities.

    Returns:
        ``two_theta`` [deg], ``intensity`` in the file's unit, which it does not name, and
        ``intensity_error`` where a second block follows.

    Raises:
        UnreadableFile: no such line, or fewer intensities than it asks for.
    """
    lines = file.text.split("\n")
    place = next((n for n, line in enumerate(lines[:40]) if range_points(line)), None)
    if place is None:
        raise UnreadableFile("Expected a line with start, step and end of 2θ.")
    points, values = range_points(lines[place]), _numbers(lines[place + 1 :])
    if len(values) < points:
        raise UnreadableFile(
            f"The pattern should have {points} points, but only {len(values)} follow: it is cut short."
        )
    start, step = (float(number) for number in lines[place].split()[:2])
    return _pattern(values, evenly(start, step, points), _header(lines[: place + 1]))


def _numbers(lines: list[str]) -> Floats:
    """Numbers from the start of the lines on, up to the first line that holds something else."""
    found: list[str] = []
    for line in lines:
        words = line.replace(",", " ").split()
        if not all(re.fullmatch(r"[-+]?\d*\.?\d*(?:[eE][-+]?\d+)?", word) for word in words):
            break
        found += words
    return np.array(found, dtype=np.float64) if found else np.empty(0)


def _pattern(values: Floats, two_theta: Floats, header: dict[str, Any]) -> Measurement:
    points = len(two_theta)
    columns = [axis("two_theta", two_theta, "deg"), intensity(values[:points], "a.u.")]
    if len(values) >= 2 * points:
        errors = values[points : 2 * points]
        columns.append(Column("intensity_error", "a.u.", errors, "Standard deviation"))
    return together([Scan(tuple(columns))], header)


def _header(lines: list[str]) -> dict[str, Any]:
    text = "\n".join(lines)
    found = WAVELENGTH.search(text)
    header = radiation(found[1] or found[2]) if found else {}
    header["title"] = lines[0].strip() if not RANGE_LINE.match(lines[0]) else ""
    for name, pattern in (("start_time", DATE), ("sample_name", SAMPLE)):
        said = pattern.search(text)
        header[name] = said[1].strip() if said else ""
    temperature = TEMPERATURE.search(text)
    if temperature and float(temperature[1]) > 0:
        header["temperature"] = float(temperature[1])
    return {key: value for key, value in header.items() if value}
