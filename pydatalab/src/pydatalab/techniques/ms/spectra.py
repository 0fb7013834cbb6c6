"""Mass spectra and chromatograms as measurements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.sanity import check_extent, check_finite, check_measured
from pydatalab.techniques.shared.titles import ascii_name

Numbers = npt.NDArray[Any]

FEWEST_APART = 3
"""Two peaks of a scan may have one mass as it is rounded, but not so many."""

SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Scan:
    """One mass spectrum of a run."""

    mz: Numbers
    """Mass over charge, shape (n,)."""

    intensity: Numbers
    """Shape (n,)."""

    time: float | None = None
    """Retention time, in ``time_unit``."""

    time_unit: str = ""
    """``s`` or ``min``."""

    level: int = 1
    """1 for a whole spectrum, 2 for the fragments of an ion, and so on."""

    precursor: float | None = None
    """Mass over charge of the ion that was broken."""

    continuous: bool | None = None
    """Whether the points draw peaks, rather than being one peak each; ``None`` where not said."""


@dataclass(frozen=True)
class Trace:
    """One curve against time."""

    name: str
    time: Floats
    """Shape (n,)."""

    intensity: Floats
    """Shape (n,)."""


def spectra_measurement(
    scans: Sequence[Scan], header: Mapping[str, Any], intensity_unit: str = ""
) -> Measurement:
    """All points of all scans, one under the other.

    Returns:
        ``scan``, from 1, ``retention_time`` in the file's unit, ``mz`` and ``intensity``, and where
        fragments were measured ``ms_level`` and ``precursor_mz``. A lone spectrum without a time
        has ``mz`` and ``intensity`` alone.

    Raises:
        NoData: there is no scan.
        UnreadableFile: all peaks of a scan have one mass.
    """
    if not scans:
        raise NoData("The file holds no mass spectrum.")
    for scan in scans:
        check_extent("mz", scan.mz, FEWEST_APART)
    counts = np.array([len(scan.mz) for scan in scans])
    columns = [
        Column("mz", "", np.concatenate([scan.mz for scan in scans]), label="m/z"),
        Column(
            "intensity",
            intensity_unit,
            np.concatenate([scan.intensity for scan in scans]),
            label="Intensity",
        ),
    ]
    times, unit = _times(scans)
    if not np.isnan(times).all():
        columns.insert(
            0, Column("retention_time", unit, np.repeat(times, counts), label="Retention time")
        )
    if len(scans) > 1 or len(columns) > 2:
        numbers = np.repeat(np.arange(1, len(scans) + 1, dtype=np.int32), counts)
        columns.insert(0, Column("scan", "", numbers, label="Scan"))
    levels = np.array([scan.level for scan in scans], np.int16)
    if (levels != 1).any():
        columns.append(Column("ms_level", "", np.repeat(levels, counts), label="MS level"))
    precursors = np.array([scan.precursor or np.nan for scan in scans])
    if not np.isnan(precursors).all():
        broken = np.repeat(precursors, counts)
        columns.append(Column("precursor_mz", "", broken, label="m/z of the precursor"))
    said = {scan.continuous for scan in scans if scan.continuous is not None}
    kinds = {"representation": "profile" if said.pop() else "centroid"} if len(said) == 1 else {}
    return Measurement(tuple(columns), header={**header, "scans": len(scans), **kinds})


def _times(scans: Sequence[Scan]) -> tuple[Floats, str]:
    """Retention times and their unit; in seconds where the file mixes units."""
    units = {scan.time_unit for scan in scans if scan.time is not None}
    if len(units) > 1:
        times = [
            np.nan if scan.time is None else scan.time * SECONDS.get(scan.time_unit, 1.0)
            for scan in scans
        ]
        return np.array(times), "s"
    return np.array([np.nan if scan.time is None else scan.time for scan in scans]), next(
        iter(units), ""
    )


def traces_measurement(
    traces: Sequence[Trace],
    header: Mapping[str, Any],
    *,
    time_unit: str,
    intensity_unit: str = "",
    time_label: str = "Retention time",
) -> Measurement:
    """Curves against time: columns where they share their times, else one under the other.

    Returns:
        ``retention_time`` and one column for each trace; or ``trace``, from 1,
        ``retention_time`` and ``intensity``, the names being in the header under ``traces``.

    Raises:
        NoData: there is no trace, or no number in any.
        UnreadableFile: an intensity is infinite, or the time stands still.
    """
    if not traces:
        raise NoData("The file holds no chromatogram.")
    names = [trace.name or f"Trace {n}" for n, trace in enumerate(traces, start=1)]
    for name, trace in zip(names, traces, strict=True):
        check_extent(time_label, trace.time)
        check_finite(name, trace.intensity)
    check_measured(names[0], np.concatenate([trace.intensity for trace in traces]))
    first = traces[0].time
    if all(np.array_equal(trace.time, first) for trace in traces):
        labels = [ascii_name(name) for name in names]
        keys = ["intensity"] if len(traces) == 1 else unique(labels)
        columns = [Column("retention_time", time_unit, first, label=time_label)] + [
            Column(key, intensity_unit, trace.intensity, label=name)
            for key, name, trace in zip(keys, names, traces, strict=True)
        ]
        said = [
            {"name": name, "x": "retention_time", "y": key}
            for key, name in zip(keys, names, strict=True)
        ]
        return Measurement(tuple(columns), header={**header, "traces": said})
    counts = [len(trace.time) for trace in traces]
    numbers = np.repeat(np.arange(1, len(traces) + 1, dtype=np.int32), counts)
    time = np.concatenate([trace.time for trace in traces])
    intensity = np.concatenate([trace.intensity for trace in traces])
    return Measurement(
        (
            Column("trace", "", numbers, label="Trace"),
            Column("retention_time", time_unit, time, label=time_label),
            Column("intensity", intensity_unit, intensity, label="Intensity"),
        ),
        header={**header, "traces": [{"name": name} for name in names]},
    )


def unique(names: Sequence[str]) -> list[str]:
    """The same names, a repeated one with its number behind it."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return out
