"""The axes of NMR: chemical shift and time."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def shift_label(nucleus: str) -> str:
    """How the shift of a nucleus is written: ``δ(¹³C)``."""
    return f"δ({nucleus.translate(SUPERSCRIPTS)})" if nucleus else "δ"


@dataclass(frozen=True)
class Axis:
    """One dimension of an experiment, as the spectrometer was set."""

    window: float
    """Spectral width [Hz]; the inverse of the time between points."""

    reference: float
    """Frequency at 0 ppm [MHz]."""

    centre: float
    """Chemical shift in the middle of the window [ppm]."""

    nucleus: str = ""
    """``13C``; empty where the file does not say."""

    group_delay: float = 0.0
    """Points by which a digital filter delays the FID."""

    encoding: str = "qf"
    """How an indirect dimension tells the sign of frequencies: ``qf``, ``tppi``, ``states``,
    ``states-tppi`` or ``echo-antiecho``."""

    def __post_init__(self) -> None:
        if not self.window > 0 or not self.reference > 0:
            raise UnreadableFile(
                "The file gives no spectral width or frequency to reckon shifts from."
            )

    @classmethod
    def from_header(cls, header: Mapping[str, Any], name: str) -> Self | None:
        """The axis that a reader put into a measurement's header."""
        return cls(**header[name]) if name in header else None

    def shifts(self, frequency: Floats) -> Floats:
        """Chemical shift [ppm] of frequencies [Hz] relative to the middle of the window."""
        return self.centre + frequency / self.reference


def fid_measurement(
    fid: npt.NDArray[Any],
    direct: Axis,
    header: Mapping[str, Any],
    *,
    time: Floats | None = None,
    across: Column | None = None,
    indirect: Axis | None = None,
) -> Measurement:
    """A free induction decay with what is needed to transform it.

    Args:
        fid: complex, shape (n,), or (n, m) for m increments; the later in time the larger n, and
            a spin of higher frequency turns anticlockwise.
        direct: the acquired dimension.
        header: what the instrument said.
        time: of the points [s], shape (n,), where the file gives it; else from the spectral width.
        across: what changes from increment to increment, shape (m,).
        indirect: the second dimension of a 2-D experiment; ``None`` for a series of spectra.

    Returns:
        ``time`` [s], ``real`` and ``imaginary`` [a.u.].
    """
    if time is None:
        time = np.arange(len(fid)) / direct.window
    axes = {"direct_axis": asdict(direct)} | (
        {"indirect_axis": asdict(indirect)} if indirect else {}
    )
    return Measurement(
        columns=(
            Column("time", "s", time, label="Time"),
            Column("real", "a.u.", np.ascontiguousarray(fid.real, np.float64), label="Real part"),
            Column(
                "imaginary",
                "a.u.",
                np.ascontiguousarray(fid.imag, np.float64),
                label="Imaginary part",
            ),
        ),
        axis="time",
        across=across,
        header={**header, **axes},
    )


def spectrum_measurement(
    shift: Floats,
    intensity: npt.NDArray[Any],
    nucleus: str,
    header: Mapping[str, Any],
    *,
    imaginary: npt.NDArray[Any] | None = None,
    across: Column | None = None,
) -> Measurement:
    """A processed spectrum.

    Args:
        shift: chemical shift [ppm], shape (n,).
        intensity: real part, shape (n,), or (n, m) where there is a second axis.
        nucleus: ``13C``.
        header: what the instrument said.
        imaginary: imaginary part, shaped like ``intensity``.
        across: the second axis, shape (m,).

    Returns:
        ``chemical_shift`` [ppm], ``intensity`` and perhaps ``intensity_imaginary`` [a.u.].
    """
    columns = [
        Column("chemical_shift", "ppm", shift, label=shift_label(nucleus)),
        Column("intensity", "a.u.", np.asarray(intensity, np.float64), label="Intensity"),
    ]
    if imaginary is not None:
        part = np.asarray(imaginary, np.float64)
        columns.append(
            Column("intensity_imaginary", "a.u.", part, label="Intensity, imaginary part")
        )
    return Measurement(
        columns=tuple(columns),
        axis="chemical_shift",
        across=across,
        header={**header, "processed_data_shape": list(np.shape(intensity))[::-1]},
    )


def shift_column(shift: Floats, nucleus: str) -> Column:
    """The indirect shift axis of a 2-D spectrum."""
    return Column("chemical_shift_f1", "ppm", shift, label=shift_label(nucleus))


def row_column(rows: int) -> Column:
    """Numbers of the rows of a series about which the file says no more, from 1."""
    return Column("row", "", np.arange(1, rows + 1), label="Row")
