"""Amounts as people write them."""

import pytest

from pydatalab.chemistry.quantities import Amount, Mark, amount, decimal_mark, number, unit_named
from pydatalab.errors import Invalid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500 g", Amount("500", "g")), ("250g", Amount("250", "g")), ("1.5L", Amount("1.5", "L")),
        ("0,5 kg", Amount("0.5", "kg")), ("1.234,5 kg", Amount("1234.5", "kg")),
        ("1,234.50", Amount("1234.50", None)), ("1 000 ml", Amount("1000", "mL")),
        ("2 x 25 mL", Amount("2 x 25", "mL")), ("> 5 g", Amount("> 5", "g")), ("100 µl", Amount("100", "µL")),
        ("12 tablets", Amount("12", "tablets")),
    ],
)  # fmt: skip
def test_amounts_are_read_with_their_units(text: str, expected: Amount):
    assert amount(text) == expected


@pytest.mark.parametrize("text", ["", "lots", "g", "1,234", "1.2.3", "--5"])
def test_what_is_no_amount_or_can_be_read_in_two_ways_is_refused(text: str):
    with pytest.raises(Invalid):
        amount(text)


def test_the_mark_of_a_column_decides():
    assert decimal_mark(["5", "73,89"]) == ","
    assert decimal_mark(["5", "73.89"]) == "."
    assert decimal_mark(["1,234.5"]) == "."
    assert decimal_mark(["1,234", "5"]) is None
    assert number("1,234", ",") == "1.234"
    assert number("1,234", ".") == "1234"


@pytest.mark.parametrize("mark", [".", ","])
def test_a_number_that_can_be_read_in_one_way_only_is_read_so_in_any_column(mark: Mark):
    assert number("0,5", mark) == number("0.5", mark) == "0.5"
    assert number("2500,75", mark) == number("2500.75", mark) == "2500.75"
    assert number("0,125", mark) == number("0.125", mark) == "0.125"
    assert number("1 234,567", mark) == "1234.567"


def test_a_column_whose_numbers_disagree_has_no_mark():
    assert decimal_mark(["0,5", "0.5"]) is None


def test_units_are_written_as_usual():
    assert [unit_named(word) for word in ("ML", "Liter", "gr.", "pcs")] == ["mL", "L", "g", "pcs"]
