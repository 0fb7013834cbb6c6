"""The radiation of a diffractometer: what wavelength a pattern was measured with."""

import math
from collections.abc import Mapping
from typing import Any

K_ALPHA = {
    "Cr": (2.289726, 2.293651),
    "Fe": (1.936041, 1.939973),
    "Co": (1.788996, 1.792835),
    "Cu": (1.540593, 1.544427),
    "Mo": (0.709317, 0.713607),
    "Ag": (0.559422, 0.563813),
}
"""Kα1 and Kα2 [Å] by anode.

Source:
    Cr to Cu: G. Hölzer et al., Phys. Rev. A 56 (1997) 4554, doi:10.1103/PhysRevA.56.4554.
    Mo, Ag: R. D. Deslattes et al., Rev. Mod. Phys. 75 (2003) 35, doi:10.1103/RevModPhys.75.35.
"""

USUAL = 1.5406
"""Cu Kα1 [Å], where neither the file nor a person says anything."""

SHORTEST, LONGEST = 0.01, 20.0
"""Wavelengths [Å] that diffractometers have."""

IN_ANGSTROM = {
    **dict.fromkeys(("a", "å", "ang", "angstrom", "angstroms"), 1.0),
    **dict.fromkeys(("um", "µm", "μm", "micron", "microns"), 1e4),
    "pm": 0.01,
    "nm": 10.0,
    "m": 1e10,
}
"""Units of a wavelength [Å]."""

METRES = 1e-6
"""A number below this can only be a wavelength in metres."""


def number(text: object) -> float | None:
    """A finite number as instruments write it, with decimal point or comma; ``None`` for all else."""
    try:
        found = float(str(text).strip().replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def in_angstrom(written: str, unit: str) -> float:
    """A wavelength [Å] as a text has it; without a unit, or before another word, it is in Å.

    Args:
        written: a number with decimal point or comma.
        unit: the word behind it.
    """
    value = float(written.replace(",", "."))
    factor = IN_ANGSTROM.get(unit.lower(), IN_ANGSTROM["m"] if value < METRES else 1.0)
    return round(value * factor, 9)


def radiation(
    alpha1: object = None,
    alpha2: object = None,
    beta: object = None,
    ratio: object = None,
    anode: str = "",
) -> dict[str, Any]:
    """What a file says of its X-rays, for a measurement's header.

    Args:
        alpha1: Kα1, or the one wavelength there is [Å]; numbers or text, nonsense is left out.
        alpha2: Kα2 [Å].
        beta: Kβ [Å].
        ratio: intensity of Kα2 by that of Kα1.
        anode: symbol of the target's element.

    Returns:
        ``wavelength`` (Kα1), ``wavelength_k_alpha2``, ``wavelength_k_alpha_mean`` (weighted by the
        ratio, else 2:1), ``wavelength_k_beta`` [Å], ``k_alpha_ratio``, ``anode``, as far as known.
    """
    one, two, third = (_wavelength(value) for value in (alpha1, alpha2, beta))
    said: dict[str, Any] = {"wavelength": one}
    if one and two:
        share = number(ratio) or 0.5
        said["wavelength_k_alpha2"] = two
        said["wavelength_k_alpha_mean"] = round((one + share * two) / (1 + share), 6)
        said["k_alpha_ratio"] = number(ratio)
    said["wavelength_k_beta"] = third
    said["anode"] = anode.strip()
    return {key: value for key, value in said.items() if value}


def _wavelength(value: object) -> float | None:
    found = number(value)
    return found if found is not None and SHORTEST < found < LONGEST else None


def chosen_wavelength(header: Mapping[str, Any], wanted: float | None) -> tuple[float, str]:
    """The wavelength [Å] to count with, and where it comes from.

    A person's choice goes before the file. ``1.5406`` is no choice: blocks of older clients hold it
    although nobody chose it.
    """
    if wanted is not None and wanted != USUAL:
        return wanted, "set by hand"
    stated = header.get("wavelength")
    if stated:
        return float(stated), "file"
    anode = str(header.get("anode", ""))[:2].capitalize()
    if anode in K_ALPHA:
        return K_ALPHA[anode][0], f"Kα1 of the {anode} anode"
    return USUAL, "assumed: Cu Kα1"
