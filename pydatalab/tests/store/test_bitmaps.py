"""Sets of numbers as bits, compared with Python's own sets."""

from hypothesis import given
from hypothesis import strategies as st

from pydatalab.store.sqlite.bitmaps import (
    CHUNK,
    FEW,
    bitmap,
    chosen,
    chunk,
    members,
    packed,
    union,
    unpacked,
)

few = st.sets(st.integers(0, 3 * CHUNK), max_size=30)
many = st.builds(
    lambda start, step: set(range(start, CHUNK, step)), st.integers(0, 99), st.integers(1, 200)
)
sets = few | many


@given(sets, sets)
def test_sets_are_united_intersected_and_counted(one: set[int], other: set[int]):
    first, second = bitmap(list(one)), bitmap(list(other))
    assert (first | second).members() == sorted(one | other)
    assert (first & second).members() == sorted(one & other)
    assert bool(first & second) == bool(one & other)
    assert first.n == len(one)


@given(many | st.sets(st.integers(0, CHUNK - 1), max_size=FEW + 1))
def test_a_chunk_is_read_as_it_was_stored(numbers: set[int]):
    assert unpacked(packed(chunk(list(numbers)))) == chunk(list(numbers))
    assert members(chunk(list(numbers))) == sorted(numbers)


@given(
    st.lists(st.tuples(st.integers(0, 5), many | st.sets(st.integers(0, CHUNK - 1))), max_size=6)
)
def test_stored_chunks_of_several_sets_are_united(chunks: list[tuple[int, set[int]]]):
    expected = {number * CHUNK + member for number, listed in chunks for member in listed}
    stored = [(number, packed(chunk(list(listed)))) for number, listed in chunks]
    assert union(stored).members() == sorted(expected)


@given(st.lists(st.integers(0, 4 * CHUNK)), few)
def test_numbers_are_chosen_in_their_own_order(numbers: list[int], wanted: set[int]):
    raw = bitmap(list(wanted)).raw
    assert list(chosen(numbers, raw)) == [number for number in numbers if number in wanted]
