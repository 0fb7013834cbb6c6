"""Numbers of things in sentences."""

import pytest

from pydatalab.models.words import counted


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 items"), (1, "1 item"), (2, "2 items"), (1_200, "1,200 items")]
)
def test_one_thing_is_singular(number: int, words: str):
    assert counted(number, "item") == words


def test_a_noun_can_have_a_plural_of_its_own():
    assert [counted(n, "person", "people") for n in (1, 2)] == ["1 person", "2 people"]
