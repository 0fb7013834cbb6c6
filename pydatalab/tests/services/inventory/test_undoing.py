"""Undoing a whole import: what it did is put back, what people did since is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rows_of_exports import bottle

from pydatalab.errors import Conflict, NotFound
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.models.progress import Silent
from pydatalab.services import creation, items
from pydatalab.services.inventory import imports, records
from pydatalab.services.inventory.imports import Outcome
from pydatalab.services.inventory.planning import Step
from pydatalab.services.inventory.undoing import Undone, undo
from pydatalab.services.inventory.writing import write
from pydatalab.store.query import EVERYTHING

Bottles = Callable[[], dict[str, Any]]
Take = Callable[..., Outcome]
Export = Callable[..., Path]

ADA = Person("0" * 23 + "a", "Ada", "user", "active")
COUNTERS = {"edit", "version", "last_modified"}


def content(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {field: value for field, value in one.items() if field not in COUNTERS}
        for name, one in found.items()
    }


def undone(lab: Lab, outcome: Outcome) -> Undone:
    assert outcome.import_id
    return undo(lab, outcome.import_id, None, Silent())


def test_all_that_an_import_did_is_put_back(
    shared_data: Path, lab: Lab, take: Take, bottles: Bottles
):
    first, second = (
        shared_data / "cheminventory" / f"export-2025-{month}.xlsx" for month in ("03", "09")
    )
    begun = take(first)
    before = content(bottles())
    later = take(second)
    assert undone(lab, later).counts == {"restored": 6, "removed": 2, "kept": 0}
    assert content(bottles()) == before
    assert take(first, dry=True).counts == {"rows": 60, "same": 60, "faults": 0}
    assert undone(lab, begun).counts == {"removed": 60, "restored": 0, "kept": 0}
    assert bottles() == {}
    assert lab.store.inventory_rows.count(EVERYTHING) == 0


def test_what_was_undone_can_be_imported_again(
    lab: Lab, take: Take, export: Export, bottles: Bottles
):
    undone(lab, take(export(bottle())))
    assert take(export(bottle())).counts == {"rows": 1, "new": 1, "faults": 0}
    assert bottles().keys() == {"B1"}


def test_a_field_that_was_changed_since_is_kept_and_told(
    lab: Lab, take: Take, export: Export, bottles: Bottles
):
    take(export(bottle()))
    later = take(export(bottle(Location="Lab 2", Supplier="Beta")))
    refcode = bottles()["B1"]["refcode"]
    items.change_item(lab, ADA, refcode, {"location": "my desk", "comment": "mine"})
    told = undone(lab, later)
    item = bottles()["B1"]
    assert (item["location"], item["supplier"], item["comment"]) == ("my desk", "Alpha", "mine")
    assert [(one["refcode"], one["fields"]) for one in told.kept] == [(refcode, ["location"])]


def test_a_new_item_that_somebody_worked_with_stays(
    lab: Lab, take: Take, export: Export, bottles: Bottles
):
    outcome = take(export(*(bottle(Barcode=f"B{n}") for n in range(4))))
    codes = {name: one["refcode"] for name, one in bottles().items()}
    items.change_item(lab, ADA, codes["B1"], {"comment": "mine"})
    part = {"item": {"refcode": codes["B2"]}, "quantity": 1}
    creation.create_item(lab, ADA, {"type": "samples", "synthesis_constituents": [part]})
    told = undone(lab, outcome)
    assert bottles().keys() == {"B1", "B2"}
    assert told.counts == {"removed": 2, "restored": 0, "kept": 2}
    assert {one["item_id"]: one["why"] for one in told.kept} == {
        "B1": "It was changed since.", "B2": "Another item names it.",
    }  # fmt: skip
    again = take(export(*(bottle(Barcode=f"B{n}") for n in range(4))))
    assert (again.counts["same"], again.counts["new"]) == (2, 2)


def test_an_import_is_undone_once(lab: Lab, take: Take, export: Export):
    outcome = take(export(bottle()))
    undone(lab, outcome)
    with pytest.raises(Conflict, match="nothing to undo"):
        undone(lab, outcome)
    with pytest.raises(NotFound):
        undo(lab, "nonsense", None, Silent())


def test_an_import_that_was_killed_is_undone_with_the_one_that_completed_it(
    lab: Lab, take: Take, export: Export, bottles: Bottles, monkeypatch: pytest.MonkeyPatch
):
    take(export(*(bottle(Barcode=f"B{n}") for n in range(3))))
    before = content(bottles())
    path = export(*(bottle(Barcode=f"B{n}", Location="Lab 2") for n in range(6)))
    with monkeypatch.context() as patch:
        patch.setattr(imports, "AT_ONCE", 2)
        patch.setattr(imports, "write", dies_after(2))
        with pytest.raises(Death):
            take(path)
    done = take(path)
    assert done.counts == {"rows": 6, "same": 4, "new": 2, "faults": 0}
    _, killed, _ = records.find_imports(lab)
    assert (killed["state"], killed["counts"]) == (
        "interrupted", {"changed": 3, "new": 1, "faults": 0},
    )  # fmt: skip
    assert done.completes == [killed["immutable_id"]]
    told = undone(lab, done)
    assert content(bottles()) == before
    assert told.counts == {"restored": 3, "removed": 3, "kept": 0}
    assert told.with_it == [killed["immutable_id"]]
    assert [one["state"] for one in records.find_imports(lab)] == ["undone", "undone", "done"]
    assert take(path, dry=True).counts == {"rows": 6, "changed": 3, "new": 3, "faults": 0}


def test_an_import_of_another_file_completes_nothing(
    lab: Lab, take: Take, export: Export, bottles: Bottles, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(imports, "write", dies_after(0))
        with pytest.raises(Death):
            take(export(bottle()))
    assert take(export(bottle(Barcode="B2"))).completes == []
    assert [one["counts"] for one in records.find_imports(lab)][1] == {"faults": 0}


class Death(BaseException):
    """What nobody catches: the process is gone."""


def dies_after(writes: int) -> Callable[..., list[Step]]:
    """Writing that works so often, then dies instead."""
    left = iter(range(writes))

    def writing(*said: Any) -> list[Step]:
        if next(left, None) is None:
            raise Death
        return write(*said)

    return writing
