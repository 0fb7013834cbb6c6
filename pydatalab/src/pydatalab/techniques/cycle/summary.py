"""Numbers of each cycle, and of a run as a whole."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.techniques.cycle.analysis import Mass
from pydatalab.techniques.cycle.runs import Run
from pydatalab.techniques.shared.measurement import Floats


@dataclass(frozen=True)
class Summary:
    """Capacities of the cycles of a run."""

    cycles: npt.NDArray[np.int64]
    """Numbers of the cycles, increasing, shape (k,)."""
    charge: Floats
    """[mA·h] or [mA·h/g], shape (k,); NaN where a cycle has no charge."""
    discharge: Floats
    """Likewise."""

    @property
    def efficiency(self) -> Floats:
        """Coulombic efficiency [%], shape (k,): 100 Q(discharge) / Q(charge) of the same cycle.

        Of a half cell whose first step is a discharge (an anode against lithium) it is above 100.

        Source:
            A. J. Smith, J. C. Burns, J. R. Dahn, Electrochem. Solid-State Lett. 13 (2010) A177.
        """
        percent: Floats = np.full(len(self.charge), np.nan)
        np.divide(100 * self.discharge, self.charge, out=percent, where=self.charge > 0)
        return percent

    @property
    def whole(self) -> npt.NDArray[np.int64]:
        """Places of the cycles with both a charge and a discharge."""
        return np.flatnonzero(np.isfinite(self.charge) & np.isfinite(self.discharge))


def summary_of(run: Run) -> Summary:
    """Charge and discharge capacity of each cycle; several charges of one cycle are added."""
    cycles = run.cycles
    totals = np.zeros((2, len(cycles)))
    there = np.zeros((2, len(cycles)), dtype=bool)
    for half in run.halves:
        place = int(np.searchsorted(cycles, half.cycle))
        way = 0 if half.way > 0 else 1
        totals[way, place] += max(float(run.capacity[half.points][-1]), 0.0)
        there[way, place] = True
    totals[~there] = np.nan
    return Summary(cycles, totals[0], totals[1])


def numbers_of(run: Run, mass: Mass | None) -> dict[str, Any]:
    """What is shown beside the plot; what a run does not tell is left out."""
    summary = summary_of(run)
    unit = "mAh_per_g" if mass else "mAh"
    numbers: dict[str, Any] = {"cycles": len(summary.cycles)}
    for way in ("charge", "discharge"):
        capacities = getattr(summary, way)
        there = capacities[np.isfinite(capacities)]
        if there.size:
            numbers[f"first_{way}_capacity_{unit}"] = _shown(there[0])
    whole = summary.whole
    if whole.size > 1 and summary.cycles[whole[0]] == run.halves[0].cycle and _begins_partly(run):
        whole = whole[1:]
    if whole.size:
        numbers["first_coulombic_efficiency_percent"] = _shown(summary.efficiency[whole[0]])
        numbers["first_whole_cycle"] = int(summary.cycles[whole[0]])
    if whole.size > 1 and summary.discharge[whole[0]] > 0:
        kept = 100 * summary.discharge[whole[-1]] / summary.discharge[whole[0]]
        numbers["capacity_retention_percent"] = _shown(kept)
        numbers["last_whole_cycle"] = int(summary.cycles[whole[-1]])
    if mass:
        numbers |= {"mass_mg": mass.milligrams, "mass_source": mass.source}
    return numbers


def _begins_partly(run: Run) -> bool:
    """Whether the run starts somewhere between charged and discharged: its first half cycle moves
    less than half of what the next one does, and its first cycle tells nothing."""
    first, second = (float(run.capacity[half.points][-1]) for half in run.halves[:2])
    return first < second / 2


def _shown(value: float) -> float | None:
    """A number to five digits, which is more than a cycler knows."""
    return float(f"{value:.5g}") if np.isfinite(value) else None
