"""Impedances from VersaStudio's files."""

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.shared import versastudio
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_versastudio(file: SourceFile) -> Measurement:
    """Read a ``.par``; see ``shared.versastudio``.

    Returns:
        Among others ``frequency`` [Hz], ``z_real``, ``z_imag`` [ohm], negative where the cell is
        capacitive.

    Raises:
        NoData: no point has a frequency.
    """
    measurement = versastudio.read_versastudio(file)
    if "frequency" not in measurement or not np.any(measurement["frequency"] > 0):
        raise NoData("The .par holds no impedances.")
    return measurement
