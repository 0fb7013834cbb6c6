"""Hazard codes. Pictograms of substances are those of their harmonised labels (CLP, annex VI)."""

import re

import pytest

from pydatalab.chemistry.hazards import PICTOGRAMS, STATEMENTS, pictograms, read_codes, statement


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H225-H319, EUH066", ["H225", "H319", "EUH066"]),
        ("H302;H319 H302", ["H302", "H319"]),
        ("h360fd / H350I", ["H360FD", "H350i"]),
        ("H360Fd, H361fd", ["H360Fd", "H361fd"]),
        ("H300 + H310+H330", ["H300+H310+H330"]),
        ("Danger! H 225: Highly flammable. P210", ["H225"]),
        ("flammable", []),
    ],
)
def test_codes_are_found_in_any_text(text: str, expected: list[str]):
    assert list(read_codes(text).known) == expected


def test_what_looks_like_a_code_and_is_none_is_told():
    assert read_codes("H225, H999, EUH999").unknown == ("H999", "EUH999")


@pytest.mark.parametrize(
    ("substance", "codes", "expected"),
    [
        ("acetone", "H225 H319 H336", ["GHS02", "GHS07"]),
        ("sodium hydroxide", "H314", ["GHS05"]),
        ("sodium cyanide", "H300 H310 H330 H372 H410", ["GHS06", "GHS08", "GHS09"]),
        ("nickel(II) oxide", "H317 H350i H372 H413", ["GHS07", "GHS08"]),
        ("hydrogen peroxide", "H271 H302 H314 H332", ["GHS03", "GHS05", "GHS07"]),
        ("methanol", "H225 H301 H311 H331 H370", ["GHS02", "GHS06", "GHS08"]),
        ("toluene", "H225 H304 H315 H336 H361d H373", ["GHS02", "GHS07", "GHS08"]),
        ("corrosive and irritating", "H314 H319", ["GHS05"]),
        ("asthma and skin allergy", "H334 H317", ["GHS08"]),
        ("harmful to water", "H412", []),
    ],
)
def test_pictograms_are_those_of_the_label(substance: str, codes: str, expected: list[str]):
    assert pictograms(read_codes(codes).known) == expected, substance


def test_every_code_has_a_statement_and_every_pictogram_words():
    assert all(re.fullmatch(r"(?:EUH|H)\d{3}[A-Z]?", code) for code in STATEMENTS)
    assert list(PICTOGRAMS) == [f"GHS0{number}" for number in range(1, 10)]
    assert statement("H300+H310") == f"{STATEMENTS['H300']}; {STATEMENTS['H310']}"
    assert statement("H999") is None
