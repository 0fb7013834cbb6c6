"""Scans of one file as one measurement."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.sanity import check_extent
from pydatalab.techniques.shared.titles import ascii_name

AXES = {
    "two_theta": ("deg", "2θ"),
    "theta": ("deg", "θ"),
    "omega": ("deg", "ω"),
    "chi": ("deg", "χ"),
    "phi": ("deg", "φ"),
    "psi": ("deg", "ψ"),
    "q": ("1/angstrom", "Q"),
    "q_per_nm": ("1/nm", "Q"),
    "d_spacing": ("angstrom", "d"),
}
"""Unit and label of the axes that have a sign of their own."""

SPELLINGS = {
    "2theta": "two_theta", "twotheta": "two_theta", "2_theta": "two_theta", "gonio": "two_theta",
    "twothetatheta": "two_theta", "twothetaomega": "two_theta", "twothetachi": "two_theta",
    "two_theta_theta": "two_theta", "two_theta_omega": "two_theta", "two_theta_chi": "two_theta",
    "theta_2_theta": "two_theta", "coupled": "two_theta", "locked_coupled": "two_theta", "unlocked_coupled": "two_theta",
    "khi": "chi", "z_drive": "z",
}  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """One run of the goniometer."""

    columns: tuple[Column, ...]
    """Quantities that change from point to point; the scanned axis first."""

    still: Mapping[str, float] = field(default_factory=dict)
    """Axes that stood still, by name [deg or mm]."""


def axis_name(name: str) -> str:
    """The name of a goniometer axis, however the maker spells it: ``2Theta-Omega`` is ``two_theta``."""
    plain = ascii_name(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    if plain.startswith(("2theta", "2_theta", "two_theta")):
        return "two_theta"
    return SPELLINGS.get(plain, plain)


def axis(name: str, values: Floats, unit: str = "") -> Column:
    """The column of a goniometer axis."""
    usual, label = AXES.get(name, ("", ""))
    return Column(name, unit or usual or "mm", values, label)


def evenly(start: float, step: float, count: int) -> Floats:
    """Evenly spaced places, shape (count,)."""
    return np.asarray(start + step * np.arange(count), dtype=np.float64)


def point_numbers(count: int) -> Column:
    """What the points of a scan in which nothing moved run along: their numbers, from 1."""
    return Column("point", "", np.arange(1.0, count + 1))


def intensity(values: Floats, unit: str, name: str = "intensity") -> Column:
    """The column of intensities; ``unit`` is ``counts``, ``cps``, or ``a.u.`` where nobody says."""
    return Column(name, unit, values, "Intensity")


def attenuated(counts: Floats, factors: Floats, unit: str = "counts") -> tuple[Column, ...]:
    """Intensity measured behind an absorber that was switched in and out.

    Args:
        counts: as the detector saw them.
        factors: by how much the absorber weakened the beam, one per point.
        unit: of the counts.

    Returns:
        ``intensity`` alone where no absorber was in; else ``intensity`` = counts · factor
        (computed), ``counts`` and ``attenuation``.
    """
    if np.all(factors == 1):
        return (intensity(counts, unit),)
    corrected = Column("intensity", unit, counts * factors, "Intensity", computed=True)
    return (
        corrected,
        Column("counts", unit, counts, "Counts behind the absorber"),
        Column("attenuation", "", factors, "Attenuation"),
    )


def together(scans: Sequence[Scan], header: Mapping[str, Any]) -> Measurement:
    """The scans of a file as one measurement.

    One scan stays as it is. Several on the very same axis stand side by side, numbered, or named by
    the one axis that was moved between them. Several on different axes stand below each other, with
    a column ``scan`` that counts from 1.

    Raises:
        NoData: no scan has a point.
        UnreadableFile: an axis jumps back and forth or stands still within a scan, or a number is
            infinite.
    """
    scans = [scan for scan in scans if scan.columns and len(scan.columns[0].values)]
    if not scans:
        raise NoData("The file can be read, but holds no scan with data points.")
    for scan in scans:
        _in_order(scan.columns[0])
        if any(np.isinf(column.values).any() for column in scan.columns):
            raise UnreadableFile("The file holds infinite numbers: it is damaged.")
    first = scans[0].columns[0]
    header = {**header, **_steps(first), "scans": len(scans)}
    if len(scans) == 1:
        if scans[0].still:
            header["positions"] = dict(scans[0].still)
        return Measurement(scans[0].columns, axis=first.name, header=header)
    if _alike(scans) and all(
        np.array_equal(scan.columns[0].values, first.values) for scan in scans
    ):
        return _side_by_side(scans, header)
    return _below_each_other(scans, header)


def _in_order(column: Column) -> None:
    steps = np.diff(column.values)
    if not (np.all(steps >= 0) or np.all(steps <= 0)):
        raise UnreadableFile(
            f"{column.label or column.name} jumps back and forth within a scan: the file is damaged."
        )
    check_extent(column.label or column.name, column.values)


def _steps(column: Column) -> dict[str, Any]:
    count = len(column.values)
    step = (column.values[-1] - column.values[0]) / (count - 1) if count > 1 else 0.0
    return {"scan_axis": column.name, "step": round(float(step), 9)}


def _alike(scans: Sequence[Scan]) -> bool:
    """Whether all scans have the same quantities, and as many points."""
    shapes = {(len(s.columns[0].values), tuple(c.name for c in s.columns)) for s in scans}
    return len(shapes) == 1


def _moved(scans: Sequence[Scan]) -> dict[str, list[float]]:
    """Axes that stood still during each scan, but were moved between them."""
    names = [name for name in scans[0].still if all(name in scan.still for scan in scans)]
    places = {name: [scan.still[name] for scan in scans] for name in names}
    return {name: values for name, values in places.items() if len(set(values)) > 1}


def _unmoved(scans: Sequence[Scan], moved: Mapping[str, Any]) -> dict[str, float]:
    return {name: place for name, place in scans[0].still.items() if name not in moved}


def _side_by_side(scans: Sequence[Scan], header: dict[str, Any]) -> Measurement:
    moved = _moved(scans)
    ruling = [name for name, values in moved.items() if len(set(values)) == len(scans)]
    if len(ruling) == 1:
        across = axis(ruling[0], np.array(moved.pop(ruling[0])))
    else:
        across = Column("scan", "", np.arange(1, len(scans) + 1))
    first, *others = scans[0].columns
    columns = [first]
    for place, column in enumerate(others, start=1):
        values = np.stack([scan.columns[place].values for scan in scans], axis=1)
        same = bool(np.all(values == values[:, :1]))
        kept = values[:, 0] if same and column.name not in ("intensity", "counts") else values
        columns.append(_with(column, kept))
    positions = {**_unmoved(scans, {**moved, across.name: None}), **moved}
    if positions:
        header["positions"] = positions
    return Measurement(tuple(columns), axis=first.name, across=across, header=header)


def _below_each_other(scans: Sequence[Scan], header: dict[str, Any]) -> Measurement:
    moved = _moved(scans)
    lengths = [len(scan.columns[0].values) for scan in scans]
    columns = [Column("scan", "", np.repeat(np.arange(1, len(scans) + 1), lengths))]
    names = list(dict.fromkeys(column.name for scan in scans for column in scan.columns))
    for name in names:
        parts = [_part(scan, name, length) for scan, length in zip(scans, lengths, strict=True)]
        model = next(c for scan in scans for c in scan.columns if c.name == name)
        columns.append(_with(model, np.concatenate(parts)))
    columns += [
        axis(name, np.repeat(places, lengths))
        for name, places in moved.items()
        if name not in names
    ]
    positions = _unmoved(scans, moved)
    if positions:
        header["positions"] = positions
    return Measurement(tuple(columns), header=header)


def _part(scan: Scan, name: str, length: int) -> Floats:
    """A quantity in one scan: its points, the place where it stood, or gaps."""
    for column in scan.columns:
        if column.name == name:
            return column.values
    return np.full(length, scan.still.get(name, np.nan))


def _with(column: Column, values: Floats) -> Column:
    return Column(column.name, column.unit, values, column.label, column.computed)
