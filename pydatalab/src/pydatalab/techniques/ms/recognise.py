"""Knowing mass spectrometry from the start of a file."""

import re

from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.jcamp_head import jcamp_data_type
from pydatalab.techniques.shared.spectra.text_head import text_head

_RELATIVE_TIME = r"(?:time relative|(?:zeit relativ|relative zeit)) *\[(?:ms|s|min|h)\]"
_TRIPLET = re.compile(rf"\t{_RELATIVE_TIME}\t(?:[^\t\r\n]*\[[^\t\r\n]*\])", re.IGNORECASE)
_MASS_TITLE = re.compile(
    r"""^[#;"' ]*(?:(?:no\.?|nr\.?|index|row)?[\t,;][ ]*)?(?:m/z|mz|mass)\b[^\n]*(?:int|abund|count|current)
        |^[#;"' ]*(?:[^\n\t,;]{0,20}[\t,;][ ]*)?"?(?:int|abund|count)[^\n\t,;]*[\t,;][ ]*"?(?:m/z|mz)\b""",
    re.I | re.M | re.X,
)
_CURRENT_TITLE = re.compile(r"\b(?:ion current|partial pressure|m/z *=? *\d+|amu *\d+)\b", re.I)


def knows_quadera(head: FileHead) -> Match:
    """Titles that repeat for each mass: time, relative time, ion current or partial pressure."""
    return Match.CERTAIN if not head.binary and _TRIPLET.search(head.text) else Match.NO


def knows_mzml(head: FileHead) -> Match:
    """The root element ``mzML`` or ``indexedmzML``."""
    return Match.CERTAIN if re.search(r"<(?:indexed)?mzML[\s>]", head.text[:4096]) else Match.NO


def knows_mzxml(head: FileHead) -> Match:
    """The root element ``mzXML``."""
    return Match.CERTAIN if re.search(r"<mzXML[\s>]", head.text[:4096]) else Match.NO


def knows_mgf(head: FileHead) -> Match:
    """A line that begins a list of ions."""
    found = not head.binary and re.search(r"^BEGIN IONS\s*$", head.text, re.MULTILINE)
    return Match.CERTAIN if found else Match.NO


def knows_andi(head: FileHead) -> Match:
    """Classic netCDF with the variables of the ANDI templates."""
    if head.start[:4] not in (b"CDF\x01", b"CDF\x02"):
        return Match.NO
    known = (b"mass_values", b"ordinate_values", b"aia_template_revision", b"ms_template_revision")
    return Match.CERTAIN if any(name in head.start for name in known) else Match.NO


def knows_jcamp(head: FileHead) -> Match:
    """A JCAMP-DX file that says it holds mass spectra or a chromatogram."""
    data_type = jcamp_data_type(head)
    if data_type is None:
        return Match.NO
    return (
        Match.CERTAIN
        if re.search(r"\bMASS\b|\b[LG]C ?[-/] ?MS\b|CHROMATOGRA|\bHPLC\b", data_type)
        else Match.NO
    )


def knows_text(head: FileHead) -> Match:
    """Columns with titles of mass spectrometry; without them the ending makes it possible."""
    if head.binary or jcamp_data_type(head) is not None or head.text.lstrip().startswith("<"):
        return Match.NO
    start = head.text[:8192]
    if _MASS_TITLE.search(start) or _CURRENT_TITLE.search(start):
        return Match.LIKELY
    table = text_head(head)
    if table and table.foreign:
        return Match.NO
    columns = re.search(r"^[ \t]*\d[\d.,]*[\t ,;]+[-+]?\d[\d.,eE+-]*\s*$", start, re.MULTILINE)
    return Match.POSSIBLE if columns and head.suffix in (".txt", ".asc") else Match.NO
