"""Zahner's impedance files, ``.ism``.

Layout
    Big-endian. Bytes 0-7: ?; 8: index of the last point (i32); from 12 four arrays of as many
    numbers (f64) as there are points: frequency [Hz], modulus [ohm], phase [rad], time [s] (from
    when: ?); then significances, deviations and settings, which are not read.
Source
    The bytes of two files whose numbers Zahner's own library gives, see
    ``tests/data/eis/PROVENANCE.md``.
"""

import struct

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile

_QUANTITIES = (
    ("frequency", "Hz", "Frequency"),
    ("z_abs", "ohm", "|Z|"),
    ("z_phase", "rad", "Phase"),
    ("time", "s", "Time"),
)
_START = 12


def read_zahner(file: SourceFile) -> Measurement:
    """Read an ``.ism``.

    Returns:
        ``frequency`` [Hz], ``z_abs`` [ohm], ``z_phase`` [rad], negative where the cell is
        capacitive, and ``time`` [s], in the order of measuring: Zahner starts in the middle, goes
        up and then down, so that frequencies may stand twice. No point is left out.

    Raises:
        UnreadableFile: it is of another kind, or stops early.
    """
    raw = file.raw
    count = struct.unpack_from(">i", raw, 8)[0] + 1 if len(raw) >= _START else 0
    if count < 1:
        raise UnreadableFile("Expected an .ism of Zahner's, but the file does not start as one.")
    if len(raw) < _START + 8 * count * len(_QUANTITIES):
        raise UnreadableFile("The .ism stops before the end of its data.")
    table = np.frombuffer(raw, ">f8", count * len(_QUANTITIES), _START).reshape(-1, count)
    columns = tuple(
        Column(name, unit, values.astype(np.float64), label)
        for (name, unit, label), values in zip(_QUANTITIES, table, strict=True)
    )
    return Measurement(columns, header={"software": "Zahner Thales"})
