"""SVG drawings, shown as a picture: so that no script in them can run and nothing is loaded.

Layout
    XML; the size stands in ``width`` and ``height``, or in ``viewBox``.
Source
    W3C, Scalable Vector Graphics (SVG) 2, sections 8.2 and 2.7 (secure static mode).
"""

import base64
import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.media.shown import Shown, shown
from pydatalab.techniques.shared.source import SourceFile

LARGEST = 8_000_000
"""Bytes of a drawing that is shown."""

PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
"""CSS pixels in one of each unit."""

USUAL = (300.0, 150.0)
"""Size [px] of a drawing that says none."""


def read_svg(file: SourceFile, page: int = 1) -> Shown:
    """Read a drawing.

    Raises:
        UnreadableFile: it is no well-formed XML, or larger than can be shown.
    """
    if len(file.raw) > LARGEST:
        raise UnreadableFile(f"Drawings of more than {LARGEST / 1e6:.0f} MB are not shown.")
    try:
        root = fromstring(file.raw, forbid_entities=False)
    except DefusedXmlException as exc:
        raise UnreadableFile("The drawing refers to other files, and is not shown.") from exc
    except (ParseError, ValueError, LookupError) as exc:
        raise UnreadableFile("The drawing is damaged or cut short: upload it again.") from exc
    width, height = _size(root)
    picture = f"data:image/svg+xml;base64,{base64.b64encode(file.raw).decode()}"
    return shown("figure", picture, width, height)


def _size(root: Element) -> tuple[float, float]:
    """Width and height [px]."""
    stated = [_length(root.get(name, "")) for name in ("width", "height")]
    if stated[0] and stated[1]:
        return stated[0], stated[1]
    box = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))]
    return (box[2], box[3]) if len(box) == 4 and min(box[2:]) > 0 else USUAL


def _length(text: str) -> float:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", text)
    return float(found[1]) * PIXELS.get(found[2], 0.0) if found else 0.0
