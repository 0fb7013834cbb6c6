"""Figures of cycling: voltage and its derivatives by cycle, against time, and the cycles' summary."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.cycle import CycleParameters
from pydatalab.techniques.cycle.analysis import mass_of
from pydatalab.techniques.cycle.colours import colour_of_file, colours_of_cycles
from pydatalab.techniques.cycle.derivatives import (
    Smoothing,
    capacity_by_voltage,
    voltage_by_capacity,
)
from pydatalab.techniques.cycle.joined import joined
from pydatalab.techniques.cycle.runs import HalfCycle, Run, run_of
from pydatalab.techniques.cycle.summary import numbers_of, summary_of
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure, line, told, typed
from pydatalab.techniques.shared.measurement import Floats
from pydatalab.techniques.shared.reference import reference_named

Curve = tuple[Floats, Floats]
Trace = dict[str, Any]

MOST_CYCLES = 12
"""Cycles of one file that are shown where none are chosen; more cannot be told apart."""
MOST_OF_SEVERAL = 3
"""Cycles of each of several files."""
CURVES_OF_FULL_WIDTH = 4
"""The curves of a figure have as many points together as so many that fill the screen."""
OLDER_MODES = {"dQ/dV": "dQ/dV", "dV/dQ": "dV/dQ", "final capacity": "cycle summary"}
SAID = (
    "technique", "instrument", "software", "test_name", "procedure", "schedule", "step_name", "barcode",
    "started", "start_time", "start_of_test", "date_of_test", "channel", "creator",
    "reference_electrode", "electrode_material", "electrolyte",
)  # fmt: skip
"""What is shown of a file's header."""


def cycle_figure(
    readings: Sequence[Reading],
    parameters: CycleParameters,
    item: Mapping[str, Any],
    screen: Screen,
) -> Drawing:
    """Draw one run, compare several, or join the files of one.

    Raises:
        UnreadableFile: a file has no voltage.
        NoData: nothing can be drawn as it was asked.
    """
    said = told(readings)
    if parameters.mode == "multi" and len(readings) > 1:
        readings = [joined(readings, parameters, item)]
    readings = _named_apart(readings)
    runs = [run_of(reading) for reading in readings]
    mass = mass_of(parameters, item)
    plot, warnings = _plot_of(runs, parameters)
    drawn, more = PLOTS[plot](runs, parameters, screen, "mAh/g" if mass else "mAh")
    numbers = {run.name: numbers_of(run, mass) for run in runs}
    return Drawing(
        figure=drawn,
        computed=next(iter(numbers.values())) if len(runs) == 1 else numbers,
        metadata=_metadata(readings),
        warnings=(*said, *warnings, *more),
    )


def _named_apart(readings: Sequence[Reading]) -> Sequence[Reading]:
    """The readings, numbered where two files have one name."""
    count = Counter(reading.name for reading in readings)
    return [
        replace(reading, name=f"{reading.name} ({place})") if count[reading.name] > 1 else reading
        for place, reading in enumerate(readings, 1)
    ]


def _plot_of(runs: Sequence[Run], parameters: CycleParameters) -> tuple[str, tuple[str, ...]]:
    """Which plot is drawn: where no current flows there is no capacity to draw against."""
    plot: str = parameters.plot
    if plot == "voltage against capacity" and parameters.derivative_mode:
        plot = OLDER_MODES[parameters.derivative_mode]
    if plot in TIMED or any(run.halves for run in runs):
        return plot, ()
    if plot == "voltage against capacity":
        return "voltage against time", ()
    return "voltage against time", (f"No current flows, so there is no {plot}.",)


def _by_capacity(
    runs: Sequence[Run], parameters: CycleParameters, screen: Screen, unit: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Voltage against capacity, a curve for each half cycle."""

    def curve(run: Run, half: HalfCycle) -> Curve:
        return run.capacity[half.points], run.voltage[half.points]

    traces, warnings = _cycle_traces(runs, parameters, screen, curve)
    return figure(traces, _capacity_title(unit), _voltage_title(runs, parameters)), warnings


def _by_voltage(
    runs: Sequence[Run], parameters: CycleParameters, screen: Screen, unit: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """dQ/dV against voltage."""
    smoothing = _smoothing(parameters)

    def curve(run: Run, half: HalfCycle) -> Curve | None:
        return capacity_by_voltage(
            run.voltage[half.points], run.capacity[half.points], half.way, smoothing
        )

    traces, warnings = _cycle_traces(runs, parameters, screen, curve)
    per = "mAh/(g V)" if unit == "mAh/g" else "mAh/V"
    return figure(traces, _voltage_title(runs, parameters), f"dQ/dV ({per})"), warnings


def _by_charge(
    runs: Sequence[Run], parameters: CycleParameters, screen: Screen, unit: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """dV/dQ against capacity."""
    smoothing = _smoothing(parameters)

    def curve(run: Run, half: HalfCycle) -> Curve | None:
        return voltage_by_capacity(run.voltage[half.points], run.capacity[half.points], smoothing)

    traces, warnings = _cycle_traces(runs, parameters, screen, curve)
    per = "V g/mAh" if unit == "mAh/g" else "V/mAh"
    return figure(traces, _capacity_title(unit), f"dV/dQ ({per})"), warnings


def _voltage_by_time(
    runs: Sequence[Run], parameters: CycleParameters, screen: Screen, unit: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    traces = _timed_traces(runs, parameters, screen, lambda run: run.voltage, "voltage")
    return figure(traces, "Time (h)", _voltage_title(runs, parameters)), ()


def _current_by_time(
    runs: Sequence[Run], parameters: CycleParameters, screen: Screen, unit: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    traces = _timed_traces(runs, parameters, screen, lambda run: run.current, "current")
    return figure(traces, "Time (h)", "Current (mA)"), ()


def _by_cycle(
    runs: Sequence[Run], parameters: CycleParameters, screen: Screen, unit: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Capacities by cycle, and the coulombic efficiency on an axis of its own."""
    traces = [
        trace
        for place, run in enumerate(runs)
        for trace in _summary_traces(run, place, several=len(runs) > 1)
    ]
    right = {
        "title": {"text": "Coulombic efficiency (%)"},
        "overlaying": "y",
        "side": "right",
        "showgrid": False,
    }
    return figure(traces, "Cycle", _capacity_title(unit), yaxis2=right), ()


TIMED = {"voltage against time": _voltage_by_time, "current against time": _current_by_time}
PLOTS: Mapping[str, Callable[..., tuple[dict[str, Any], tuple[str, ...]]]] = {
    "voltage against capacity": _by_capacity,
    "dQ/dV": _by_voltage,
    "dV/dQ": _by_charge,
    "cycle summary": _by_cycle,
    **TIMED,
}


def _cycle_traces(
    runs: Sequence[Run],
    parameters: CycleParameters,
    screen: Screen,
    curve: Callable[[Run, HalfCycle], Curve | None],
) -> tuple[list[Trace], tuple[str, ...]]:
    """A trace for each half cycle that is shown, its two halves under one name."""
    chosen = [_chosen_cycles(run, parameters.cyclenumber, len(runs)) for run in runs]
    curves = [
        (place, half, drawn)
        for place, (run, cycles) in enumerate(zip(runs, chosen, strict=True))
        for half in run.halves
        if half.cycle in cycles and (drawn := curve(run, half)) is not None
    ]
    if not curves:
        raise NoData("The cycles that were chosen have too few points to be drawn.")
    narrowed = replace(screen, width=_width_of_each(screen, len(curves)))
    traces: list[Trace] = []
    named: set[str] = set()
    for place, half, (x, y) in curves:
        name = (
            f"Cycle {half.cycle}" if len(runs) == 1 else f"{runs[place].name}, cycle {half.cycle}"
        )
        style = _style(place, half.cycle, chosen[place], several=len(runs) > 1)
        traces.append(
            line(x, y, name, narrowed, legendgroup=name, showlegend=name not in named, **style)
        )
        named.add(name)
    return traces, _missing(runs, parameters.cyclenumber)


def _chosen_cycles(run: Run, wanted: Sequence[int], runs: int) -> list[int]:
    """The cycles that are shown: those that are wanted, else a few from the first to the last."""
    cycles: list[int] = run.cycles.tolist()
    found = [cycle for cycle in cycles if cycle in wanted]
    most = MOST_CYCLES if runs == 1 else MOST_OF_SEVERAL
    if found or len(cycles) <= most:
        return found or cycles
    places = np.unique(np.linspace(0, len(cycles) - 1, most).round().astype(int))
    return [cycles[place] for place in places]


def _missing(runs: Sequence[Run], wanted: Iterable[int]) -> tuple[str, ...]:
    there = {int(cycle) for run in runs for cycle in run.cycles}
    absent = [str(cycle) for cycle in wanted if cycle not in there]
    return (f"There is no cycle {', '.join(absent)}.",) if absent else ()


def _width_of_each(screen: Screen, curves: int) -> int:
    return min(screen.width, max(screen.width * CURVES_OF_FULL_WIDTH // curves, 50))


def _style(place: int, cycle: int, cycles: list[int], *, several: bool) -> dict[str, Any]:
    """One file: a colour for each cycle. Several: one for each file, later cycles paler."""
    if not several:
        return {"line": {"color": colours_of_cycles(cycles)[cycle], "width": 1.5}}
    faded = 1 - 0.6 * cycles.index(cycle) / max(len(cycles) - 1, 1)
    return {"line": {"color": colour_of_file(place), "width": 1.5}, "opacity": round(faded, 2)}


def _timed_traces(
    runs: Sequence[Run],
    parameters: CycleParameters,
    screen: Screen,
    quantity: Callable[[Run], Floats | None],
    called: str,
) -> list[Trace]:
    """A quantity against time for each run that has both, of the cycles that were chosen."""
    narrowed = replace(screen, width=_width_of_each(screen, len(runs)))
    traces = []
    for place, run in enumerate(runs):
        values = quantity(run)
        if values is None or run.time is None:
            continue
        wanted = np.isin(run.cycle, parameters.cyclenumber)
        shown = wanted if np.any(wanted) else np.ones(len(values), dtype=bool)
        style = {"line": {"color": colour_of_file(place), "width": 1.2}} if len(runs) > 1 else {}
        traces.append(line(run.time[shown], values[shown], run.name, narrowed, **style))
    if not traces:
        raise NoData(f"There is no {called} with a time to draw it against.")
    return traces


def _summary_traces(run: Run, place: int, *, several: bool) -> list[Trace]:
    summary = summary_of(run)
    parts = (
        ("charge", summary.charge, "circle-open", "y"),
        ("discharge", summary.discharge, "circle", "y"),
        ("coulombic efficiency", summary.efficiency, "diamond", "y2"),
    )
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": f"{run.name}, {name}" if several else name.capitalize(),
            "x": typed(summary.cycles),
            "y": typed(values),
            "yaxis": axis,
            "marker": {"symbol": symbol, "color": colour_of_file(place if several else number)},
            "line": {"width": 1, "color": colour_of_file(place if several else number)},
        }
        for number, (name, values, symbol, axis) in enumerate(parts)
    ]


def _smoothing(parameters: CycleParameters) -> Smoothing:
    return Smoothing(
        parameters.win_size_1, parameters.win_size_2, parameters.p_spline, parameters.s_spline
    )


def _voltage_title(runs: Sequence[Run], parameters: CycleParameters) -> str:
    """The voltage with its reference, where it is chosen, or all files name the same."""
    said = {run.reference for run in runs}
    chosen = reference_named(parameters.reference or "")
    reference = chosen or (said.pop() if len(said) == 1 else "")
    return f"Voltage (V vs {reference})" if reference else "Voltage (V)"


def _capacity_title(unit: str) -> str:
    return f"Specific capacity ({unit})" if unit == "mAh/g" else f"Capacity ({unit})"


def _metadata(readings: Sequence[Reading]) -> dict[str, Any]:
    """What the instrument said, of one file plainly, of several by name."""
    said = {
        reading.name: {
            key: reading.measurement.header[key]
            for key in SAID
            if key in reading.measurement.header
        }
        for reading in readings
    }
    return next(iter(said.values())) if len(readings) == 1 else {k: v for k, v in said.items() if v}
