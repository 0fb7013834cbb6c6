"""Nyquist and Bode plots."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.eis import EisParameters
from pydatalab.techniques.eis.analysis import in_hertz, in_ohm, spectra, times_area
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure, line, told, typed
from pydatalab.techniques.shared.measurement import Floats

_SHOWN = (
    "technique", "instrument", "started", "reference_electrode", "electrode_area",
    "electrode_area_unit", "imaginary_part",
)  # fmt: skip


@dataclass(frozen=True)
class Spectrum:
    """One spectrum with its name; impedances in Ω, or Ω·cm² where an area was given."""

    name: str
    frequency: Floats
    real: Floats
    minus_imag: Floats


def eis_figure(
    readings: Sequence[Reading],
    parameters: EisParameters,
    item: Mapping[str, Any],
    screen: Screen,
) -> Drawing:
    """Draw all spectra of all files.

    A Nyquist plot has −Im(Z) upwards and the same scale on both axes; a Bode plot has the modulus
    above the phase, over a logarithmic frequency. Points stand in the order of measuring.

    Raises:
        NoData: the chosen spectra are in none of the files.
    """
    several = len(readings) > 1
    by_area = _by_area(readings[0], parameters)
    shown = [one for one in readings if _by_area(one, parameters) == by_area]
    found = [list(_spectra(reading, parameters, several)) for reading in shown]
    curves = [spectrum for some in found for spectrum in some]
    if not curves:
        raise NoData("None of the chosen spectra is in the file.")
    unit = "Ω cm²" if by_area else "Ω"
    drawn = (
        _nyquist(curves, unit, screen)
        if parameters.view == "nyquist"
        else _bode(curves, unit, screen)
    )
    header = readings[0].measurement.header
    return Drawing(
        figure=drawn,
        computed={one.name: _numbers(some) for one, some in zip(shown, found, strict=True) if some},
        metadata={key: header[key] for key in _SHOWN if key in header},
        warnings=(*told(shown), *_left_out(readings, shown, unit)),
    )


def _by_area(reading: Reading, parameters: EisParameters) -> bool:
    """Whether impedances are drawn times the area: the file's own are, or one was entered."""
    return bool(parameters.electrode_area) or times_area(reading.measurement.column("z_real"))


def _left_out(readings: Sequence[Reading], shown: Sequence[Reading], unit: str) -> list[str]:
    names = ", ".join(one.name for one in readings if one not in shown)
    if not names:
        return []
    return [f"Not in {unit} as the first file, and left out: {names}. Enter the electrode's area."]


def _spectra(reading: Reading, parameters: EisParameters, several: bool) -> Iterator[Spectrum]:
    measurement = reading.measurement
    held = times_area(measurement.column("z_real"))
    area = 1.0 if held else parameters.electrode_area or 1.0
    frequency = in_hertz(measurement.column("frequency"))
    real = in_ohm(measurement.column("z_real")) * area
    minus_imag = in_ohm(measurement.column("minus_z_imag")) * area
    found = spectra(measurement)
    for number, points in found:
        if parameters.cycles and number not in parameters.cycles:
            continue
        parts = [reading.name] * several + [f"spectrum {number}"] * (len(found) > 1)
        yield Spectrum(
            ", ".join(parts) or reading.name, frequency[points], real[points], minus_imag[points]
        )


def _nyquist(curves: Sequence[Spectrum], unit: str, screen: Screen) -> dict[str, Any]:
    traces = []
    for curve in curves:
        more: dict[str, Any] = {"mode": "lines+markers", "marker": {"size": 5}}
        if len(curve.real) < screen.width:  # none is thinned out, so the frequencies fit the points
            more |= {
                "customdata": typed(curve.frequency),
                "hovertemplate": "%{customdata:.4~g} Hz<br>%{x:.5~g}, %{y:.5~g} " + unit,
            }
        traces.append(line(curve.real, curve.minus_imag, curve.name, screen, **more))
    return figure(traces, f"Re(Z) ({unit})", f"−Im(Z) ({unit})", equal_scales=True)


def _bode(curves: Sequence[Spectrum], unit: str, screen: Screen) -> dict[str, Any]:
    traces = []
    for lower in (False, True):
        for curve in curves:
            phase = np.degrees(np.arctan2(-curve.minus_imag, curve.real))
            modulus = np.hypot(curve.real, curve.minus_imag)
            axis = {"yaxis": "y2", "showlegend": False} if lower else {}
            traces.append(
                line(
                    curve.frequency, phase if lower else modulus, curve.name, screen,
                    mode="lines+markers", marker={"size": 5}, legendgroup=curve.name, **axis,
                )
            )  # fmt: skip
    drawn = figure(
        traces, "Frequency (Hz)", f"|Z| ({unit})", yaxis2={"title": {"text": "Phase (°)"}, "domain": [0, 0.47]}
    )  # fmt: skip
    drawn["layout"]["xaxis"] |= {"type": "log", "anchor": "y2"}
    drawn["layout"]["yaxis"] |= {"type": "log", "domain": [0.53, 1]}
    drawn["layout"]["showlegend"] = len(curves) > 1
    return drawn


def _numbers(curves: Sequence[Spectrum]) -> dict[str, Any]:
    """A few numbers of one file: range of frequencies, and where the curve meets the real axis."""
    frequency = np.concatenate([curve.frequency for curve in curves])
    numbers: dict[str, Any] = {
        "spectra": len(curves),
        "points": len(frequency),
        "lowest_frequency_Hz": float(frequency.min()),
        "highest_frequency_Hz": float(frequency.max()),
    }
    if (resistance := ohmic_resistance(curves[0])) is not None:
        numbers["ohmic_resistance"] = resistance
    return numbers


def ohmic_resistance(curve: Spectrum) -> float | None:
    """Re(Z) where −Im(Z) first turns from inductive to capacitive, coming from high frequencies.

    Interpolated linearly between the two points about the axis; none where there is no such turn.
    """
    order = np.argsort(-curve.frequency, kind="stable")
    real, minus_imag = curve.real[order], curve.minus_imag[order]
    turns = np.flatnonzero((minus_imag[:-1] < 0) & (minus_imag[1:] >= 0))
    if not turns.size:
        return None
    n = int(turns[0])
    part = -minus_imag[n] / (minus_imag[n + 1] - minus_imag[n])
    return float(real[n] + part * (real[n + 1] - real[n]))
