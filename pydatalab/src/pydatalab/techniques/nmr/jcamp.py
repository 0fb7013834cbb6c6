"""NMR in JCAMP-DX: spectra and FIDs, real alone or with their imaginary part.

Layout
    See ``techniques/shared/jcamp.py``. A spectrum runs in HZ or PPM. ``##.SHIFT REFERENCE=``
    says, last, which point has which shift; ``##.OBSERVE FREQUENCY=`` is in MHz. Of complex data
    the first page of NTUPLES is the real part, the second the imaginary one; 2-D data have a page for each
    value of F1. Bruker adds the parameters of its own files as ``##$NAME=``.
Source
    A. N. Davies and P. Lampen, Appl. Spectrosc. 47 (1993) 1093 (JCAMP-DX for NMR).
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.nmr.axes import (
    Axis,
    fid_measurement,
    nucleus_named,
    spectrum_measurement,
)
from pydatalab.techniques.nmr.bruker_parameters import Values, group_delay, metadata, number, value
from pydatalab.techniques.shared.jcamp import JcampBlock, read_jcamp
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile

Pages = Sequence[JcampBlock]


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
    found = [list(pages) for _, pages in groupby(read_jcamp(file), _same_block)]
    fids = [pages for pages in found if "FID" in pages[0].data_type]
    spectra = [pages for pages in found if pages not in fids and _is_nmr(pages[0])]
    if not fids and not spectra:
        raise NoData("The JCAMP-DX file holds no NMR spectrum and no FID.")
    if fids and (source == "fid" or not spectra):
        return _fid(fids[0])
    return _spectrum(spectra[0])


def _same_block(block: JcampBlock) -> tuple[str, str, str]:
    return (block.data_type, block.header.get("TITLE", ""), block.table)


def _is_nmr(block: JcampBlock) -> bool:
    return not block.data_type or "NMR" in block.data_type


def _spectrum(pages: Pages) -> Measurement:
    first = pages[0]
    header = _metadata(first)
    shift = _shifts(first)
    nucleus = str(header.get("nucleus", ""))
    if len(pages) > 2:
        return _map(pages, shift, nucleus, header)
    imaginary = pages[1].y if len(pages) == 2 and len(pages[1].y) == len(first.y) else None
    spectrum = spectrum_measurement(shift, first.y, nucleus, header, imaginary=imaginary)
    if _unit(first) == "PPM":
        return spectrum
    return spectrum.with_columns(Column("frequency", "Hz", first.x, label="Frequency"))


def _map(pages: Pages, shift: Floats, nucleus: str, header: Values) -> Measurement:
    """A 2-D spectrum, one page a row."""
    if len({len(page.y) for page in pages}) > 1:
        raise UnreadableFile("The pages of the 2-D JCAMP-DX file have different lengths.")
    values = [re.search(r"=\s*([-+\d.]+(?:[Ee][-+]?\d+)?)", page.header["PAGE"]) for page in pages]
    rows = [float(found[1]) if found else n for n, found in enumerate(values, start=1)]
    name = pages[0].header["PAGE"].partition("=")[0].strip() or "F1"
    across = Column(name.lower(), "", np.array(rows), label=name)
    intensity = np.stack([page.y for page in pages], axis=1)
    return spectrum_measurement(shift, intensity, nucleus, header, across=across)


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
    if len(real.x) < 2:
        raise NoData("The JCAMP-DX file holds no FID of more than one point.")
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
