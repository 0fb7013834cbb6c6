"""mzML: spectra and chromatograms of any vendor, as XML.

Layout
    ``spectrum`` and ``chromatogram`` elements, each with ``cvParam`` elements that say what it is
    by accession numbers of the PSI-MS vocabulary, and with ``binaryDataArray`` elements, base64
    and often zlib. ``referenceableParamGroup`` elements hold parameters that are used by reference.
    The index before the end of the file is not used.
Source
    L. Martens et al., Mol. Cell. Proteomics 10 (2011) R110.000133. Read here rather than with pyteomics,
    which resolves the vocabulary through a second library and takes seconds to load.
"""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Literal
from xml.etree.ElementTree import Element

import numpy as np
import numpy.typing as npt
from defusedxml.ElementTree import iterparse

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.ms.binary_arrays import decoded_array
from pydatalab.techniques.ms.spectra import (
    Scan,
    Trace,
    spectra_measurement,
    traces_measurement,
)
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.xml import XML_ERRORS, unreadable_xml

MZ, INTENSITY, TIME = "MS:1000514", "MS:1000515", "MS:1000595"
PROFILE, CENTROID, LEVEL, START, SELECTED = (
    "MS:1000128", "MS:1000127", "MS:1000511", "MS:1000016", "MS:1000744",
)  # fmt: skip
TYPES = {"MS:1000521": "<f4", "MS:1000523": "<f8", "MS:1000519": "<i4", "MS:1000522": "<i8"}
ZLIB = "MS:1000574"
NUMPRESS = {f"MS:{number}" for number in (1002312, 1002313, 1002314, 1002746, 1002747, 1002748)}
YIELDED = ("spectrum", "chromatogram", "sourceFile", "instrumentConfiguration", "run")
UNITS = {"second": "s", "minute": "min", "hour": "h", "number of counts": "counts"}

Said = dict[str, tuple[str, str, str]]
"""Value, unit and name by accession."""

NOTHING = ("", "", "")


def read_mzml(
    file: SourceFile, source: Literal["spectra", "chromatograms"] = "spectra"
) -> Measurement:
    """Read all spectra of a file, or all chromatograms.

    Args:
        file: the file, read as a stream.
        source: what to prefer where the file holds both.

    Returns:
        As ``spectra.spectra_measurement`` and ``spectra.traces_measurement`` describe them.

    Raises:
        NoData: the file holds neither spectra nor chromatograms.
        UnreadableFile: it is damaged, cut short or compressed in an unknown way.
    """
    scans: list[Scan] = []
    traces: list[Trace] = []
    header: dict[str, Any] = {}
    time_unit, intensity_unit = "", ""
    with file.path.open("rb") as stream:
        for kind, element, groups in _elements(stream):
            said = _said(element, groups)
            header |= _described(kind, element, said)
            arrays, units = _arrays(element, groups)
            intensity_unit = intensity_unit or units.get(INTENSITY, "")
            if kind == "spectrum" and MZ in arrays:
                scans.append(_scan(element, said, arrays, groups))
            elif kind == "chromatogram" and TIME in arrays:
                time_unit = units.get(TIME, "") or time_unit
                traces.append(Trace(element.get("id", ""), *_pair(arrays, TIME)))
    if not scans and not traces:
        raise NoData("The mzML file holds neither spectra nor chromatograms.")
    if traces and (source == "chromatograms" or not scans):
        return traces_measurement(
            traces, header, time_unit=time_unit, intensity_unit=intensity_unit
        )
    return spectra_measurement(scans, header, intensity_unit)


def _elements(stream: BinaryIO) -> Iterator[tuple[str, Element, Mapping[str, Said]]]:
    """Elements of the kinds in ``YIELDED`` one by one, with the parameter groups before them."""
    groups: dict[str, Said] = {}
    try:
        for _, element in iterparse(stream, events=("end",)):
            kind = _name(element)
            if kind == "referenceableParamGroup":
                groups[element.get("id", "")] = _said(element, groups)
            elif kind in YIELDED:
                yield kind, element, groups
                element.clear()
    except XML_ERRORS as exc:
        raise unreadable_xml("The mzML file", exc) from exc


def _described(kind: str, element: Element, said: Said) -> dict[str, str]:
    """What an element that holds no arrays says of the run."""
    if kind == "sourceFile":
        return {"source_file": element.get("name", "")}
    if kind == "instrumentConfiguration":
        models = (name for value, _, name in said.values() if not value)
        named = ", ".join(name for name in models if name != "instrument model")
        return {"instrument": named} if named else {}
    if kind == "run" and element.get("startTimeStamp"):
        return {"started": element.get("startTimeStamp", "")}
    return {}


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _said(element: Element, groups: Mapping[str, Said]) -> Said:
    """What an element says of itself, not what its children say of themselves."""
    said: Said = {}
    for child in element:
        if _name(child) == "cvParam":
            unit = child.get("unitName", "")
            value, name = child.get("value", ""), child.get("name", "")
            said[child.get("accession", "")] = (value, UNITS.get(unit, unit), name)
        elif _name(child) == "referenceableParamGroupRef":
            said |= groups.get(child.get("ref", ""), {})
    return said


def _arrays(
    element: Element, groups: Mapping[str, Said]
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, str]]:
    """Arrays of an element by the accession of what they are, and their units."""
    arrays, units = {}, {}
    for entry in element.iter():
        if _name(entry) != "binaryDataArray":
            continue
        said = _said(entry, groups)
        what = next((kind for kind in (MZ, INTENSITY, TIME) if kind in said), None)
        if what is None:
            continue
        if NUMPRESS & said.keys():
            raise UnreadableFile("The mzML file is compressed by MS-Numpress: convert it without.")
        dtype = next((TYPES[key] for key in said if key in TYPES), "<f8")
        text = next((child.text for child in entry if _name(child) == "binary"), None)
        arrays[what] = decoded_array(text, dtype, compressed=ZLIB in said)
        units[what] = said[what][1]
    return arrays, units


def _pair(
    arrays: Mapping[str, npt.NDArray[Any]], x: str
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    intensity = arrays.get(INTENSITY, np.empty(0))
    if len(intensity) != len(arrays[x]):
        raise UnreadableFile("The mzML file is damaged: two arrays of a spectrum differ in length.")
    return arrays[x], intensity


def _scan(
    element: Element, said: Said, arrays: Mapping[str, npt.NDArray[Any]], groups: Mapping[str, Said]
) -> Scan:
    found: Said = {}
    for entry in element.iter():
        if _name(entry) in ("scan", "selectedIon"):
            found = _said(entry, groups) | found
    start, unit, _ = found.get(START, NOTHING)
    return Scan(
        *_pair(arrays, MZ),
        time=_number(start),
        time_unit=unit,
        level=int(_number(said.get(LEVEL, NOTHING)[0]) or 1),
        precursor=_number(found.get(SELECTED, NOTHING)[0]),
        continuous=True if PROFILE in said else False if CENTROID in said else None,
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
