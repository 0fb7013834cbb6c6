"""Rows that have one barcode: who keeps it depends on what they say, not on their order."""

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from rows_of_exports import bottle

from pydatalab.lab import Lab
from pydatalab.models.identifiers import PUBLIC_ID
from pydatalab.models.people import Person
from pydatalab.models.progress import Silent
from pydatalab.services import creation
from pydatalab.services.inventory.entries import read_inventory
from pydatalab.services.inventory.headings import CHEMINVENTORY
from pydatalab.services.inventory.imports import Outcome
from pydatalab.services.inventory.tables import Row, Sheet

Bottles = Callable[[], dict[str, Any]]
Take = Callable[..., Outcome]
Export = Callable[..., Path]

ADA = Person(PUBLIC_ID[:-1] + "a", "Ada", "user", "active")

TOLUENE = bottle(Container_Name="Toluene", Barcode=12345, Substance_CAS="108-88-3")
DUP = {"Container Name": "dup", "Barcode": 12345}
THIRD = bottle(Container_Name="Third", Barcode=12345, Location="Lab 9")


def named(bottles: Bottles) -> dict[str, tuple[str, str | None]]:
    """Ids and barcodes of the bottles, by their names."""
    return {one["name"]: (name, one["barcode"]) for name, one in bottles().items()}


@pytest.mark.parametrize("first", [(TOLUENE, DUP), (DUP, TOLUENE)])
def test_the_same_rows_reversed_change_nothing(
    first: Sequence[Any], take: Take, export: Export, bottles: Bottles
):
    headings = tuple(TOLUENE)
    take(export(*first, headings=headings))
    before = bottles()
    assert named(bottles)["Toluene"] == ("12345", "12345")
    assert named(bottles)["dup"][1] is None
    outcome = take(export(*reversed(first), headings=headings))
    assert outcome.counts == {"rows": 2, "same": 2, "faults": 1}
    assert bottles() == before


@pytest.mark.parametrize("rows", list(permutations((TOLUENE, DUP, THIRD))))
def test_the_first_import_gives_a_barcode_to_one_row_in_any_order(
    rows: Sequence[Any], take: Take, export: Export, bottles: Bottles
):
    outcome = take(export(*rows, headings=tuple(TOLUENE)))
    kept = {name: barcode for name, (_, barcode) in named(bottles).items() if barcode}
    assert kept == {"Toluene": "12345"}
    place = rows.index(TOLUENE) + 2
    assert [one.row for one in outcome.faults] == [row for row in (2, 3, 4) if row != place]
    assert {one.why for one in outcome.faults} == {f"Row {place} has this barcode, and keeps it."}


def test_a_known_container_keeps_its_barcode_against_a_row_that_says_more(
    take: Take, export: Export, bottles: Bottles
):
    bare = {"Container Name": "Toluene", "Barcode": 12345, "Location": "Lab 1"}
    take(export(bare, headings=tuple(TOLUENE)))
    before = bottles()["12345"]
    stranger = bottle(Container_Name="Ethanol", Barcode=12345)
    outcome = take(export(stranger, bare | {"Location": "Lab 2"}))
    assert outcome.counts == {"rows": 2, "changed": 1, "new": 1, "faults": 1}
    after = bottles()["12345"]
    assert (after["refcode"], after["name"], after["location"]) == (
        before["refcode"], "Toluene", "Lab 2",
    )  # fmt: skip


def test_an_item_of_the_lab_is_adopted_by_the_row_that_is_like_it(
    lab: Lab, take: Take, export: Export, bottles: Bottles
):
    old = {"type": "starting_materials", "item_id": "12345", "barcode": "12345", "name": "dup"}
    creation.create_item(lab, ADA, old)
    outcome = take(export(TOLUENE, DUP))
    assert (outcome.counts["adopted"], outcome.counts["new"]) == (1, 1)
    assert named(bottles)["dup"] == ("12345", "12345")


def test_rows_that_say_the_same_are_one_container_wherever_they_stand(
    take: Take, export: Export, bottles: Bottles
):
    outcome = take(export(DUP, TOLUENE, DUP, TOLUENE, headings=tuple(TOLUENE)))
    assert sorted(one["name"] for one in bottles().values()) == ["Toluene", "dup"]
    assert [(one.row, one.column) for one in outcome.faults] == [
        (2, "Barcode"), (4, None), (5, None),
    ]  # fmt: skip


def test_a_mark_that_stands_in_all_rows_for_a_barcode_is_read_as_quickly_as_any():
    def seconds(barcodes: Iterable[str]) -> float:
        rows = [Row(1, ("Container Name", "Barcode"))]
        rows += [Row(at, (f"bottle {at}", one)) for at, one in enumerate(barcodes, 2)]
        begun = time.process_time()
        found = read_inventory(Sheet((), None, iter(rows)), CHEMINVENTORY, Silent())
        assert len(found.entries) == len(rows) - 1
        return time.process_time() - begun

    apart = seconds(f"B{number}" for number in range(4_000))
    assert seconds("TBD" for _ in range(4_000)) < 5 * apart + 0.5
