"""mzXML: the older XML of mass spectra.

Layout
    ``scan`` elements, those of fragments inside that of their precursor, each with ``peaks``: base64 of
    m/z and intensity in turn, big-endian, perhaps zlib. Retention times are durations, ``PT1.5S``.
Source
    P. G. A. Pedrioli et al., Nat. Biotechnol. 22 (2004) 1459.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
import numpy.typing as npt
from defusedxml.ElementTree import iterparse

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.ms.binary_arrays import decoded_array
from pydatalab.techniques.ms.spectra import Scan, spectra_measurement
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.xml import XML_ERRORS, unreadable_xml

DURATION = re.compile(r"-?P(?:\d+D)?T?(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?")

DESCRIBED = {
    "msManufacturer": "manufacturer",
    "msModel": "instrument",
    "msIonisation": "ionization_mode",
}


def read_mzxml(file: SourceFile, **_: Any) -> Measurement:
    """Read all spectra of a file, as ``spectra.spectra_measurement`` describes them.

    Raises:
        NoData: the file holds no spectrum.
        UnreadableFile: it is damaged or cut short.
    """
    scans: list[tuple[int, Scan]] = []
    header: dict[str, str] = {}
    started = 0
    open_scans: list[int] = []
    try:
        with file.path.open("rb") as stream:
            for event, element in iterparse(stream, events=("start", "end")):
                kind = element.tag.rpartition("}")[2]
                if event == "end" and kind in DESCRIBED:
                    header[DESCRIBED[kind]] = element.get("value", "")
                if kind != "scan":
                    continue
                if event == "start":
                    open_scans.append(started)
                    started += 1
                else:
                    scans.append((open_scans.pop(), _scan(element)))
                    element.clear()
    except XML_ERRORS as exc:
        raise unreadable_xml("The mzXML file", exc) from exc
    in_order = [scan for _, scan in sorted(scans, key=lambda numbered: numbered[0])]
    return spectra_measurement(in_order, header)


def _scan(element: Element) -> Scan:
    peaks = _child(element, "peaks")
    numbers: npt.NDArray[Any] = np.empty(0)
    if peaks is not None:
        dtype = ">f8" if peaks.get("precision") == "64" else ">f4"
        packed = peaks.get("compressionType", "none") == "zlib"
        numbers = decoded_array(peaks.text, dtype, compressed=packed)
    if len(numbers) % 2:
        raise UnreadableFile("The mzXML file is damaged: a spectrum has a mass without intensity.")
    precursor = _child(element, "precursorMz")
    centroided = element.get("centroided")
    return Scan(
        numbers[0::2],
        numbers[1::2],
        time=_seconds(element.get("retentionTime", "")),
        time_unit="s",
        level=int(element.get("msLevel", "1")),
        precursor=float(precursor.text) if precursor is not None and precursor.text else None,
        continuous=None if centroided is None else centroided == "0",
    )


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if child.tag.rpartition("}")[2] == name), None)


def _seconds(duration: str) -> float | None:
    found = DURATION.fullmatch(duration)
    if not found or not any(found.groups()):
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
