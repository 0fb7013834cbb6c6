"""People, groups, keys and sessions; and what the server says of itself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pydatalab.errors import Conflict
from pydatalab.lab import Lab
from pydatalab.services import accounts, people
from pydatalab.store.query import EVERYTHING, Is

Join = Callable[..., TestClient]


def test_people_change_their_own_name_and_email(ada: TestClient, join: Join):
    before = ada.get("/v1/me").json()
    assert (before["display_name"], before["role"]) == ("ada", "user")
    after = ada.patch("/v1/me", json={"display_name": " Ada L. "}).json()
    assert (after["display_name"], after["contact_email"]) == ("Ada L.", before["contact_email"])
    changed = ada.patch("/v1/me", json={"contact_email": "ADA@new.example"}).json()
    assert changed["contact_email"] == "ada@new.example"
    assert changed["gravatar_hash"] != before["gravatar_hash"]
    assert ada.patch("/v1/me", json={"contact_email": None}).json()["contact_email"] is None
    join("bob")
    assert ada.patch("/v1/me", json={"contact_email": "bob@lab.example"}).status_code == 409


def test_of_many_who_want_one_email_one_gets_it(lab: Lab, ada: TestClient, join: Join):
    others = [join(name) for name in ("bob", "eve", "max")]

    def make(_: int) -> bool:
        try:
            people.add_person(lab, "New", contact_email="One@lab.example")
        except Conflict:
            return False
        return True

    def take(client: TestClient) -> bool:
        answer = client.patch("/v1/me", json={"contact_email": "one@lab.example"})
        assert answer.status_code in (200, 409)
        return bool(answer.status_code == 200)

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(make, n) for n in range(5)]
        asked += [pool.submit(take, one) for one in (ada, *others)]
        assert sum(one.result() for one in asked) == 1
    assert lab.store.people.count(Is("contact_email", "one@lab.example")) == 1
    assert lab.store.roles.count(EVERYTHING) == lab.store.people.count(EVERYTHING)


def test_an_email_that_was_let_go_is_free_again(ada: TestClient, join: Join):
    bob = join("bob")
    wish = {"contact_email": "one@lab.example"}
    assert ada.patch("/v1/me", json=wish).status_code == 200
    assert bob.patch("/v1/me", json=wish).status_code == 409
    ada.patch("/v1/me", json={"contact_email": None})
    assert bob.patch("/v1/me", json=wish).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"display_name": " "}, {"display_name": "x" * 151}, {"contact_email": "nobody"},
     {"role": "admin"}, {"account_status": "active"}, {"contact_email": "a@b.c\n"}],
)  # fmt: skip
def test_people_cannot_become_just_anything(ada: TestClient, change: dict[str, str]):
    before = ada.get("/v1/me").json()
    ada.patch("/v1/me", json=change)
    after = ada.get("/v1/me").json()
    assert after["role"] == "user"
    if change != {"contact_email": "a@b.c\n"}:
        assert after == before


def test_people_are_found_by_name(ada: TestClient, join: Join):
    join("Zoë Quantum")
    found = ada.get("/v1/people?q=zoe").json()["items"]
    assert [one["display_name"] for one in found] == ["Zoë Quantum"]
    assert found[0].keys() == {"immutable_id", "display_name", "gravatar_hash"}
    assert len(ada.get("/v1/people").json()["items"]) == 2


def test_groups_are_looked_after_by_administrators(admin: TestClient, ada: TestClient):
    me = ada.person_id  # type: ignore[attr-defined]
    made = admin.post("/v1/groups", json={"group_id": "x", "display_name": "X-ray"})
    assert made.status_code == 201
    assert admin.post("/v1/groups", json={"group_id": "x", "display_name": "2"}).status_code == 409
    assert admin.put(f"/v1/groups/x/members/{me}").status_code == 204
    assert admin.put(f"/v1/groups/x/members/{me}").status_code == 204
    group = ada.get("/v1/groups/x").json()
    assert [one["display_name"] for one in group["members"]] == ["ada"]
    assert [one["group_id"] for one in ada.get("/v1/me").json()["groups"]] == ["x"]
    changed = admin.patch("/v1/groups/x", json={"display_name": "Röntgen", "managers": [me]}).json()
    assert (changed["display_name"], len(changed["managers"])) == ("Röntgen", 1)
    assert [one["display_name"] for one in ada.get("/v1/groups?q=ront").json()["items"]] == [
        "Röntgen"
    ]
    admin.post("/v1/groups", json={"group_id": "y", "display_name": "Y"})
    assert admin.patch("/v1/groups/y", json={"group_id": "x"}).status_code == 409
    assert admin.put(f"/v1/groups/x/members/{'0' * 24}").status_code == 404
    assert admin.patch("/v1/groups/x", json={"managers": ["0" * 24]}).status_code == 404
    assert admin.delete(f"/v1/groups/x/members/{me}").status_code == 204
    assert admin.delete("/v1/groups/x").status_code == 204
    assert ada.get("/v1/groups/x").status_code == 404
    assert ada.get("/v1/me").json()["groups"] == []


def test_a_removed_group_leaves_nobody_in_it(admin: TestClient, ada: TestClient):
    me = ada.person_id  # type: ignore[attr-defined]
    admin.post("/v1/groups", json={"group_id": "x", "display_name": "X"})
    admin.put(f"/v1/groups/x/members/{me}")
    admin.delete("/v1/groups/x")
    assert ada.get("/v1/me").json()["groups"] == []


def test_a_key_is_seen_once_works_and_ends(ada: TestClient, anyone: TestClient):
    made = ada.post("/v1/api-keys", json={"name": "laptop"})
    assert made.status_code == 201
    key = made.json()["key"]
    listed = ada.get("/v1/api-keys").json()["items"]
    assert {one["name"] for one in listed} == {"test", "laptop"}
    assert key not in str(listed)
    assert "hash" not in listed[0]
    for header in ("DATALAB-API-KEY", "datalab-api-key", "DATALAB_API_KEY"):
        assert anyone.get("/v1/me", headers={header: key}).status_code == 200
    assert ada.delete(f"/v1/api-keys/{made.json()['immutable_id']}").status_code == 204
    assert ada.delete(f"/v1/api-keys/{made.json()['immutable_id']}").status_code == 404
    assert anyone.get("/v1/me", headers={"DATALAB-API-KEY": key}).status_code == 401
    for name in ("", " ", "x" * 151):
        assert ada.post("/v1/api-keys", json={"name": name}).status_code == 422


def test_nobody_ends_the_keys_of_others(ada: TestClient, join: Join):
    key = ada.post("/v1/api-keys", json={"name": "k"}).json()
    assert join("bob").delete(f"/v1/api-keys/{key['immutable_id']}").status_code == 404


@pytest.mark.parametrize("way", ["DELETE /v1/session", "GET /logout"])
def test_a_session_ends_when_one_signs_out(lab: Lab, anyone: TestClient, way: str):
    person = people.add_person(lab, "Ada")
    token = accounts.open_session(lab, person["immutable_id"])
    anyone.cookies.set("datalab_session", token)
    anyone.headers["X-Requested-With"] = "datalab"
    assert anyone.get("/v1/me").status_code == 200
    method, path = way.split()
    answer = anyone.request(method, path, follow_redirects=False)
    assert answer.status_code in {204, 302}
    assert "datalab_session" in answer.headers["set-cookie"]
    anyone.cookies.clear()
    anyone.cookies.set("datalab_session", token)
    assert anyone.get("/v1/me").status_code == 401


@pytest.mark.parametrize("path", ["/v1/me", "/v1/items"])
def test_an_unknown_key_is_said_to_be_one(anyone: TestClient, path: str):
    answer = anyone.get(path, headers={"DATALAB-API-KEY": "x"})
    assert answer.status_code == 401
    assert "This API key is unknown" in answer.json()["detail"]


def test_an_unknown_key_or_session_is_nobodys(anyone: TestClient):
    assert anyone.get("/v1/me", headers={"DATALAB-API-KEY": "x"}).status_code == 401
    assert anyone.get("/v1/me", headers={"Cookie": "datalab_session=x"}).status_code == 401


def test_the_first_run_link_signs_in_once(lab: Lab, anyone: TestClient):
    assert anyone.get("/v1/info").json()["first_run"] is True
    token = accounts.make_first_run_link(lab)
    for wrong in ("", "x"):
        assert anyone.get(f"/sign-in/first-run?token={wrong}").status_code == 403
    answer = anyone.get(f"/sign-in/first-run?token={token}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert anyone.get("/v1/me").json()["role"] == "admin"
    assert anyone.get(f"/sign-in/first-run?token={token}").status_code == 403
    assert anyone.get("/v1/info").json()["first_run"] is False


def test_the_first_run_link_dies_when_there_is_an_administrator_by_another_way(
    lab: Lab, anyone: TestClient
):
    token = accounts.make_first_run_link(lab)
    people.add_person(lab, "Root", contact_email="root@lab.example", role="admin")
    assert anyone.get(f"/sign-in/first-run?token={token}").status_code == 403
    assert accounts.make_first_run_link(lab) is None


# What the server says of itself


def test_info_says_what_the_page_needs(anyone: TestClient):
    info = anyone.get("/v1/info").json()
    assert info["identifier_prefix"] == "lab"
    assert info["max_upload_bytes"] == 10 * 1000**3
    assert info["item_types"].keys() == {"samples", "cells", "starting_materials", "equipment"}
    assert info["item_types"]["cells"]["default_status"] == "active"
    assert "shorted" in info["item_types"]["cells"]["statuses"]


def test_techniques_say_what_they_take(ada: TestClient):
    found = {one["id"]: one for one in ada.get("/v1/techniques").json()["items"]}
    assert {"xrd", "cycle", "cv", "eis", "nmr", "raman", "ftir", "uv-vis", "ms", "comment"} <= (
        found.keys()
    )
    assert ".xrdml" in found["xrd"]["suffixes"]
    assert found["xrd"]["multiple_files"] is True
    assert "wavelength" in found["xrd"]["parameters"]["properties"]
    assert found["comment"]["has_figure"] is False


@pytest.mark.parametrize(
    ("formula", "mass"),
    [("CuSO4·5H2O", 249.68), ("LiNi1/3Co1/3Mn1/3O2", 96.46), ("H<sub>2</sub>O", 18.015)],
)  # IUPAC standard atomic weights 2021
def test_a_formula_has_a_mass(ada: TestClient, formula: str, mass: float):
    found = ada.post("/v1/formula", json={"formula": formula}).json()
    assert found["molar_mass"] == pytest.approx(mass, abs=0.01)
    assert found["problem"] is None


@pytest.mark.parametrize("formula", ["", "Unobtainium", "((((", "🧪", "Li\u0000", "x" * 2_000])
def test_what_has_no_mass_has_a_reason(ada: TestClient, formula: str):
    found = ada.post("/v1/formula", json={"formula": formula}).json()
    assert found["molar_mass"] is None
    assert found["problem"]


def test_the_page_answers_browsers_and_its_files_do_not_escape(anyone: TestClient, tmp_path: Path):
    (tmp_path / "secret.txt").write_text("hidden words")
    browser = {"Accept": "text/html"}
    for path in ("/", "/samples/", "/items/lab:ABCDEF", "/collections/C", "/anything"):
        answer = anyone.get(path, headers=browser)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "Accept" in answer.headers["vary"]
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/%00"):
        assert "hidden words" not in anyone.get(path).text
