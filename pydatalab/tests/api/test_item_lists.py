"""Lists of items: filters, orders, pages, totals; and the search over everything."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

Make = Callable[..., dict[str, Any]]


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["item_id"] for row in answer.json()["items"]]


@pytest.fixture
def some(ada: TestClient, make: Make) -> dict[str, dict[str, Any]]:
    """Five items of four types."""
    ada.post("/v1/collections", json={"collection_id": "C"})
    ada.post("/v1/collections", json={"collection_id": "D"})
    new: list[dict[str, Any]] = [
        {"item_id": "b", "name": "Zeta", "date": "2026-01-01", "collections": ["C"]},
        {"item_id": "A", "name": "alpha", "date": "2026-01-02T12:00", "status": "planned"},
        {"item_id": "c", "type": "cells", "name": "Äther", "date": "2026-01-03", "collections": ["D"]},
        {"item_id": "d", "type": "equipment", "date": None, "location": "Cellar"},
        {"item_id": "e", "type": "starting_materials", "name": "LiCoO₂", "date": "2026-02-01",
         "CAS": "12190-79-3", "supplier": "Alfa", "barcode": "77"},
    ]  # fmt: skip
    return {one["item_id"]: make(ada, **one) for one in new}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"A", "b", "c", "d", "e"}),
        ("type=samples", {"A", "b"}),
        ("type=samples,cells", {"A", "b", "c"}),
        ("type=samples&type=cells", {"A", "b", "c"}),
        ("type=", {"A", "b", "c", "d", "e"}),
        ("status=planned", {"A"}),
        ("status=planned,working", {"A", "d"}),
        ("status=nonsense", set()),
        ("collection=C", {"b"}),
        ("collection=C,D", {"b", "c"}),
        ("collection=nowhere", set()),
        ("creator={me}", {"A", "b", "c"}),
        ("creator=" + "f" * 24, set()),
        ("date_from=2026-01-02", {"A", "c", "e"}),
        ("date_to=2026-01-02", {"A", "b"}),
        ("date_from=2026-01-02&date_to=2026-01-02", {"A"}),
        ("date_from=2026-01-02T12:00:01Z&date_to=2026-01-31", {"c"}),
        ("date_from=2026-03-01&date_to=2026-01-01", set()),
        ("q=alpha", {"A"}),
        ("q=licoo2", {"e"}),
        ("q=aether", set()),
        ("q=ather", {"c"}),
        ("q=12190", {"e"}),
        ("q=alfa%20e", {"e"}),
        ("q=cellar&type=equipment", {"d"}),
        ("type=samples&status=active&collection=C&q=zeta&date_from=2026-01-01", {"b"}),
        ("q=%00%25_'\"*", set()),
    ],
)
def test_each_filter_leaves_what_it_says(
    ada: TestClient, some: dict[str, Any], query: str, found: set[str]
):
    answer = ada.get("/v1/items?" + query.format(me=ada.person_id))  # type: ignore[attr-defined]
    assert set(ids(answer)) == found
    assert (answer.json()["total"], answer.json()["total_is_exact"]) == (len(found), True)


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("item_id", "A b c d e"),
        ("name", "d A c e b"),
        ("date", "d b A c e"),
        ("last_modified", "b A c d e"),
    ],
)
def test_lists_are_sorted_both_ways_without_regard_to_case_or_accents(
    ada: TestClient, some: dict[str, Any], sort: str, found: str
):
    assert ids(ada.get(f"/v1/items?sort={sort}")) == found.split()
    assert ids(ada.get(f"/v1/items?sort=-{sort}")) == found.split()[::-1]
    assert ids(ada.get("/v1/items")) == ["e", "d", "c", "A", "b"]


@pytest.mark.parametrize("sort", ["item_id", "-item_id", "name", "-date", "last_modified"])
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_give_everything_once(ada: TestClient, some: dict[str, Any], sort: str, limit: int):
    whole = ids(ada.get(f"/v1/items?sort={sort}"))
    found: list[str] = []
    cursor = ""
    while True:
        page = ada.get(f"/v1/items?sort={sort}&limit={limit}{cursor}")
        found += ids(page)
        if page.json()["next_cursor"] is None:
            break
        cursor = f"&cursor={page.json()['next_cursor']}"
    assert found == whole


def test_a_page_begins_where_the_last_ended_whatever_was_made_meanwhile(
    ada: TestClient, some: dict[str, Any], make: Make
):
    first = ada.get("/v1/items?sort=item_id&limit=2").json()
    make(ada, item_id="a0")
    make(ada, item_id="cc")
    ada.delete(f"/v1/items/{some['b']['refcode']}")
    second = ada.get(f"/v1/items?sort=item_id&limit=9&cursor={first['next_cursor']}")
    assert ids(second) == ["c", "cc", "d", "e"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=x",
        "limit=1e3",
        "sort=colour",
        "sort=--date",
        "sort=",
        "sort=derived.text",
        "type=ghosts",
        "type=samples,ghosts",
        "date_from=soon",
        "date_to=2026-13-01",
        "cursor=",
        "cursor=nonsense",
        "cursor=-last_modified.nonsense",
        "cursor=-last_modified.W10",
        "cursor=-last_modified.bnVsbA",
        "cursor=-last_modified.WzEsMV0",
        "cursor=-last_modified.%F0%9F%A6%84",
    ],
)
def test_what_a_list_cannot_be_asked_is_refused(ada: TestClient, query: str):
    answer = ada.get(f"/v1/items?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_cursor_is_good_for_its_own_order_alone(ada: TestClient, some: dict[str, Any]):
    cursor = ada.get("/v1/items?sort=name&limit=1").json()["next_cursor"]
    assert ada.get(f"/v1/items?sort=name&cursor={cursor}").status_code == 200
    for other in ("date", "-name", "item_id"):
        assert ada.get(f"/v1/items?sort={other}&cursor={cursor}").status_code == 422


def test_totals_are_exact_up_to_a_thousand(ada: TestClient):
    many = [{"type": "samples"}] * 1_000
    ada.post("/v1/items/batch", json={"items": many})
    page = ada.get("/v1/items?limit=1").json()
    assert (page["total"], page["total_is_exact"]) == (1_000, True)
    ada.post("/v1/items", json={"type": "samples"})
    page = ada.get("/v1/items?limit=1").json()
    assert (page["total"], page["total_is_exact"]) == (1_000, False)
    assert len(ada.get("/v1/items?limit=500").json()["items"]) == 500


def test_a_row_has_what_a_table_shows(ada: TestClient, some: dict[str, Any]):
    rows = {row["item_id"]: row for row in ada.get("/v1/items").json()["items"]}
    assert rows["b"]["creators"][0]["display_name"] == "ada"
    assert rows["b"]["collections"][0]["collection_id"] == "C"
    assert (rows["b"]["nblocks"], rows["b"]["nfiles"]) == (0, 0)
    assert (rows["e"]["CAS"], rows["e"]["supplier"], rows["e"]["barcode"]) == (
        "12190-79-3", "Alfa", "77",
    )  # fmt: skip
    assert rows["d"]["location"] == "Cellar"
    assert "description" not in rows["b"]
    assert "derived" not in rows["b"]


# Search


def test_search_puts_exact_ids_before_names_before_the_rest(ada: TestClient, make: Make):
    make(ada, item_id="other", description="<p>mentions <b>salt</b></p>")
    make(ada, item_id="named", name="salt of the earth")
    make(ada, item_id="salt")
    make(ada, item_id="sea-salt")
    found = ada.get("/v1/search?q=salt").json()
    assert [one["item_id"] for one in found["items"]] == ["salt", "named", "sea-salt", "other"]
    assert [one["item_id"] for one in ada.get("/v1/search?q=salt&limit=1").json()["items"]] == [
        "salt"
    ]


def test_search_finds_collections_and_files_too(ada: TestClient, make: Make):
    item = make(ada, item_id="S-1")
    ada.post("/v1/collections", json={"collection_id": "needle-box", "title": "Box"})
    place = f"/v1/items/{item['refcode']}"
    file = ada.post(f"{place}/files?name=My Needle.xy", content=b"1 2").json()
    found = ada.get("/v1/search?q=NEEDLE").json()
    assert [one["collection_id"] for one in found["collections"]] == ["needle-box"]
    assert [one["file_id"] for one in found["files"]] == [file["file_id"]]
    assert found["files"][0]["item"]["refcode"] == item["refcode"]
    assert [one["item_id"] for one in found["items"]] == ["S-1"]


@pytest.mark.parametrize("q", ["", "%20", "%00", "%F0%9F%A7%AA", "((", "%25", "a" * 5_000])
def test_a_search_for_anything_is_answered(ada: TestClient, make: Make, q: str):
    make(ada, item_id="S-1")
    found = ada.get(f"/v1/search?q={q}")
    assert found.status_code == 200
    assert found.json() == {"items": [], "collections": [], "files": []}


def test_a_search_needs_its_words(ada: TestClient):
    assert ada.get("/v1/search").status_code == 422
    assert ada.get("/v1/search?q=a&limit=0").status_code == 422


def test_a_cursor_is_good_for_its_own_list_alone(ada: TestClient, make: Make):
    for _ in range(3):
        make(ada)
    first = ada.get("/v1/items?type=samples&limit=2").json()
    further = f"&limit=2&cursor={first['next_cursor']}"
    assert ada.get(f"/v1/items?type=samples{further}").status_code == 200
    for other in ("type=cells", "q=lithium", "type=samples&status=active", "deleted=true"):
        refused = ada.get(f"/v1/items?{other}{further}")
        assert refused.status_code == 422
        assert "another list" in refused.json()["detail"]


def test_what_a_list_is_asked_by_a_wrong_name_is_refused(ada: TestClient):
    refused = ada.get("/v1/items?stauts=active")
    assert refused.status_code == 422
    assert "Is status meant?" in refused.json()["detail"]
    assert ada.get("/v1/items?status=active&sudo=0").status_code == 200
    assert ada.get("/v1/info?sudo=1").status_code == 200
