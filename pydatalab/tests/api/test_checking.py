"""Every item and collection is opened by the API's own code; what fails is named."""

from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient

from pydatalab.api.checking import check_items
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.store.query import Is, Scope

Make = Callable[..., dict[str, Any]]

ALL = Scope.all()


def test_a_lab_in_order_has_no_failures(lab: Lab, ada: TestClient, make: Make):
    for number in range(3):
        make(ada, item_id=f"S-{number}")
    gone = make(ada, item_id="deleted")
    ada.delete(f"/v1/items/{gone['refcode']}")
    ada.post("/v1/collections", json={"collection_id": "Minerals"})
    found = check_items(lab, {}, Silent())
    assert (found["num_items"], found["num_collections"], found["num_failed"]) == (3, 1, 0)
    assert found["summary"] == "3 items and 1 collection opened; all is well."


def test_an_item_that_cannot_be_opened_is_named_and_others_are_opened(
    lab: Lab, ada: TestClient, make: Make
):
    broken = make(ada, item_id="S-1")
    make(ada, item_id="S-2")
    stored = lab.store.items.get(Is("refcode", broken["refcode"]), scope=ALL)
    lab.store.items.replace(stored | {"blocks_obj": {"x": None}}, was=stored["edit"], scope=ALL)
    found = check_items(lab, {}, Silent())
    assert {one["name"] for one in found["failures"]} == {broken["refcode"]}
    assert {one["what"] for one in found["failures"]} == {"item", "item for existing clients"}
    assert found["num_items"] == 2


def test_figures_are_drawn_where_that_is_asked_for(lab: Lab, ada: TestClient, make: Make):
    item = make(ada, item_id="S-1")
    address = f"/v1/items/{item['refcode']}"
    pattern = "".join(f"{10 + n / 10} {100 + n}\n" for n in range(300)).encode()
    for name, content in (("a.xy", pattern), ("b.xy", b"\0\1 no pattern")):
        file = ada.post(f"{address}/files?name={name}", content=content).json()
        block = {"technique": "xrd", "file_ids": [file["file_id"]], "title": name}
        assert ada.post(f"{address}/blocks", json=block).status_code == 201
    assert check_items(lab, {}, Silent())["num_figures"] == 0
    found = check_items(lab, {"figures": True}, Silent())
    assert found["num_figures"] == 2
    assert [one["what"] for one in found["failures"]] == ["figure of b.xy"]
