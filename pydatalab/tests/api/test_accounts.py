"""What administrators do with people: over HTTP, and for old clients."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.lab import Lab
from pydatalab.models.times import as_text
from pydatalab.services import access, accounts, histories, people, standing
from pydatalab.store.query import Is

Join = Callable[..., TestClient]


def id_of(client: TestClient) -> str:
    person_id: str = client.person_id  # type: ignore[attr-defined]
    return person_id


def address(client: TestClient) -> str:
    return f"/v1/people/{id_of(client)}"


def signed_in(lab: Lab, anyone: TestClient, person_id: str) -> TestClient:
    """A browser in which somebody is signed in."""
    browser = TestClient(anyone.app, headers={"X-Requested-With": "datalab"})
    browser.cookies.set("datalab_session", accounts.open_session(lab, person_id))
    return browser


def test_an_account_is_made_changed_and_shown(admin: TestClient):
    new = {"display_name": "Ida", "contact_email": "Ida@Lab.example", "role": "manager"}
    made = admin.post("/v1/people", json=new)
    assert made.status_code == 201
    ida = made.json()
    assert (ida["account_status"], ida["role"], ida["contact_email"]) == (
        "active", "manager", "ida@lab.example",
    )  # fmt: skip
    path = f"/v1/people/{ida['immutable_id']}"
    changed = admin.patch(path, json={"display_name": "Ida B.", "contact_email": None}).json()
    assert (changed["display_name"], changed["contact_email"]) == ("Ida B.", None)
    assert admin.get(path).json() == changed
    assert admin.post("/v1/people", json={"display_name": "Nameless mail"}).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {}, {"display_name": ""}, {"display_name": "X", "contact_email": "nonsense"},
        {"display_name": "X", "role": "king"}, {"display_name": "X", "sudo": True},
    ],
)  # fmt: skip
def test_what_is_no_person_is_refused(admin: TestClient, body: dict[str, Any]):
    assert admin.post("/v1/people", json=body).status_code == 422


def test_two_people_never_have_one_e_mail(admin: TestClient, ada: TestClient):
    taken = {"display_name": "Other", "contact_email": "ADA@lab.example"}
    assert admin.post("/v1/people", json=taken).status_code == 409
    refused = admin.patch(address(admin), json={"contact_email": "ada@lab.example", "role": "user"})
    assert refused.status_code == 409
    assert admin.get("/v1/me").json()["role"] == "admin"


def test_deactivating_ends_sessions_for_good_and_keys_for_as_long(
    lab: Lab, admin: TestClient, ada: TestClient, anyone: TestClient
):
    browser = signed_in(lab, anyone, id_of(ada))
    token = accounts.make_sign_in_link(lab, id_of(ada))
    assert [one.get("/v1/me").status_code for one in (browser, ada)] == [200, 200]
    assert admin.patch(address(ada), json={"account_status": "deactivated"}).status_code == 200
    assert [one.get("/v1/me").status_code for one in (browser, ada)] == [401, 401]
    assert anyone.get(f"/sign-in/link?token={token}").status_code == 403
    assert admin.post(f"{address(ada)}/sign-in-link").status_code == 409
    admin.patch(address(ada), json={"account_status": "active"})
    assert [one.get("/v1/me").status_code for one in (browser, ada)] == [401, 200]
    assert anyone.get(f"/sign-in/link?token={token}").status_code == 403


@pytest.mark.parametrize(
    "change",
    [{"role": "user"}, {"account_status": "deactivated"}, {"account_status": "unverified"}],
)
@pytest.mark.parametrize("way", ["/v1/people/{}", "old clients"])
def test_the_last_active_administrator_stays(
    admin: TestClient, join: Join, change: dict[str, str], way: str
):
    join("former", role="admin", status="deactivated")
    old = f"/roles/{id_of(admin)}" if "role" in change else f"/users/{id_of(admin)}"
    path = old if way == "old clients" else way.format(id_of(admin))
    refused = admin.patch(path, json=change)
    assert refused.status_code == 409
    assert "last active administrator" in refused.text
    join("second", role="admin")
    assert admin.patch(path, json=change).status_code == 200


def test_two_administrators_who_end_each_other_at_once_do_not_both_go(
    lab: Lab, admin: TestClient, join: Join, monkeypatch: pytest.MonkeyPatch
):
    """The other one goes between the look whether somebody is left and the write."""
    other = join("other", role="admin")
    look = standing._require_other_administrator

    def look_and_be_overtaken(lab_: Lab, person_id: str) -> None:
        look(lab_, person_id)
        monkeypatch.setattr(standing, "_require_other_administrator", look)
        standing.set_status(lab_, access.OPERATOR, id_of(other), "deactivated")

    monkeypatch.setattr(standing, "_require_other_administrator", look_and_be_overtaken)
    refused = admin.patch(address(admin), json={"account_status": "deactivated"})
    assert refused.status_code == 409
    assert people.has_administrator(lab)


def test_a_change_that_is_refused_in_part_changes_nothing(admin: TestClient):
    change = {"display_name": "Changed", "managers": ["0" * 24]}
    assert admin.patch(address(admin), json=change).status_code == 404
    change = {"display_name": "Changed", "role": "user"}
    assert admin.patch(address(admin), json=change).status_code == 409
    assert admin.get("/v1/me").json()["display_name"] == "root"


def test_managers_are_named_and_never_in_a_circle(admin: TestClient, ada: TestClient, join: Join):
    bob = join("bob")
    changed = admin.patch(address(ada), json={"managers": [id_of(bob)]}).json()
    assert [one["display_name"] for one in changed["managers"]] == ["bob"]
    assert [one["display_name"] for one in admin.get(address(bob)).json()["manages"]] == ["ada"]
    assert admin.patch(address(bob), json={"managers": [id_of(ada)]}).status_code == 422
    assert admin.patch(address(bob), json={"managers": [id_of(bob)]}).status_code == 422


def test_an_administrator_makes_and_ends_keys_of_others(
    admin: TestClient, ada: TestClient, anyone: TestClient
):
    made = admin.post(f"{address(ada)}/api-keys", json={"name": "diffractometer"}).json()
    headers = {"DATALAB-API-KEY": made["key"]}
    assert anyone.get("/v1/me", headers=headers).json()["display_name"] == "ada"
    shown = admin.get(address(ada))
    assert made["key"] not in shown.text
    assert "diffractometer" in {one["name"] for one in shown.json()["api_keys"]}
    path = f"{address(ada)}/api-keys/{made['immutable_id']}"
    assert admin.delete(f"{address(admin)}/api-keys/{made['immutable_id']}").status_code == 404
    assert admin.delete(path).status_code == 204
    assert admin.delete(path).status_code == 404
    assert anyone.get("/v1/me", headers=headers).status_code == 401


def test_a_sign_in_link_works_once(admin: TestClient, ada: TestClient, anyone: TestClient):
    link = admin.post(f"{address(ada)}/sign-in-link").json()["link"]
    assert link.startswith("http://testserver/sign-in/link?token=")
    assert anyone.get(link, follow_redirects=False).status_code == 303
    assert anyone.get("/v1/me").json()["display_name"] == "ada"
    anyone.cookies.clear()
    assert anyone.get(link).status_code == 403


def test_the_history_says_who_did_what(admin: TestClient, ada: TestClient, lab: Lab):
    ada.patch("/v1/me", json={"display_name": "Ada L."})
    ada.post("/v1/api-keys", json={"name": "laptop"})
    admin.patch(address(ada), json={"role": "manager"})
    admin.patch(address(ada), json={"role": "manager"})
    admin.patch(address(ada), json={"account_status": "deactivated"})
    admin.post("/v1/groups", json={"group_id": "x", "display_name": "X"})
    admin.put(f"/v1/groups/x/members/{id_of(ada)}")
    standing.set_status(lab, access.OPERATOR, id_of(ada), "active")
    told = [
        (one["by"] and one["by"]["display_name"], one["did"], one["before"], one["after"])
        for one in admin.get(address(ada)).json()["history"]
    ]
    assert told == [
        (None, "status", "deactivated", "active"),
        ("root", "joined group", None, "x"),
        ("root", "status", "active", "deactivated"),
        ("root", "role", "user", "manager"),
        ("Ada L.", "made key", None, "laptop"),
        ("Ada L.", "name", "ada", "Ada L."),
    ]


def test_a_history_keeps_its_last_lines(lab: Lab, ada: TestClient):
    document = lab.store.people.get(Is("immutable_id", id_of(ada)))
    for number in range(histories.MOST_KEPT + 5):
        document = histories.noted(document, access.OPERATOR, "made key", None, str(number))
    assert len(document["history"]) == histories.MOST_KEPT
    assert document["history"][-1]["after"] == str(histories.MOST_KEPT + 4)


def test_it_is_kept_to_the_hour_when_somebody_was_here(
    lab: Lab, admin: TestClient, ada: TestClient
):
    assert admin.get(address(ada)).json()["last_seen"] is None
    ada.get("/v1/me")
    first = admin.get(address(ada)).json()["last_seen"]
    ada.get("/v1/me")
    assert admin.get(address(ada)).json()["last_seen"] == first
    long_ago = as_text(datetime.now(UTC) - timedelta(hours=2))
    document = lab.store.people.get(Is("immutable_id", id_of(ada)))
    lab.store.people.replace(document | {"last_seen": long_ago})
    ada.get("/v1/me")
    assert admin.get(address(ada)).json()["last_seen"] >= first


# The list


def listed(admin: TestClient, query: str = "") -> list[str]:
    answer = admin.get(f"/v1/people/accounts{query}")
    assert answer.status_code == 200, answer.text
    return [one["display_name"] for one in answer.json()["items"]]


def test_the_list_begins_with_who_waits_and_can_be_narrowed(
    admin: TestClient, join: Join, make: Callable[..., dict[str, Any]]
):
    make(join("Bruno"), item_id="S-1")
    join("Élise", status="unverified")
    join("Anna", status="deactivated")
    assert listed(admin) == ["Élise", "Bruno", "root", "Anna"]
    assert listed(admin, "?status=unverified") == ["Élise"]
    assert listed(admin, "?status=active,deactivated&role=user") == ["Bruno", "Anna"]
    assert listed(admin, "?q=elise") == ["Élise"]
    assert listed(admin, "?q=bruno@lab") == ["Bruno"]
    row = admin.get("/v1/people/accounts?q=Bruno").json()["items"][0]
    assert (row["num_items"], row["num_api_keys"], row["role"]) == (1, 1, "user")


def test_the_list_comes_in_pages_that_neither_repeat_nor_skip(admin: TestClient, lab: Lab):
    names = {f"P{number:02}" for number in range(7)} | {"root"}
    for name in names - {"root"}:
        people.add_person(lab, name)
    people.add_person(lab, "P03")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = admin.get(f"/v1/people/accounts?limit=3{more}").json()
        assert page["total"] == len(names) + 1
        seen += [one["display_name"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert seen == sorted([*names, "P03"])
    assert admin.get("/v1/people/accounts?cursor=nonsense").status_code == 422


def test_the_list_can_be_narrowed_to_a_group_and_those_within(admin: TestClient, ada: TestClient):
    outer = admin.post("/v1/groups", json={"group_id": "outer", "display_name": "O"}).json()
    admin.post("/v1/groups", json={"group_id": "inner", "display_name": "I"})
    admin.put("/v1/groups/outer/groups/inner")
    admin.put(f"/v1/groups/inner/members/{id_of(ada)}")
    assert listed(admin, f"?group={outer['immutable_id']}") == ["ada"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/people/accounts", None),
        ("POST", "/v1/people", {"display_name": "X"}),
        ("GET", "/v1/people/{}", None),
        ("PATCH", "/v1/people/{}", {"role": "admin"}),
        ("POST", "/v1/people/{}/api-keys", {"name": "k"}),
        ("DELETE", "/v1/people/{}/api-keys/" + "0" * 24, None),
        ("POST", "/v1/people/{}/sign-in-link", None),
        ("GET", "/v1/people/{}/merge?gone=" + "0" * 24, None),
        ("POST", "/v1/people/{}/merge", {"person_id": "0" * 24}),
    ],
)
def test_nobody_but_administrators_looks_after_others(
    ada: TestClient, admin: TestClient, anyone: TestClient, method: str, path: str, body: Any
):
    of_another = path.format(id_of(admin))
    assert ada.request(method, of_another, json=body).status_code == 403
    assert anyone.request(method, of_another, json=body).status_code == 401
    missing = path.format("f" * 24)
    if "{}" in path:
        assert admin.request(method, missing, json=body).status_code == 404
