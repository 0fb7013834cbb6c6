"""Whatever is asked of it, in whatever state, a store answers as the reference does."""

import copy
from typing import Any

import pytest
from examples import item
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import listed

from pydatalab.store.port import Store
from pydatalab.store.query import (
    Between,
    Every,
    Is,
    Matches,
    Mentions,
    OneOf,
    Order,
    Query,
    Scope,
    Some,
)

PRINCIPALS = ["person:ann", "person:bob", "group:g", "collection:c", "everyone"]
DATES = ["2024-05-01", "2025-01-01", "2025-06-30", "2026-11-22"]
WORDS = [
    "li",
    "abcd",
    "abc",
    "bcd",
    "lico",
    "lithium",
    "ti",
    "co-2",
    "a",
    "mn_o",
    "µm",
    "l-i",
    "é1",
    "x\0y",
    "\1li",
    "日本語",
]

principals = st.lists(st.sampled_from(PRINCIPALS), unique=True)
texts = st.lists(st.sampled_from([*WORDS, "\n", " ", "-", "_", ""]), max_size=6).map("".join)
dates = st.none() | st.sampled_from(DATES)
names = st.text("abB\0é\1 ", max_size=3)

states = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["samples", "cells"]),
        "status": st.sampled_from(["active", "used", None]),
        "date": dates,
        "creator_ids": st.lists(st.sampled_from(["ann", "bob"]), unique=True),
        "file_ObjectIds": st.lists(st.sampled_from(["f1", "f2", "f3"]), unique=True),
        "depth": st.sampled_from([None, 1, [1, 2], "1"]),
        "derived_principals": principals,
        "derived_collections": st.lists(st.sampled_from(["c", "d"]), unique=True),
        "derived_name": names,
        "derived_text": texts,
    }
)

leaves = st.one_of(
    st.builds(Is, st.just("type"), st.sampled_from(["samples", "cells", None])),
    st.builds(OneOf, st.just("status"), st.sampled_from([(), ("used",), ("used", "active")])),
    st.builds(Is, st.just("status"), st.none()),
    st.builds(Is, st.just("creator_ids"), st.sampled_from(["ann", "bob", "eve"])),
    st.builds(Is, st.just("derived.collections"), st.sampled_from(["c", "d"])),
    st.builds(OneOf, st.just("file_ObjectIds"), st.sampled_from([("f1",), ("f2", "f3")])),
    st.builds(Is, st.just("item_id"), st.sampled_from(["S-1", "S-3", "S-99"])),
    st.builds(Is, st.just("depth"), st.sampled_from([None, 1, 2, "1"])),
    st.builds(Between, st.just("date"), dates, dates),
    st.builds(Between, st.sampled_from(["derived.name", "depth"]), dates, dates),
    st.builds(Between, st.just("derived.name"), st.none() | names, st.none() | names),
    st.builds(Mentions, st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join) | texts),
    st.builds(Matches, st.sampled_from(["li$", "^A", "l.c", "µ", "x+y"])),
)
conditions = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Every, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Some, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=4,
)
orders = st.builds(
    Order,
    st.sampled_from(
        ["date", "last_modified", "derived.item_id", "derived.name", "immutable_id", "type"]
    ),
    st.booleans(),
)
scopes = (
    st.builds(Scope, principals.map(frozenset))
    | st.just(Scope.all())
    | st.just(Scope(frozenset(PRINCIPALS)))
)
changes = st.lists(st.tuples(st.integers(0, 11), st.none() | states), max_size=8)


FILTERS = [
    *(Between("date", None, day) for day in DATES),
    *(Between("date", day, None) for day in DATES),
    *(Between("date", low, high) for low in DATES for high in DATES),
    *(Mentions(word) for word in WORDS),
    *(OneOf("creator_ids", people) for people in [("ann",), ("ann", "bob"), ("eve",)]),
    Is("derived.collections", "c"),
    Is("type", "cells"),
    Every((Is("type", "cells"), Is("status", "used"), Between("date", DATES[1], None))),
]


Documents = dict[int, dict[str, Any]]
"""Those that a store has, by the numbers that they were made with."""


def begun(store: Store, first: list[dict]) -> Documents:
    """Fill an empty store, and say which documents it has then."""
    documents = {number: item(number, **state) for number, state in enumerate(first)}
    store.items.add_all([copy.deepcopy(document) for document in documents.values()])
    return documents


def change(store: Store, documents: Documents, number: int, state: dict | None) -> None:
    """Add, replace or remove a document."""
    if number in documents and state is None:
        store.items.remove(Is("immutable_id", f"{number:024x}"), scope=Scope.all())
        del documents[number]
    elif number in documents:
        edit = documents[number]["edit"]
        documents[number] = item(number, edit=edit + 1, **state)
        store.items.replace(documents[number], was=edit, scope=Scope.all())
    elif state is not None:
        documents[number] = item(number, **state)
        store.items.add(documents[number])


def written(store: Store, first: list[dict], later: list) -> list[dict[str, Any]]:
    """Fill an empty store, change it, and say which documents it has then."""
    documents = begun(store, first)
    for number, state in later:
        change(store, documents, number, state)
    return list(documents.values())


def paged(store: Store, query: Query, scope: Scope) -> list[dict[str, Any]]:
    """All pages of a query, one behind the other."""
    found, after = [], None
    while True:
        page = store.items.find(
            Query(query.where, query.order, query.limit, after, count_to=query.count_to),
            scope=scope,
        )
        found += page.documents
        after = page.next_cursor
        if after is None:
            return found
        assert page.documents, "a page that is not the last has documents"


@pytest.fixture
def sections_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few documents be enough to fill sections of an order, and to be looked up by words."""
    monkeypatch.setattr("pydatalab.store.sqlite.sections.FULL", 2)
    monkeypatch.setattr("pydatalab.store.sqlite.orders.LARGE", 5)
    monkeypatch.setattr("pydatalab.store.sqlite.orders.FEW", 1)
    monkeypatch.setattr("pydatalab.store.sqlite.selection.FEW", 1)


@pytest.mark.usefixtures("sections_of_two")
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    first=st.lists(states, min_size=6, max_size=12) | st.lists(states, max_size=3),
    later=changes,
    asked=st.lists(
        st.tuples(conditions, orders, scopes, st.integers(1, 5), st.integers(0, 6)),
        min_size=1,
        max_size=6,
    ),
)
def test_a_store_answers_as_the_reference_does(store: Store, first: list, later: list, asked: list):
    store.items.remove(Every(), scope=Scope.all())
    documents = written(store, first, later)
    for where, order, scope, limit, count_to in asked:
        expected = listed(documents, where, order, scope)
        assert paged(store, Query(where, order, limit), scope) == expected
        assert store.items.count(where, scope=scope) == len(expected)
        page = store.items.find(Query(where, order, limit, count_to=count_to), scope=scope)
        assert page.total == (min(len(expected), count_to) if count_to else None)
        assert page.exact == (not count_to or len(expected) <= count_to)


@pytest.mark.usefixtures("sections_of_two")
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=st.lists(states, min_size=8, max_size=12), later=changes, order=orders)
def test_each_filter_alone_answers_as_the_reference_does(
    store: Store, first: list, later: list, order: Order
):
    store.items.remove(Every(), scope=Scope.all())
    documents = written(store, first, later)
    for scope in (Scope.all(), Scope(frozenset(PRINCIPALS)), Scope(frozenset({"person:ann"}))):
        for where in FILTERS:
            expected = listed(documents, where, order, scope)
            assert paged(store, Query(where, order, limit=4), scope) == expected
            assert store.items.count(where, scope=scope) == len(expected)


@pytest.mark.usefixtures("sections_of_two")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    first=st.lists(states, min_size=6, max_size=12),
    later=changes,
    asked=st.lists(st.tuples(conditions, orders, scopes), min_size=1, max_size=4),
)
def test_the_same_questions_are_answered_anew_after_each_change(
    store: Store, first: list, later: list, asked: list
):
    store.items.remove(Every(), scope=Scope.all())
    documents = begun(store, first)
    for number, state in [(-1, None), *later]:
        change(store, documents, number, state)
        for where, order, scope in asked:
            expected = listed(list(documents.values()), where, order, scope)
            assert paged(store, Query(where, order, limit=4), scope) == expected
            assert store.items.count(where, scope=scope) == len(expected)
