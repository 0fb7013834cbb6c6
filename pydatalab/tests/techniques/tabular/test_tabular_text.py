"""Tables of text: separators, decimal marks, titles, and what stands about the table."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Measurement

DATA = Path(__file__).parents[2] / "data" / "tabular"

Read = Callable[..., Measurement]


@pytest.fixture
def table(read: Read, tmp_path: Path) -> Callable[..., Measurement]:
    """``table(text, name)``: what a file of that text holds."""

    def reading(text: str | bytes, name: str = "table.csv") -> Measurement:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(path, "tabular")

    return reading


def test_a_plain_table_has_its_titles_and_rows(read: Read):
    found = read(DATA / "simple.csv", "tabular")
    assert [column.name for column in found] == ["test", "test2", "test3"]
    assert [column.values.tolist() for column in found] == [[1, 4], [2, 5], [3, 6]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a,b\n1.5,20\n2.5,30\n3.5,40\n", "x.csv"),
        ("a;b\n1,5;20\n2,5;30\n3,5;40\n", "x.csv"),
        ("a\tb\n1,5\t20\n2,5\t30\n3,5\t40\n", "x.tsv"),
        ("a b\n1.5 20\n2.5 30\n3.5 40\n", "x.txt"),
        ("  a       b\n  1.5   20\n  2.5   30\n  3.5   40\n", "x.dat"),
        ("a|b\r\n1.5|20\r\n2.5|30\r\n3.5|40\r\n", "x.txt"),
        ('"a","b"\n"1.5","20"\n"2.5","30"\n"3.5","40"\n', "x.csv"),
        ("# a, b\n1.5, 20\n2.5, 30\n3.5, 40\n", "x.csv"),
        ("a,b\n15e-1,20\n+2.5,30.0\n3.5,40\n", "x.csv"),
        ("a,b,\n1.5,20,\n2.5,30,\n3.5,40,\n,,\n,,\n", "x.csv"),
        ("Made by hand\n\na,b\n1.5,20\n2.5,30\n3.5,40\n", "x.csv"),
        ("a,b\n1.5,20\n2.5,30\n3.5,40\nEnd of data\n", "x.csv"),
        ("a,b\n1.5,20\n# moved the sample\n2.5,30\n3.5,40\n", "x.csv"),
        ("a\tb\n1.5\t20\n2.5\t30\n3.5\t40\n", "really_text.xls"),
    ],
)
def test_cells_are_told_apart_however_they_are_set_off(
    table: Callable[..., Measurement], text: str, name: str
):
    found = table(text, name)
    assert [column.name for column in found] == ["a", "b"]
    np.testing.assert_allclose(found["a"], [1.5, 2.5, 3.5])
    np.testing.assert_allclose(found["b"], [20, 30, 40])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_titles_keep_their_letters_in_any_encoding(
    table: Callable[..., Measurement], encoding: str
):
    found = table("Länge (µm),Größe [°C]\n1,2\n3,4\n".encode(encoding))
    assert [(one.name, one.unit) for one in found] == [("Länge", "µm"), ("Größe", "°C")]


def test_units_may_stand_in_a_row_of_their_own(table: Callable[..., Measurement]):
    found = table("Time,Voltage,Note\ns,V,\n0,1.5,x\n1,1.6,y\n")
    assert [(one.name, one.unit) for one in found] == [
        ("Time", "s"),
        ("Voltage", "V"),
        ("Note", ""),
    ]


def test_groups_above_repeated_titles_take_part_in_the_names(table: Callable[..., Measurement]):
    found = table("Blank,,Sample 3,\nnm,Abs,nm,Abs\n800,0.1,800,0.2\n799,0.1,799,0.3\n")
    assert [one.name for one in found] == ["Blank nm", "Blank Abs", "Sample 3 nm", "Sample 3 Abs"]


def test_equal_titles_are_numbered_and_missing_ones_made_up(table: Callable[..., Measurement]):
    assert [one.name for one in table("x,x,x_2\n1,2,3\n4,5,6\n")] == ["x", "x_3", "x_2"]
    assert [one.name for one in table("1,2\n3,4\n5,6\n")] == ["column_1", "column_2"]


def test_text_dates_and_gaps_stay_what_they_are(table: Callable[..., Measurement]):
    found = table(
        "batch,made,mass (mg),ok\n"
        "A1,2024-02-29 12:00:00,1.5,true\n"
        "A2,2024-03-01 00:00:30,n/a,false\n"
        "A3,2024-03-02 08:15:00,,true\n"
    )
    assert found["batch"].tolist() == ["A1", "A2", "A3"]
    assert str(found["made"][0]) == "2024-02-29T12:00:00.000000"
    np.testing.assert_array_equal(found["mass"], [1.5, np.nan, np.nan])
    assert found["ok"].tolist() == [True, False, True]


def test_german_dates_are_dates_and_doubtful_ones_text(table: Callable[..., Measurement]):
    found = table("d;e;f\n31.12.2023;01/02/2024;1\n01.01.2024;02/03/2024;2\n")
    assert str(found["d"][1])[:10] == "2024-01-01"
    assert found["e"].tolist() == ["01/02/2024", "02/03/2024"]


def test_thousands_are_not_taken_for_decimals(table: Callable[..., Measurement]):
    found = table('a,b\n1,"1,234"\n2,"5,678"\n')
    assert found["b"].tolist() == ["1,234", "5,678"]


@pytest.mark.parametrize("text", ["a,b", "a,b\n"])
def test_a_file_that_ends_within_its_titles_has_no_data(
    table: Callable[..., Measurement], text: str
):
    with pytest.raises(NoData):
        table(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a;b\n1,5;1.234,5\n2,5;999,0\n3,5;12.345,0\n", [1234.5, 999, 12345]),
        ('a,b\n1,"1,234.5"\n2,"12,345"\n3,\n', [1234.5, 12345, np.nan]),
        ("a;b\n1,5;−2,5\n2,5;3,5\n3,5;−0,5\n", [-2.5, 3.5, -0.5]),
        ("a  b\n1  1.0D-3\n2  2.5d+2\n3  4\n", [0.001, 250, 4]),
    ],
)
def test_numbers_with_thousands_long_minus_or_exponents_of_fortran_are_numbers(
    table: Callable[..., Measurement], text: str, values: list[float]
):
    np.testing.assert_array_equal(table(text)["b"], values)


def test_whole_numbers_that_turn_into_decimals_far_below_are_all_kept(
    table: Callable[..., Measurement],
):
    rows = [f"{n},{n}" for n in range(200_000)]
    found = table("a,b\n" + "\n".join([*rows, "200000,0.5"]))
    assert len(found) == 200_001
    assert found["b"][-1] == 0.5
    assert found["b"][123_456] == 123_456


def test_a_word_among_numbers_loses_no_row(table: Callable[..., Measurement]):
    rows = [f"{n},{n / 2}" for n in range(50)]
    rows[2:7] = [f"{n},OVRFLW" for n in range(2, 7)]
    found = table("a,b\n" + "\n".join(rows))
    np.testing.assert_array_equal(found["a"], range(50))
    assert found["b"][4] == "OVRFLW"


def test_a_column_of_states_that_become_numbers_hides_no_rows(table: Callable[..., Measurement]):
    rows = [f"{n},{n},R" for n in range(40)] + [f"{n},{n},1" for n in range(40, 100)]
    found = table("a,b,state\n" + "\n".join(rows))
    assert len(found) == 100
    assert found["state"][0] == "R"


def test_numbers_may_be_larger_than_any_measurement(table: Callable[..., Measurement]):
    found = table("time_ns,x\n1700000000000000000,1\n1700000000000000001,2\n")
    assert found["time_ns"].tolist() == [1700000000000000000, 1700000000000000001]


def test_lines_above_and_below_are_reported(read: Read, shared_data: Path):
    # MANIFEST: 2442 rows of numbers, the first column from 0 to 2503.
    found = read(shared_data / "tabular" / "custom_data_001.csv", "tabular")
    assert len(found) == 2442
    assert (found["index"][0], found["index"][-1]) == (0, 2503)
    assert found["test_time"].max() == pytest.approx(142455, abs=1)
    assert "mass;0.0012;;;;;;;;" in found.header["preamble"]


def test_empty_lines_and_remarks_between_rows_lose_none(table: Callable[..., Measurement]):
    blocks = ["\n".join(f"{n},{n}" for n in range(10 * k, 10 * k + 10 + k)) for k in range(4)]
    found = table("a,b\n" + "\n\nSweep\n".join(blocks))
    assert len(found) == 10 + 11 + 12 + 13
    assert [one.name for one in found] == ["a", "b"]


def test_a_second_table_below_is_not_mixed_in(table: Callable[..., Measurement]):
    first = "\n".join(f"{n},{n}" for n in range(10))
    found = table(f"a,b\n{first}\n\nNow backwards\nside,gain,c\nleft,high,3\nleft,low,4\n")
    assert found["a"].tolist() == list(range(10))
    assert found.header["left_out"] == 4


@pytest.mark.parametrize("text", ["a,b\n", "a,b,c\n\n\n", ",,\n,,\n"])
def test_a_table_without_rows_has_no_data(table: Callable[..., Measurement], text: str):
    with pytest.raises(NoData):
        table(text)


def test_a_row_with_too_many_cells_is_refused_with_advice(table: Callable[..., Measurement]):
    rows = "\n".join(f"{n},{n}" for n in range(10))
    with pytest.raises(UnreadableFile, match="quotation marks"):
        table(f"a,b\n{rows}\n10,11,12\n12,13\n14,15\n")


def test_half_of_a_table_is_what_is_there(table: Callable[..., Measurement]):
    text = "t,u\n" + "".join(f"{n},{n * 2}\n" for n in range(1000))
    found = table(text[: len(text) // 2])
    assert 400 < len(found) < 700
    np.testing.assert_array_equal(found["t"][:-1], range(len(found) - 1))


@pytest.mark.parametrize("name", ["long.csv", "long.tsv", "long.txt"])
@pytest.mark.parametrize("above", ["", "a,b\n1,2\n"])
def test_a_cell_longer_than_any_table_has_is_refused_in_words(table, name: str, above: str):
    with pytest.raises(UnreadableFile, match="131,072 characters"):
        table(above + 'a,b\n1,"' + "x" * 140_000 + '"\n2,3\n', name)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_rows_may_leave_their_last_cells_away_again_and_again(
    table: Callable[..., Measurement], mark: str
):
    rows = ["4.5,5.5" if n % 4 == 0 else "1.5,2.5,30" for n in range(20)]
    found = table("\n".join(["a,b,c", *rows]).replace(",", mark))
    assert [column.name for column in found] == ["a", "b", "c"]
    assert found["a"].tolist() == [4.5, 1.5, 1.5, 1.5] * 5
    np.testing.assert_array_equal(found["c"], [np.nan, 30, 30, 30] * 5)


def test_durations_with_days_do_not_split_a_table_of_tabs(table: Callable[..., Measurement]):
    rows = "\n".join(f"{n}\t0d 00:{n:02d}:36.00\t0d 00:00:36.00\tD\t3.{n:02d}" for n in range(30))
    found = table(f"Rec\tTest\tStep\tState\tVolts\n{rows}\n")
    assert [column.name for column in found] == ["Rec", "Test", "Step", "State", "Volts"]
    assert found["Test"][2] == "0d 00:02:36.00"
    assert found["Volts"][2] == 3.02
