"""ASCII spectrum ``.asp``: one number a line.

Layout
    Line 1 the number of points, lines 2 and 3 the first and last wavenumber [cm⁻¹], lines 4 to 6
    three codes ?; from line 7 on one absorbance a line, at even steps.
Source
    None published: real files, and what datalab's users know of theirs.
"""

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import ABSORBANCE, WAVENUMBER, Curve, spectra

HEAD_LINES = 6


def read_asp(file: SourceFile) -> Measurement:
    """Read a ``.asp`` file.

    Returns:
        ``wavenumber`` [cm⁻¹], in the file's direction, and ``absorbance``.

    Raises:
        NoData: it has no points.
        UnreadableFile: a line is no number, or there are fewer points than line 1 promises.
    """
    try:
        numbers = [float(line.replace(",", ".")) for line in file.text.split()]
    except ValueError as exc:
        raise UnreadableFile(
            "A .asp file has one number a line; this one has something else."
        ) from exc
    if len(numbers) < HEAD_LINES:
        raise UnreadableFile("The .asp file ends within its head of six lines.")
    if not numbers[0].is_integer() or numbers[0] < 0:
        raise UnreadableFile("Line 1 of a .asp file is the number of points; this one is not.")
    count, first, last = int(numbers[0]), numbers[1], numbers[2]
    y = np.array(numbers[HEAD_LINES:])
    if not count:
        raise NoData("The .asp file can be read, but promises no points.")
    if len(y) != count:
        raise UnreadableFile(f"The .asp file has {len(y)} of {count} points.")
    curve = Curve(np.linspace(first, last, count), y, ABSORBANCE)
    return spectra(WAVENUMBER, [curve], {})
