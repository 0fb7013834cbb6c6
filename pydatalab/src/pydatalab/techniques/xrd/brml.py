"""Bruker DIFFRAC.SUITE ``.brml``: a zip of XML.

Layout
    ``ExperimentN/DataContainer.xml`` names the sample and lists ``ExperimentN/RawDataM.xml``, one a
    scan. In these ``DataRoute`` (flagged ``Measured``) holds ``ScanInformation`` with its axes, one
    ``Datum`` a point (numbers between commas), and ``DataViews``, which say where in a datum which
    quantity starts and how many numbers it takes. A detector that stands still writes a single datum
    with all its channels. ``FixedInformation`` holds drives, tube and wavelengths [Å].
Source
    None by the maker: the files speak for themselves.
"""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.archive import Archive, opened
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.table import numbers
from pydatalab.techniques.xrd.radiation import number, radiation
from pydatalab.techniques.xrd.scans import Scan, axis, axis_name, intensity, point_numbers, together
from pydatalab.techniques.xrd.trees import text_at, tree

RAW_DATA = re.compile(r"(?:.*/)?Experiment(\d+)/RawData(\d+)\.xml")
DATUM = re.compile(rb"<Datum>([^<]*)</Datum>")
LARGEST = 500_000_000
"""Bytes that one member may have."""

JITTER = 0.01
"""An axis that went so small a part of the way of another stood still: places are as measured."""

View = tuple[str, int, int]
"""Name of a quantity, where it starts in a datum, and how many numbers it takes."""


def read_brml(file: SourceFile) -> Measurement:
    """Read all scans of a ``.brml`` file.

    Returns:
        The scanned axes [deg] as measured, ``intensity`` [counts], ``absorption_factor`` where an
        absorber was in (intensities are as written, not multiplied by it), and ``counting_time`` [s]
        where it varies.

    Raises:
        UnreadableFile: no zip, damaged, or a point has too few numbers.
        NoData: there is no scan in it, or its frames are kept outside.
    """
    with opened(file) as archive:
        found = sorted(
            (int(match[1]), int(match[2]), name)
            for name in archive.names
            if (match := RAW_DATA.fullmatch(name))
        )
        if not found:
            raise NoData("The .brml file holds no measured data, only a method.")
        header: dict[str, Any] = {}
        scans = []
        for _, _, name in found:
            raw = archive.read(name, LARGEST)
            root = tree(DATUM.sub(b"", raw))
            scans.append(
                _scan(root, [row.decode("ascii", "replace") for row in DATUM.findall(raw)])
            )
            header = header or _header(root) | _sample(archive, name)
    return together(scans, header)


def _scan(root: Element, rows: list[str]) -> Scan:
    route = _route(root)
    if route is None or not rows:
        return Scan(())
    width = rows[0].count(",") + 1
    data = numbers("\n".join(rows).replace(",", " "))
    if data.size != width * len(rows):
        raise UnreadableFile("The points of the scan have different numbers of values.")
    data = data.reshape(-1, width)
    views = [view for view in _views(route) if 0 <= view[1] < view[1] + view[2] <= width]
    counters = [view for view in views if "counter" in view[0].lower()]
    if not counters:
        raise NoData("The scan has no counter: its frames are kept outside the file.")
    still = _still(root)
    if len(data) == 1 and counters[0][2] > 1:
        return Scan((_channels(route, counters[0][2]), _counts(data[0], counters[0])), still)
    return Scan(_columns(data, views, counters[0]), still)


def _route(root: Element) -> Element | None:
    routes = root.findall("{*}DataRoutes/{*}DataRoute")
    measured = [route for route in routes if route.get("RouteFlag") == "Measured"]
    return next(iter(measured or routes), None)


def _views(route: Element) -> list[View]:
    """Which numbers of a datum mean what."""
    views: list[View] = []
    for view in route.iterfind("{*}DataViews/{*}RawDataView"):
        start, length = (int(number(view.get(key)) or 0) for key in ("Start", "Length"))
        fields = [
            field.get("FieldName", "") for field in view.iter() if _is(field, "FieldDefinitions")
        ]
        recording = view.find("{*}Recording")
        if fields and len(fields) == length:
            views += [(name, start + place, 1) for place, name in enumerate(fields)]
        elif recording is not None:
            views.append((recording.get("LogicName", ""), start, length))
        else:
            views.append((view.get("LogicName", ""), start, length))
    return views


def _is(element: Element, name: str) -> bool:
    return element.tag.rpartition("}")[2] == name


def _counts(datum: Floats, counter: View) -> Column:
    _, start, length = counter
    return intensity(datum[start : start + length], "counts")


def _channels(route: Element, count: int) -> Column:
    """The places that the channels of a detector at rest look at."""
    for info in route.iterfind("{*}ScanInformation/{*}ScanAxes/{*}ScanAxisInfo"):
        start, stop = number(text_at(info, "Start")), number(text_at(info, "Stop"))
        offset = number(text_at(info, "Reference")) or 0.0
        if start is not None and stop is not None and start != stop:
            places = np.linspace(start + offset, stop + offset, count)
            return axis(axis_name(info.get("AxisName", "")), places, "deg")
    return Column("channel", "", np.arange(1.0, count + 1))


def _columns(data: Floats, views: list[View], counter: View) -> tuple[Column, ...]:
    named = {name: data[:, start] for name, start, length in views if length == 1}
    moving = {
        axis_name(name): values
        for name, values in named.items()
        if name not in ("MeasuredTime", "AbsorptionFactor") and "counter" not in name.lower()
    }
    counts = data[:, counter[1] : counter[1] + counter[2]].sum(axis=1)
    if not moving:
        raise UnreadableFile("The scan names no axis.")
    first = _along(moving)
    columns = [first, intensity(counts, "counts")]
    columns += [axis(name, values, "deg") for name, values in moving.items() if name != first.name]
    absorption = named.get("AbsorptionFactor")
    if absorption is not None and np.any(absorption != 1):
        columns.append(Column("absorption_factor", "", absorption, "Absorption factor"))
    times = named.get("MeasuredTime")
    if times is not None and np.any(times != times[0]):
        columns.append(Column("counting_time", "s", times, "Counting time"))
    return tuple(columns)


def _along(axes: Mapping[str, Floats]) -> Column:
    """What a scan runs along: 2θ if it moved, else the first axis that did, else the points' numbers."""
    spans = {name: float(np.ptp(places)) for name, places in axes.items()}
    count, widest = len(next(iter(axes.values()))), max(spans.values())
    if count > 1 and not widest:
        return point_numbers(count)
    moved = [name for name, span in spans.items() if span >= JITTER * widest]
    name = "two_theta" if "two_theta" in moved else moved[0]
    return axis(name, axes[name], "deg")


def _still(root: Element) -> dict[str, float]:
    places: dict[str, float] = {}
    for drive in root.iterfind("{*}FixedInformation/{*}Drives/{*}InfoData"):
        position = drive.find("{*}Position")
        place = number(position.get("Value")) if position is not None else None
        if place is not None and drive.get("LogicName"):
            places[axis_name(drive.get("LogicName", ""))] = place
    return places


def _header(root: Element) -> dict[str, Any]:
    tube = root.find(".//{*}Tube")
    said = {element.tag.rpartition("}")[2]: element.get("Value") for element in tube or ()}
    generator = tube.find("{*}Generator") if tube is not None else None
    header = radiation(
        said.get("WaveLengthAlpha1"),
        said.get("WaveLengthAlpha2"),
        said.get("WaveLengthBeta"),
        said.get("WaveLengthRatio"),
        text_at(tube, "TubeMaterial"),
    )
    scan = root.find(".//{*}ScanInformation")
    header |= {
        "start_time": text_at(root, "TimeStampStarted"),
        "scan_mode": text_at(scan, "ScanModeVisibleName") or text_at(scan, "ScanMode"),
        "scan_type": scan.get("VisibleName", "") if scan is not None else "",
        "counting_time": number(text_at(scan, "TimePerStep")),
        "counting_time_effective": number(text_at(scan, "TimePerStepEffective")),
        "voltage": _value(generator, "Voltage"),
        "current": _value(generator, "Current"),
    }
    return {key: value for key, value in header.items() if value not in ("", None)}


def _value(element: Element | None, name: str) -> float | None:
    found = element.find(f"{{*}}{name}") if element is not None else None
    return number(found.get("Value")) if found is not None else None


def _sample(archive: Archive, raw_data: str) -> dict[str, str]:
    """Names of sample, person and instrument, from the container beside the raw data."""
    name = f"{raw_data.rpartition('/')[0]}/DataContainer.xml"
    if name not in archive.names:
        return {}
    root = tree(archive.read(name, LARGEST))
    info = root.find("{*}MeasurementInfo")
    said = {
        "sample_name": info.get("SampleName", "") if info is not None else "",
        "operator": info.get("UserName", "") if info is not None else "",
        "instrument": text_at(root, "ExperimentInfo/InstrumentDescription/DeviceTypeDesc"),
    }
    return {key: value for key, value in said.items() if value}
