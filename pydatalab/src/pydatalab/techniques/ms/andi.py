"""ANDI, also AIA: chromatograms and mass spectra in classic netCDF, ``.cdf``.

Layout
    A chromatogram has ``ordinate_values`` and either ``raw_data_retention`` or the scalars
    ``actual_delay_time`` and ``actual_sampling_interval``. Mass spectra have ``mass_values`` and
    ``intensity_values`` of all scans, one after the other, with ``scan_index`` where each starts and
    ``scan_acquisition_time``; numbers may be scaled by ``scale_factor`` and ``add_offset``.
Source
    ASTM E1947 and E1948 (chromatography), E2077 and E2078 (mass spectrometry).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.io import netcdf_file

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.ms.spectra import (
    Scan,
    Trace,
    spectra_measurement,
    traces_measurement,
)
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile

ABSENT = -9999
"""What the template writes where there is no number."""

UNITS = {"seconds": "s", "second": "s", "sec": "s", "minutes": "min", "minute": "min", "min": "min"}

SHOWN = (
    "sample_name", "experiment_title", "detector_name", "detection_method_name",
    "injection_date_time_stamp", "experiment_date_time_stamp", "operator_name",
    "test_ionization_mode", "test_ionization_polarity", "source_file_reference",
)  # fmt: skip


def read_andi(file: SourceFile, **_: Any) -> Measurement:
    """Read a chromatogram, or all mass spectra of a run.

    Returns:
        As ``spectra.traces_measurement`` and ``spectra.spectra_measurement`` describe them.

    Raises:
        NoData: the file holds neither.
        UnreadableFile: it is damaged or cut short.
    """
    try:
        with netcdf_file(file.path, mmap=False) as stored:
            values = {name: _values(variable) for name, variable in stored.variables.items()}
            said = {name: _text(value) for name, value in stored._attributes.items()}
    except (
        ValueError,
        TypeError,
        IndexError,
        KeyError,
        OverflowError,
        MemoryError,
        OSError,
    ) as exc:
        raise UnreadableFile("The ANDI file is damaged or cut short: export it again.") from exc
    header: dict[str, Any] = {name: said[name] for name in SHOWN if said.get(name)}
    if "ordinate_values" in values:
        return _chromatogram(values, said, header)
    if "mass_values" in values and "intensity_values" in values:
        return _spectra(values, said, header)
    raise NoData("The netCDF file holds no chromatogram and no mass spectra of an ANDI template.")


def _values(variable: Any) -> Any:
    """A variable's numbers, scaled as it says."""
    values = np.asarray(variable.data)
    if values.dtype.kind not in "iuf":
        return values
    said = variable._attributes
    values = values.astype(values.dtype.newbyteorder("="))
    scale, offset = _factor(said, "scale_factor", 1.0), _factor(said, "add_offset", 0.0)
    return values if (scale, offset) == (1.0, 0.0) else values * scale + offset


def _factor(said: Mapping[str, Any], name: str, otherwise: float) -> float:
    try:
        return float(said[name])
    except (KeyError, TypeError, ValueError):
        return otherwise


def _text(value: Any) -> str:
    text = value.decode("cp1252", errors="replace") if isinstance(value, bytes) else str(value)
    return text.strip("\0 ")


def _number(values: Mapping[str, Any], name: str) -> float | None:
    found = values.get(name)
    if found is None or np.size(found) != 1:
        return None
    number = float(np.ravel(found)[0])
    return number if np.isfinite(number) and number != ABSENT else None


def _chromatogram(
    values: Mapping[str, Any], said: Mapping[str, str], header: dict[str, Any]
) -> Measurement:
    intensity = np.asarray(values["ordinate_values"], np.float64)
    time = _retention(values, len(intensity))
    peaks = values.get("peak_retention_time")
    if peaks is not None and np.size(peaks):
        header["peak_retention_times"] = [round(float(peak), 4) for peak in np.ravel(peaks)]
    name = said.get("detector_name") or said.get("sample_name") or "Chromatogram"
    return traces_measurement(
        [Trace(name, time, intensity)],
        header,
        time_unit=UNITS.get(said.get("retention_unit", "").lower(), said.get("retention_unit", "")),
        intensity_unit=said.get("detector_unit", ""),
    )


def _retention(values: Mapping[str, Any], points: int) -> Floats:
    """Times of the points: as stored, or from delay and interval."""
    stored = values.get("raw_data_retention")
    if stored is not None and np.size(stored) == points:
        return np.asarray(stored, np.float64)
    delay = _number(values, "actual_delay_time") or 0.0
    interval = _number(values, "actual_sampling_interval")
    length = _number(values, "actual_run_time_length")
    if not interval and length and points > 1:
        interval = length / (points - 1)
    if not interval:
        raise UnreadableFile("The ANDI file gives no time between points.")
    return np.asarray(delay + np.arange(points) * interval, np.float64)


def _spectra(
    values: Mapping[str, Any], said: Mapping[str, str], header: dict[str, Any]
) -> Measurement:
    masses, intensity = values["mass_values"], values["intensity_values"]
    if len(masses) != len(intensity):
        raise UnreadableFile("The ANDI file is damaged: masses and intensities differ in number.")
    starts = np.ravel(values.get("scan_index", [0])).astype(int)
    counts = np.ravel(values.get("point_count", np.diff([*starts, len(masses)]))).astype(int)
    times = np.ravel(values.get("scan_acquisition_time", np.full(len(starts), ABSENT)))
    if len({len(starts), len(counts), len(times)}) > 1 or (starts + counts).max() > len(masses):
        raise UnreadableFile("The ANDI file is damaged: its index leads beyond the spectra.")
    representation = said.get("experiment_type", "").lower()
    continuous = "continuum" in representation if representation else None
    scans = [
        Scan(
            masses[start : start + count],
            intensity[start : start + count],
            time=None if time == ABSENT else float(time),
            time_unit="s",
            continuous=continuous,
        )
        for start, count, time in zip(starts, counts, times, strict=True)
        if start >= 0 and count >= 0
    ]
    unit = said.get("raw_data_intensity_format", "")
    return spectra_measurement(scans, header, "counts" if "count" in unit.lower() else "")
