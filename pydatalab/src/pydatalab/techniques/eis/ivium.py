"""Impedances from Ivium's files."""

from pydatalab.techniques.shared import ivium
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

_TITLES = (("z_real", "ohm", "Z1"), ("z_imag", "ohm", "Z2"), ("frequency", "Hz", "Frequency"))


def read_ivium(file: SourceFile) -> Measurement:
    """Read an ``.idf`` or ``.ids``; see ``shared.ivium``.

    Returns:
        ``z_real``, ``z_imag`` [ohm], negative where the cell is capacitive, ``frequency`` [Hz].
    """
    return ivium.read_ivium(file, _TITLES)
