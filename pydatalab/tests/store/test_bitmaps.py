"""Sets of numbers as long integers, compared with Python's own sets."""

from hypothesis import given
from hypothesis import strategies as st

from pydatalab.store.sqlite.bitmaps import (
    CHUNK,
    FEW,
    as_bytes,
    bitmap,
    chosen,
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
    assert members(bitmap(one) | bitmap(other)) == sorted(one | other)
    assert members(bitmap(one) & bitmap(other)) == sorted(one & other)
    assert bitmap(one).bit_count() == len(one)


@given(many | st.sets(st.integers(0, CHUNK - 1), max_size=FEW + 1))
def test_a_chunk_is_read_as_it_was_stored(chunk: set[int]):
    assert unpacked(packed(bitmap(chunk))) == bitmap(chunk)


@given(
    st.lists(st.tuples(st.integers(0, 5), many | st.sets(st.integers(0, CHUNK - 1))), max_size=6)
)
def test_stored_chunks_of_several_sets_are_united(chunks: list[tuple[int, set[int]]]):
    expected = {number * CHUNK + member for number, chunk in chunks for member in chunk}
    stored = [(number, packed(bitmap(chunk))) for number, chunk in chunks]
    assert members(union(stored)) == sorted(expected)


@given(st.lists(st.integers(0, 4 * CHUNK)), few)
def test_numbers_are_chosen_in_their_own_order(numbers: list[int], wanted: set[int]):
    raw = as_bytes(bitmap(wanted))
    assert list(chosen(numbers, raw)) == [number for number in numbers if number in wanted]
