"""NMR in JCAMP-DX: spectra and FIDs, real alone or with their imaginary part.

Layout
    See ``techniques/shared/jcamp.py``. A spectrum runs in HZ or PPM. ``##.SHIFT REFERENCE=``
    says, last, which point has which shift; ``##.OBSERVE FREQUENCY=`` is in MHz. Of complex data
    the first page of NTUPLES is the real part, the second the imaginary one; 2-D data have a page (or one
    for each part) for each value of F1 or T1. Bruker adds the parameters of its own files as ``##$NAME=``.
Source
    A. N. Davies and P. Lampen, Appl. Spectrosc. 47 (1993) 1093 (JCAMP-DX for NMR).
"""

import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.nmr.axes import (
    Axis,
    fid_measurement,
    row_column,
    shift_column,
    spectrum_measurement,
)
from pydatalab.techniques.nmr.bruker_parameters import Values, group_delay, metadata, number, value
from pydatalab.techniques.nmr.nuclei import nucleus_named
from pydatalab.techniques.shared.jcamp import JcampBlock, read_jcamp, warnings_of
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile

Pages = Sequence[JcampBlock]

PEAKS = ("PEAKTABLE", "PEAKASSIGNMENTS")


def read_jcamp_nmr(
    file: SourceFile, source: Literal["processed", "fid"] = "processed", **_: Any
) -> Measurement:
    """Read the first spectrum of a JCAMP-DX file, or its first FID.

    Args:
        file: the file.
        source: whether to prefer the spectrum or the FID, where there are both.

    Returns:
        A spectrum or FID as ``axes.spectrum_measurement`` and ``axes.fid_measurement`` describe
        them; a spectrum in Hz also has ``frequency`` [Hz], as the file gives it.

    Raises:
        NoData: the file holds no NMR data.
        UnreadableFile: it is damaged, or gives no frequency to reckon shifts from.
    """
    fids: list[Pages] = []
    spectra: list[Pages] = []
    for pages in _together(read_jcamp(file)):
        kind, table = pages[0].data_type, pages[0].table
        if (kind and "NMR" not in kind) or table in PEAKS:
            continue
        (fids if "FID" in kind else spectra).append(pages)
    if not fids and not spectra:
        raise NoData(
            "The JCAMP-DX file holds no NMR spectrum and no FID; a list of peaks is neither."
        )
    if fids and (source == "fid" or not spectra):
        return _fid(fids[0]).noted(warnings_of(fids[0]))
    return _spectrum(spectra[0]).noted(warnings_of(spectra[0]))


def _together(blocks: Sequence[JcampBlock]) -> list[list[JcampBlock]]:
    """Pages of one NTUPLES together, every other table by itself."""
    found: list[list[JcampBlock]] = []
    for block in blocks:
        before = found[-1] if found else []
        continues = (
            before
            and block.table == before[0].table == "DATATABLE"
            and block.data_type == before[0].data_type
            and _page(block) not in map(_page, before)
        )
        if continues:
            before.append(block)
        else:
            found.append([block])
    return found


def _page(block: JcampBlock) -> tuple[str | None, str]:
    """What tells a page from the others: its name, and of its real and imaginary part which."""
    return block.header.get("PAGE"), block.header["FORM"]


def _spectrum(pages: Pages) -> Measurement:
    first = pages[0]
    header = _metadata(first)
    shift = _shifts(first)
    nucleus = str(header.get("nucleus", ""))
    if len(pages) > 2:
        real = [page for page in pages if page.header["FORM"] == first.header["FORM"]]
        return _map(real, shift, nucleus, header)
    imaginary = pages[1].y if len(pages) == 2 and len(pages[1].y) == len(first.y) else None
    spectrum = spectrum_measurement(shift, first.y, nucleus, header, imaginary=imaginary)
    if _unit(first) == "PPM":
        return spectrum
    return spectrum.with_columns(Column("frequency", "Hz", first.x, label="Frequency"))


def _map(pages: Pages, shift: Floats, nucleus: str, header: Values) -> Measurement:
    """A 2-D spectrum, one page a row."""
    if len({len(page.y) for page in pages}) > 1:
        raise UnreadableFile("The pages of the 2-D JCAMP-DX file have different lengths.")
    intensity = np.stack([page.y for page in pages], axis=1)
    return spectrum_measurement(shift, intensity, nucleus, header, across=_across(pages))


def _across(pages: Pages) -> Column:
    """The second axis: the values that the pages are named by."""
    said = pages[0].header
    name, _, _ = said.get("PAGE", "").partition("=")
    found = [_leading_number(page.header.get("PAGE", "").partition("=")[2]) for page in pages]
    values = np.array([number for number in found if number is not None])
    if len(values) < len(pages):
        return row_column(len(pages))
    symbols, units = (
        [word.strip() for word in said.get(key, "").split(",")] for key in ("SYMBOL", "UNITS")
    )
    unit = dict(zip(symbols, units, strict=False)).get(name.strip(), "").upper()
    if unit == "PPM":
        nuclei = said.get(".NUCLEUS", "").split(",")
        return shift_column(values, nucleus_named(nuclei[0]) if len(nuclei) > 1 else "")
    return Column(
        name.strip().lower(), "Hz" if unit == "HZ" else unit.lower(), values, label=name.strip()
    )


def _unit(block: JcampBlock) -> str:
    return block.x_unit.strip().upper()


def _shifts(block: JcampBlock) -> Floats:
    """δ [ppm] of the points: as given, or from Hz and the shift of one of them.

    Without a reference a frequency of 0 Hz is taken for 0 ppm, as offline programs export it.
    """
    if _unit(block) == "PPM":
        return block.x
    if not _unit(block).startswith(("HZ", "HERTZ")):
        raise UnreadableFile(f"NMR spectra run in PPM or HZ; this one runs in {block.x_unit!r}.")
    bruker = _bruker(block)
    frequency = number(bruker, "SF") or _observed(block)
    place, shift = _reference(block, bruker)
    if place is None or not 0 < place <= len(block.x):
        return block.x / frequency
    return np.asarray(shift + (block.x - block.x[place - 1]) / frequency)


def _reference(block: JcampBlock, bruker: Values) -> tuple[int | None, float]:
    """Number of a point, from 1, and its shift [ppm]."""
    said = [word.strip() for word in block.header.get(".SHIFTREFERENCE", "").split(",")]
    try:
        return round(float(said[-2])), float(said[-1])
    except (IndexError, ValueError):
        offset = number(bruker, "OFFSET")
        return (None, 0.0) if offset is None else (1, offset)


def _observed(block: JcampBlock) -> float:
    found = _leading_number(block.header.get(".OBSERVEFREQUENCY", ""))
    if not found:
        raise UnreadableFile("The JCAMP-DX file gives no .OBSERVE FREQUENCY to reckon shifts from.")
    return found


def _leading_number(text: str) -> float | None:
    found = re.match(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[Ee][-+]?\d+)?)", text)
    return float(found[1]) if found else None


def _fid(pages: Pages) -> Measurement:
    real = pages[0]
    if len(real.x) < 2 or real.x[0] == real.x[-1]:
        raise NoData("The JCAMP-DX file holds no FID of more than one point in time.")
    bruker = _bruker(real)
    carrier = number(bruker, "SFO1") or _observed(real)
    reference = number(bruker, "SF") or number(bruker, "BF1") or carrier
    header = _metadata(real)
    axis = Axis(
        window=number(bruker, "SW_h") or (len(real.x) - 1) / abs(real.x[-1] - real.x[0]),
        reference=reference,
        centre=(carrier - reference) / reference * 1e6,
        nucleus=str(header.get("nucleus", "")),
        group_delay=group_delay(bruker),
    )
    imaginary = pages[1].y if len(pages) > 1 and len(pages[1].y) == len(real.y) else 0.0
    return fid_measurement(real.y + 1j * imaginary, axis, header, time=real.x)


def _bruker(block: JcampBlock) -> Values:
    """The parameters that Bruker adds."""
    return {
        label.removeprefix("$"): value(text)
        for label, text in block.header.items()
        if label.startswith("$")
    }


def _metadata(block: JcampBlock) -> Values:
    bruker = _bruker(block)
    said = {
        "title": block.header.get("TITLE"),
        "nucleus": nucleus_named(block.header.get(".OBSERVENUCLEUS", "")),
        "carrier_frequency_MHz": _leading_number(block.header.get(".OBSERVEFREQUENCY", "")),
        "nscans": int(_leading_number(block.header.get(".AVERAGES", "")) or 0),
        "pulse_program_name": block.header.get(".PULSESEQUENCE"),
        "solvent": block.header.get(".SOLVENTNAME"),
        "origin": block.header.get("ORIGIN"),
    }
    return metadata(bruker, {}) | {name: found for name, found in said.items() if found}
