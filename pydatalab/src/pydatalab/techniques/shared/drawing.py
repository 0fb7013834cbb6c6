"""What a technique draws: a Plotly figure as plain data, small enough for the screen it is for."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from tsdownsample import MinMaxLTTBDownsampler

from pydatalab.techniques.shared.measurement import Measurement

POINTS_PER_PIXEL = 2


@dataclass(frozen=True)
class Screen:
    """What the reader's screen shows."""

    width: int = 1600
    """Pixels across the plot."""

    low: float | None = None
    """Left end of the part of the x axis that is looked at; ``None``: all of it."""

    high: float | None = None
    """Right end, larger than ``low``."""


@dataclass(frozen=True)
class Reading:
    """A measurement with the file that it came from."""

    file_id: str
    name: str
    measurement: Measurement


@dataclass(frozen=True)
class Drawing:
    """A figure, and what was worked out on the way."""

    figure: Mapping[str, Any]
    """Plotly: ``{"data": [...], "layout": {...}}``; no colours of page or grid, the page adds its theme."""

    computed: Mapping[str, Any] = field(default_factory=dict)
    """A few extracted numbers, JSON only."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What the instrument said and the block shows: wavelength, nucleus, laser."""

    warnings: tuple[str, ...] = ()


def told(readings: Sequence[Reading]) -> tuple[str, ...]:
    """What the readers warn of, with the file's name where there are several."""
    found = ((one.name, one.measurement.header.get("warnings", [])) for one in readings)
    said = [(name, text) for name, texts in found if isinstance(texts, list) for text in texts]
    return tuple(f"{name}: {text}" if len(readings) > 1 else text for name, text in said)


def typed(values: npt.NDArray[Any]) -> dict[str, str] | list[Any]:
    """An array as Plotly's binary typed array, in the smallest type that keeps what can be seen.

    Integers take the smallest integer type; other numbers four bytes where that is finer than
    a thousandth of the smallest common step, else eight. Text and dates stay a list.
    """
    if values.dtype.kind not in "iufb":
        return [None if value is None else str(value) for value in values.tolist()]
    array = np.asarray(values, dtype=np.float64)
    for dtype in (np.uint8, np.int16, np.uint16, np.int32):
        limits = np.iinfo(dtype)
        if (
            array.size
            and np.isfinite(array).all()
            and limits.min <= array.min()
            and array.max() <= limits.max
            and np.array_equal(array, np.trunc(array))
        ):
            return _packed(array.astype(dtype))
    single = array.astype(np.float32)
    return _packed(single if _fine_enough(array, single) else array)


def _fine_enough(array: npt.NDArray[Any], single: npt.NDArray[Any]) -> bool:
    steps = np.abs(np.diff(array[np.isfinite(array)]))
    steps = steps[steps > 0]
    if not steps.size:
        return True
    worst = np.nanmax(np.abs(single.astype(np.float64) - array), initial=0.0)
    return bool(worst <= 1e-3 * np.median(steps))


def _packed(array: npt.NDArray[Any]) -> dict[str, str]:
    little = array.astype(array.dtype.newbyteorder("<"))
    dtype = f"{array.dtype.kind}{array.dtype.itemsize}"
    packed = {"dtype": dtype, "bdata": base64.b64encode(little.tobytes()).decode()}
    if array.ndim == 2:
        packed["shape"] = f"{array.shape[0]}, {array.shape[1]}"
    return packed


def visible(
    x: npt.NDArray[Any], y: npt.NDArray[Any], screen: Screen
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The points of one curve that a screen can show, in their order.

    Where ``x`` runs steadily up or down, those outside the screen's range are left out (but for
    one on each side, so that the line runs off the edge), and when still more than
    ``POINTS_PER_PIXEL`` per pixel remain they are thinned by MinMaxLTTB, which keeps every
    extreme. Real points only: nothing is averaged.

    Source:
        J. Van Der Donckt et al., MinMaxLTTB, IEEE VIS 2023, doi:10.1109/VIS54172.2023.00013.
    """
    steps = np.diff(x)
    up, down = bool(np.all(steps >= 0)), bool(np.all(steps <= 0))
    if screen.low is not None and screen.high is not None and (up or down):
        inside = np.flatnonzero((x >= screen.low) & (x <= screen.high))
        first = max(int(inside[0]) - 1, 0) if inside.size else 0
        last = int(inside[-1]) + 2 if inside.size else 0
        x, y = x[first:last], y[first:last]
    most = max(screen.width * POINTS_PER_PIXEL, 100)
    if len(x) <= most:
        return x, y
    values = np.ascontiguousarray(np.nan_to_num(y, nan=0.0), dtype=np.float64)
    if up and np.all(np.diff(x) > 0):
        kept = MinMaxLTTBDownsampler().downsample(
            np.ascontiguousarray(x, dtype=np.float64), values, n_out=most
        )
    else:
        kept = MinMaxLTTBDownsampler().downsample(values, n_out=most)
    kept = np.asarray(kept, dtype=np.int64)
    return x[kept], y[kept]


def line(
    x: npt.NDArray[Any], y: npt.NDArray[Any], name: str, screen: Screen, **more: Any
) -> dict[str, Any]:
    """A curve as a Plotly trace, thinned to what ``screen`` can show."""
    x, y = visible(x, y, screen)
    return {"type": "scattergl" if len(x) > 20_000 else "scatter", "mode": "lines", "name": name,
            "x": typed(x), "y": typed(y), **more}  # fmt: skip


def figure(
    traces: list[dict[str, Any]],
    x: str,
    y: str,
    *,
    reversed_x: bool = False,
    equal_scales: bool = False,
    **layout: Any,
) -> dict[str, Any]:
    """Traces with titled axes.

    Args:
        traces: Plotly traces, as ``line`` makes them.
        x: title of the x axis with its unit, as ``Column.title`` gives it.
        y: title of the y axis.
        reversed_x: whether x runs from high to low (shift, wavenumber).
        equal_scales: whether one unit is as long on y as on x (Nyquist).
        layout: more of Plotly's layout.
    """
    x_axis: dict[str, Any] = {"title": {"text": x}}
    y_axis: dict[str, Any] = {"title": {"text": y}}
    if reversed_x:
        x_axis["autorange"] = "reversed"
    if equal_scales:
        y_axis |= {"scaleanchor": "x", "scaleratio": 1}
    return {
        "data": traces,
        "layout": {"xaxis": x_axis, "yaxis": y_axis, "showlegend": len(traces) > 1, **layout},
    }
