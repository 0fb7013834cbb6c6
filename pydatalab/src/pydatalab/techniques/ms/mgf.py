"""Mascot generic format: peak lists as text.

Layout
    ``BEGIN IONS`` ... ``END IONS``; between them ``KEY=value`` lines and then a line for each peak: m/z,
    intensity and perhaps its charge. ``KEY=value`` lines before the first list hold for all.
Source
    "Data file format", Mascot help, Matrix Science.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.ms.spectra import Scan, spectra_measurement
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_mgf(file: SourceFile, **_: Any) -> Measurement:
    """Read all peak lists, as ``spectra.spectra_measurement`` describes them.

    Raises:
        NoData: the file holds no peak list.
        UnreadableFile: a line of a list is no peak, or the last list does not end.
    """
    lines = [line.strip() for line in file.text.split("\n")]
    if "BEGIN IONS" not in lines:
        raise NoData("The MGF file holds no list of peaks (BEGIN IONS).")
    lists = list(_lists(lines))
    titles = [keys.get("TITLE", "") for keys, _ in lists]
    scans = [_scan(keys, peaks) for keys, peaks in lists]
    return spectra_measurement(scans, {"scan_titles": titles} if any(titles) else {})


def _lists(lines: list[str]) -> Iterator[tuple[dict[str, str], list[list[str]]]]:
    keys: dict[str, str] = {}
    peaks: list[list[str]] | None = None
    for line in lines:
        if line == "BEGIN IONS":
            keys, peaks = {}, []
        elif line == "END IONS" and peaks is not None:
            yield keys, peaks
            peaks = None
        elif peaks is None or not line or line[0] in "#;!/":
            continue
        elif "=" in line:
            key, _, value = line.partition("=")
            keys[key.upper()] = value.strip()
        else:
            peaks.append(line.split()[:2])
    if peaks is not None:
        raise UnreadableFile("The MGF file is cut short: its last list of peaks does not end.")


def _scan(keys: dict[str, str], peaks: list[list[str]]) -> Scan:
    try:
        numbers = np.array([[float(word) for word in peak] for peak in peaks]).reshape(-1, 2)
    except ValueError as exc:
        raise UnreadableFile("A line of the MGF file is no pair of m/z and intensity.") from exc
    return Scan(
        numbers[:, 0],
        numbers[:, 1],
        time=_first_number(keys.get("RTINSECONDS", "")),
        time_unit="s",
        level=2,
        precursor=_first_number(keys.get("PEPMASS", "")),
        continuous=False,
    )


def _first_number(text: str) -> float | None:
    try:
        return float(text.replace("-", " ").split()[0])
    except (IndexError, ValueError):
        return None
