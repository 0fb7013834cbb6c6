"""What is worked out from a pattern: Q, lattice spacings, background."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from pydatalab.techniques.shared.baseline import baseline
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.xrd import XrdParameters
from pydatalab.techniques.xrd.radiation import chosen_wavelength
from pydatalab.techniques.xrd.structure import relative_intensities


def with_q_and_d(
    measurement: Measurement, parameters: XrdParameters, item: Mapping[str, Any]
) -> Measurement:
    """The pattern with 2θ, Q and d, whichever the file does not give, and a background if asked for.

    Returns:
        The measurement with ``two_theta`` [deg], ``q`` [1/angstrom] and ``d_spacing`` [angstrom] for
        the wavelength of ``parameters``, else of the file; ``background`` in the intensity's unit;
        of a calculated pattern also ``intensity`` (strongest reflection 100). The header says which
        wavelength was used, and where it comes from.
    """
    wavelength, origin = chosen_wavelength(measurement.header, parameters.wavelength)
    header = {**measurement.header, "wavelength_used": wavelength, "wavelength_from": origin}
    measurement = replace(measurement, header=header)
    measurement = measurement.with_columns(*_axes(measurement, wavelength))
    if measurement.header.get("theoretical"):
        intensity = relative_intensities(measurement, measurement["two_theta"])
        return measurement.with_columns(
            Column("intensity", "%", intensity, "Relative intensity", computed=True)
        )
    if not parameters.baseline:
        return measurement
    return measurement.with_columns(
        *(_background(measurement, name) for name in curve_names(measurement))
    )


def _axes(measurement: Measurement, wavelength: float) -> list[Column]:
    """Of 2θ, Q and d those that are missing, where one of them is there."""
    if "two_theta" in measurement:
        two_theta = measurement["two_theta"]
    elif "q" in measurement:
        two_theta = angle_of_q(measurement["q"], wavelength)
    elif "q_per_nm" in measurement:
        two_theta = angle_of_q(measurement["q_per_nm"] / 10, wavelength)
    elif "d_spacing" in measurement:
        two_theta = angle_of_q(2 * np.pi / measurement["d_spacing"], wavelength)
    else:
        return []
    found = [
        Column("two_theta", "deg", two_theta, "2θ", computed=True),
        Column("q", "1/angstrom", momentum_transfer(two_theta, wavelength), "Q", computed=True),
        Column("d_spacing", "angstrom", d_spacing(two_theta, wavelength), "d", computed=True),
    ]
    return [column for column in found if column.name not in measurement]


def curve_names(measurement: Measurement) -> list[str]:
    """The columns of intensity that a pattern has: one, or several on the same axis."""
    return list(measurement.header.get("curves", ["intensity"]))


def background_name(curve: str) -> str:
    """The column of the background below a column of intensity."""
    return "background" if curve == "intensity" else f"background_of_{curve}"


def _background(measurement: Measurement, curve: str) -> Column:
    column = measurement.column(curve)
    values = column.values
    if values.ndim == 2:
        found = np.stack([baseline(scan) for scan in values.T], axis=1)
    elif "scan" in measurement:
        ends = np.flatnonzero(np.diff(measurement["scan"])) + 1
        found = np.concatenate([baseline(scan) for scan in np.split(values, ends)])
    else:
        found = baseline(values)
    return Column(background_name(curve), column.unit, found, "Background", computed=True)


def d_spacing(two_theta: Floats, wavelength: float) -> Floats:
    """Lattice-plane spacing by Bragg's law, d = λ / (2 sin θ).

    Args:
        two_theta: scattering angle [deg], any shape.
        wavelength: λ [Å].

    Returns:
        d [Å], shaped like ``two_theta``; NaN where 2θ is not in (0, 180].

    Source:
        W. L. Bragg, Proc. Camb. Phil. Soc. 17 (1913) 43.
    """
    sine = np.sin(np.radians(np.where(_angle(two_theta), two_theta, np.nan)) / 2)
    return np.asarray(wavelength / (2 * sine))


def momentum_transfer(two_theta: Floats, wavelength: float) -> Floats:
    """Q = 4π sin θ / λ.

    Args:
        two_theta: scattering angle [deg], any shape.
        wavelength: λ [Å].

    Returns:
        Q [Å⁻¹], shaped like ``two_theta``, with its sign.

    Source:
        International Tables for Crystallography C, 2.6.1.
    """
    return np.asarray(4 * np.pi / wavelength * np.sin(np.radians(two_theta) / 2))


def angle_of_q(q: Floats, wavelength: float) -> Floats:
    """2θ [deg] of a momentum transfer [Å⁻¹] at a wavelength [Å]; NaN where it cannot be reached."""
    sine = np.asarray(q * wavelength / (4 * np.pi))
    return np.asarray(np.degrees(2 * np.arcsin(np.where(np.abs(sine) <= 1, sine, np.nan))))


def _angle(two_theta: Floats) -> np.ndarray:
    return (two_theta > 0) & (two_theta <= 180)
