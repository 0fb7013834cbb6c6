"""What every store promises of documents that are looked after by the services alone."""

from typing import Any

import pytest

from pydatalab.errors import Conflict, NotFound
from pydatalab.store.port import Store
from pydatalab.store.query import EVERYTHING, Every, Is, Order, Query


def person(number: int, **fields: Any) -> dict[str, Any]:
    return {"immutable_id": f"{number:024x}", "identities": [], "groups": [], **fields}


def version(number: int, refcode: str, of: int) -> dict[str, Any]:
    return {"immutable_id": f"{of:012x}{number:012x}", "refcode": refcode, "version": number}


def test_people_are_found_by_any_of_their_identities(store: Store):
    ann = person(1, identities=[{"identifier": "0000-0001"}, {"identifier": "ann@lab.org"}])
    store.people.add(ann)
    store.people.add(person(2, identities=[{"identifier": "bob@lab.org"}]))
    assert store.people.get(Is("identities.identifier", "ann@lab.org")) == ann


def test_of_several_that_match_the_first_by_id_is_given(store: Store):
    for number in (3, 1, 2):
        store.people.add(person(number, contact_email="shared@lab.org"))
    assert store.people.get(Is("contact_email", "shared@lab.org"))["immutable_id"] == f"{1:024x}"


def test_what_is_not_there_is_not_found(store: Store):
    with pytest.raises(NotFound):
        store.people.get(Is("contact_email", "nobody@lab.org"))
    with pytest.raises(NotFound):
        store.people.replace(person(1))


def test_fields_that_are_unique_together_may_repeat_alone(store: Store):
    store.versions.add(version(1, "lab:A", of=1))
    store.versions.add(version(2, "lab:A", of=1))
    store.versions.add(version(1, "lab:B", of=2))
    with pytest.raises(Conflict) as refused:
        store.versions.add(version(2, "lab:A", of=3))
    assert refused.value.details["field"] == "refcode"
    assert store.versions.get(Every((Is("refcode", "lab:A"), Is("version", 2))))["version"] == 2


def test_versions_are_listed_by_number_latest_first(store: Store):
    for number in (1, 10, 2):
        store.versions.add(version(number, "lab:A", of=1))
    query = Query(Is("refcode", "lab:A"), Order("version", descending=True), limit=2)
    first = store.versions.find(query)
    rest = store.versions.find(Query(query.where, query.order, limit=2, after=first.next_cursor))
    assert [each["version"] for each in first.documents + rest.documents] == [10, 2, 1]


def test_a_replacement_is_found_by_its_new_values_alone(store: Store):
    store.people.add(person(1, contact_email="old@lab.org"))
    store.people.replace(person(1, contact_email="new@lab.org"))
    assert store.people.count(Is("contact_email", "old@lab.org")) == 0
    assert store.people.count(Is("contact_email", "new@lab.org")) == 1


def test_a_replacement_of_an_edit_that_is_gone_is_refused(store: Store):
    store.groups.add({"immutable_id": "1" * 24, "group_id": "g", "edit": 1})
    store.groups.replace({"immutable_id": "1" * 24, "group_id": "g", "edit": 2}, was=1)
    with pytest.raises(Conflict):
        store.groups.replace({"immutable_id": "1" * 24, "group_id": "g", "edit": 2}, was=1)


def test_keys_are_removed_for_good(store: Store):
    for number in range(3):
        store.api_keys.add({"immutable_id": f"{number:024x}", "hash": f"h{number}", "user": "ann"})
    assert store.api_keys.remove(Is("hash", "h1")) == 1
    assert store.api_keys.remove(Is("hash", "h1")) == 0
    assert store.api_keys.count(EVERYTHING) == 2
    assert store.api_keys.count(Is("user", "ann"), at_most=1) == 1


def test_a_store_that_works_says_so(store: Store):
    store.check()


def test_many_are_written_at_once_over_what_was_there(store: Store):
    store.groups.add({"immutable_id": "1" * 24, "group_id": "old"})
    new = {"immutable_id": "2" * 24, "group_id": "new"}
    taken = {"immutable_id": "3" * 24, "group_id": "new"}
    renamed = {"immutable_id": "1" * 24, "group_id": "renamed"}
    became = store.groups.put_all([new, taken, renamed])
    assert [one and one.details["field"] for one in became] == [None, "group_id", None]
    assert store.groups.count(EVERYTHING) == 2
    assert store.groups.get(Is("group_id", "renamed")) == renamed
