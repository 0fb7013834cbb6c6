"""Mass spectra and chromatograms in JCAMP-DX.

Layout
    See ``techniques/shared/jcamp.py``; mass spectra mostly as ``##PEAK TABLE= (XY..XY)``, runs as NTUPLES
    with a page for each scan and its retention time in ``##PAGE= T= ...``. A mass spectrum may also be
    written against the time of the scan, before masses were assigned: it is read as a curve in time.
Source
    P. Lampen et al., Appl. Spectrosc. 48 (1994) 1545 (JCAMP-DX for mass spectrometry).
"""

import re
from typing import Any

from pydatalab.errors import NoData
from pydatalab.techniques.ms.spectra import (
    Scan,
    Trace,
    spectra_measurement,
    traces_measurement,
)
from pydatalab.techniques.shared.jcamp import JcampBlock, read_jcamp, warnings_of
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

SHOWN = {
    "TITLE": "title", "ORIGIN": "origin", "OWNER": "owner", "CASREGISTRYNO": "cas_registry_number",
    ".IONIZATIONMODE": "ionization_mode", ".INLET": "inlet", ".SPECTROMETERTYPE": "spectrometer_type",
}  # fmt: skip
MASS = re.compile(r"\bMASS\b|\b[LG]C ?[-/] ?MS\b")
TIME_UNITS = {"MINUTES": "min", "MIN": "min", "SECONDS": "s", "SEC": "s", "S": "s"}


def read_jcamp_ms(file: SourceFile, **_: Any) -> Measurement:
    """Read all mass spectra of a file, or its chromatograms where it holds none.

    Returns:
        As ``spectra.spectra_measurement`` and ``spectra.traces_measurement`` describe them.

    Raises:
        NoData: the file holds neither.
    """
    blocks = read_jcamp(file)
    first = blocks[0]
    header = {name: first.header[label] for label, name in SHOWN.items() if first.header.get(label)}
    spectra = [b for b in blocks if MASS.search(b.data_type) and not _time_unit(b)]
    if spectra:
        unit = spectra[0].y_unit.strip()
        scans = [_scan(block) for block in spectra]
        measurement = spectra_measurement(scans, header, _intensity_unit(unit))
        return measurement.noted(warnings_of(spectra))
    runs = [block for block in blocks if _time_unit(block)]
    if not runs:
        raise NoData("The JCAMP-DX file holds no mass spectrum and no chromatogram.")
    traces = [Trace(block.header.get("TITLE", ""), block.x, block.y) for block in runs]
    return traces_measurement(
        traces, header, time_unit=_time_unit(runs[0]), intensity_unit=runs[0].y_unit.strip()
    ).noted(warnings_of(runs))


def _scan(block: JcampBlock) -> Scan:
    page = re.match(r"\s*T\s*=\s*([\d.]+(?:[Ee][-+]?\d+)?)", block.header.get("PAGE", ""))
    return Scan(
        block.x,
        block.y,
        time=float(page[1]) if page else None,
        time_unit=_page_unit(block),
        continuous=block.table == "XYDATA",
    )


def _page_unit(block: JcampBlock) -> str:
    """Unit of the retention times that pages are named by; s where the file does not say."""
    symbols, units = (
        [word.strip() for word in block.header.get(key, "").upper().split(",")]
        for key in ("SYMBOL", "UNITS")
    )
    return TIME_UNITS.get(dict(zip(symbols, units, strict=False)).get("T", ""), "s")


def _time_unit(block: JcampBlock) -> str:
    return TIME_UNITS.get(block.x_unit.strip().upper(), "")


def _intensity_unit(said: str) -> str:
    return "" if said.upper() in ("RELATIVE ABUNDANCE", "ARBITRARY UNITS", "") else said.lower()
