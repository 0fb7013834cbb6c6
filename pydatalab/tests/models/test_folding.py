"""Text as it is compared and searched."""

import time

import pytest

from pydatalab.models.folding import folded, plain


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("no tags", "no tags"),
        ("a < b & c > d", "a < b & c > d"),
        ("<p>LiCoO<sub>2</sub> <b>pow</b>der</p><p>new</p>", "LiCoO2 powder new"),
        ("one<br/>two<hr>three", "one two three"),
        ('<a href="x">li</a>nk <img alt="y" src="z">', "link"),
        ("<!-- hidden -->seen<!doctype html>", "seen"),
        ("5&nbsp;&micro;m &lt;p&gt; &amp;", "5 µm <p> &"),
        ("<p", "<p"),
        ("x<5 and y>3", "x<5 and y>3"),
    ],
)
def test_the_words_of_html_are_those_that_are_read(markup: str, words: str):
    assert plain(markup) == words


@pytest.mark.parametrize(
    "piece", ["<a b='", "<!--", "<", "<a", "</", "<?", "&#", "<a>", "<" + "a" * 99]
)
def test_words_are_taken_in_time_that_grows_with_the_text(piece: str):
    """A parser that looks back at every tag needs minutes for this."""
    text = piece * (2_000_000 // len(piece))
    begun = time.process_time()
    plain(text)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("LiCoO₂", "licoo2"),
        ("ÄTHER", "äther"),
        ("Äther", "ather"),
        ("ﬁne", "FINE"),
        ("STRASSE", "straße"),
    ],
)
def test_text_is_the_same_without_case_accents_and_forms(text: str, same: str):
    assert folded(text) == folded(same)
