"""Names as structures. Formulas and keys are those of PubChem."""

import pytest

from pydatalab.chemistry import names
from pydatalab.chemistry.structures import canonical, describe, formula_and_mass

needs_java = pytest.mark.skipif(not names.is_at_hand(), reason="no Java on this machine")


def read(*asked: str) -> dict[str, str]:
    return names.smiles_of_names(asked, lambda done: None)


@needs_java
def test_common_and_systematic_names_are_understood():
    asked = {
        "Ethylene carbonate": "C1COC(=O)O1",
        "N-Methyl-2-pyrrolidone": "CN1CCCC1=O",
        " lithium  carbonate": "[Li+].[Li+].[O-]C(=O)[O-]",
        "TOLUENE": "Cc1ccccc1",
        "lithium bis(trifluoromethanesulfonyl)imide": (
            "[Li+].O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F"
        ),
    }
    found = read(*asked)
    assert {name: canonical(it) for name, it in found.items()} == {
        name: canonical(it) for name, it in asked.items()
    }


@needs_java
def test_a_hydrate_has_its_water():
    name = "copper(II) sulfate pentahydrate"
    smiles = read(name)[name]
    assert formula_and_mass(smiles)[1] == pytest.approx(249.68, abs=0.02)
    assert names.is_certain(name, smiles)


@needs_java
def test_a_handed_molecule_keeps_its_hand(tmp_path):
    smiles = read("L-alanine")["L-alanine"]
    assert describe(tmp_path, smiles=smiles)["inchi_key"] == "QNAYBMKLOCPYGJ-REOHCLBHSA-N"


@needs_java
def test_what_means_nothing_or_several_things_has_none():
    found = read(
        "Carbon black Super P", "", "  ", "\t\n", "Ethanol 96%", "dichlorobenzene", "xylene",
        "chlorocyclohexanol", "LiFePO4", "x" * 600, "µ-\u2028oxo", "acetone",
    )  # fmt: skip
    assert list(found) == ["acetone"]


@needs_java
def test_each_name_has_its_own_answer_among_many():
    asked = [f"{n}-methyl{base}" for n in range(2, 5) for base in ("heptane", "octane", "nonane")]
    mixed = [one for name in asked for one in (f"nonsense of {name}", "dichlorobenzene", name)]
    alone = {name: read(name)[name] for name in asked[:2]}
    found = read(*mixed)
    assert list(found) == asked
    assert alone.items() <= found.items()


@pytest.mark.parametrize(
    ("name", "smiles", "certain"),
    [
        ("iron oxide", "[O-2].[Fe+2]", False),
        ("iron(III) oxide", "[O-2].[O-2].[O-2].[Fe+3].[Fe+3]", True),
        ("iron(3+) chloride", "[Fe+3].[Cl-].[Cl-].[Cl-]", True),
        ("zinc oxide", "[O-2].[Zn+2]", True),
        ("magnesium oxide", "[O-2].[Mg+2]", True),
        ("vanillin", "COc1cc(C=O)ccc1O", True),
    ],
)
def test_metals_of_several_valences_need_theirs(name: str, smiles: str, certain: bool):
    assert names.is_certain(name, smiles) is certain


@needs_java
def test_whoever_cancels_ends_it():
    class Stopped(Exception):
        pass

    def told(done: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        names.smiles_of_names((f"{n}-methylnonane" for n in range(1_500)), told)


def test_without_java_no_name_is_understood(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert not names.is_at_hand()
    assert read("acetone") == {}
