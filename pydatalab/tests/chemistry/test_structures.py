"""Structures. Names, formulas and masses are those of PubChem."""

from pathlib import Path

import pytest

from pydatalab.chemistry.structures import (
    check_smiles,
    describe,
    formula_and_mass,
    smiles_of_inchi,
)
from pydatalab.errors import Invalid


@pytest.mark.parametrize(
    ("smiles", "formula", "mass", "key"),
    [
        ("OCC", "C2H6O", 46.07, "LFQSCWFLJHTTHZ-UHFFFAOYSA-N"),
        ("Cc1ccccc1", "C7H8", 92.14, "YXFVVABEGXRONW-UHFFFAOYSA-N"),
        ("C1COC(=O)O1", "C3H4O3", 88.06, "KMTRUDSVKNLOMY-UHFFFAOYSA-N"),
    ],
)
def test_a_molecule_is_described(smiles: str, formula: str, mass: float, key: str):
    told = describe(Path(), smiles=smiles)
    assert (told["formula"], told["inchi_key"]) == (formula, key)
    assert told["molar_mass"] == pytest.approx(mass, abs=0.02)
    assert told["svg"].startswith("<svg") and told["svg"].rstrip().endswith("</svg>")


def test_a_salt_has_one_formula_without_charge():
    formula, mass = formula_and_mass("[Na+].[C-]#N")
    assert (formula, round(mass, 2)) == ("CNNa", 49.01)
    assert formula_and_mass("CC(=O)[O-]")[0] == "C2H3O2"


@pytest.mark.parametrize("smiles", ["C1CC", "ethanol", "", "C" * 3000])
def test_what_is_no_smiles_is_told(smiles: str):
    assert check_smiles(smiles)
    with pytest.raises(Invalid):
        describe(Path(), smiles=smiles)


def test_an_inchi_is_a_structure_too():
    assert smiles_of_inchi("InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3") == "CCO"
    with pytest.raises(Invalid):
        smiles_of_inchi("InChI=1S/nonsense")


def test_a_very_large_molecule_is_not_drawn():
    assert describe(Path(), smiles="C" * 300)["svg"] is None
