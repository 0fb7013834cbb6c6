"""JEOL Delta files, ``.jdf``.

Layout
    Binary: a header of 1360 bytes in big-endian order with sizes, units and ranges of the axes,
    then the parameters in records of 64 bytes (value at byte 16, name at byte 36), then the
    numbers, real and imaginary parts one after the other, in submatrices.
Source
    None published; read by nmrglue. The delay of the digital filter follows from its orders, and is where the
    FIDs of github.com/cheminfo/jeol-data-test rise.
"""

import struct
import warnings
from collections.abc import Mapping
from typing import Any

import nmrglue.fileio.jeol as delta
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
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile

RECORD = 64
PREFIXES = {"none": 1.0, "None": 1.0, "kilo": 1e3, "mega": 1e6}


def read_jeol(file: SourceFile, **_: Any) -> Measurement:
    """Read a Delta file of one or two dimensions.

    Returns:
        A FID, or a spectrum where the axes run in ppm or Hz, as ``axes.fid_measurement`` and
        ``axes.spectrum_measurement`` describe them.

    Raises:
        UnreadableFile: the file is damaged, or of a kind that cannot be read yet.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            said, data = delta.read(file.path)
    except NotImplementedError as exc:
        raise UnreadableFile(f"This kind of JEOL file cannot be read yet: {exc}") from exc
    except (
        struct.error,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        OverflowError,
        MemoryError,
    ) as exc:
        raise UnreadableFile("The JEOL file is damaged or cut short: export it again.") from exc
    if not isinstance(data, np.ndarray):
        raise UnreadableFile("The JEOL file holds its parts in an unknown order.")
    return _measurement(said, data, file.raw)


def _measurement(said: Mapping[str, Any], data: npt.NDArray[Any], raw: bytes) -> Measurement:
    header = _metadata(said)
    nucleus = header["nucleus"]
    if _unit(said, 0) == "second":
        direct = _axis(said, "x", _group_delay(said, raw))
        return _fid(said, data, direct, header)
    shift = _shifts(said, 0, data.shape[-1])
    if data.ndim == 1:
        imaginary = data.imag if np.iscomplexobj(data) else None
        return spectrum_measurement(shift, data.real, nucleus, header, imaginary=imaginary)
    return spectrum_measurement(
        shift, data.real.T, nucleus, header, across=_across(said, len(data))
    )


def _fid(
    said: Mapping[str, Any], data: npt.NDArray[Any], direct: Axis, header: dict[str, Any]
) -> Measurement:
    if data.ndim == 1:
        return fid_measurement(data, direct, header)
    indirect = _axis(said, "y", 0.0) if _unit(said, 1) == "second" and _swept(said, "y") else None
    across = row_column(len(data)) if indirect else _across(said, len(data))
    return fid_measurement(data.T, direct, header, across=across, indirect=indirect)


def _across(said: Mapping[str, Any], rows: int) -> Column:
    """The second axis in its own unit."""
    unit = _unit(said, 1)
    if unit in ("ppm", "hertz"):
        return shift_column(_shifts(said, 1, rows), nucleus_named(_text(said, "y_domain")))
    if not unit:
        return row_column(rows)
    start, stop = said["header"]["data_axis_start"][1], said["header"]["data_axis_stop"][1]
    name = str(said["header"]["data_axis_titles"][1]) or "row"
    return Column("across", unit, np.linspace(start, stop, rows), label=name)


def _unit(said: Mapping[str, Any], which: int) -> str:
    return said["header"]["units"][which][2] or ""


def _shifts(said: Mapping[str, Any], which: int, points: int) -> Floats:
    """δ [ppm] of a processed axis."""
    header = said["header"]
    start, stop = header["data_axis_start"][which], header["data_axis_stop"][which]
    axis: Floats = np.linspace(start, stop, points)
    if _unit(said, which) == "ppm":
        return axis
    if _unit(said, which) != "hertz" or not header["base_freq"][which]:
        raise UnreadableFile(f"The axis of the JEOL file runs in {_unit(said, which) or 'points'}.")
    scale = PREFIXES.get(header["units"][which][0], 1.0) / float(header["base_freq"][which])
    return axis * scale


def _swept(said: Mapping[str, Any], axis: str) -> bool:
    return bool(_number(said, f"{axis}_sweep"))


def _axis(said: Mapping[str, Any], axis: str, delay: float) -> Axis:
    types = said["header"]["data_axis_type"]
    return Axis(
        window=_number(said, f"{axis}_sweep"),
        reference=_number(said, f"{axis}_freq") / 1e6,
        centre=_number(said, f"{axis}_offset"),
        nucleus=nucleus_named(_text(said, f"{axis}_domain")),
        group_delay=delay,
        encoding="states" if axis == "y" and types[1] == "complex" else "qf",
    )


def _number(said: Mapping[str, Any], name: str) -> float:
    found = said["parameters"].get(name)
    return float(found) if isinstance(found, (int, float)) else 0.0


def _text(said: Mapping[str, Any], name: str) -> str:
    found = said["parameters"].get(name)
    return found if isinstance(found, str) else ""


def _group_delay(said: Mapping[str, Any], raw: bytes) -> float:
    """Points by which the digital filters delay the FID.

    Stage i of n has ``orders[i]`` coefficients and thins by ``factors[i]``. A symmetric filter
    of N coefficients delays by (N - 1)/2 of its own input points, so that in points of the FID
    the delay is Σ (orders[i] - 1) / (2 Π_{j ≥ i} factors[j]).
    """
    if _text(said, "digital_filter").upper() != "TRUE":
        return 0.0
    start = said["header"]["param_start"] + 16
    records = (
        raw[at : at + RECORD] for at in range(start, start + said["header"]["param_length"], RECORD)
    )
    texts = {record[36:].rstrip(b"\0 ").lower(): record[16:32].rstrip(b"\0 ") for record in records}
    try:
        count, *orders = (int(word) for word in texts.get(b"orders", b"").split())
    except ValueError:
        return 0.0
    factors = [int(word) for word in texts.get(b"factors", b"").split() if word.isdigit()]
    if len(orders) != count or len(factors) != count or 0 in factors:
        return 0.0
    thinned = np.cumprod(factors[::-1])[::-1]
    return float(np.sum((np.array(orders) - 1) / (2 * thinned)))


def _metadata(said: Mapping[str, Any]) -> dict[str, Any]:
    header, parameters = said["header"], said["parameters"]
    frequency = _number(said, "x_freq") / 1e6
    celsius = parameters.get("temp_get")
    made = header["creation_time"]
    found = {
        "title": header["title"],
        "nucleus": nucleus_named(_text(said, "x_domain")),
        "carrier_frequency_MHz": frequency or None,
        "carrier_offset_Hz": _number(said, "x_offset") * frequency or None,
        "spectral_window_Hz": _number(said, "x_sweep") or None,
        "recycle_delay": parameters.get("relaxation_delay"),
        "nscans": parameters.get("total_scans"),
        "pulse_program_name": parameters.get("experiment"),
        "solvent": parameters.get("solvent"),
        "temperature_K": celsius + 273.15 if isinstance(celsius, float) else None,
        "comment": header["comment"],
        "date": f"{made['year']}-{made['month']:02}-{made['day']:02}",
        "acquisition_parameters": {
            name: entry
            for name, entry in parameters.items()
            if isinstance(entry, (str, int, float))
        },
    }
    return {name: entry for name, entry in found.items() if entry not in (None, "")} | {
        "nucleus": found["nucleus"]
    }
