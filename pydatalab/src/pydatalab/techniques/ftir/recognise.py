"""Knowing infrared spectra from the start of a file."""

import re

from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.jcamp_head import jcamp_data_type
from pydatalab.techniques.shared.spectra.heads import (
    omnic_axis,
    opus_axis,
    peds_axis,
    perkinelmer_axis,
    spc_axis,
    spc_range,
)
from pydatalab.techniques.shared.spectra.text_head import NEAR_INFRARED, TextHead, bare, text_head
from pydatalab.techniques.shared.spectra.words import axis_name

LOWEST, HIGHEST = 40.0, 15_000.0
"""Columns without a word may be wavenumbers [cm⁻¹] between these, if they reach the next."""

LEAST = 1_000.0
VISIBLE = 780.0
"""Wavelengths [nm] beyond this are infrared."""

INFRARED = re.compile(r"INFRARED|\bIR\b|\bFT-?IR\b|\bNIR\b")


def knows_jcamp(head: FileHead) -> Match:
    said = jcamp_data_type(head)
    if said == "":
        unit = re.search(r"^##\s*XUNITS\s*=([^\n]*)", head.text, re.MULTILINE | re.IGNORECASE)
        axis = axis_name(unit[1]) if unit else ""
        others = ("raman_shift", "wavelength", "wavelength_angstrom")
        return Match.NO if axis in others else Match.LIKELY
    return Match.CERTAIN if said and INFRARED.search(said) else Match.NO


def knows_spc(head: FileHead) -> Match:
    axis = spc_axis(head)
    if axis == "wavelength" and max(spc_range(head)) > VISIBLE:
        return Match.LIKELY
    return _sure(axis)


def knows_opus(head: FileHead) -> Match:
    axis = opus_axis(head)
    return Match.LIKELY if axis == "" else _sure(axis)


def knows_omnic(head: FileHead) -> Match:
    axis = omnic_axis(head)
    return Match.LIKELY if axis in ("", "wavelength", "wavelength_um") else _sure(axis)


def knows_perkinelmer(head: FileHead) -> Match:
    return _sure(perkinelmer_axis(head))


def knows_peds(head: FileHead) -> Match:
    return _sure(peds_axis(head))


def _sure(axis: str | None) -> Match:
    """Certain of a wavenumber; possible where the file does not say."""
    if axis == "wavenumber":
        return Match.CERTAIN
    return Match.POSSIBLE if axis == "" else Match.NO


def knows_asp(head: FileHead) -> Match:
    """Six lines of one number each, the first an integer, the next two wavenumbers."""
    lines = [] if head.binary else head.text.splitlines()[:8]
    known = len(lines) > 6 and all(
        re.fullmatch(r"\s*-?\d+(?:[.,]\d*)?(?:[eE][+-]?\d+)?\s*", x) for x in lines[:7]
    )
    if not known or not all(line.strip().isdigit() for line in (lines[0], *lines[3:6])):
        return Match.NO
    first, last = (float(line.replace(",", ".")) for line in lines[1:3])
    plausible = all(10 <= end <= 50_000 for end in (first, last)) and first != last
    if not plausible:
        return Match.NO
    return Match.CERTAIN if head.suffix == ".asp" else Match.LIKELY


def knows_text(head: FileHead) -> Match:
    """Columns of text: surer the more their titles say."""
    table = text_head(head)
    if table is None or not table.spectral or jcamp_data_type(head) is not None:
        return Match.NO
    said = table.before.upper()
    raman = table.axis == "raman_shift" or re.search(r"RAMAN|LASER|#ACQ|#WAVE", said)
    if raman or peds_axis(head) is not None:
        return Match.NO
    optical = table.signal not in ("", "intensity")
    if table.axis == "wavenumber":
        if optical or INFRARED.search(said):
            return Match.CERTAIN
        return Match.POSSIBLE if table.signal == "intensity" else Match.LIKELY
    if table.axis == "wavelength_um" and optical and table.high > VISIBLE / 1_000:
        return Match.LIKELY if table.high > NEAR_INFRARED else Match.POSSIBLE
    if table.axis or table.foreign or table.high < LEAST:
        return Match.NO
    found = bare(table, head, LOWEST, HIGHEST)
    return Match.LIKELY if found and _mid_infrared(table) else found


def _mid_infrared(table: TextHead) -> bool:
    """Whether numbers without a word are as of a mid-infrared spectrum, and hardly counts of Raman."""
    percent = table.weakest >= -20 and table.strongest <= 150
    return percent and table.low >= 350 and 3_500 <= table.high <= 8_000
