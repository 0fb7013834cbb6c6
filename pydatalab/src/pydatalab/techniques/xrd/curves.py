"""What a block shows: curves of intensity against the chosen axis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pydatalab.techniques.shared.drawing import Reading
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.xrd import XrdParameters
from pydatalab.techniques.xrd.analysis import (
    angle_of_q,
    background_name,
    curve_names,
    d_spacing,
    momentum_transfer,
)
from pydatalab.techniques.xrd.radiation import chosen_wavelength
from pydatalab.techniques.xrd.structure import profile, relative_intensities

COLUMN_OF = {"2θ": "two_theta", "Q": "q", "d": "d_spacing"}
LOW, HIGH = 5.0, 90.0
"""Range of a calculated pattern [deg], where no measured one beside it says more."""


@dataclass(frozen=True)
class Curve:
    """One pattern."""

    file_id: str
    name: str
    axis: str
    """Name of the column that ``x`` is: ``two_theta``, ``q``, ``d_spacing``, or what was scanned."""

    x: Floats
    y: Floats
    unit: str
    two_theta: Floats | None = None
    """Scattering angles [deg] of the points, where they are known: peaks are looked for there."""


def curves_of(readings: Sequence[Reading], parameters: XrdParameters) -> Iterator[Curve]:
    """All scans of all files, structures as calculated patterns."""
    wavelength = common_wavelength(readings, parameters)
    span = _span(readings)
    for reading in readings:
        if reading.measurement.header.get("theoretical"):
            yield _calculated(reading, parameters, wavelength, span)
        else:
            yield from _measured(reading, parameters)


def common_wavelength(readings: Sequence[Reading], parameters: XrdParameters) -> float:
    """The wavelength [Å] for calculated patterns: that of the first measured one beside them."""
    measured = [r for r in readings if not r.measurement.header.get("theoretical")]
    header = (measured or list(readings))[0].measurement.header
    return chosen_wavelength(header, parameters.wavelength)[0]


def _span(readings: Sequence[Reading]) -> tuple[float, float]:
    """The range of 2θ [deg] that the measured patterns cover."""
    angles = [
        reading.measurement["two_theta"]
        for reading in readings
        if "two_theta" in reading.measurement and not reading.measurement.header.get("theoretical")
    ]
    finite = [found[np.isfinite(found)] for found in angles]
    if not any(found.size for found in finite):
        return LOW, HIGH
    low = max(min(float(found.min()) for found in finite if found.size), 0.5)
    high = min(max(float(found.max()) for found in finite if found.size), 179.0)
    return (low, high) if high - low > 1 else (LOW, HIGH)


def _calculated(
    reading: Reading, parameters: XrdParameters, wavelength: float, span: tuple[float, float]
) -> Curve:
    places, strengths = peak_list(reading.measurement, wavelength)
    two_theta, pattern = profile(places, strengths, *span)
    x = {
        "2θ": two_theta,
        "Q": momentum_transfer(two_theta, wavelength),
        "d": d_spacing(two_theta, wavelength),
    }[parameters.x_axis]
    return Curve(
        reading.file_id, reading.name, COLUMN_OF[parameters.x_axis], x, pattern, "%", two_theta
    )


def peak_list(measurement: Measurement, wavelength: float) -> tuple[Floats, Floats]:
    """Angles [deg] and areas of a structure's reflections at a wavelength [Å]; NaN out of reach."""
    angles = angle_of_q(2 * np.pi / measurement["d_spacing"], wavelength)
    return angles, relative_intensities(measurement, angles)


def _measured(reading: Reading, parameters: XrdParameters) -> Iterator[Curve]:
    measurement = reading.measurement
    wanted = COLUMN_OF[parameters.x_axis]
    scanned = str(measurement.header.get("scan_axis", "two_theta"))
    # Where the detector stood still, 2θ, Q and d do not tell the points of a scan apart.
    turns = scanned in (*COLUMN_OF.values(), "q_per_nm")
    name = wanted if wanted in measurement and turns else scanned
    names = curve_names(measurement)
    for curve in names:
        for place, (part, label) in enumerate(_parts(measurement)):
            y = _one(measurement[curve], part, place)
            if parameters.baseline and background_name(curve) in measurement:
                y = y - _one(measurement[background_name(curve)], part, place)
            title = measurement.column(curve).label if len(names) > 1 else ""
            yield Curve(
                reading.file_id,
                ", ".join(word for word in (reading.name, title, label) if word),
                name,
                _one(measurement[name], part, place),
                y,
                measurement.column(curve).unit,
                _angles(measurement, part, place) if turns else None,
            )


def _angles(measurement: Measurement, part: slice, place: int) -> Floats | None:
    return _one(measurement["two_theta"], part, place) if "two_theta" in measurement else None


def _one(values: Floats, part: slice, place: int) -> Floats:
    """The values of one scan."""
    return np.asarray(values[part] if values.ndim == 1 else values[:, place])


def _parts(measurement: Measurement) -> list[tuple[slice, str]]:
    """Which points belong to which scan, and what the scan is called; no name for a single one."""
    if measurement.across is not None:
        across = measurement.across
        sign = across.label or across.name
        unit = "°" if across.unit == "deg" else f" {across.unit}".rstrip()
        word = "scan {}" if across.name == "scan" else f"{sign} = {{}}{unit}"
        return [(slice(None), word.format(f"{value:g}")) for value in across.values.tolist()]
    if "scan" not in measurement:
        return [(slice(None), "")]
    ends = np.flatnonzero(np.diff(measurement["scan"])) + 1
    edges = [0, *ends.tolist(), len(measurement)]
    return [
        (slice(start, end), f"scan {number}")
        for number, (start, end) in enumerate(pairwise(edges), start=1)
    ]
