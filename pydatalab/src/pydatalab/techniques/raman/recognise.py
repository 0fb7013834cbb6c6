"""Knowing Raman spectra from the start of a file."""

import re

from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.jcamp_head import jcamp_data_type
from pydatalab.techniques.shared.spectra.heads import omnic_axis, opus_axis, peds_axis, spc_axis
from pydatalab.techniques.shared.spectra.text_head import bare, text_head
from pydatalab.techniques.shared.spectra.words import axis_name

LOWEST, HIGHEST, LEAST = -5000.0, 12_000.0, 180.0
"""Columns without a word may be Raman shifts [cm⁻¹] between the first two that reach the third:
scattering angles do not."""

LABSPEC = re.compile(
    r"^#(?:Acq\. time|Accumulation|Exposition|AxisType|AxisUnit|Laser|Grating|Spectro|Detector)[^=\n]*=",
    re.MULTILINE,
)


def knows_wdf(head: FileHead) -> Match:
    return Match.CERTAIN if head.start.startswith(b"WDF1") else Match.NO


def knows_jcamp(head: FileHead) -> Match:
    said = jcamp_data_type(head)
    if said == "":
        unit = re.search(r"^##\s*XUNITS\s*=([^\n]*)", head.text, re.MULTILINE | re.IGNORECASE)
        axis = axis_name(unit[1]) if unit else ""
        sure = {"raman_shift": Match.CERTAIN, "wavenumber": Match.POSSIBLE, "": Match.LIKELY}
        return sure.get(axis, Match.NO)
    return Match.CERTAIN if said and "RAMAN" in said else Match.NO


def knows_spc(head: FileHead) -> Match:
    return _sure(spc_axis(head), ("", "wavenumber", "wavelength"))


def knows_opus(head: FileHead) -> Match:
    return _sure(opus_axis(head), ("",))


def knows_omnic(head: FileHead) -> Match:
    return _sure(omnic_axis(head), ("",))


def _sure(axis: str | None, doubtful: tuple[str, ...]) -> Match:
    """Certain of a Raman shift; possible where the axis is one of the doubtful."""
    if axis == "raman_shift":
        return Match.CERTAIN
    return Match.POSSIBLE if axis in doubtful else Match.NO


def knows_labspec(head: FileHead) -> Match:
    if head.binary or len(set(LABSPEC.findall(head.text[:10_000]))) < 3:
        return Match.NO
    return Match.CERTAIN


def knows_witec(head: FileHead) -> Match:
    return Match.CERTAIN if head.text.lstrip().startswith("//Exported ASCII-File") else Match.NO


def knows_bwtek(head: FileHead) -> Match:
    known = re.match(r"\s*File Version[;,\t]BW", head.text) and "Raman Shift" in head.text
    return Match.CERTAIN if known else Match.NO


def knows_renishaw_text(head: FileHead) -> Match:
    first = head.text.lstrip().split("\n", 1)[0]
    known = re.match(r"(?:#\w+[\s,;]+)*#Wave[\s,;]+#Intensity", first)
    return Match.CERTAIN if known else Match.NO


def knows_rod(head: FileHead) -> Match:
    known = not head.binary and re.search(r"^_raman_\w+", head.text, re.MULTILINE)
    return Match.CERTAIN if known else Match.NO


def knows_text(head: FileHead) -> Match:
    """Columns of text: surer the more their titles say."""
    table = text_head(head)
    if table is None or not table.spectral or jcamp_data_type(head) is not None:
        return Match.NO
    if peds_axis(head) is not None:
        return Match.NO
    raman = re.search(r"raman", table.before, re.IGNORECASE)
    if table.axis == "raman_shift" or (raman and table.axis == "wavenumber"):
        return Match.CERTAIN
    if table.axis == "wavenumber" and table.signal in ("", "intensity"):
        return Match.LIKELY
    if table.axis == "wavelength" and table.signal in ("", "intensity"):
        return Match.POSSIBLE
    if table.axis or table.signal not in ("", "intensity") or table.high < LEAST:
        return Match.NO
    return bare(table, head, LOWEST, HIGHEST)
