"""The phase of a spectrum, found from the spectrum itself."""

import numpy as np
import numpy.typing as npt
from nmrglue.process.proc_autophase import autops

from pydatalab.techniques.nmr.axes import Axis
from pydatalab.techniques.nmr.transform import Complex, rotated, transformed

POINTS = 4096
"""The FID is cut to so many points: the phase of a line needs no resolution."""

DECAY = 4.0
"""The FID is made to fall by e to this power within these points, so that the cut leaves no ripple."""

STIFFNESS = 0.02
"""What a whole turn of first order costs, as a share of the spectrum that would be negative."""

STARTS = np.arange(-180.0, 180.0, 10.0)


def phases(fid: Complex, axis: Axis) -> tuple[float, float]:
    """Phases of zeroth and first order [deg] that leave the spectrum with the least negative part.

    Made small is Σ min(S, 0)² / Σ S² of the real part S, plus a small cost of the first order:
    once the delay of the digital filter is removed, little is left of it.

    Args:
        fid: shape (n,).
        axis: of the FID.

    Returns:
        As ``transform.rotated`` takes them; zero of an empty FID.

    Source:
        Minimal negative area: H. de Brouwer, J. Magn. Reson. 201 (2009) 230; searched for
        by the simplex of nmrglue's ``autops``.
    """
    short = fid[: POINTS + int(axis.group_delay)]
    broadening = DECAY * axis.window / len(short) / np.pi
    _, spectrum = transformed(short, axis, broadening)
    largest = np.abs(spectrum).max()
    if not largest > 0:
        return 0.0, 0.0
    spectrum /= largest
    start = min(STARTS, key=lambda phase: _score((phase, 0.0), spectrum))
    simplex = [[start, 0.0], [start + 10.0, 0.0], [start - 15.0, 30.0]]
    _, (zeroth, first) = autops(
        spectrum, _score, start, return_phases=True, initial_simplex=simplex,
        xtol=0.1, ftol=1e-6, disp=False,
    )  # fmt: skip
    return float((zeroth + 180.0) % 360.0 - 180.0), float(first)


def _score(phase: npt.ArrayLike, spectrum: Complex) -> float:
    zeroth, first = np.asarray(phase, np.float64)
    real = rotated(spectrum, zeroth, first).real
    real = real - np.median(real)  # an offset is no wrong phase
    negative = np.minimum(real, 0.0)
    return float(negative @ negative / (real @ real) + STIFFNESS * (first / 360.0) ** 2)
