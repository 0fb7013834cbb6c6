"""Structures that follow from names, where an export has none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pydatalab.chemistry import names
from pydatalab.lab import Lab
from pydatalab.models.identifiers import PUBLIC_ID
from pydatalab.models.people import Person
from pydatalab.services import items
from pydatalab.services.inventory.imports import Outcome

pytestmark = pytest.mark.skipif(not names.is_at_hand(), reason="no Java on this machine")

ADA = Person(PUBLIC_ID[:-1] + "a", "Ada", "user", "active")

Take = Callable[..., Outcome]
Export = Callable[..., Path]
Structures = Callable[[], dict[str, Any]]
Drawn = Callable[[str, str | None], None]


def bottle(name: str, **more: Any) -> dict[str, Any]:
    """A row; its columns are those of every row."""
    return {
        "Barcode": name.replace(" ", "-"),
        "Container Name": name,
        "Molecular Formula": None,
        "Molecular Weight": None,
        "SMILES": None,
    } | {heading.replace("_", " "): value for heading, value in more.items()}


@pytest.fixture
def structures(bottles: Callable[[], dict[str, Any]]) -> Structures:
    """``structures()``: the SMILES of all starting materials, by their name."""
    return lambda: {one["name"]: one.get("smiles") for one in bottles().values()}


@pytest.fixture
def drawn(lab: Lab, bottles: Callable[[], dict[str, Any]]) -> Callable[[str, str | None], None]:
    """``drawn("acetone", "CC(C)=O")``: somebody gives it that structure."""

    def changed(name: str, smiles: str | None) -> None:
        (item,) = [one for one in bottles().values() if one["name"] == name]
        items.change_item(lab, ADA, item["refcode"], {"smiles": smiles})

    return changed


def test_a_name_tells_the_structure_of_a_row_without_one(
    export: Export, take: Take, structures: Structures
):
    rows = [
        bottle("Ethylene carbonate"),
        bottle("propan-2-ol", SMILES="CCO"),
        bottle("Carbon black"),
        bottle("iron oxide"),
        bottle("cobalt oxide", Molecular_Weight=74.93),
        bottle("copper(II) sulfate", Molecular_Weight="249.7"),
        bottle("lithium chloride", Molecular_Formula="LiCl"),
        bottle("lithium bromide", Molecular_Formula="LiCl"),
    ]
    take(export(*rows))
    assert structures() == {
        "Ethylene carbonate": "O=C1OCCO1",
        "propan-2-ol": "CCO",
        "Carbon black": None,
        "iron oxide": None,
        "cobalt oxide": "[O]=[Co]",
        "copper(II) sulfate": None,
        "lithium chloride": "[Cl-].[Li+]",
        "lithium bromide": None,
    }


def test_the_same_again_changes_nothing_with_and_without_java(
    export: Export, take: Take, structures: Structures, monkeypatch: pytest.MonkeyPatch
):
    path = export(bottle("acetone"), bottle("toluene"))
    take(path)
    before = structures()
    assert before["acetone"]
    assert take(path).counts["changed"] == 0
    monkeypatch.setenv("PATH", "/nowhere")
    assert take(path).counts["changed"] == 0
    assert structures() == before


def test_java_that_comes_later_fills_in_what_is_missing_and_nothing_else(
    export: Export, take: Take, structures: Structures, drawn: Drawn
):
    path = export(bottle("acetone"), bottle("toluene"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        take(path)
    assert not structures()["acetone"]
    drawn("toluene", "C1=CC=CC=C1")
    take(path)
    assert structures()["acetone"] == "CC(C)=O"
    assert structures()["toluene"] == "C1=CC=CC=C1"


def test_what_people_make_of_it_stays(
    export: Export, take: Take, structures: Structures, drawn: Drawn
):
    path = export(bottle("acetone"), bottle("toluene"))
    take(path)
    drawn("acetone", None)
    drawn("toluene", "CC")
    take(path)
    assert not structures()["acetone"]
    assert structures()["toluene"] == "CC"


def test_another_name_tells_another_structure_and_a_structure_given_later_wins(
    export: Export, take: Take, structures: Structures
):
    take(export(bottle("acetone"), bottle("toluene")))
    renamed = bottle("acetone") | {"Container Name": "acetonitrile"}
    take(export(renamed, bottle("toluene", SMILES="Cc1ccc(C)cc1")))
    assert structures()["acetonitrile"] == "CC#N"
    assert structures()["toluene"] == "Cc1ccc(C)cc1"
