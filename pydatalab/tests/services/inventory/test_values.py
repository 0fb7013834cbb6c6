"""Cells as people and programs fill them."""

from datetime import datetime
from typing import Any

import pytest

from pydatalab.chemistry.quantities import tells_amount
from pydatalab.errors import Invalid
from pydatalab.services.inventory.dates import day, first_of
from pydatalab.services.inventory.values import Habits, habits_of, is_blank, read, same


@pytest.mark.parametrize("cell", [None, "", " ", "None", "none", "N/A", "-", "null", "NaN"])
def test_what_exports_write_for_nothing_is_nothing(cell: Any):
    assert is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (datetime(2022, 10, 29), "2022-10-29"), ("2024-03-01", "2024-03-01"), ("20240301", "2024-03-01"),
        (45352, "2024-03-01"), (45352.75, "2024-03-01"), ("45352", "2024-03-01"), (20240301.0, "2024-03-01"),
        ("01.03.2024", "2024-03-01"), ("31/12/23", "2023-12-31"), ("12/31/2023", "2023-12-31"),
        ("1 Mar 2024", "2024-03-01"), ("March 1, 2024", "2024-03-01"), ("1. März 2024", "2024-03-01"),
        ("01-Mar-24", "2024-03-01"), ("3 février 2021", "2021-02-03"), ("2024/3/1", "2024-03-01"),
        ("05/05/2021", "2021-05-05"), ("01.03.2024 14:30", "2024-03-01"),
        ("31/12/2023 2:15 PM", "2023-12-31"),
    ],
)  # fmt: skip
def test_days_are_read_in_any_usual_form(cell: Any, expected: str):
    assert day(cell)[:10] == expected


@pytest.mark.parametrize(
    "cell", ["sometime in May", "2024-13-01", "31.02.2024", "2019", 2019, 5.0, "01/03/2024", "x"]
)
def test_what_is_no_day_or_two_is_refused(cell: Any):
    with pytest.raises(Invalid):
        day(cell)


def test_a_column_tells_whether_days_or_months_come_first():
    assert first_of(["01/03/2024", "25/03/2024"]) == "day"
    assert first_of(["01/03/2024", "03/25/2024"]) == "month"
    assert first_of(["01/03/2024", "25/03/2024", "03/25/2024"]) is None
    assert day("01/03/2024", "day")[:10] == "2024-03-01"
    assert day("01/03/2024", "month")[:10] == "2024-01-03"


@pytest.mark.parametrize(
    ("field", "cell", "expected"),
    [
        ("molar_mass", "73,89 g/mol", 73.89), ("molar_mass", 73.89, 73.89), ("molar_mass", "1.234,5", 1234.5),
        ("full_percent", 80.0, "80"), ("full_percent", "80 %", "80"), ("full_percent", "< 5%", "<5"),
        ("chemical_purity", "> 99 %", "> 99 %"), ("chemical_purity", 99.5, "99.5%"),
        ("CAS", "554–13–2", "554-13-2"), ("CAS", 7732185.0, "7732-18-5"),
        ("barcode", 258176.0, "258176"), ("name", "  two\n words ", "two words"),
        ("location", "Lab 1>Shelf 2 > ", "Lab 1 > Shelf 2"), ("size_unit", "ml", "mL"),
        ("status", "Leer", "exhausted"), ("status", "In Stock", "available"),
    ],
)  # fmt: skip
def test_cells_become_values(field: str, cell: Any, expected: Any):
    assert read(field, cell, Habits()) == expected


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("molar_mass", "heavy"), ("molar_mass", 0), ("molar_mass", "1,234"), ("full_percent", 120),
        ("full_percent", "half"), ("CAS", "1-2-3"), ("CAS", "554-13-3"), ("CAS", datetime(2001, 10, 1)),
        ("name", datetime(2024, 3, 1)), ("size_unit", "5"), ("smiles", "C1CC"), ("inchi_key", "LFQ"),
        ("GHS_codes", "flammable"), ("size", "lots"), ("size", -5), ("name", "#REF!"), ("status", "blue"),
        ("name", "x" * 3000), ("date", True),
    ],
)  # fmt: skip
def test_a_cell_that_says_something_else_is_refused(field: str, cell: Any):
    with pytest.raises(Invalid):
        read(field, cell, Habits())


def test_the_habits_of_a_column_are_learnt():
    assert habits_of("full_percent", [0.5, 1.0, None]).fractions
    assert read("full_percent", 0.5, habits_of("full_percent", [0.5, 1])) == "50"
    assert habits_of("full_percent", [1.0, 0.0, 1.0]).fractions
    assert not habits_of("full_percent", [1.0, 100.0]).fractions
    texts = habits_of("full_percent", ["0,75", "1", None, "empty"])
    assert [read("full_percent", one, texts) for one in ("0,75", "1", "40 %")] == [
        "75",
        "100",
        "40",
    ]
    assert not habits_of("full_percent", ["0.75", "40"]).fractions
    assert not habits_of("full_percent", ["0.75 %", "1 %"]).fractions
    decimals = habits_of("molar_mass", ["73,89", "1,234"])
    assert read("molar_mass", "1,234", decimals) == 1.234


@pytest.mark.parametrize(
    ("field", "one", "other", "alike"),
    [
        ("size", "5", "5.0", True), ("full_percent", "80", "80 %", True), ("size", "5", "50", False),
        ("GHS_codes", "H302, H319", "H319;H302", True), ("GHS_codes", "flammable", "toxic", False),
        ("supplier", None, "", True), ("supplier", "A  B", "A B", True), ("molar_mass", 73.89, 73.9, False),
        ("location", None, "x", False),
    ],
)  # fmt: skip
def test_values_are_the_same_however_they_are_written(
    field: str, one: Any, other: Any, alike: bool
):
    assert same(field, one, other) is alike


@pytest.mark.parametrize(
    "unit",
    ["L", "mL", "µL", "μl", "g", "mg", "kg", "µg", "mol", "µmol", "pieces", "Stück", "fl oz"],
)
def test_units_and_things_that_are_counted_tell_an_amount(unit: str):
    assert tells_amount(unit)


@pytest.mark.parametrize("unit", ["parsec", "500", "mL bottle", "?"])
def test_other_words_tell_none(unit: str):
    assert not tells_amount(unit)
