"""Impedances from Gamry's files."""

from pydatalab.techniques.shared import gamry
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_gamry(file: SourceFile) -> Measurement:
    """Read the table ``ZCURVE`` of a ``.dta``; see ``shared.gamry``.

    Returns:
        Among others ``frequency`` [Hz], ``z_real``, ``z_imag`` [ohm], negative where the cell is
        capacitive; what was measured at open circuit before is left aside.
    """
    return gamry.read_gamry(file, "ZCURVE")
