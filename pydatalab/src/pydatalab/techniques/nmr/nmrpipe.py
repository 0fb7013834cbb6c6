"""NMRPipe files, ``.fid``, ``.ft`` and ``.ft2``.

Layout
    A header of 512 float32, then the numbers as float32: rows of real parts, each followed by its
    imaginary parts where it has such. The third number of the header tells the byte order.
Source
    F. Delaglio et al., J. Biomol. NMR 6 (1995) 277; read by nmrglue.
"""

import warnings
from collections.abc import Mapping
from typing import Any

import nmrglue.fileio.pipe as pipe
import numpy as np
import numpy.typing as npt

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.nmr.axes import (
    Axis,
    fid_measurement,
    row_column,
    shift_column,
    spectrum_measurement,
)
from pydatalab.techniques.nmr.nuclei import nucleus_named
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

HEADER_BYTES = 2048
ENCODINGS = {1: "tppi", 2: "states"}
"""By ``FD2DPHASE``; others are magnitudes."""

Said = Mapping[str, Any]


def read_nmrpipe(file: SourceFile, **_: Any) -> Measurement:
    """Read a file of one or two dimensions.

    Returns:
        A FID or spectrum, as ``axes.fid_measurement`` and ``axes.spectrum_measurement`` describe
        them.

    Raises:
        UnreadableFile: the file is damaged, or of three dimensions, or half transformed.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            said, data = pipe.read(file.raw)
    except (ValueError, KeyError, IndexError, TypeError, OSError, OverflowError) as exc:
        raise UnreadableFile("The NMRPipe file is damaged or cut short: export it again.") from exc
    expected = int(said["FDSIZE"]) * max(int(said["FDSPECNUM"]), 1)
    if data.ndim > 2:
        raise UnreadableFile(
            "The NMRPipe file has more than two dimensions; one or two can be shown."
        )
    if data.ndim == 1 and data.size < expected:
        raise UnreadableFile(
            f"The NMRPipe file is cut short: {data.size:,} points of {expected:,}."
        )
    header = _metadata(said)
    if data.ndim == 1:
        return _one(said, data, header)
    return _two(said, data, header)


def _one(said: Said, data: npt.NDArray[Any], header: dict[str, Any]) -> Measurement:
    if not _transformed(said, 0):
        return fid_measurement(data, _axis(said, 0), header)
    imaginary = data.imag if np.iscomplexobj(data) else None
    shift = pipe.make_uc(said, data).ppm_scale()
    return spectrum_measurement(shift, data.real, header["nucleus"], header, imaginary=imaginary)


def _two(said: Said, data: npt.NDArray[Any], header: dict[str, Any]) -> Measurement:
    direct, indirect = _transformed(said, 0), _transformed(said, 1)
    if direct != indirect:
        raise UnreadableFile(
            "The NMRPipe file is transformed in one dimension only: finish it first."
        )
    if not direct:
        second = _axis(said, 1)
        across = row_column(len(data))
        return fid_measurement(data.T, _axis(said, 0), header, across=across, indirect=second)
    shifts = [pipe.make_uc(said, data, dim).ppm_scale() for dim in (0, 1)]
    across = shift_column(shifts[0], nucleus_named(said[f"{_name(said, 1)}LABEL"]))
    return spectrum_measurement(shifts[1], data.real.T, header["nucleus"], header, across=across)


def _name(said: Said, which: int) -> str:
    """How the header calls the direct (0) or indirect (1) dimension: ``FDF2``."""
    return f"FDF{int(said['FDDIMORDER'][which])}"


def _transformed(said: Said, which: int) -> bool:
    return bool(said[f"{_name(said, which)}FTFLAG"])


def _axis(said: Said, which: int) -> Axis:
    name = _name(said, which)
    return Axis(
        window=float(said[f"{name}SW"]),
        reference=float(said[f"{name}OBS"]),
        centre=float(said[f"{name}CAR"]),
        nucleus=nucleus_named(said[f"{name}LABEL"]),
        encoding=ENCODINGS.get(int(said["FD2DPHASE"]), "qf"),
    )


def _metadata(said: Said) -> dict[str, Any]:
    name = _name(said, 0)
    date = [int(said[part]) for part in ("FDYEAR", "FDMONTH", "FDDAY")]
    found = {
        "title": said.get("FDTITLE"),
        "carrier_frequency_MHz": float(said[f"{name}OBS"]),
        "spectral_window_Hz": float(said[f"{name}SW"]),
        "date": "{:04}-{:02}-{:02}".format(*date) if all(date) else None,
    }
    shown = {key: entry for key, entry in found.items() if entry not in (None, "")}
    return {"nucleus": nucleus_named(said[f"{name}LABEL"])} | shown
