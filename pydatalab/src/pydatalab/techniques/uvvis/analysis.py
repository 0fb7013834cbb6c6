"""What is worked out of a UV-Vis spectrum: absorbance, transmittance, Tauc's ordinate."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from pydatalab.errors import Invalid
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.shared.spectra.absorption import absorbance, with_counterparts
from pydatalab.techniques.shared.spectra.quantities import ABSORBANCE
from pydatalab.techniques.uvvis import UvVisParameters

PHOTON = 1239.841984
"""h c / e [eV nm], exact to its digits since the SI of 2019."""

IN_NM = {"nm": 1.0, "µm": 1e3, "Å": 0.1}
"""Units of a wavelength [nm]."""

EXPONENTS = {"Tauc, direct": 2.0, "Tauc, indirect": 0.5}
"""Of (α hν)ⁿ for allowed direct and allowed indirect gaps."""


def raw_absorbance(sample: Floats, dark: Floats, reference: Floats) -> Floats:
    """Absorbance of raw counts, A = −log₁₀ ((S − D) / (R − D)).

    Args:
        sample: S [counts], light through the sample, any shape.
        dark: D [counts], no light.
        reference: R [counts], light through the blank.

    Returns:
        A, of the same shape; NaN where a difference is not above 0.

    Source:
        IUPAC Gold Book, "absorbance", doi:10.1351/goldbook.A00028, of dark-corrected counts.
    """
    lit, blank = sample - dark, reference - dark
    known = (lit > 0) & (blank > 0)
    return absorbance(np.where(known, lit, np.nan) / np.where(known, blank, 1.0))


def photon_energy(place: Floats, unit: str = "nm") -> Floats:
    """hν [eV]: 1239.842 / λ [nm] of a wavelength, 1.239842·10⁻⁴ ν̃ [cm⁻¹] of a wavenumber.

    Args:
        place: wavelength, wavenumber, or the energy itself, any shape.
        unit: ``nm``, ``µm``, ``Å``, ``cm⁻¹`` or ``eV``.

    Raises:
        Invalid: it is none of these.
    """
    if unit == "eV":
        return place
    if unit == "cm⁻¹":
        return PHOTON * 1e-7 * place
    if unit not in IN_NM:
        raise Invalid(
            "A Tauc plot needs wavelengths, wavenumbers or energies, which the file has not."
        )
    return PHOTON / (IN_NM[unit] * place)


def tauc(absorbance: Floats, energy: Floats, exponent: float) -> Floats:
    """Tauc's ordinate (A · hν)ⁿ, with the absorbance A in place of the coefficient α.

    Args:
        absorbance: A, shape (n,); proportional to α for one thickness.
        energy: hν [eV], shape (n,).
        exponent: 2 for an allowed direct gap, 1/2 for an allowed indirect one.

    Returns:
        (A hν)ⁿ in eVⁿ; NaN where A is negative and has no such power.

    Source:
        J. Tauc, R. Grigorovici, A. Vancu, Phys. Status Solidi B 15 (1966) 627;
        exponents as in P. Makuła et al., J. Phys. Chem. Lett. 9 (2018) 6814.
    """
    product = absorbance * energy
    known = product >= 0
    return np.where(known, np.where(known, product, 0.0) ** exponent, np.nan)


def with_absorbance(
    measurement: Measurement, parameters: UvVisParameters, item: Mapping[str, Any]
) -> Measurement:
    """The measurement with its computed columns.

    Of a raw scan the ``absorbance`` against its own reference; then absorbances for the
    transmittances that it shows, and the reverse.
    """
    if is_raw(measurement) and {"dark", "reference"} <= {column.name for column in measurement}:
        return against(measurement, measurement["reference"])
    return with_counterparts(measurement)


def is_raw(measurement: Measurement) -> bool:
    """Whether the file has counts of the sample alone."""
    return bool(measurement.header.get("raw"))


def against(measurement: Measurement, reference: Floats) -> Measurement:
    """A raw scan with its ``absorbance`` against these counts of a blank, and ``transmittance``.

    Counts in the dark are 0 where the file has none.
    """
    dark = measurement.first("dark")
    zero = np.zeros(len(measurement)) if dark is None else dark.values
    values = raw_absorbance(measurement["sample"], zero, reference)
    own = tuple(column for column in measurement if not column.computed)
    found = replace(
        measurement,
        columns=(*own, ABSORBANCE.column(values, computed=True)),
        header={**measurement.header, "curves": {ABSORBANCE.name: ""}},
    )
    return with_counterparts(found)
