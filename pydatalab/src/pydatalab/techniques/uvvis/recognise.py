"""Knowing UV-Vis spectra from the start of a file."""

import re

from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.jcamp_head import jcamp_data_type
from pydatalab.techniques.shared.spectra.heads import (
    OLE,
    peds_axis,
    perkinelmer_axis,
    shimadzu_axis,
    spc_axis,
    spc_range,
)
from pydatalab.techniques.shared.spectra.text_head import NEAR_INFRARED, bare, text_head
from pydatalab.techniques.shared.spectra.words import axis_name

WAVELENGTHS = ("wavelength", "wavelength_angstrom")
"""Axes of light by its wavelength."""

LOWEST, HIGHEST = 100.0, 3_600.0
"""Columns without a word may be wavelengths [nm] between these; one that is titled so and lies below is doubtful."""

VISIBLE = 1_100.0

AVASOFT = (
    "sample",
    "dark",
    "ref",
    "reference",
    "scope",
    "absorbance",
    "transmittance",
    "reflectance",
)
"""Titles that AvaSoft writes behind ``Wave;``."""

OCEAN_OPTICS = re.compile(r"^>+begin (?:processed )?spectral data<+", re.MULTILINE)
ULTRAVIOLET = re.compile(r"^(?:UV\b|UV[-/ ]?VIS|ULTRAVIOLET|VISIBLE)")


def knows_jcamp(head: FileHead) -> Match:
    said = jcamp_data_type(head)
    if said == "":
        unit = re.search(r"^##\s*XUNITS\s*=([^\n]*)", head.text, re.MULTILINE | re.IGNORECASE)
        return Match.LIKELY if unit and axis_name(unit[1]) in WAVELENGTHS else Match.NO
    return Match.CERTAIN if said and ULTRAVIOLET.search(said) else Match.NO


def knows_spc(head: FileHead) -> Match:
    axis = spc_axis(head)
    if axis == "wavelength":
        return Match.CERTAIN if max(spc_range(head)) < VISIBLE else Match.LIKELY
    return Match.POSSIBLE if axis == "" else Match.NO


def knows_shimadzu(head: FileHead) -> Match:
    if shimadzu_axis(head) is not None:
        return Match.CERTAIN
    possible = head.start.startswith(OLE) and head.suffix == ".spc"
    return Match.POSSIBLE if possible else Match.NO


def knows_peds(head: FileHead) -> Match:
    return _sure(peds_axis(head))


def knows_perkinelmer(head: FileHead) -> Match:
    return _sure(perkinelmer_axis(head))


def _sure(axis: str | None) -> Match:
    """Certain of a wavelength; possible where the file does not say."""
    if axis == "wavelength":
        return Match.CERTAIN
    return Match.POSSIBLE if axis == "" else Match.NO


def knows_avantes(head: FileHead) -> Match:
    titles = (
        None
        if head.binary
        else re.search(r"^[ \t]*Wave(?:length)?\s*;\s*(\w+)", head.text[:4000], re.M)
    )
    known = titles and titles[1].lower() in AVASOFT
    return Match.CERTAIN if known else Match.NO


def knows_text(head: FileHead) -> Match:
    """Columns of text: surer the more their titles say."""
    table = text_head(head)
    if table is None or not table.spectral or jcamp_data_type(head) is not None:
        return Match.NO
    if peds_axis(head) is not None:
        return Match.NO
    said = table.before.lower()
    if table.axis in WAVELENGTHS and table.high < LOWEST and not table.signal:
        return Match.POSSIBLE
    if table.axis in WAVELENGTHS and not re.search(r"raman|laser|//exported", said):
        return Match.CERTAIN if table.signal not in ("", "intensity") else Match.LIKELY
    if table.axis in ("wavelength_um", "energy") and table.signal not in ("", "intensity"):
        return Match.LIKELY if table.axis == "energy" or table.high < NEAR_INFRARED else Match.NO
    if table.axis or table.foreign or re.search(r"raman|infrared|^#acq|#wave", said, re.M):
        return Match.NO
    found = bare(table, head, LOWEST, HIGHEST)
    return Match.LIKELY if found and OCEAN_OPTICS.search(said) else found
