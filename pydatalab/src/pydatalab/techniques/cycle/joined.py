"""Several files that are parts of one run, as one measurement."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.cycle import CycleParameters
from pydatalab.techniques.cycle.analysis import with_cycles
from pydatalab.techniques.cycle.halves import current_of, halves_of
from pydatalab.techniques.cycle.roles import elapsed_seconds, role_values
from pydatalab.techniques.shared.drawing import Reading
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement


def joined(
    readings: Sequence[Reading], parameters: CycleParameters, item: Mapping[str, Any]
) -> Reading:
    """Files of one run, one after another: time, voltage, current and charge go on from file to file.

    A file whose time begins before the end of the one before it (because it starts from 0 again)
    is moved to that end. Cycles are numbered anew, by the current.

    Raises:
        UnreadableFile: a file has no time or no voltage.
    """
    parts: list[tuple[Floats, Floats, Floats, Floats]] = []
    end, charge = -np.inf, 0.0
    for reading in readings:
        time, voltage, current, passed = _parts(reading)
        if time[0] < end:
            time = time - time[0] + end
        parts.append((time, voltage, current, passed + charge))
        end, charge = float(time[-1]), charge + float(passed[-1])
    time, voltage, current, passed = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    measurement = Measurement(
        (
            Column("time", "s", time, "Time"),
            Column("voltage", "V", voltage, "Voltage"),
            Column("current", "mA", current, "Current"),
            Column("net_capacity", "mAh", passed, "Net capacity"),
        ),
        header=readings[0].measurement.header,
    )
    others = len(readings) - 1
    name = f"{readings[0].name} and {others} more" if others else readings[0].name
    return replace(readings[0], name=name, measurement=with_cycles(measurement, parameters, item))


def _parts(reading: Reading) -> tuple[Floats, Floats, Floats, Floats]:
    """Time [s], voltage [V], current [mA] (positive when charging) and net charge [mA·h] of a file."""
    time = elapsed_seconds(reading.measurement)
    voltage = role_values(reading.measurement, "voltage")
    if time is None or voltage is None:
        raise UnreadableFile(
            f"{reading.name} has no time or no voltage, so it cannot be joined with the other files."
        )
    halves = halves_of(reading.measurement)
    current = current_of(reading.measurement)
    size = np.zeros(len(time)) if current is None else np.abs(current)
    signed = np.asarray(size * halves.direction, dtype=np.float64)
    return time, voltage, signed, halves.charge
