"""The quantities that spectra are made of, and spectra put together from curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.sanity import check_order
from pydatalab.techniques.shared.spectra.words import axis_name, says_percent, signal_name
from pydatalab.techniques.shared.titles import ascii_name

MOST_TRANSMITTED = 2.0
"""A transmittance or reflectance beyond this is in %, though the file does not say so."""


@dataclass(frozen=True)
class Quantity:
    """What a column holds, apart from its numbers."""

    name: str
    unit: str
    label: str

    def column(self, values: Floats, name: str = "", *, computed: bool = False) -> Column:
        """These numbers as a column, under this name or another."""
        return Column(name or self.name, self.unit, values, self.label, computed)


RAMAN_SHIFT = Quantity("raman_shift", "cm⁻¹", "Raman shift")
WAVENUMBER = Quantity("wavenumber", "cm⁻¹", "Wavenumber")
WAVELENGTH = Quantity("wavelength", "nm", "Wavelength")
ENERGY = Quantity("energy", "eV", "Energy")
ABSORBANCE = Quantity("absorbance", "", "Absorbance")
TRANSMITTANCE = Quantity("transmittance", "", "Transmittance")
REFLECTANCE = Quantity("reflectance", "", "Reflectance")
INTENSITY = Quantity("intensity", "", "Intensity")
COUNTS = Quantity("intensity", "counts", "Intensity")
SIGNAL = Quantity("signal", "", "Signal")

AXIS = {
    "raman_shift": RAMAN_SHIFT,
    "wavenumber": WAVENUMBER,
    "wavelength": WAVELENGTH,
    "wavelength_um": Quantity("wavelength", "µm", "Wavelength"),
    "wavelength_angstrom": Quantity("wavelength", "Å", "Wavelength"),
    "energy": ENERGY,
}
ORDINATE = {
    "absorbance": ABSORBANCE,
    "transmittance": TRANSMITTANCE,
    "reflectance": REFLECTANCE,
    "kubelka_munk": Quantity("kubelka_munk", "", "Kubelka–Munk"),
    "log_1_r": Quantity("log_1_r", "", "log(1/R)"),
    "single_beam": Quantity("single_beam", "", "Single beam"),
    "intensity": INTENSITY,
}


def axis_quantity(text: str, default: Quantity) -> Quantity:
    """What an axis is, by what the file writes of it."""
    return AXIS.get(axis_name(text), default)


def signal_quantity(text: str, values: Floats, default: Quantity = INTENSITY) -> Quantity:
    """What an ordinate is, by what the file writes of it, and in which unit.

    A transmittance or reflectance is in % where the file says so, or where its numbers can be
    nothing else.
    """
    name = signal_name(text)
    if name in ("transmittance", "reflectance"):
        largest = np.nanmax(np.abs(values), initial=0.0)
        unit = "%" if says_percent(text) or largest > MOST_TRANSMITTED else ""
        return replace(ORDINATE[name], unit=unit)
    if name == "intensity":
        return replace(INTENSITY, unit=_intensity_unit(text))
    if name:
        return ORDINATE[name]
    said = text.strip()
    return Quantity(ascii_name(said), "", said) if said else default


def _intensity_unit(text: str) -> str:
    lower = text.lower()
    if any(word in lower for word in ("count", "cts", "cnt")) and "/s" not in lower:
        return "counts"
    if "arb" in lower or "a.u" in lower or "(au)" in lower or lower == "au":
        return "a.u."
    return ""


@dataclass(frozen=True)
class Curve:
    """One curve of a file."""

    x: Floats
    y: Floats
    signal: Quantity
    name: str = ""
    """What the file calls it."""


def spectra(
    axis: Quantity, curves: Sequence[Curve], header: Mapping[str, Any], *, ordered: bool = True
) -> Measurement:
    """Curves of one file as a measurement.

    Curves on one axis become columns beside each other: named by their quantity, and numbered
    (``absorbance_2``) where several share one. The header's ``curves`` then says what the file
    calls each: ``{"absorbance_2": "Sample3-1"}``. Curves on different axes follow each other
    in long form with a column ``scan`` (1-based), and the header's ``scans`` names them.

    Args:
        axis: what x is.
        curves: in the file's order.
        header: what else the file says.
        ordered: whether x must run steadily up or down.

    Raises:
        NoData: there is no curve.
        UnreadableFile: one of several abscissae jumps or stands still, and must not.
    """
    if not curves:
        raise NoData("The file can be read, but holds no spectrum.")
    x = curves[0].x
    if all(curve.x is x or np.array_equal(curve.x, x) for curve in curves):
        names = _numbered([curve.signal.name for curve in curves])
        columns = [c.signal.column(c.y, name) for c, name in zip(curves, names, strict=True)]
        called = {name: curve.name for curve, name in zip(curves, names, strict=True)}
        return Measurement(
            (axis.column(x), *columns),
            axis=axis.name if ordered else None,
            header={**header, "curves": called},
        )
    for curve in curves if ordered else ():
        check_order(axis.name, curve.x)
    signals = {curve.signal for curve in curves}
    signal = signals.pop() if len(signals) == 1 else SIGNAL
    scan = np.repeat(np.arange(1, len(curves) + 1), [len(curve.x) for curve in curves])
    columns = [
        Column("scan", "", scan, "Scan"),
        axis.column(np.concatenate([curve.x for curve in curves])),
        signal.column(np.concatenate([curve.y for curve in curves])),
    ]
    return Measurement(tuple(columns), header={**header, "scans": [c.name for c in curves]})


def _numbered(names: list[str]) -> list[str]:
    """The names, made unique by a number behind each that occurs more than once."""
    counts: dict[str, int] = {}
    unique = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        unique.append(f"{name}_{counts[name]}" if names.count(name) > 1 else name)
    return unique
