"""Powder patterns as JCAMP-DX.

Layout
    See ``techniques/shared/jcamp``. The data type says ``X-RAY DIFFRACTION`` or the like. A unit of the
    abscissa that no diffractometer has is not believed: Chemotion writes ``1/CM`` for 2θ in degrees.
Source
    See ``techniques/shared/jcamp``.
"""

import re

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.jcamp import JcampBlock, read_jcamp, warnings_of
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.xrd.radiation import radiation
from pydatalab.techniques.xrd.scans import Scan, axis, intensity, together

UNITS = {"COUNTS": "counts", "COUNTS PER SECOND": "cps", "CPS": "cps"}

AXIS_BY_UNIT = (
    (re.compile(r"(?:q\b.*)?1\s*/\s*(?:nm|nanomet\w*)\W*|q\b.*\bnm.*", re.I), "q_per_nm"),
    (re.compile(r"q\b.*|1\s*/\s*(?:a|å|angstroms?)", re.I), "q"),
    (re.compile(r"(?:d\b.*)?\b(?:a|å|angstroms?)\W*", re.I), "d_spacing"),
)
"""Units of the abscissa that say it is no angle, and what it is."""

REFUSED = re.compile(r".*\b(?:radians?|m?rad|nm|nanomet\w*)\W*", re.I)
"""Units of angles and spacings that are not read."""


def read_jdx(file: SourceFile) -> Measurement:
    """Read the diffraction patterns of a JCAMP-DX file.

    Returns:
        ``two_theta`` [deg], or by the unit ``q`` [1/angstrom], ``q_per_nm`` [1/nm] or
        ``d_spacing`` [angstrom], and ``intensity`` in counts, cps or a.u., as the file says.

    Raises:
        UnreadableFile: no block is a diffraction pattern, or one is in a unit that is not read.
    """
    blocks = [block for block in read_jcamp(file) if "DIFFRACTION" in block.data_type]
    if not blocks:
        raise UnreadableFile("The JCAMP-DX file holds no diffraction pattern (see its DATA TYPE).")
    pattern = together([_scan(block) for block in blocks], _header(blocks[0].header))
    return pattern.noted(warnings_of(blocks))


def _scan(block: JcampBlock) -> Scan:
    unit = UNITS.get(block.y_unit.strip().upper(), "a.u.")
    said = block.x_unit.strip()
    name = next((name for unit, name in AXIS_BY_UNIT if unit.fullmatch(said)), "two_theta")
    if name == "two_theta" and REFUSED.fullmatch(said):
        raise UnreadableFile(f"The pattern runs in {said}: export it in degrees, or over d in Å.")
    return Scan((axis(name, block.x), intensity(block.y, unit)))


def _header(said: dict[str, str]) -> dict[str, str]:
    wavelength = next((said[key] for key in said if "WAVELENGTH" in key), None)
    header = radiation(wavelength) | {
        "title": said.get("TITLE", ""),
        "start_time": said.get("LONGDATE", ""),
        "instrument": said.get("SPECTROMETERDATASYSTEM", ""),
    }
    return {key: value for key, value in header.items() if value}
