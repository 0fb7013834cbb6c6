"""What every store promises of documents that belong to somebody."""

import threading

import pytest
from examples import collection, item

from pydatalab.errors import Conflict, Invalid, NotFound
from pydatalab.store.port import Store
from pydatalab.store.query import Between, Every, Is, Matches, Mentions, OneOf, Order, Query, Scope

ANN = Scope(frozenset({"person:ann"}))
BOB = Scope(frozenset({"person:bob"}))
EVERYTHING = Every()


def names(store: Store, query: Query, scope: Scope = ANN) -> list[str]:
    return [document["item_id"] for document in store.items.find(query, scope=scope).documents]


def test_what_was_added_is_given_back_whole(store: Store):
    added = item(
        1, name="Li₂O · µm", blocks_obj={"a": {"x": [1, 2.5, None, True]}}, odd_field={"k": []}
    )
    store.items.add(added)
    assert store.items.get(Is("refcode", "lab:000001"), scope=ANN) == added


def test_a_stranger_cannot_tell_a_hidden_item_from_a_missing_one(store: Store):
    store.items.add(item(1))
    with pytest.raises(NotFound) as hidden:
        store.items.get(Is("refcode", "lab:000001"), scope=BOB)
    with pytest.raises(NotFound) as missing:
        store.items.get(Is("refcode", "lab:000002"), scope=BOB)
    assert str(hidden.value) == str(missing.value)
    with pytest.raises(NotFound) as hidden:
        store.items.replace(item(1, edit=2), was=1, scope=BOB)
    with pytest.raises(NotFound) as missing:
        store.items.replace(item(2, edit=2), was=1, scope=BOB)
    assert str(hidden.value) == str(missing.value)


def test_a_scope_without_principals_sees_nothing(store: Store):
    store.items.add(item(1))
    assert store.items.count(EVERYTHING, scope=Scope(frozenset())) == 0


def test_what_nobody_sees_is_seen_by_the_scope_of_all(store: Store):
    store.items.add(item(1, derived_principals=[]))
    assert store.items.count(EVERYTHING, scope=ANN) == 0
    assert store.items.count(EVERYTHING, scope=Scope.all()) == 1


@pytest.mark.parametrize(
    ("field", "clash"),
    [
        ("immutable_id", item(2, immutable_id=f"{1:024x}")),
        ("refcode", item(2, refcode="lab:000001")),
        ("derived.live_id", item(2, derived_live_id="S-1")),
    ],
)
def test_a_taken_name_is_a_conflict_that_names_the_field(store: Store, field: str, clash: dict):
    store.items.add(item(1))
    with pytest.raises(Conflict) as refused:
        store.items.add(clash)
    assert refused.value.details["field"] == field
    assert names(store, Query()) == ["S-1"]


def test_deleted_items_without_a_live_id_do_not_clash(store: Store):
    store.items.add(item(1, derived_live_id=None))
    store.items.add(item(2, derived_live_id=None))
    assert store.items.count(EVERYTHING, scope=ANN) == 2


def test_of_many_each_is_added_on_its_own(store: Store):
    store.items.add(item(2))
    became = store.items.add_all([item(1), item(2), item(3), item(3)])
    assert [conflict is None for conflict in became] == [True, False, True, False]
    assert names(store, Query()) == ["S-1", "S-2", "S-3"]


def test_a_save_from_an_older_edit_is_refused_and_changes_nothing(store: Store):
    store.items.add(item(1))
    store.items.replace(item(1, edit=2, name="first"), was=1, scope=ANN)
    with pytest.raises(Conflict):
        store.items.replace(item(1, edit=2, name="second"), was=1, scope=ANN)
    assert store.items.get(Is("item_id", "S-1"), scope=ANN)["name"] == "first"


def test_a_save_that_takes_a_taken_name_is_refused_and_changes_nothing(store: Store):
    store.items.add_all([item(1), item(2)])
    with pytest.raises(Conflict) as refused:
        store.items.replace(item(2, edit=2, refcode="lab:000001", name="new"), was=1, scope=ANN)
    assert refused.value.details["field"] == "refcode"
    assert store.items.get(Is("item_id", "S-2"), scope=ANN) == item(2)


def test_the_stored_document_must_be_in_scope_not_the_new_one(store: Store):
    store.items.add(item(1))
    store.items.replace(item(1, edit=2, derived_principals=["person:bob"]), was=1, scope=ANN)
    assert names(store, Query(), ANN) == []
    assert names(store, Query(), BOB) == ["S-1"]


def test_of_two_saves_at_once_one_wins(store: Store):
    store.items.add(item(1))
    won = []

    def save(name: str) -> None:
        try:
            store.items.replace(item(1, edit=2, name=name), was=1, scope=ANN)
            won.append(name)
        except Conflict:
            pass

    threads = [threading.Thread(target=save, args=(f"by {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert store.items.get(Is("item_id", "S-1"), scope=ANN)["name"] == won[0]


def test_only_what_is_in_scope_is_removed(store: Store):
    store.items.add_all([item(1), item(2, derived_principals=["person:bob"])])
    assert store.items.remove(EVERYTHING, scope=BOB) == 1
    assert names(store, Query(), Scope.all()) == ["S-1"]


def test_a_removed_name_is_free_again(store: Store):
    store.items.add(item(1))
    store.items.remove(Is("item_id", "S-1"), scope=ANN)
    store.items.add(item(1, name="again"))
    assert store.items.get(Is("item_id", "S-1"), scope=ANN)["name"] == "again"


def test_only_the_fields_asked_for_are_given_and_the_id(store: Store):
    store.items.add(item(1))
    expected = {"immutable_id": f"{1:024x}", "name": ""}
    query = Query(fields=("name", "no_such_field"))
    assert store.items.find(query, scope=ANN).documents == [expected]
    assert store.items.get(Is("item_id", "S-1"), scope=ANN, fields=("name",)) == expected


def test_pages_go_on_where_the_last_ended_whatever_was_added_between(store: Store):
    order = Order("last_modified", descending=True)
    store.items.add_all([item(number) for number in range(1, 7)])
    first = store.items.find(Query(order=order, limit=3), scope=ANN)
    store.items.add_all([item(7), item(0)])
    store.items.remove(Is("item_id", "S-4"), scope=ANN)
    rest = names(store, Query(order=order, limit=9, after=first.next_cursor))
    assert rest == ["S-3", "S-2", "S-1", "S-0"]


def test_the_last_page_has_no_next_one(store: Store):
    store.items.add_all([item(1), item(2)])
    assert store.items.find(Query(limit=2), scope=ANN).next_cursor is None
    assert store.items.find(Query(limit=1), scope=ANN).next_cursor is not None


@pytest.mark.parametrize("cursor", ["", "nonsense", "W10", "WzEsMl0", "ww", "é"])
def test_a_cursor_that_is_none_is_refused(store: Store, cursor: str):
    store.items.add(item(1))
    with pytest.raises(Invalid):
        store.items.find(Query(order=Order("date"), after=cursor), scope=ANN)


def test_totals_are_exact_up_to_a_number(store: Store):
    store.items.add_all([item(number) for number in range(5)])
    exact = store.items.find(Query(limit=2, count_to=5), scope=ANN)
    more = store.items.find(Query(limit=2, count_to=4), scope=ANN)
    assert (exact.total, exact.exact) == (5, True)
    assert (more.total, more.exact) == (4, False)
    assert store.items.find(Query(limit=2), scope=ANN).total is None
    assert store.items.count(EVERYTHING, scope=ANN, at_most=3) == 3


def test_words_are_found_folded_and_short_ones_where_a_word_begins(store: Store):
    store.items.add_all(
        [
            item(1, derived_text="licoo2 by ann\nsolid-state"),
            item(2, derived_text="nmc811, si-li alloy"),
            item(3, derived_text="alias"),
        ]
    )
    assert names(store, Query(Mentions("LI"))) == ["S-1", "S-2"]
    assert names(store, Query(Mentions("LiCoO₂"))) == ["S-1"]
    assert names(store, Query(Mentions("lia"))) == ["S-3"]
    assert names(store, Query(Mentions("state coo2"))) == ["S-1"]
    assert names(store, Query(Mentions(" "))) == ["S-1", "S-2", "S-3"]


def test_changed_words_are_found_and_former_ones_are_not(store: Store):
    store.items.add(item(1, derived_text="before"))
    store.items.replace(item(1, edit=2, derived_text="after"), was=1, scope=ANN)
    assert names(store, Query(Mentions("before"))) == []
    assert names(store, Query(Mentions("after"))) == ["S-1"]


def test_a_pattern_is_tried_on_each_line_in_any_case(store: Store):
    store.items.add_all(
        [item(1, derived_text="first\nsecond"), item(2, derived_text="first second")]
    )
    assert names(store, Query(Matches("^SECOND$"))) == ["S-1"]


def test_what_is_no_pattern_is_refused(store: Store):
    for pattern in ("(", "*a", "a" * 10_000):
        with pytest.raises(Invalid):
            store.items.find(Query(Matches(pattern)), scope=ANN)


def test_a_pattern_that_never_ends_is_given_up_with_a_reason(store: Store):
    store.items.add(item(1, derived_text="a" * 60 + "!"))
    with pytest.raises(Invalid, match="too long"):
        store.items.find(Query(Matches("(a+)+$")), scope=ANN)
    assert names(store, Query()) == ["S-1"]


def test_items_are_looked_up_by_what_they_were_made_from_and_hold(store: Store):
    store.items.add_all(
        [
            item(1, derived_made_from=["lab:000002", "lab:000003"], file_ObjectIds=["f1"]),
            item(2, derived_made_from=["lab:000003"], file_ObjectIds=["f1", "f2"]),
        ]
    )
    assert names(store, Query(Is("derived.made_from", "lab:000003"))) == ["S-1", "S-2"]
    assert names(store, Query(OneOf("file_ObjectIds", ("f2", "f9")))) == ["S-2"]


def test_collections_are_listed_by_name(store: Store):
    for number, title in enumerate(["Zinc", "Anodes", "Middle"]):
        store.collections.add(collection(number, title))
    page = store.collections.find(Query(order=Order("derived.name")), scope=ANN)
    assert [document["title"] for document in page.documents] == ["Anodes", "Middle", "Zinc"]


def test_what_json_cannot_write_is_refused_and_changes_nothing(store: Store):
    for name in ("\ud800", 2**70, {1, 2}):
        with pytest.raises(Invalid):
            store.items.add(item(1, name=name))
    with pytest.raises(Invalid):
        store.items.add(item(1, derived_text="\ud800"))
    assert store.items.count(EVERYTHING, scope=Scope.all()) == 0


def test_a_range_of_dates_includes_both_its_ends_and_no_nulls(store: Store):
    days = [None, *(f"2026-01-{day:02}" for day in range(1, 31))]
    store.items.add_all([item(number, date=days[number % 31]) for number in range(1, 1241)])
    for low, high in (("2026-01-03", "2026-01-20"), (None, "2026-01-20"), ("2026-01-03", None)):
        expected = sum(day is not None and (low or "") <= day <= (high or "3") for day in days) * 40
        assert store.items.count(Between("date", low, high), scope=ANN) == expected


def test_of_many_each_is_replaced_on_its_own(store: Store):
    store.items.add_all([item(1), item(2), item(3, derived_principals=["person:bob"])])
    new = [item(number, edit=2, name="new") for number in (1, 2, 3, 4)]
    became = store.items.replace_all(new, was=[1, 9, 1, 1], scope=ANN)
    assert [type(one) for one in became] == [type(None), Conflict, NotFound, NotFound]
    found = store.items.find(Query(order=Order("derived.name")), scope=Scope.all()).documents
    assert sorted(one["name"] for one in found) == ["", "", "new"]
    assert store.items.count(EVERYTHING, scope=ANN) == 2
