"""Runs of three letters, and the beginnings of words among them."""

from hypothesis import given
from hypothesis import strategies as st

from pydatalab.store.runs import MARK, with_beginnings

LETTERS = "ab1 _-\n.äß²½\u00a0\u3000日😀\u0301٣x'\x1c\0\1"


def beginnings_of(text: str) -> list[str]:
    """One or two letters from wherever no letter or digit stands before, each once."""
    found = []
    for at in range(len(text)):
        if text[at].isspace() or (at and text[at - 1].isalnum()):
            continue
        second = text[at + 1 : at + 2]
        found.append(text[at] + ("" if second.isspace() else second))
    return list(dict.fromkeys(found))


@given(st.text(LETTERS, max_size=40))
def test_behind_a_text_stand_the_beginnings_of_its_words(text: str):
    plain = text.replace("\0", " ").replace("\1", " ")
    assert with_beginnings(text) == (MARK * 2).join([plain, *beginnings_of(plain)])
