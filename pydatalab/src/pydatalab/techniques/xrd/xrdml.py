"""PANalytical / Malvern Panalytical ``.xrdml``.

Layout
    XML: ``xrdMeasurements`` holds ``sample`` and one or more ``xrdMeasurement``; each of these holds
    ``usedWavelength``, ``incidentBeamPath/xRayTube`` and one or more ``scan``; a scan holds ``header``
    and ``dataPoints``. In those, each axis has ``positions``: ``startPosition`` and ``endPosition``
    (evenly spaced between them, ends included), ``listPositions``, or ``commonPosition`` where it
    stood still. Schema 1.x writes ``intensities`` (counts times attenuation), schema 2.x ``counts``
    with ``beamAttenuationFactors`` beside them. Counting time [s] is common or a list.
Source
    XRDMeasurement.xsd 1.5 and 2.1, published by the maker at the files' schemaLocation.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.table import numbers
from pydatalab.techniques.xrd.radiation import number, radiation
from pydatalab.techniques.xrd.scans import (
    Scan,
    attenuated,
    axis,
    axis_name,
    intensity,
    point_numbers,
    together,
)
from pydatalab.techniques.xrd.trees import text_at, tree


def read_xrdml(file: SourceFile) -> Measurement:
    """Read all scans of an ``.xrdml`` file.

    Returns:
        ``two_theta`` [deg] (or the axis that was scanned), ``intensity`` [counts] as in the file or
        counts times attenuation, other moving axes, and ``counting_time`` [s] where it varies.

    Raises:
        UnreadableFile: damaged, or numbers of positions and intensities differ.
        NoData: no scan has points.
    """
    root = tree(file.raw)
    if not root.tag.endswith("xrdMeasurements"):
        raise UnreadableFile("Expected the XML of a diffractometer (xrdMeasurements).")
    measurements = root.findall("{*}xrdMeasurement")
    scans = [
        _scan(points, scan.get("scanAxis", ""))
        for measurement in measurements
        for scan in measurement.iterfind("{*}scan")
        for points in scan.iterfind("{*}dataPoints")
    ]
    first = measurements[0] if measurements else None
    return together(scans, _header(root, first))


def _scan(points: Element, scan_axis: str) -> Scan:
    measured = _intensities(points)
    count = len(measured[0].values)
    moving: dict[str, Column] = {}
    still: dict[str, float] = {}
    for name, unit, places in _positions(points, count):
        if isinstance(places, float):
            still[name] = places
        else:
            moving[name] = axis(name, places, unit)
    main = next((name for name in ("two_theta", axis_name(scan_axis)) if name in moving), None)
    main = main or next(iter(moving), None)
    first = moving.pop(main) if main else point_numbers(count)
    return Scan((first, *measured, *moving.values(), *_counting_times(points, count)), still)


def _intensities(points: Element) -> tuple[Column, ...]:
    """What was counted; schema 2 counts behind the absorber, schema 1 corrects for it."""
    counts = points.find("{*}counts")
    found = counts if counts is not None else points.find("{*}intensities")
    if found is None:
        return (intensity(np.empty(0), "counts"),)
    values = numbers(found.text or "")
    unit = "cps" if "second" in found.get("unit", "") else "counts"
    factors = text_at(points, "beamAttenuationFactors")
    common = number(text_at(points, "commonBeamAttenuationFactor"))
    if counts is None or not (factors or common):
        return (intensity(values, unit),)
    by = _as_many(numbers(factors), values) if factors else np.full(len(values), common)
    return attenuated(values, by, unit)


def _as_many(values: Floats, points: Floats) -> Floats:
    if len(values) != len(points):
        raise UnreadableFile(
            f"The scan has {len(points)} intensities but a list of {len(values)} numbers for them."
        )
    return values


def _positions(points: Element, count: int) -> Iterator[tuple[str, str, Floats | float]]:
    """Name, unit and places of each axis; one number where it stood still."""
    for element in points.iterfind("{*}positions"):
        name, unit = axis_name(element.get("axis", "")), element.get("unit", "deg")
        listed = text_at(element, "listPositions")
        start = number(text_at(element, "startPosition"))
        end = number(text_at(element, "endPosition"))
        common = number(text_at(element, "commonPosition"))
        if listed:
            yield name, unit, _as_many(numbers(listed), np.empty(count))
        elif start is not None and start == end and count > 1:
            yield name, unit, start
        elif start is not None and end is not None:
            yield name, unit, np.linspace(start, end, count)
        elif common is not None:
            yield name, unit, common


def _counting_times(points: Element, count: int) -> tuple[Column, ...]:
    listed = text_at(points, "countingTimes")
    if not listed:
        return ()
    times = _as_many(numbers(listed), np.empty(count))
    return (Column("counting_time", "s", times, "Counting time"),)


def _header(root: Element, measurement: Element | None) -> Mapping[str, Any]:
    if measurement is None:
        return {}
    scan = measurement.find("{*}scan")
    tube = "incidentBeamPath/xRayTube"
    intended = _used(measurement)
    header = radiation(
        text_at(measurement, "usedWavelength/kAlpha1"),
        text_at(measurement, "usedWavelength/kAlpha2"),
        text_at(measurement, "usedWavelength/kBeta"),
        text_at(measurement, "usedWavelength/ratioKAlpha2KAlpha1"),
        text_at(measurement, f"{tube}/anodeMaterial"),
    )
    if intended.lower().startswith("k-beta") and "wavelength_k_beta" in header:
        header["wavelength"] = header["wavelength_k_beta"]
    header |= {
        "radiation": intended,
        "sample_name": text_at(root, "sample/name") or text_at(root, "sample/id"),
        "instrument": text_at(scan, "header/source/instrumentControlSoftware"),
        "start_time": text_at(scan, "header/startTimeStamp"),
        "operator": text_at(scan, "header/author/name"),
        "scan_mode": scan.get("mode", "") if scan is not None else "",
        "counting_time": number(text_at(scan, "dataPoints/commonCountingTime")),
        "voltage": number(text_at(measurement, f"{tube}/tension")),
        "current": number(text_at(measurement, f"{tube}/current")),
    }
    return {key: value for key, value in header.items() if value not in ("", None)}


def _used(measurement: Element) -> str:
    used = measurement.find("{*}usedWavelength")
    return used.get("intended", "") if used is not None else ""
