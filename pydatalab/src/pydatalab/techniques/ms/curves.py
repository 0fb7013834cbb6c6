"""From a measurement to what is drawn of it: spectra of scans, and curves against time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.errors import Invalid
from pydatalab.techniques.ms import MsParameters
from pydatalab.techniques.shared.measurement import Floats, Measurement

BINS = 20_000
"""A sum over scans whose masses differ is taken in so many steps of m/z."""

PROFILE_POINTS = 500
"""A spectrum of more points than this, evenly spread, is taken for drawn peaks."""


@dataclass(frozen=True)
class Curve:
    """One curve or spectrum."""

    name: str
    x: Floats
    y: Floats


def has_spectra(measurement: Measurement) -> bool:
    return "mz" in measurement


def scan_numbers(measurement: Measurement) -> npt.NDArray[Any]:
    """Number of the scan of each point, from 1."""
    if "scan" in measurement:
        return measurement["scan"]
    return np.ones(len(measurement), np.int32)


def spectrum(measurement: Measurement, scan: int | None) -> Curve:
    """The spectrum of one scan, or the sum of all whole ones; of fragments alone the first.

    Raises:
        Invalid: the file has no such scan.
    """
    count = int(measurement.header.get("scans", 1))
    if scan is None and fragments_only(measurement):
        scan = 1
    mz, intensity = measurement["mz"], measurement["intensity"]
    if scan is not None:
        if scan > count:
            raise Invalid(f"The file has {count:,} scans: choose a number from 1 to {count:,}.")
        chosen = scan_numbers(measurement) == scan
        return Curve(_scan_name(measurement, scan), mz[chosen], intensity[chosen])
    if count == 1:
        return Curve("", mz, intensity)
    chosen = whole(measurement)
    counts = np.unique_counts(scan_numbers(measurement)[chosen]).counts
    name = f"sum of {counts.size:,} scans"
    return Curve(name, *_summed(mz[chosen], intensity[chosen], counts.max(initial=0)))


def _scan_name(measurement: Measurement, scan: int) -> str:
    titles = measurement.header.get("scan_titles", [])
    title = titles[scan - 1] if scan <= len(titles) else ""
    return f"scan {scan}" + (f", {title}" if title else "")


def fragments_only(measurement: Measurement) -> bool:
    return "ms_level" in measurement and not (measurement["ms_level"] == 1).any()


def whole(measurement: Measurement) -> npt.NDArray[Any]:
    """Which points are of whole spectra, not of fragments; all of a file of fragments alone."""
    if "ms_level" not in measurement or fragments_only(measurement):
        return np.ones(len(measurement), bool)
    return np.asarray(measurement["ms_level"] == 1)


def _summed(mz: Floats, intensity: Floats, most: int) -> tuple[Floats, Floats]:
    """Intensities added up over scans.

    Args:
        mz: of all points, shape (n,).
        intensity: shape (n,).
        most: points of the longest scan; no more different masses than that are kept as they are.

    Returns:
        m/z, of a step the mean by intensity, and the sums, shape (k,).
    """
    if np.unique(mz[: 3 * most]).size <= most:  # quick, and mostly the answer is no
        distinct, place = np.unique(mz, return_inverse=True)
        if distinct.size <= most:
            return distinct, _sums(place, intensity)
    step = (mz.max() - mz.min()) / BINS
    place = ((mz - mz.min()) / step).astype(np.int64)
    total = _sums(place, intensity)
    filled = np.flatnonzero(total)
    return _sums(place, mz * intensity)[filled] / total[filled], total[filled]


def _sums(places: npt.NDArray[np.integer[Any]], values: npt.NDArray[Any]) -> Floats:
    """Sum of the values at each place, shape (largest place + 1,)."""
    return np.bincount(places, weights=values).astype(np.float64)


def is_profile(measurement: Measurement, curve: Curve) -> bool:
    """Whether the points of a spectrum draw its peaks."""
    said = measurement.header.get("representation")
    if said:
        return bool(said == "profile")
    if len(curve.x) < PROFILE_POINTS:
        return False
    steps = np.diff(curve.x)
    return bool(np.all(steps > 0) and steps.max() < 20 * np.median(steps))


def total_current(measurement: Measurement) -> Curve:
    """Sum of each whole spectrum against retention time, or against its number where it has no time."""
    counted = whole(measurement)
    return _followed(measurement, counted, counted, "total ion current")


def ion_currents(measurement: Measurement, parameters: MsParameters) -> list[Curve]:
    """Sum of the ions within the tolerance of each chosen mass, against retention time.

    Raises:
        Invalid: a chosen mass is no number.
    """
    mz, level = measurement["mz"], whole(measurement)
    curves = []
    for mass in parameters.masses:
        try:
            centre = float(mass)
        except ValueError:
            raise Invalid(f"{mass!r} is no mass: choose numbers, such as 18, 44.") from None
        near = np.abs(mz - centre) <= parameters.mass_tolerance
        curves.append(_followed(measurement, level & near, level, f"m/z {centre:g}"))
    return curves


def _followed(
    measurement: Measurement, counted: npt.NDArray[Any], of: npt.NDArray[Any], name: str
) -> Curve:
    """Sum over the counted points of each scan; scans of ``of`` without one count as zero."""
    numbers = scan_numbers(measurement)
    total = _sums(numbers, np.where(counted, measurement["intensity"], 0.0))
    points = np.flatnonzero(of)
    scans, first = np.unique(numbers[points], return_index=True)
    if "retention_time" in measurement:
        return Curve(name, measurement["retention_time"][points[first]], total[scans])
    return Curve(name, scans.astype(np.float64), total[scans])


def traces(measurement: Measurement, masses: Sequence[str]) -> list[Curve]:
    """The curves of a file that holds curves, all or those of the chosen names.

    Raises:
        Invalid: a chosen name is none of them.
    """
    found = list(_traces(measurement))
    if not masses:
        return found
    wanted = [mass.casefold() for mass in masses]
    chosen = [curve for curve in found if curve.name.casefold() in wanted]
    if not chosen:
        names = ", ".join(curve.name for curve in found)
        raise Invalid(f"The file follows none of {', '.join(masses)}; it has: {names}.")
    return chosen


def _traces(measurement: Measurement) -> Iterator[Curve]:
    for number, said in enumerate(measurement.header["traces"], start=1):
        if "y" in said:
            yield Curve(said["name"], measurement[said["x"]], measurement[said["y"]])
        else:
            own = measurement["trace"] == number
            yield Curve(
                said["name"], measurement["retention_time"][own], measurement["intensity"][own]
            )
