"""Powder patterns as JCAMP-DX.

Layout
    See ``techniques/shared/jcamp``. The data type says ``X-RAY DIFFRACTION`` or the like. The unit of
    the abscissa is not believed: Chemotion writes ``1/CM`` for 2θ in degrees.
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


def read_jdx(file: SourceFile) -> Measurement:
    """Read the diffraction patterns of a JCAMP-DX file.

    Returns:
        ``two_theta`` [deg] and ``intensity`` in counts, cps or a.u., as the file says.

    Raises:
        UnreadableFile: no block is a diffraction pattern.
    """
    blocks = [block for block in read_jcamp(file) if "DIFFRACTION" in block.data_type]
    if not blocks:
        raise UnreadableFile("The JCAMP-DX file holds no diffraction pattern (see its DATA TYPE).")
    pattern = together([_scan(block) for block in blocks], _header(blocks[0].header))
    return pattern.noted(warnings_of(blocks))


def _scan(block: JcampBlock) -> Scan:
    unit = UNITS.get(block.y_unit.strip().upper(), "a.u.")
    name = "q" if re.fullmatch(r"q\b.*", block.x_unit, re.I) else "two_theta"
    return Scan((axis(name, block.x), intensity(block.y, unit)))


def _header(said: dict[str, str]) -> dict[str, str]:
    wavelength = next((said[key] for key in said if "WAVELENGTH" in key), None)
    header = radiation(wavelength) | {
        "title": said.get("TITLE", ""),
        "start_time": said.get("LONGDATE", ""),
        "instrument": said.get("SPECTROMETERDATASYSTEM", ""),
    }
    return {key: value for key, value in header.items() if value}
