"""Reflections of a crystal structure, and the powder pattern that they make.

What is done: structure factors over all atoms of the cell (space group, occupancies and displacement
parameters of the file), multiplicities of the Laue class, Lorentz and polarisation factors for an
unpolarised beam without monochromator. What is not: anomalous dispersion, absorption, preferred
orientation, Kα2, instrument functions; peaks get one width for the eye.
"""

import gemmi
import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.xrd.scans import evenly

SMALLEST_D = 0.7
"""Reflections are listed down to this lattice spacing [Å]."""

MOST_REFLECTIONS = 20_000
"""Of structures with larger cells fewer, down to a larger spacing."""

USUAL_END = 90.0
"""2θ [deg] up to which the strongest reflection is looked for."""

WIDTH = 0.1
"""Full width at half maximum of a calculated peak [deg 2θ]."""

LORENTZIAN = 0.5
"""Share of the Lorentzian in the pseudo-Voigt."""


def reflections(block: gemmi.cif.Block) -> Measurement:
    """The reflections of a structure, from the largest spacing to the smallest.

    Args:
        block: a CIF block with cell, space group or symmetry operations, and atoms.

    Returns:
        ``h``, ``k``, ``l`` of one reflection of each set of equivalent ones, ``d_spacing``
        [angstrom], ``multiplicity`` and ``structure_factor_squared`` [electrons²], all computed;
        angle and intensity depend on the wavelength and are added in the analysis.

    Raises:
        UnreadableFile: the symmetry is not known, or the cell is impossible.
        NoData: there is no atom.

    Source:
        International Tables for Crystallography C, 6.1.1 (scattering factors of 1992), through gemmi.
    """
    structure, group = _structure(block)
    d_min = _spacing_limit(structure.cell.volume, len(group.operations()))
    hkl = np.asarray(gemmi.make_miller_array(structure.cell, group, d_min), dtype=np.int64)
    if not len(hkl):
        raise NoData(f"The structure has no reflection with d above {d_min:.2f} Å.")
    structure.change_occupancies_to_crystallographic()
    calculator = gemmi.StructureFactorCalculatorX(structure.cell)
    squared = np.array(
        [
            abs(calculator.calculate_sf_from_small_structure(structure, index)) ** 2
            for index in hkl.tolist()
        ]
    )
    spacing = np.asarray(structure.cell.calculate_d_array(hkl.astype(np.int32)), dtype=np.float64)
    kept = squared > 1e-6 * squared.max(initial=0)
    order = np.flatnonzero(kept)[np.argsort(-spacing[kept], kind="stable")]
    return Measurement(
        (
            *(Column(name, "", hkl[order, n], computed=True) for n, name in enumerate("hkl")),
            Column("d_spacing", "angstrom", spacing[order], "d", computed=True),
            Column("multiplicity", "", multiplicities(hkl, group)[order], computed=True),
            Column("structure_factor_squared", "e2", squared[order], "|F|²", computed=True),
        ),
        axis="d_spacing",
        header=_header(block, structure, group, d_min),
    )


def _structure(block: gemmi.cif.Block) -> tuple[gemmi.SmallStructure, gemmi.SpaceGroup]:
    try:
        structure = gemmi.make_small_structure_from_block(block)
        if structure.spacegroup is None:
            structure.determine_and_set_spacegroup("s.h")
    except (ValueError, RuntimeError) as exc:
        raise UnreadableFile(
            "The structure cannot be understood: its cell, symmetry or atoms are not well-formed."
        ) from exc
    if not structure.sites:
        raise NoData("The CIF lists no atoms.")
    if structure.spacegroup is None:
        raise UnreadableFile(
            "The CIF names no space group that is known: add _space_group_IT_number or its operations."
        )
    if not 1 < structure.cell.volume < 1e8:
        raise UnreadableFile(f"The unit cell has a volume of {structure.cell.volume:g} Å³.")
    return structure, structure.spacegroup


def _spacing_limit(volume: float, operations: int) -> float:
    """The smallest spacing [Å] that is listed: all reciprocal points in the sphere, by symmetry."""
    unique = 4 / 3 * np.pi * volume / SMALLEST_D**3 / max(operations, 1)
    return float(SMALLEST_D * max(1.0, (unique / MOST_REFLECTIONS) ** (1 / 3)))


def multiplicities(hkl: np.ndarray, group: gemmi.SpaceGroup) -> np.ndarray:
    """How many reflections of a powder fall together by symmetry, Friedel's law included.

    Args:
        hkl: indices, shape (n, 3).
        group: the space group; centring does not count.

    Returns:
        Orbit lengths under the Laue class, shape (n,), whole numbers.
    """
    turns = np.array([operation.rot for operation in group.operations().sym_ops]) // gemmi.Op.DEN
    images = np.einsum("ni,gij->gnj", hkl, turns)
    same = (images == hkl).all(axis=2).sum(axis=0)
    opposite = (images == -hkl).all(axis=2).sum(axis=0)
    return np.asarray(2 * len(turns) // (same + opposite))


def _header(
    block: gemmi.cif.Block,
    structure: gemmi.SmallStructure,
    group: gemmi.SpaceGroup,
    d_min: float,
) -> dict[str, object]:
    cell = structure.cell
    return {
        "title": _said(block, "_chemical_name_mineral", "_chemical_name_common") or block.name,
        "formula": _said(block, "_chemical_formula_sum"),
        "space_group": group.xhm(),
        "cell": [cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma],
        "cell_volume": round(cell.volume, 3),
        "d_min": round(d_min, 4),
        "theoretical": True,
        "corrections": "Lorentz and polarisation factors; no anomalous dispersion or absorption",
    }


def _said(block: gemmi.cif.Block, *tags: str) -> str:
    """The first of these tags that has a value."""
    found = (block.find_value(tag) for tag in tags)
    return next((gemmi.cif.as_string(value) for value in found if value and value not in "?."), "")


def lorentz_polarisation(two_theta: Floats) -> Floats:
    """Lorentz and polarisation factor of a powder, (1 + cos² 2θ) / (sin² θ cos θ).

    Args:
        two_theta: scattering angle [deg] in (0, 180), any shape.

    Returns:
        The factor, shaped like ``two_theta``, for an unpolarised beam without monochromator.

    Source:
        H. P. Klug, L. E. Alexander, X-Ray Diffraction Procedures, 2nd ed., Wiley 1974, chapter 3.
    """
    whole, half = np.radians(two_theta), np.radians(two_theta) / 2
    return np.asarray((1 + np.cos(whole) ** 2) / (np.sin(half) ** 2 * np.cos(half)))


def relative_intensities(measurement: Measurement, two_theta: Floats) -> Floats:
    """Intensities of reflections, NaN where the angle is out of reach.

    The strongest one below ``USUAL_END`` is 100: towards 180° the Lorentz factor grows without bound.
    """
    strength = measurement["multiplicity"] * measurement["structure_factor_squared"]
    intensity = strength * lorentz_polarisation(two_theta)
    usual = intensity[two_theta <= USUAL_END]
    highest = np.nanmax(usual if usual.size else intensity, initial=0.0)
    return np.asarray(100 * intensity / (highest or 1.0))


def profile(two_theta: Floats, intensity: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """A pattern of pseudo-Voigt peaks of one width (``WIDTH``, ``LORENTZIAN``).

    Args:
        two_theta: places of the peaks [deg], shape (n,).
        intensity: their areas, shape (n,).
        low: start of the pattern [deg].
        high: its end [deg].

    Returns:
        2θ [deg] in steps of a fifth of the width, and the pattern, highest point 100.
    """
    step = WIDTH / 5
    points = round((high - low) / step) + 1
    inside = (two_theta >= low) & (two_theta <= high) & np.isfinite(intensity)
    place = (two_theta[inside] - low) / step
    left = np.minimum(place.astype(np.int64), points - 2)
    right_share = place - left
    area = np.bincount(left, intensity[inside] * (1 - right_share), points)
    area += np.bincount(left + 1, intensity[inside] * right_share, points)
    reach = np.arange(-40 * 5, 40 * 5 + 1) * step / (WIDTH / 2)
    gaussian = np.sqrt(np.log(2) / np.pi) * np.exp(-np.log(2) * reach**2)
    lorentzian = 1 / (np.pi * (1 + reach**2))
    shape = LORENTZIAN * lorentzian + (1 - LORENTZIAN) * gaussian
    pattern = np.convolve(area, shape)[200 : 200 + points]
    highest = pattern.max(initial=0.0)
    return evenly(low, step, points), np.asarray(100 * pattern / (highest or 1.0))
