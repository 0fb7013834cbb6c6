"""From the free induction decay to the spectrum.

What is done, in this order: exponential apodisation by the line broadening asked for, zero
filling to the next power of two, Fourier transform, and removal of the delay of the digital filter
as a phase of first order. No baseline correction, no linear prediction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData
from pydatalab.techniques.nmr.axes import Axis
from pydatalab.techniques.shared.measurement import Floats, Measurement

Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class Spectrum:
    """Transformed in the direct dimension, and in the indirect one where there is one."""

    shift: Floats
    """δ [ppm], shape (n,), from high to low."""

    values: Complex
    """Shape (n,), or (n, m) of a series or map; real where only a magnitude makes sense."""

    across: Floats | None = None
    """δ [ppm] of the indirect dimension, shape (m,), from high to low."""


def spectrum_of(measurement: Measurement, line_broadening: float) -> Spectrum:
    """The spectrum of a FID, not yet phased; that of a 2-D experiment is a magnitude.

    Args:
        measurement: as ``axes.fid_measurement`` makes it.
        line_broadening: added to the width of each line [Hz].

    Raises:
        NoData: the FID is empty, or nothing but zeros.
    """
    direct = Axis.from_header(measurement.header, "direct_axis")
    if direct is None or len(measurement) < 2:
        raise NoData("The file holds no FID of more than one point.")
    fid = measurement["real"] + 1j * measurement["imaginary"]
    if not np.any(fid):
        raise NoData("The FID is zero at all its points: nothing was recorded.")
    frequency, values = transformed(fid, direct, line_broadening)
    indirect = Axis.from_header(measurement.header, "indirect_axis")
    if indirect is None:
        return Spectrum(direct.shifts(frequency), values)
    across, magnitude = _second_dimension(values, indirect)
    return Spectrum(
        direct.shifts(frequency), magnitude.astype(np.complex128), indirect.shifts(across)
    )


def transformed(fid: Complex, axis: Axis, line_broadening: float = 0.0) -> tuple[Floats, Complex]:
    """Fourier transform along the first axis.

    Broadening by LB multiplies the FID with exp(-π LB t), t from the end of the filter's delay. A
    delay of d points turns the phase at the frequency ν by -2π d ν / window, which is undone. Of
    a FID without delay the first point counts half, or else it would lift the baseline.

    Args:
        fid: shape (n,) or (n, m).
        axis: spectral width and delay.
        line_broadening: LB [Hz].

    Returns:
        Frequency [Hz] relative to the middle of the window, shape (N,), from high to low, and the
        spectrum, shape (N,) or (N, m); N is the next power of two.

    Source:
        R. R. Ernst, G. Bodenhausen, A. Wokaun, Principles of NMR in One and Two Dimensions (1987),
        chapter 4; for the filter D. Moskau, Concepts Magn. Reson. 15 (2002) 164; for the first
        point G. Otting et al., J. Magn. Reson. 66 (1986) 187.
    """
    size = power_of_two(len(fid))
    time = np.maximum(np.arange(len(fid)) - axis.group_delay, 0.0) / axis.window
    decay = np.exp(-np.pi * line_broadening * time)
    cycles = np.asarray(np.fft.fftfreq(size), np.float64)  # per point
    if not axis.group_delay:
        decay[0] /= 2
    spectrum = np.fft.fft(_by_row(decay, fid) * fid, size, axis=0)
    spectrum *= _by_row(np.exp(2j * np.pi * cycles * axis.group_delay), fid)
    order = np.argsort(-cycles)
    return cycles[order] * axis.window, spectrum[order]


def rotated(spectrum: Complex, zeroth: float, first: float) -> Complex:
    """A spectrum turned in phase by ``zeroth + first * k / n`` degrees at its k-th of n points."""
    angle = np.radians(zeroth + first * np.arange(len(spectrum)) / len(spectrum))
    return np.asarray(spectrum * _by_row(np.exp(1j * angle), spectrum))


def power_of_two(count: int) -> int:
    """The next power of two, or the number itself where it is one."""
    return 1 << max(count - 1, 0).bit_length()


def _by_row(factors: npt.NDArray[Any], like: Complex) -> npt.NDArray[Any]:
    return factors.reshape(-1, *[1] * (like.ndim - 1))


def _second_dimension(rows: Complex, axis: Axis) -> tuple[Floats, Floats]:
    """Transform along the increments, as they encode the sign of frequencies.

    Args:
        rows: shape (n, m): n points of the transformed direct dimension, m increments.
        axis: the indirect dimension.

    Returns:
        Frequency [Hz], from high to low, and the magnitude, shape (n, N).

    Source:
        Ernst, Bodenhausen, Wokaun (1987), chapter 6; for echo-antiecho A. G. Palmer et al.,
        J. Magn. Reson. 93 (1991) 151.
    """
    frequency, parts = _DECODED[axis.encoding](rows.T, axis)
    magnitude = np.sqrt(sum(np.abs(part) ** 2 for part in parts))
    return frequency, magnitude.T


def _plain(rows: Complex, axis: Axis) -> tuple[Floats, list[Complex]]:
    frequency, spectrum = transformed(rows, axis)
    return frequency, [spectrum]


def _tppi(rows: Complex, axis: Axis) -> tuple[Floats, list[Complex]]:
    """Real points at twice the rate, the receiver's phase stepping by 90°: one half is the mirror."""
    frequency, spectrum = transformed(rows, axis)
    half = len(frequency) // 2
    centred = (frequency[:half] - axis.window / 4) * 2
    return centred, [spectrum[:half]]


def _states(rows: Complex, axis: Axis) -> tuple[Floats, list[Complex]]:
    """Increments in pairs: cosine, then sine."""
    cosine, sine = _pairs(rows)
    frequency, real = transformed(cosine.real + 1j * sine.real, axis)
    _, imaginary = transformed(cosine.imag + 1j * sine.imag, axis)
    return frequency, [real, imaginary]


def _states_tppi(rows: Complex, axis: Axis) -> tuple[Floats, list[Complex]]:
    """As ``_states``, every second pair with the other sign."""
    signs = np.where(np.arange(len(rows)) // 2 % 2, -1.0, 1.0)[:, None]
    return _states(rows * signs, axis)


def _echo_antiecho(rows: Complex, axis: Axis) -> tuple[Floats, list[Complex]]:
    """Increments in pairs: the first of each has turned clockwise, the second anticlockwise."""
    echo, antiecho = _pairs(rows)
    paired = np.empty((2 * len(echo), *rows.shape[1:]), np.complex128)
    paired[0::2], paired[1::2] = echo + antiecho, 1j * (echo - antiecho)
    return _states(paired, axis)


def _pairs(rows: Complex) -> tuple[Complex, Complex]:
    whole = len(rows) // 2 * 2
    if not whole:
        raise NoData("The 2-D experiment stopped before its first pair of increments.")
    return rows[0:whole:2], rows[1:whole:2]


_DECODED: dict[str, Callable[[Complex, Axis], tuple[Floats, list[Complex]]]] = {
    "qf": _plain,
    "tppi": _tppi,
    "states": _states,
    "states-tppi": _states_tppi,
    "echo-antiecho": _echo_antiecho,
}
