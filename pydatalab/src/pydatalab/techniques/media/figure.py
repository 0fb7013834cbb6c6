"""How pictures are drawn: on axes of equal scale, in pixels or in lengths."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydatalab.techniques.media import MediaParameters
from pydatalab.techniques.media.shown import facts, smaller
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure

UNITS = ((1e-2, "mm", 1e3), (1e-5, "µm", 1e6), (0.0, "nm", 1e9))
"""From which width [m] a unit is used, its name, and how many make a metre."""


def media_figure(
    readings: Sequence[Reading],
    parameters: MediaParameters,
    item: Mapping[str, Any],
    screen: Screen,
) -> Drawing:
    """Draw a picture; of what the page plays itself nothing but how it is to be shown.

    ``metadata["show"]`` is ``image``, ``video`` or ``pdf`` where browsers show the file itself, else
    ``figure``.
    """
    header = readings[0].measurement.header
    metadata = facts(header)
    if "picture" not in header:
        return Drawing({"data": [], "layout": {}}, metadata=metadata)
    choices = {"available_pages": header["pages"]} if header.get("pages", 1) > 1 else {}
    return Drawing(_picture(header, screen), computed=choices, metadata=metadata)


def _picture(header: Mapping[str, Any], screen: Screen) -> dict[str, Any]:
    """A figure of one picture, its origin at the upper left."""
    unit, factor = _unit(header)
    width, height = header["width_px"] * factor, header["height_px"] * factor
    corners = {"type": "scatter", "mode": "markers", "x": [0, width], "y": [0, height],
               "marker": {"opacity": 0}, "hoverinfo": "skip", "showlegend": False}  # fmt: skip
    drawn = figure([corners], f"x ({unit})", f"y ({unit})", equal_scales=True)
    layout = drawn["layout"]
    layout["xaxis"] |= {"range": [0, width], "constrain": "domain", "showgrid": False}
    layout["yaxis"] |= {"range": [height, 0], "constrain": "domain", "showgrid": False}
    layout["images"] = [
        {
            "source": smaller(header["picture"], screen.width),
            "xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": width, "sizey": height,
            "xanchor": "left", "yanchor": "top", "sizing": "stretch", "layer": "below",
        }
    ]  # fmt: skip
    return drawn


def _unit(header: Mapping[str, Any]) -> tuple[str, float]:
    """Unit of the axes, and how many of it a pixel measures."""
    pixel = header.get("pixel_size")
    if not pixel:
        return "px", 1.0
    width = pixel * header["width_px"]
    return next((name, pixel * many) for least, name, many in UNITS if width >= least)
