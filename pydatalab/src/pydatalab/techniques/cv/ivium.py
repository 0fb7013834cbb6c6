"""Voltammograms from Ivium's files."""

from pydatalab.techniques.shared import ivium
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

_TITLES = (("potential", "V", "E"), ("current", "A", "I"))


def read_ivium(file: SourceFile) -> Measurement:
    """Read an ``.idf`` or ``.ids``; see ``shared.ivium``.

    Returns:
        ``potential`` [V] and ``current`` [A]; the third column, a potential again, is left out.
    """
    return ivium.read_ivium(file, _TITLES)
