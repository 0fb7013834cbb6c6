"""CAS numbers. Those that are right are of the substances named beside them in the CRC Handbook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydatalab.chemistry.cas import cas_numbers, is_cas
from pydatalab.errors import Invalid


@pytest.mark.parametrize(
    "number", ["7732-18-5", "64-17-5", "67-64-1", "554-13-2", "21324-40-3", "24937-79-9"]
)
def test_the_numbers_of_known_substances_are_right(number: str):
    assert is_cas(number)
    assert cas_numbers(number) == [number]


@given(st.sampled_from(["7732-18-5", "21324-40-3"]), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(number: str, place: int, more: int):
    digits = [at for at, one in enumerate(number) if one.isdigit()]
    at = digits[place % len(digits)]
    wrong = number[:at] + str((int(number[at]) + more) % 10) + number[at + 1 :]
    weight = digits[::-1].index(at)
    if weight and (weight * more) % 10 == 0:  # the check digit cannot see these
        return
    assert not is_cas(wrong)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CAS: 7732-18-5", ["7732-18-5"]),
        ("[7732-18-5]", ["7732-18-5"]),
        ("7732–18–5", ["7732-18-5"]),
        ("7732185", ["7732-18-5"]),
        ("000064-17-5", ["64-17-5"]),
        ("64-17-5; 67-64-1 ; 64-17-5", ["64-17-5", "67-64-1"]),
    ],
)
def test_numbers_are_found_in_texts(text: str, expected: list[str]):
    assert cas_numbers(text) == expected


@pytest.mark.parametrize(
    "text", ["1-2-3", "7732-18-6", "water", "2001-10-01", "7732-18-5 in water", ""]
)
def test_what_is_no_number_is_refused(text: str):
    with pytest.raises(Invalid):
        cas_numbers(text)
