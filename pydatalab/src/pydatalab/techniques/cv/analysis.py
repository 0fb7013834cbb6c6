"""Cycles and peaks of a voltammogram."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.cv import CvParameters
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.sanity import check_measured

POTENTIALS = ("ewe", "ewe_mean", "vf", "potential", "e", "vstep", "vfwd", "control_potential")
CURRENTS = ("current_mean", "current", "im", "i", "idif", "ifwd")
CYCLES = ("cycle_number", "curve", "scan", "cycle")

_COARSE = 4_000
"""So many points are enough to see where a sweep turns."""
_TURN = 0.02
"""A sweep has turned when it has gone back by this part of the whole range."""
_PART_SWEPT = 0.1
"""A sweep over less than this part of the range is not searched for peaks."""
_PROMINENCE = 0.05
"""A peak stands out by this part of the range of its sweep's current."""


@dataclass(frozen=True)
class Peak:
    """An extreme of the current within a sweep."""

    potential: float
    current: float
    prominence: float


def potential_of(measurement: Measurement) -> Column:
    """The potential of the working electrode: as measured, where the file has that."""
    return _needed(measurement, POTENTIALS, "potential")


def current_of(measurement: Measurement) -> Column:
    """The current, averaged over each step of the potential where the file has that."""
    return _needed(measurement, CURRENTS, "current")


def with_cycles(
    measurement: Measurement, parameters: CvParameters, item: Mapping[str, Any]
) -> Measurement:
    """The measurement with the number of each point's cycle, and the current density.

    Returns:
        Further ``cycle``, where the file has no such number (see ``cycles_of``), and, with an
        area A, ``current_density`` = I / A in the unit of the current over cm².

    Raises:
        UnreadableFile: there is no potential or no current among the columns, or not a finite one.
        NoData: one of them holds no number.
    """
    potential, current = potential_of(measurement), current_of(measurement)
    for column in (potential, current):
        check_measured(column.name, _floats(column))
    new = []
    if measurement.first(*CYCLES) is None:
        cycles = cycles_of(_floats(potential))
        new.append(Column("cycle", "", cycles, "Cycle", computed=True))
    area = parameters.electrode_area
    if area and not divided_by(current.unit):
        density = _floats(current) / area
        unit = f"{current.unit}.cm-2" if current.unit else "cm-2"
        new.append(Column("current_density", unit, density, "Current density", computed=True))
    return measurement.with_columns(*new)


def divided_by(unit: str) -> str:
    """What a current is divided by: ``cm2`` for a density, nothing for a current itself."""
    match = re.match(r"\s*[fpnuµμmk]?A(?![a-z])(.*)", unit)
    return re.sub(r"\W", "", match[1]).replace("²", "2") if match else ""


def turning_points(potential: Floats) -> list[int]:
    """Indices at which the potential turns round, less those of its noise."""
    step = max(1, len(potential) // _COARSE)
    coarse = potential[::step]
    finite = coarse[np.isfinite(coarse)]
    if finite.size < 3:
        return []
    back = _TURN * float(finite.max() - finite.min())
    turns, low, high, direction = [], 0, 0, 0
    for n, value in enumerate(coarse.tolist()):
        low = n if value < coarse[low] else low
        high = n if value > coarse[high] else high
        if direction >= 0 and coarse[high] - value > back:
            turns += [high] if direction or high else []
            low, direction = n, -1
        elif direction <= 0 and value - coarse[low] > back:
            turns += [low] if direction or low else []
            high, direction = n, 1
    return [_sharpened(potential, turn * step, step) for turn in turns]


def cycles_of(potential: Floats) -> npt.NDArray[np.int64]:
    """Number of the cycle of each point, from 1.

    A cycle ends where the potential, having turned twice, passes in its first direction where it
    started; what does not come so far belongs to the cycle before.
    """
    turns = turning_points(potential)
    cycles = np.ones(len(potential), dtype=np.int64)
    if len(turns) < 2:
        return cycles
    start = potential[0]
    upwards = potential[turns[0]] > start
    ends = [*turns[2:], len(potential)]
    for turn, end in list(zip(turns[1:], ends, strict=True))[::2]:
        sweep = potential[turn:end]
        past = np.flatnonzero(sweep >= start if upwards else sweep <= start)
        if past.size and turn + int(past[0]) < len(potential) - 1:
            cycles[turn + int(past[0]) :] += 1
    return cycles


def peaks_of(potential: Floats, current: Floats) -> dict[str, Peak]:
    """The anodic and the cathodic peak of one cycle.

    The anodic one is the maximum of the current that stands out most on a sweep to higher
    potentials, the cathodic one the minimum on a sweep to lower ones; an extreme at the end of a
    sweep is none. Currents are as measured, no baseline is taken off.

    Source:
        A. J. Bard and L. R. Faulkner, Electrochemical Methods, 2nd ed., ch. 6.
    """
    found: dict[str, Peak] = {}
    for sweep in _sweeps(potential):
        rising = potential[sweep[-1]] > potential[sweep[0]]
        peak = _peak(potential[sweep], current[sweep], 1.0 if rising else -1.0)
        name = "anodic" if rising else "cathodic"
        if peak and (name not in found or peak.prominence > found[name].prominence):
            found[name] = peak
    return found


def _sweeps(potential: Floats) -> Iterator[npt.NDArray[np.intp]]:
    edges = [0, *turning_points(potential), len(potential) - 1]
    least = _PART_SWEPT * np.ptp(potential) if len(potential) else 0.0
    for first, last in pairwise(edges):
        if last - first >= 10 and abs(potential[last] - potential[first]) >= least:
            yield np.arange(first, last + 1)


def _peak(potential: Floats, current: Floats, sign: float) -> Peak | None:
    """The maximum of ``sign`` times the current that stands out most; none below the threshold."""
    height = sign * _smooth(current)
    spread = float(height.max() - height.min())
    inside = np.flatnonzero((height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:])) + 1
    edge = len(height) // 50
    inside = inside[(inside >= edge) & (inside < len(height) - edge)]
    best: Peak | None = None
    for n in inside[np.argsort(-height[inside])][:50].tolist():
        higher = np.flatnonzero(height > height[n])
        left, right = higher[higher < n], higher[higher > n]
        floor = max(
            height[left[-1] if left.size else 0 : n].min(),
            height[n + 1 : (right[0] if right.size else len(height)) + 1].min(),
        )
        prominence = float(height[n] - floor)
        if prominence >= _PROMINENCE * spread and (not best or prominence > best.prominence):
            best = Peak(float(potential[n]), float(current[n]), prominence)
    return best


def _smooth(values: Floats) -> Floats:
    """A running mean over a hundredth of the points, so that noise makes no peaks."""
    width = max(1, len(values) // 100) | 1
    padded = np.pad(values, width // 2, mode="edge")
    return np.convolve(padded, np.full(width, 1 / width), mode="valid")


def _sharpened(potential: Floats, near: int, step: int) -> int:
    """The extreme of the potential within ``step`` of a point."""
    first = max(0, near - step)
    part = potential[first : near + step + 1]
    rising = potential[near] >= potential[max(0, near - 2 * step)]
    return first + int(np.nanargmax(part) if rising else np.nanargmin(part))


def _needed(measurement: Measurement, names: Sequence[str], what: str) -> Column:
    column = measurement.first(*names)
    if column is None:
        held = ", ".join(one.name for one in measurement)
        raise UnreadableFile(f"The file has no {what}; it has: {held}.")
    return column


def _floats(column: Column) -> Floats:
    return column.values.astype(np.float64, copy=False)
