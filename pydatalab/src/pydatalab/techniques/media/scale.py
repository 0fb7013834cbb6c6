"""The size of a pixel, and what else microscopes write into their TIFF files.

Layout
    FEI and Thermo Fisher: tag 34680 or 34682, ``[Scan] PixelWidth`` in m. Zeiss: tag 34118,
    ``AP_IMAGE_PIXEL_SIZE`` with its unit. Olympus SIS: tag 33560, ``pixelsizex`` in m. TVIPS: tag
    37706, in nm. Gatan: tags 65003 and 65009. ImageJ: unit in the description, pixels for each in the
    resolution. OME: ``PhysicalSizeX`` in XML.
Source
    ``tifffile`` for the makers' tags; OME Data Model 2016-06 (``Pixels``).
"""

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from tifffile import TiffFile, TiffPage

METRES = {
    "m": 1.0, "cm": 1e-2, "mm": 1e-3, "µm": 1e-6, "μm": 1e-6, "um": 1e-6, "micron": 1e-6,
    "microns": 1e-6, "\\u00b5m": 1e-6, "nm": 1e-9, "å": 1e-10, "a": 1e-10, "pm": 1e-12,
}  # fmt: skip
"""Metres in units of length, in lower case."""

GATAN_UNIT, GATAN_SCALE = 65003, 65009


def instrument(tiff: TiffFile, page: TiffPage) -> dict[str, Any]:
    """What the maker's tags say.

    Returns:
        ``pixel_size`` [m], ``voltage`` [V], ``working_distance`` [m] and ``instrument``; only what
        is there and makes sense.
    """
    said: dict[str, Any] = {}
    for one in (_fei(tiff), _zeiss(tiff), _others(tiff), _tagged(tiff, page)):
        for name, value in one:
            if name not in said and _sensible(value, str if name == "instrument" else float):
                said[name] = value
    return said


def _sensible(value: Any, kind: type) -> bool:
    """Whether a tag was filled in: with some text, or a number above zero."""
    if kind is str:
        return isinstance(value, str) and bool(value.strip())
    return isinstance(value, int | float) and isfinite(value) and value > 0


def _fei(tiff: TiffFile) -> Iterator[tuple[str, Any]]:
    said = tiff.fei_metadata or {}
    scan = said.get("Scan") or said.get("EScan") or {}
    yield "pixel_size", scan.get("PixelWidth")
    yield "voltage", said.get("Beam", {}).get("HV")
    yield "working_distance", said.get("Stage", {}).get("WorkingDistance")
    yield "instrument", said.get("System", {}).get("SystemType")


def _zeiss(tiff: TiffFile) -> Iterator[tuple[str, Any]]:
    said = tiff.sem_metadata or {}
    for name in ("ap_image_pixel_size", "ap_pixel_size"):
        yield "pixel_size", _length(said.get(name, ()))
    volts = said.get("ap_actualkv", ())
    yield "voltage", volts[1] * 1000 if len(volts) == 3 and volts[2] == "kV" else None
    yield "working_distance", _length(said.get("ap_wd", ()))
    yield "instrument", str((said.get("dp_sem") or said.get("sv_serial_number") or ("", ""))[1])


def _length(said: Any) -> float | None:
    """A length [m] from its name, number and unit."""
    if len(said) != 3 or not isinstance(said[1], int | float):
        return None
    return said[1] * METRES.get(str(said[2]).lower(), 0.0)


def _others(tiff: TiffFile) -> Iterator[tuple[str, Any]]:
    yield "pixel_size", (tiff.sis_metadata or {}).get("pixelsizex")
    nanometres = (tiff.tvips_metadata or {}).get("PixelSizeX")
    yield "pixel_size", float(nanometres) * 1e-9 if nanometres is not None else None
    yield "pixel_size", _ome(tiff.ome_metadata or "")


def _ome(xml: str) -> float | None:
    size = re.search(r'\bPhysicalSizeX="([\d.eE+-]+)"', xml)
    unit = re.search(r'\bPhysicalSizeXUnit="([^"]+)"', xml)
    return float(size[1]) * METRES.get(unit[1].lower() if unit else "µm", 0.0) if size else None


def _tagged(tiff: TiffFile, page: TiffPage) -> Iterator[tuple[str, Any]]:
    unit, scale = page.tags.get(GATAN_UNIT), page.tags.get(GATAN_SCALE)
    if unit and scale:
        yield "pixel_size", float(scale.value) * METRES.get(str(unit.value).strip("\0 ").lower(), 0)
    yield "pixel_size", _imagej(tiff.imagej_metadata or {}, page)
    model = page.tags.get("Model")
    yield "instrument", str(model.value) if model else None


def _imagej(said: Mapping[str, Any], page: TiffPage) -> float | None:
    """ImageJ counts pixels for each of its unit."""
    resolution = page.tags.get("XResolution")
    metres = METRES.get(str(said.get("unit", "")).lower())
    if not (metres and resolution and resolution.value[0]):
        return None
    pixels, units = resolution.value
    return float(metres * units / pixels)
