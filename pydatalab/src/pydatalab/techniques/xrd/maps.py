"""Maps: many scans of one file, drawn as an image (reciprocal-space maps, series of scans)."""

from typing import Any

import numpy as np

from pydatalab.techniques.shared.drawing import Screen, figure, typed
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.xrd.curves import Curve

FEWEST_SCANS = 10
"""A file with at least so many scans is drawn as a map."""

MOST_ROWS = 400
SECOND_AXES = ("omega", "theta", "chi", "phi", "psi", "z", "y", "x")


def is_map(curves: list[Curve], files: int) -> bool:
    """Whether the curves are too many to be told apart, and of one file."""
    return files == 1 and len(curves) >= FEWEST_SCANS


def map_figure(
    measurement: Measurement, curves: list[Curve], x_title: str, screen: Screen
) -> dict[str, Any]:
    """All scans of a file as an image of log₁₀ intensity.

    The scans are laid on an even grid no finer than the screen; of points that fall together the
    highest is shown. Zero counts are left out, as the logarithm has no place for them; the others are
    rounded to a hundredth of a decade, which no eye sees and which halves the bytes sent.
    """
    second = _second_axis(measurement, len(curves))
    x = np.concatenate([curve.x for curve in curves])
    y = np.concatenate(_heights(second, measurement, curves))
    z = np.concatenate([curve.y for curve in curves])
    columns = min(max(len(curve.x) for curve in curves), max(screen.width // 2, 100))
    x_grid, y_grid, image = _gridded(x, y, z, columns, min(len(curves), MOST_ROWS))
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.log10(np.where(image > 0, image, np.nan))
    trace = {
        "type": "heatmap",
        "x": typed(x_grid),
        "y": typed(y_grid),
        "z": typed(np.round(logarithm, 2).astype(np.float32)),
        "colorscale": "Viridis",
        "colorbar": {"title": {"text": f"log₁₀ intensity ({curves[0].unit})"}},
    }
    title = "Scan" if second is None else axis_title(second)
    return figure([trace], x_title, title)


def axis_title(column: Column) -> str:
    """How an axis is titled: ``2θ (°)``, ``Q (Å⁻¹)``, ``d (Å)``."""
    unit = {"deg": "°", "1/angstrom": "Å⁻¹", "angstrom": "Å"}.get(column.unit, column.unit)
    label = column.label or column.name
    return f"{label} ({unit})" if unit else label


def _second_axis(measurement: Measurement, scans: int) -> Column | None:
    """The axis that was moved between the scans, if one is known."""
    if measurement.across is not None and measurement.across.name != "scan":
        return measurement.across
    main = measurement.header.get("scan_axis")
    for name in SECOND_AXES:
        if name in measurement and name != main:
            values = measurement[name]
            if len(np.unique(values[:1] if values.ndim == 2 else values)) >= scans / 2:
                return measurement.column(name)
    return None


def _heights(second: Column | None, measurement: Measurement, curves: list[Curve]) -> list[Floats]:
    """Where each point of each scan lies on the second axis."""
    if second is None:
        return [np.full(len(curve.x), float(n)) for n, curve in enumerate(curves, start=1)]
    if second is measurement.across:
        pairs = zip(curves, second.values.tolist(), strict=True)
        return [np.full(len(curve.x), value) for curve, value in pairs]
    if second.values.ndim == 2:
        return list(second.values.T)
    ends = np.cumsum([len(curve.x) for curve in curves])[:-1]
    return np.split(second.values, ends)


def _gridded(
    x: Floats, y: Floats, z: Floats, columns: int, rows: int
) -> tuple[Floats, Floats, Floats]:
    """Scattered points on an even grid, the highest of each cell; NaN where there is none."""
    known = np.isfinite(x) & np.isfinite(y) & np.isfinite(z)
    x, y, z = x[known], y[known], z[known]
    x_grid = np.linspace(x.min(), x.max(), columns)
    y_grid = np.linspace(y.min(), y.max(), rows)
    column, row = _cell(x, x_grid), _cell(y, y_grid)
    image = np.full((rows, columns), -np.inf)
    np.maximum.at(image, (row, column), z)
    return x_grid, y_grid, np.where(np.isfinite(image), image, np.nan)


def _cell(values: Floats, grid: Floats) -> np.ndarray:
    step = (grid[-1] - grid[0]) / max(len(grid) - 1, 1) or 1.0
    return np.asarray(np.rint((values - grid[0]) / step), dtype=np.int64)
