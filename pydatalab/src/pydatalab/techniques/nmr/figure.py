"""NMR spectra as they are drawn: shift from high to low, series above one another, maps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pydatalab.techniques.nmr import NmrParameters
from pydatalab.techniques.nmr.axes import Axis, row_column, shift_column, shift_label
from pydatalab.techniques.nmr.map_figure import SPECTRAL, map_figure
from pydatalab.techniques.nmr.transform import Complex, rotated, spectrum_of
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure, line, told
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement

MOST_CURVES = 64
"""A series of more spectra is drawn as a map."""

POINTS_OF_SERIES = 8
"""A series may take as many points as so many single spectra."""

STACKING = 0.5
"""How far stacked spectra lie apart, as a share of the highest."""

SHOWN = (
    "nucleus", "carrier_frequency_MHz", "carrier_offset_Hz", "spectral_window_Hz", "recycle_delay",
    "nscans", "CNST31", "processed_data_shape", "probe_name", "pulse_program_name", "title",
    "solvent", "temperature_K", "acquisition_parameters", "processing_parameters", "pulse_program",
)  # fmt: skip
LISTED = ("experiment", "available_experiments", "process", "available_processes")


@dataclass(frozen=True)
class Shown:
    """Spectra of one file, ready to be drawn."""

    shift: Floats
    """δ [ppm], shape (n,)."""

    intensity: Floats
    """Shape (n,), or (n, m) of a series or map."""

    across: Column | None = None
    """What changes from spectrum to spectrum, shape (m,); of a map the second shift."""

    computed: Mapping[str, Any] = field(default_factory=dict)


def nmr_figure(
    readings: Sequence[Reading], parameters: NmrParameters, item: Mapping[str, Any], screen: Screen
) -> Drawing:
    """Draw the spectra of one or several files.

    FIDs are transformed and phased (``transform``, ``phasing``). Of several files each spectrum is
    scaled to a highest point of 1; this is for the eye only.
    """
    shown = [_shown(reading.measurement, parameters) for reading in readings]
    header = readings[0].measurement.header
    nuclei = {str(reading.measurement.header.get("nucleus", "")) for reading in readings}
    title = f"{shift_label(nuclei.pop() if len(nuclei) == 1 else '')} (ppm)"
    warnings = [warning for reading in readings for warning in _not_found(reading, parameters)]
    if _as_map(shown[0], parameters.display):
        across = shown[0].across or row_column(1)
        drawn = map_figure(shown[0].shift, across, shown[0].intensity, title, screen)
        if len(readings) > 1:
            warnings.append(f"Of several files only the map of {readings[0].name} is drawn.")
    else:
        names = [reading.name for reading in readings]
        drawn = _curves_figure(shown, names, parameters.display, title, screen)
    return Drawing(
        figure=drawn,
        computed={name: header[name] for name in LISTED if name in header}
        | dict(shown[0].computed),
        metadata={name: header[name] for name in SHOWN if name in header},
        warnings=(*told(readings), *warnings),
    )


def _shown(measurement: Measurement, parameters: NmrParameters) -> Shown:
    shown = _transformed(measurement, parameters)
    if shown is None:
        shown = _processed(measurement, parameters)
    if shown.intensity.ndim == 1 and np.any(np.nan_to_num(shown.intensity)):
        peak = float(shown.shift[np.nanargmax(shown.intensity)])
        return replace(shown, computed={**shown.computed, "strongest_peak_ppm": round(peak, 4)})
    return shown


def _processed(measurement: Measurement, parameters: NmrParameters) -> Shown:
    shift, intensity = measurement["chemical_shift"], measurement["intensity"]
    turned = _chosen_phases(parameters)
    if turned and "intensity_imaginary" in measurement:
        whole = intensity + 1j * measurement["intensity_imaginary"]
        intensity = rotated(whole, *turned).real
    return Shown(shift, intensity, measurement.across)


def _transformed(measurement: Measurement, parameters: NmrParameters) -> Shown | None:
    """The spectrum of a FID; ``None`` of a processed one."""
    axis = Axis.from_header(measurement.header, "direct_axis")
    if axis is None or "time" not in measurement:
        return None
    spectrum = spectrum_of(measurement, parameters.line_broadening)
    if spectrum.across is not None:
        indirect = Axis.from_header(measurement.header, "indirect_axis")
        across = shift_column(spectrum.across, indirect.nucleus if indirect else "")
        return Shown(spectrum.shift, spectrum.values.real, across)
    turned = _chosen_phases(parameters) or _found_phases(measurement, axis)
    intensity = rotated(spectrum.values, *turned).real
    computed = {"phase_0": round(turned[0], 2), "phase_1": round(turned[1], 2)}
    return Shown(spectrum.shift, intensity, measurement.across, computed)


def _chosen_phases(parameters: NmrParameters) -> tuple[float, float] | None:
    """The phases that the person chose [deg], one left empty being 0."""
    if parameters.phase_0 is None and parameters.phase_1 is None:
        return None
    return parameters.phase_0 or 0.0, parameters.phase_1 or 0.0


def _found_phases(measurement: Measurement, axis: Axis) -> tuple[float, float]:
    # Imported here because it takes a second, and processed spectra do without.
    from pydatalab.techniques.nmr.phasing import phases

    fid: Complex = measurement["real"] + 1j * measurement["imaginary"]
    if fid.ndim == 2:
        fid = fid[:, np.argmax((np.abs(fid) ** 2).sum(axis=0))]
    return phases(fid, axis)


def _as_map(shown: Shown, display: str) -> bool:
    if shown.intensity.ndim == 1 or shown.across is None:
        return False
    many = len(shown.across.values) > MOST_CURVES
    return display == "map" or many or (display == "auto" and shown.across.unit in SPECTRAL)


def _curves_figure(
    shown: Sequence[Shown], names: Sequence[str], display: str, title: str, screen: Screen
) -> dict[str, Any]:
    curves = [
        curve
        for one, name in zip(shown, names, strict=True)
        for curve in _curves(one, name, alone=len(shown) == 1)
    ]
    series = len(shown) == 1 and len(curves) > 1
    distance = 0.0
    if display == "stacked" or (display == "auto" and series):
        distance = STACKING * max(np.nanmax(np.abs(intensity)) for _, _, intensity in curves)
    width = min(screen.width, max(screen.width * POINTS_OF_SERIES // len(curves), 200))
    traces = [
        line(shift, intensity + n * distance, name, replace(screen, width=width))
        for n, (name, shift, intensity) in enumerate(curves)
    ]
    unit = "scaled to 1" if len(shown) > 1 else "a.u."
    return figure(traces, title, f"Intensity ({unit})", reversed_x=True)


def _curves(one: Shown, name: str, *, alone: bool) -> list[tuple[str, Floats, Floats]]:
    """Name, shift and intensity of each spectrum of a file."""
    intensity = one.intensity
    if not alone:
        intensity = intensity / (np.nanmax(np.abs(intensity)) or 1.0)
    if intensity.ndim == 1:
        return [(name, one.shift, intensity)]
    across = one.across or row_column(intensity.shape[1])
    said = [
        f"{across.label or across.name} {value:g} {across.unit}".strip() for value in across.values
    ]
    prefix = "" if alone else f"{name}, "
    return [(f"{prefix}{text}", one.shift, intensity[:, n]) for n, text in enumerate(said)]


def _not_found(reading: Reading, parameters: NmrParameters) -> list[str]:
    """What was chosen and is not in the file."""
    header = reading.measurement.header
    wanted = (
        ("experiment", parameters.selected_experiment),
        ("process", parameters.selected_process),
    )
    return [
        f"{reading.name} has no {what} {choice}; {header[what]} is shown."
        for what, choice in wanted
        if choice and header.get(what) and choice != header[what]
    ]
