"""Tables of numbers, however an instrument writes them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.table import number_block, number_blocks, numbers
from pydatalab.techniques.shared.titles import ascii_name, split_unit


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.5,2.3\n2.5,3\n", [[1.5, 2.3], [2.5, 3]]),
        ("1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("1,5;2,3\n2,5;3\n", [[1.5, 2.3], [2.5, 3]]),
        ("1,5\t2,3\n2,5\t3\n", [[1.5, 2.3], [2.5, 3]]),
        ("1,5 2,3\r\n2,5 3\r\n", [[1.5, 2.3], [2.5, 3]]),
        ("  1.5   2.3\n  2.5   3", [[1.5, 2.3], [2.5, 3]]),
        ("1.5 \t 2.3\n2.5\t3\n", [[1.5, 2.3], [2.5, 3]]),
        ("1.5, 2.3\n2.5, 3\n", [[1.5, 2.3], [2.5, 3]]),
        ("1.5,\t2.3\n2.5,\t3\n", [[1.5, 2.3], [2.5, 3]]),
        ('"1.5","2.3"\n"2.5","3"\n', [[1.5, 2.3], [2.5, 3]]),
        ("1.5D+03 1e-011\n-2 +3E2\n", [[1500, 1e-11], [-2, 300]]),
        ("1.5;2.3;\n2.5;3;\n", [[1.5, 2.3], [2.5, 3]]),
    ],
)
def test_a_table_is_read_with_any_separator_and_decimal_mark(text, values):
    np.testing.assert_array_equal(number_block(text).values, values)


CELLS = st.one_of(
    st.floats(-1e9, 1e9).map(repr),
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from([".5", "5.", "+4", "007", "-0", "1E-011", "1.5D+03", "2.5e6", "NaN", "-inf"]),
)


@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=2)
    ),
    st.sampled_from([" ", "   ", "\t", ";", ", "]),
    st.sampled_from(["", " ", "\t"]),
    st.sampled_from(["", "\n", "  \n\n", " # remark\n"]),
)
def test_numbers_are_read_however_they_are_written(rows, separator, indent, between):
    text = between.join(f"{indent}{separator.join(row)}\n" for row in rows)
    read = number_block(text)
    expected = [[float(cell.replace("D", "e")) for cell in row] for row in rows]
    np.testing.assert_array_equal(read.values, expected)


def test_empty_cells_and_nan_are_kept_as_gaps():
    block = number_block("a;b;c\n1;;3\n;2;3\n1;2;\nNaN;2;3\n")
    assert block.names == ["a", "b", "c"]
    nan = np.nan
    np.testing.assert_array_equal(
        block.values, [[1, nan, 3], [nan, 2, 3], [1, 2, nan], [nan, 2, 3]]
    )


def test_the_longest_run_of_equally_wide_rows_wins_over_numbers_in_the_header():
    text = "1680 -1.0 100\n -10.0 0.1 157.9 7\n 1 2 3 4 5\n 6 7 8 9 10\n 11 12\nend 3\n"
    block = number_block(text)
    np.testing.assert_array_equal(block.values, [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]])
    assert block.header == ["1680 -1.0 100", " -10.0 0.1 157.9 7"]
    assert block.names == []


def test_titles_come_from_the_line_before_even_if_it_is_a_comment():
    assert number_block("# junk\n# 2theta  counts\n1 2\n3 4\n").names == ["2theta", "counts"]
    assert number_block("# a;b c\n1;2\n3;4\n").names == ["a", "b c"]
    assert number_block("Step Time\tVoltage (V)\n1\t2\n3\t4\n").names == [
        "Step Time",
        "Voltage (V)",
    ]


def test_a_setting_is_no_line_of_titles():
    assert number_block("#Time=\t10:10:10\n100\t200\n101\t201\n").names == []


def test_comments_and_empty_lines_do_not_end_a_table():
    block = number_block("1 2\n\n# a comment of 3\n3 4\n; another\n5 6\n")
    np.testing.assert_array_equal(block.values, [[1, 2], [3, 4], [5, 6]])


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("2theta,Intensity\ndeg,counts", ["2theta (deg)", "Intensity (counts)"]),
        ("Wavenumber,Absorbance\n[cm-1],[a.u.]", ["Wavenumber (cm-1)", "Absorbance (a.u.)"]),
        ("E,j\nV,mA/cm2", ["E (V)", "j (mA/cm2)"]),
        ("Wavelength,Abs\nnm,", ["Wavelength (nm)", "Abs"]),
        ("a title of the file\nV,A", ["V", "A"]),
        ("Time,Sample A\nx,y", ["x", "y"]),
    ],
)
def test_a_line_of_units_belongs_to_the_names_above(head: str, names: list[str]):
    assert number_block(f"{head}\n1,2\n3,4\n5,6\n").names == names


def test_dates_and_versions_are_not_numbers():
    block = number_block("22.11.2024 5\n1.2.3 4\n1.5 2\n2.5 3\n")
    np.testing.assert_array_equal(block.values, [[1.5, 2], [2.5, 3]])
    with pytest.raises(NoData):
        number_block("Date,x\n2024-01-01,5\n2024-01-02,6\n")


@pytest.mark.parametrize("text", ["", "\n\n", "no numbers at all\n", "x" * 100_000])
def test_a_text_without_a_table_is_no_data(text):
    with pytest.raises(NoData):
        number_block(text)


@pytest.mark.parametrize(
    ("title", "name", "unit"),
    [
        ("Voltage (V)", "Voltage", "V"),
        ("Test_Time(s)", "Test_Time", "s"),
        ("I [mA]", "I", "mA"),
        ("Ewe/V", "Ewe", "V"),
        ("Temp. / °C", "Temp.", "°C"),
        ("Capacity / mAh g-1", "Capacity", "mAh g-1"),
        ("(Q-Qo)/mA.h", "(Q-Qo)", "mA.h"),
        ("control/V/mA", "control", "V/mA"),
        ("Re(Z)/Ohm", "Re(Z)", "Ohm"),
        ("-Im(Z)", "-Im(Z)", ""),
        ("dQ/dV", "dQ/dV", ""),
        ("mass/charge", "mass/charge", ""),
        ("cycle number", "cycle number", ""),
    ],
)
def test_a_title_is_told_apart_from_its_unit(title, name, unit):
    assert split_unit(title) == (name, unit)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Test Time", "test_time"),
        ("TestTime", "test_time"),
        ("dQ/dV", "dq_dv"),
        ("-Im(Z)", "minus_im_z"),
        ("2θ", "2theta"),
        ("µA", "ua"),
        ("<I>", "i"),
        ("%", "percent"),
        ("***", "column"),
    ],
)
def test_a_title_becomes_a_name_for_scripts(title, name):
    assert ascii_name(title) == name


@pytest.mark.parametrize("torn", ["0.3, 4", "0.3, 4.1", "0.3, -4.1e", "0.3, 4.1E-0"])
def test_a_last_row_that_lost_its_exponent_is_no_row(torn: str):
    block = number_block(f"E/V, I/A\n0.1, 2.1E-006\n0.2, 3.1E-006\n{torn}")
    assert block.values.tolist() == [[0.1, 2.1e-6], [0.2, 3.1e-6]]


@pytest.mark.parametrize("last", ["0.3, 4.1e-9", "0.3, 4.1e-9\n", "0.3, 4\n"])
def test_a_last_row_that_is_whole_counts(last: str):
    block = number_block(f"E/V, I/A\n0.1, 2.1e-10\n0.2, 3.1e-10\n{last}")
    assert block.values.shape == (3, 2)


def test_tables_that_are_all_shorter_than_asked_for_leave_the_longest():
    (block,) = number_blocks("1 2\n3 4\n5 6 7\n8\n", fewest=3)
    assert block.values.tolist() == [[1, 2], [3, 4]]


def test_words_between_rows_end_a_table_and_lines_of_many_letters_are_passed_quickly():
    words = "a line of 1 word and 2.5 numbers\n" * 1000
    block = number_block(f"{words}1 2\n3 4\n{words}5 6\n")
    assert block.values.tolist() == [[1, 2], [3, 4]]
    assert len(block.header) == 1000


@pytest.mark.parametrize("text", ["1,2 3", "1 two", "1;2", "null", "[1]", "1 true"])
def test_a_list_of_numbers_holds_nothing_else(text: str):
    with pytest.raises(UnreadableFile, match="not a number"):
        numbers(text)
