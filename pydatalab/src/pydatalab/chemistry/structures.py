"""Structures of molecules from SMILES or InChI: checked, named and drawn.

Loads RDKit, so that only jobs, commands and workers come here, never the API process.

Source:
    RDKit; the InChI as by the library of the InChI Trust that it carries.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdkit import Chem, RDLogger
from rdkit.Chem import rdinchi, rdMolDescriptors
from rdkit.Chem.Draw import rdMolDraw2D

from pydatalab.errors import Invalid

RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]

LONGEST = 2_000
"""Letters of a SMILES or InChI."""

MOST_DRAWN = 200
"""Atoms beyond which a drawing says nothing."""

REMEMBERED = 20_000


@lru_cache(maxsize=REMEMBERED)
def check_smiles(smiles: str) -> str | None:
    """What is wrong with a SMILES; ``None`` if nothing is."""
    try:
        _molecule(smiles)
    except Invalid as fault:
        return fault.message
    return None


@lru_cache(maxsize=REMEMBERED)
def formula_and_mass(smiles: str) -> tuple[str, float]:
    """Formula in Hill's order, of all parts together, and molar mass in g/mol.

    Raises:
        Invalid: it is no SMILES.
    """
    molecule = _molecule(smiles)
    return re.sub(r"[+-]\d*$", "", rdMolDescriptors.CalcMolFormula(molecule)), _mass(molecule)


def canonical(smiles: str) -> str:
    """The one SMILES of a structure.

    Raises:
        Invalid: it is no SMILES.
    """
    return str(Chem.MolToSmiles(_molecule(smiles)))


def describe(folder: Path, *, smiles: str) -> Mapping[str, Any]:
    """A molecule in other words, and drawn; as the workers call it.

    Returns:
        ``smiles`` (canonical), ``formula`` (Hill's order), ``molar_mass`` [g/mol], ``inchi``,
        ``inchi_key`` (``None`` where InChI cannot say it) and ``svg`` (``None`` where it is too large
        to be drawn).

    Raises:
        Invalid: it is no SMILES.
    """
    molecule = _molecule(smiles)
    inchi = rdinchi.MolToInchi(molecule)[0] or None
    return {
        "smiles": Chem.MolToSmiles(molecule),
        "formula": rdMolDescriptors.CalcMolFormula(molecule),
        "molar_mass": _mass(molecule),
        "inchi": inchi,
        "inchi_key": rdinchi.InchiToInchiKey(inchi) if inchi else None,
        "svg": _drawn(molecule) if molecule.GetNumAtoms() <= MOST_DRAWN else None,
    }


def smiles_of_inchi(inchi: str) -> str:
    """The SMILES of what an InChI describes.

    Raises:
        Invalid: it is no InChI.
    """
    molecule = rdinchi.InchiToMol(inchi)[0] if len(inchi) <= LONGEST else None
    if molecule is None:
        raise Invalid(f"{inchi[:60]!r} is no InChI.")
    return str(Chem.MolToSmiles(molecule))


def _molecule(smiles: str) -> Any:
    molecule = Chem.MolFromSmiles(smiles) if 0 < len(smiles) <= LONGEST else None
    if molecule is None or not molecule.GetNumAtoms():
        raise Invalid(f"{smiles[:60]!r} is no SMILES.")
    return molecule


def _mass(molecule: Any) -> float:
    return round(float(rdMolDescriptors._CalcMolWt(molecule)), 4)


def _drawn(molecule: Any) -> str:
    """A drawing as SVG, black on nothing."""
    drawer = rdMolDraw2D.MolDraw2DSVG(280, 200)
    options: Any = drawer.drawOptions()
    options.clearBackground = False
    options.useBWAtomPalette()
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, molecule)
    drawer.FinishDrawing()
    svg: str = drawer.GetDrawingText()
    return svg[svg.index("<svg") :]
