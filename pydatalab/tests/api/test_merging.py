"""Two accounts of one person become one: what follows, what stays, and what nobody gains."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.errors import Cancelled, Conflict
from pydatalab.jobs.queue import add_job
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.progress import Silent
from pydatalab.services import accounts, merging, people, standing
from pydatalab.services.access import OPERATOR
from pydatalab.store.query import Is, Query, Scope

Join = Callable[..., TestClient]
Make = Callable[..., dict[str, Any]]
ALL = Scope.all()


def id_of(client: TestClient) -> str:
    person_id: str = client.person_id  # type: ignore[attr-defined]
    return person_id


class Two:
    """Ada under two names, ``old`` and ``new``, among others."""

    def __init__(self, lab: Lab, join: Join, make: Make) -> None:
        self.lab = lab
        self.admin, self.bob = join("root", role="admin"), join("bob")
        self.old, self.new = join("ada.l"), join("ada")
        self.manager, self.student = join("chief"), join("student")
        standing.set_managers(lab, OPERATOR, id_of(self.old), [id_of(self.manager)])
        standing.set_managers(lab, OPERATOR, id_of(self.student), [id_of(self.old)])
        self.admin.post("/v1/groups", json={"group_id": "g", "display_name": "G"})
        self.admin.put(f"/v1/groups/g/members/{id_of(self.old)}")
        self.admin.patch("/v1/groups/g", json={"managers": [id_of(self.old)]})
        self.own = make(self.old, item_id="OLD-1")
        self.both = make(self.bob, item_id="BOTH", creator_ids=[id_of(self.old), id_of(self.new)])
        self.deleted = make(self.old, item_id="DELETED")
        self.old.delete(f"/v1/items/{self.deleted['refcode']}")
        self.of_bob = make(self.bob, item_id="BOB-1")
        self.of_student = make(self.student, item_id="STUDENT-1")
        self.old.put("/collections", json={"data": {"collection_id": "C"}})
        path = f"/v1/items/{self.own['refcode']}/files?name=a.txt"
        self.file_id = self.old.post(path, content=b"words").json()["file_id"]
        self.material = make(self.bob, type="starting_materials", item_id="LiOH")
        self.old.patch(f"/v1/items/{self.material['refcode']}", json={"name": "Lithium hydroxide"})

    def merge(self) -> dict[str, Any]:
        return merging.merge_people(self.lab, OPERATOR, id_of(self.new), id_of(self.old), Silent())

    def everyone(self) -> dict[str, TestClient]:
        names = ("new", "bob", "manager", "student", "admin")
        return {name: getattr(self, name) for name in names}

    def reach(self) -> dict[str, set[str]]:
        """What everybody sees."""
        return {
            name: {one["item_id"] for one in who.get("/v1/items").json()["items"]}
            for name, who in self.everyone().items()
        }


@pytest.fixture
def two(lab: Lab, join: Join, make: Make) -> Iterator[Two]:
    yield Two(lab, join, make)


def assert_named_nowhere(lab: Lab, person_id: str) -> None:
    """No document but the closed account's own, and snapshots of what was, names a person."""
    for table in (lab.store.items, lab.store.collections):
        for document in table.find(Query(limit=1_000), scope=ALL).documents:
            assert person_id not in str(document)
    store = lab.store
    for other in (store.files, store.groups, store.api_keys, store.sessions, store.sign_in_links):
        for document in other.find(Query(limit=1_000)).documents:
            assert person_id not in str(document)
    for document in store.people.find(Query(limit=1_000)).documents:
        if document["immutable_id"] != person_id:
            assert person_id not in str(document)
    assert store.versions.count(Is("user_id", person_id)) == 0


def test_everything_follows(two: Two):
    before = two.reach()
    browser = accounts.open_session(two.lab, id_of(two.old))
    link = accounts.make_sign_in_link(two.lab, id_of(two.old))
    two.merge()
    assert_named_nowhere(two.lab, id_of(two.old))
    assert accounts.person_of_session(two.lab, browser) is None
    assert two.lab.store.sign_in_links.count(Is("hash", accounts.digest(link))) == 0
    after = two.reach()
    assert after["new"] == before["new"] | {"OLD-1", "STUDENT-1"}
    assert {name: after[name] for name in before if name != "new"} == {
        name: before[name] for name in before if name != "new"
    }
    item = two.new.get(f"/v1/items/{two.own['refcode']}").json()
    assert [one["display_name"] for one in item["creators"]] == ["ada"]
    assert item["permissions"] == {"write": True, "delete": True, "share": True}
    assert item["last_modified"] >= two.own["last_modified"]
    both = two.new.get(f"/v1/items/{two.both['refcode']}").json()
    assert [one["display_name"] for one in both["creators"]] == ["bob", "ada"]
    assert two.new.post(f"/v1/items/{two.deleted['refcode']}/restore").status_code == 200
    assert two.new.get("/v1/collections/C").json()["permissions"]["delete"]
    assert two.new.get(f"/v1/files/{two.file_id}/content").content == b"words"
    versions = two.new.get(f"/v1/items/{two.material['refcode']}/versions").json()["items"]
    assert versions[0]["creator"]["display_name"] == "ada"


def test_the_keys_of_the_account_that_goes_work_for_the_one_that_is_kept(two: Two):
    two.merge()
    assert two.old.get("/v1/me").json()["immutable_id"] == id_of(two.new)
    assert {one["name"] for one in two.new.get("/v1/api-keys").json()["items"]} == {"test"}
    assert len(two.new.get("/v1/api-keys").json()["items"]) == 2


def test_an_older_key_that_has_its_persons_id_follows_too(two: Two, anyone: TestClient):
    two.lab.store.api_keys.add(
        {"immutable_id": id_of(two.old), "type": "api_key", "hash": accounts.digest("older")}
    )
    two.merge()
    mine = anyone.get("/v1/me", headers={"DATALAB-API-KEY": "older"}).json()
    assert mine["immutable_id"] == id_of(two.new)


def test_groups_managers_and_identities_follow(two: Two):
    two.merge()
    kept = two.admin.get(f"/v1/people/{id_of(two.new)}").json()
    assert [one["group_id"] for one in kept["groups"]] == ["g"]
    assert [one["display_name"] for one in kept["managers"]] == ["chief"]
    assert [one["display_name"] for one in kept["manages"]] == ["student"]
    assert {one["identifier"] for one in kept["identities"]} == {
        "ada@lab.example", "ada.l@lab.example",
    }  # fmt: skip
    assert kept["contact_email"] == "ada@lab.example"
    assert people.person_called(two.lab, "ada.l@lab.example")["immutable_id"] == id_of(two.new)
    group = two.admin.get("/v1/groups/g").json()
    assert [one["display_name"] for one in group["managers"]] == ["ada"]


def test_the_account_that_goes_is_closed_for_good_and_says_where_it_went(two: Two):
    two.merge()
    gone = two.admin.get(f"/v1/people/{id_of(two.old)}").json()
    assert (gone["account_status"], gone["merged_into"]) == ("deactivated", id_of(two.new))
    assert gone["merge_unfinished"] is False
    assert (gone["identities"], gone["groups"], gone["managers"]) == ([], [], [])
    path = f"/v1/people/{id_of(two.old)}"
    refused = two.admin.patch(path, json={"account_status": "active"})
    assert refused.status_code == 409
    assert "ada" in refused.json()["detail"]
    old = {"account_status": "active"}
    assert two.admin.patch(f"/users/{id_of(two.old)}", json=old).status_code == 409


@pytest.mark.parametrize(("kept_role", "gone_role"), [("user", "admin"), ("admin", "user")])
def test_the_role_of_the_account_that_is_kept_stays(two: Two, kept_role: str, gone_role: str):
    people.set_role(two.lab, id_of(two.new), kept_role)
    people.set_role(two.lab, id_of(two.old), gone_role)
    told = two.merge()
    assert two.new.get("/v1/me").json()["role"] == kept_role
    assert people.role_of(two.lab, id_of(two.old)) == "user"
    assert any(gone_role in one and kept_role in one for one in told["warnings"])


def test_a_preview_says_what_would_change_and_changes_nothing(two: Two):
    store = two.lab.store
    before = [store.people.find(Query()).documents, store.items.find(Query(), scope=ALL).documents]
    path = f"/v1/people/{id_of(two.new)}/merge?gone={id_of(two.old)}"
    told = two.admin.get(path).json()
    assert {name: told[name] for name in ("items", "collections", "files", "api_keys")} == {
        "items": 3, "collections": 1, "files": 1, "api_keys": 1,
    }  # fmt: skip
    assert (told["managed_people"], told["managers"], told["groups"]) == (1, ["chief"], ["G"])
    assert told["identities"] == ["ada.l@lab.example"]
    after = [store.people.find(Query()).documents, store.items.find(Query(), scope=ALL).documents]
    strip = [[{**one, "last_seen": None} for one in documents] for documents in after]
    assert strip == [[{**one, "last_seen": None} for one in documents] for documents in before]


@pytest.mark.parametrize(
    ("kept", "gone", "said"),
    [
        ("new", "new", "one account already"),
        ("new", "admin", "signed in with"),
        ("closed", "old", "must be active"),
    ],
)
def test_what_cannot_be_merged_is_refused(two: Two, join: Join, kept: str, gone: str, said: str):
    two.closed = join("closed", status="deactivated")  # type: ignore[attr-defined]
    ids = {name: id_of(getattr(two, name)) for name in (kept, gone)}
    for refused in (
        two.admin.get(f"/v1/people/{ids[kept]}/merge?gone={ids[gone]}"),
        two.admin.post(f"/v1/people/{ids[kept]}/merge", json={"person_id": ids[gone]}),
    ):
        assert refused.status_code == 409
        assert said in refused.json()["detail"]


def test_the_last_active_administrator_is_not_merged_away(two: Two):
    with pytest.raises(Conflict, match="last active administrator"):
        merging.merge_people(two.lab, OPERATOR, id_of(two.new), id_of(two.admin), Silent())


def test_an_account_is_merged_into_one_account_alone(two: Two):
    two.merge()
    with pytest.raises(Conflict, match="another one already"):
        merging.merge_people(two.lab, OPERATOR, id_of(two.bob), id_of(two.old), Silent())


def test_merges_after_one_another_lead_to_the_last(two: Two):
    two.merge()
    merging.merge_people(two.lab, OPERATOR, id_of(two.bob), id_of(two.new), Silent())
    assert_named_nowhere(two.lab, id_of(two.new))
    assert two.old.get("/v1/me").json()["display_name"] == "bob"
    item = two.bob.get(f"/v1/items/{two.both['refcode']}").json()
    assert [one["display_name"] for one in item["creators"]] == ["bob"]


def test_nothing_is_shared_with_an_account_that_was_merged_away(two: Two):
    two.merge()
    new = {"type": "samples", "creator_ids": [id_of(two.old)]}
    refused = two.bob.post("/v1/items", json=new)
    assert refused.status_code == 422
    assert id_of(two.old) in refused.json()["detail"]


def test_jobs_and_mappings_of_the_account_that_goes_are_then_of_the_other(two: Two):
    old, store = id_of(two.old), two.lab.store
    job = add_job(store, "anything", {"by": old}, asked_by=old)
    store.mappings.add({"immutable_id": new_object_id(), "name": "m", "person_id": old})
    two.merge()
    kept = store.jobs.get(Is("immutable_id", job["immutable_id"]))
    assert (kept["asked_by"], kept["arguments"]) == (id_of(two.new), {"by": old})
    assert store.mappings.get(Is("name", "m"))["person_id"] == id_of(two.new)


class Stopping:
    """A progress that somebody asks to stop from the first word on."""

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        raise Cancelled("Stop.")


def test_a_merge_is_stopped_before_it_begins_or_not_at_all(two: Two):
    with pytest.raises(Cancelled):
        merging.merge_people(two.lab, OPERATOR, id_of(two.new), id_of(two.old), Stopping())
    assert two.old.get("/v1/me").json()["immutable_id"] == id_of(two.old)
    steady = merging._Steady(Stopping())
    steady.tell("Changing items")


def test_nobody_comes_to_manage_themselves_through_others(two: Two):
    standing.set_managers(two.lab, OPERATOR, id_of(two.new), [id_of(two.student)])
    before = two.lab.store.people.find(Query(limit=100)).documents
    with pytest.raises(Conflict, match="manage themselves through student"):
        two.merge()
    assert two.lab.store.people.find(Query(limit=100)).documents == before
    standing.set_managers(two.lab, OPERATOR, id_of(two.student), [])
    two.merge()


def test_people_who_manage_each_other_are_one_who_manages_nobody(two: Two):
    standing.set_managers(two.lab, OPERATOR, id_of(two.new), [id_of(two.old)])
    two.merge()
    kept = two.admin.get(f"/v1/people/{id_of(two.new)}").json()
    assert [one["display_name"] for one in kept["managers"]] == ["chief"]
    assert "ada" not in {one["display_name"] for one in kept["manages"]}


STEPS = ("_take_over", "_rename_all", "_rename_people", "_rename_versions", "_finish")


@pytest.mark.parametrize("step", STEPS)
def test_a_merge_that_stops_anywhere_shuts_nobody_out_and_is_finished_by_doing_it_again(
    two: Two, step: str, monkeypatch: pytest.MonkeyPatch
):
    class Interrupted(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise Interrupted

    before = two.reach()
    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr(merging, step, interrupt)
        two.merge()
    halfway = two.reach()
    assert halfway["new"] >= before["new"] | {"OLD-1"}
    assert {name: halfway[name] for name in before if name != "new"} == {
        name: before[name] for name in before if name != "new"
    }
    assert two.admin.get(f"/v1/people/{id_of(two.old)}").json()["merge_unfinished"] is True
    two.merge()
    assert_named_nowhere(two.lab, id_of(two.old))
    assert two.admin.get(f"/v1/people/{id_of(two.old)}").json()["merge_unfinished"] is False
    history = two.admin.get(f"/v1/people/{id_of(two.new)}").json()["history"]
    assert [one["did"] for one in history].count("merged") == 1


def test_a_merge_asked_for_over_http_is_a_job_that_does_it(two: Two):
    path = f"/v1/people/{id_of(two.new)}/merge"
    job = two.admin.post(path, json={"person_id": id_of(two.old)})
    assert (job.status_code, job.json()["name"]) == (202, "merge-people")
    asked = two.lab.store.jobs.get(Is("immutable_id", job.json()["job_id"]))
    told = merging.run_merge(two.lab, asked["arguments"], Silent())
    assert told["items"] == 3
    gone = two.lab.store.people.get(Is("immutable_id", id_of(two.old)))
    assert gone["history"][-1]["by"] == id_of(two.admin)


def test_what_names_a_person_is_found_at_any_depth():
    document = {"a": ["x", "gone", "kept"], "b": {"c": [{"d": "gone"}]}, "gone": "other"}
    assert merging.renamed(document, "gone", "kept") == {
        "a": ["x", "kept"], "b": {"c": [{"d": "kept"}]}, "gone": "other",
    }  # fmt: skip
