"""JCAMP-DX read by our reader, against the standard's own examples, the ``jcamp`` library and known files."""

import re
from collections.abc import Callable
from pathlib import Path

import jcamp
import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.drawing import Drawing
from pydatalab.techniques.shared.jcamp import JcampBlock, read_jcamp
from pydatalab.techniques.shared.jcamp_head import jcamp_data_type
from pydatalab.techniques.shared.source import SourceFile

HEADER = """##TITLE=Test
##JCAMP-DX=4.24
##DATA TYPE=INFRARED SPECTRUM
##XUNITS=1/CM
##YUNITS=ABSORBANCE
"""

# Table VII of McDonald and Wilks: one line of ordinates in each compressed form.
ORDINATES = [1, 2, 3, 3, 2, 1, 0, -1, -2, -3]
FORMS = {
    "FIX": "1 1 2 3 3 2 1 0 -1 -2 -3",
    "PAC": "1+1+2+3+3+2+1+0-1-2-3",
    "SQZ": "1ABCCBA@abc",
    "DIF": "1AJJ%jjjjjj",
    "DIFDUP": "1AJT%jX",
}


def block(tmp_path: Path, body: str, header: str = HEADER) -> JcampBlock:
    (tmp_path / "test.jdx").write_text(header + body)
    return read_jcamp(SourceFile(tmp_path / "test.jdx"))[0]


@pytest.mark.parametrize("form", FORMS)
def test_each_compressed_form_gives_the_ordinates_of_the_standard(tmp_path: Path, form: str):
    found = block(
        tmp_path,
        f"##FIRSTX=1\n##LASTX=10\n##NPOINTS=10\n##XYDATA=(X++(Y..Y))\n{FORMS[form]}\n##END=\n",
    )
    np.testing.assert_array_equal(found.y, ORDINATES)
    np.testing.assert_array_equal(found.x, np.arange(1, 11))


def test_the_repeated_ordinate_after_a_difference_is_a_check_and_no_point(tmp_path: Path):
    found = block(
        tmp_path,
        "##FIRSTX=1\n##LASTX=5\n##NPOINTS=5\n##XYDATA=(X++(Y..Y))\n1A0JJ\n3A2JJ\n5A4\n##END=\n",
    )
    np.testing.assert_array_equal(found.y, [10, 11, 12, 13, 14])


def test_a_check_value_that_does_not_fit_is_an_error(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="should repeat 12"):
        block(
            tmp_path,
            "##FIRSTX=1\n##LASTX=5\n##NPOINTS=5\n##XYDATA=(X++(Y..Y))\n1A0JJ\n3A7JJ\n##END=\n",
        )


def test_a_value_repeated_beyond_belief_is_an_error(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="repeats"):
        block(tmp_path, "##XYDATA=(X++(Y..Y))\n1A0S99999999999\n##END=\n")


def test_factors_apply_to_both_axes_and_a_question_mark_is_missing(tmp_path: Path):
    found = block(
        tmp_path,
        "##XFACTOR=0.5\n##YFACTOR=0.001\n##FIRSTX=100\n##LASTX=101\n##NPOINTS=3\n"
        "##XYDATA=(X++(Y..Y))\n200 1000 ? 3000\n##END=\n",
    )
    np.testing.assert_allclose(found.x, [100, 100.5, 101])
    np.testing.assert_allclose(found.y, [1, np.nan, 3])


def test_abscissae_of_lines_win_where_the_steps_are_not_even(tmp_path: Path):
    found = block(
        tmp_path,
        "##FIRSTX=0\n##LASTX=30\n##NPOINTS=4\n##XYDATA=(X++(Y..Y))\n0 1\n1 2\n2 3\n30 4\n##END=\n",
    )
    np.testing.assert_allclose(found.x, [0, 1, 2, 30])


def test_decimal_commas_are_understood_where_the_header_has_them(tmp_path: Path):
    found = block(
        tmp_path,
        "##FIRSTX=450,5\n##LASTX=451,5\n##NPOINTS=3\n##XYPOINTS=(XY..XY)\n"
        "450,5 0,10\n451,0 0,20\n451,5 0,30\n##END=\n",
    )
    np.testing.assert_allclose(found.x, [450.5, 451.0, 451.5])
    np.testing.assert_allclose(found.y, [0.1, 0.2, 0.3])


def test_a_comma_between_numbers_with_decimal_commas_separates_them(tmp_path: Path):
    # As SpectraSuite writes where the comma is the decimal mark.
    one = block(
        tmp_path,
        "##FIRSTX= 176,36\n##NPOINTS= 2\n##XYPOINTS= (XY..XY)\n176,36, 32822,795\n176,58, -3,5\n##END=\n",
    )
    assert one.x.tolist() == [176.36, 176.58]
    assert one.y.tolist() == [32822.795, -3.5]


def test_abscissae_that_need_no_factor_are_even_steps_all_the_same(tmp_path: Path):
    # As Oxford Instruments writes its FIDs: FACTOR 0.1, but the lines in seconds.
    lines = "".join(f"{0.5 * n} {n}\n" for n in range(40))
    body = "##FIRSTX=0\n##LASTX=19.5\n##NPOINTS=40\n##XFACTOR=0.1\n##XYDATA=(X++(Y..Y))\n"
    one = block(tmp_path, f"{body}{lines}##END=\n")
    assert one.x[-1] == 19.5


@pytest.mark.parametrize(
    "separated", ["1,10 2,20 3,30", "1,10; 2,20; 3,30", "1 10\r\n2 20\r\n3 30"]
)
def test_pairs_may_be_separated_in_any_way(tmp_path: Path, separated: str):
    found = block(tmp_path, f"##NPOINTS=3\n##PEAK TABLE=(XY..XY)\n{separated}\n##END\n")
    np.testing.assert_array_equal(found.x, [1, 2, 3])
    np.testing.assert_array_equal(found.y, [10, 20, 30])


def test_widths_and_assignments_of_peaks_are_left_out(tmp_path: Path):
    widths = block(tmp_path, "##PEAK TABLE=(XYW..XYW)\n1,10,0.5 2,20,0.6\n##END=\n")
    named = block(tmp_path, "##PEAK ASSIGNMENTS=(XYA)\n(1, 10, <C-H 2>)\n(2, 20, <O-H>)\n##END=\n")
    for found in (widths, named):
        np.testing.assert_array_equal(found.x, [1, 2])
        np.testing.assert_array_equal(found.y, [10, 20])


def test_multiplicities_and_missing_heights_of_assigned_peaks_do_no_harm(tmp_path: Path):
    peaks = "##PEAK ASSIGNMENTS=(XYMA)\n(7.26, 1.0, S, <1>)\n(2.3, M, <CH3, 2>)\n##END=\n"
    found = block(tmp_path, peaks)
    assert found.x.tolist() == [7.26, 2.3]
    np.testing.assert_array_equal(found.y, [1.0, np.nan])
    with pytest.raises(UnreadableFile):
        block(tmp_path, "##PEAK ASSIGNMENTS=(XYA)\n(abc, 1, <2>)\n##END=\n")


def test_a_linked_file_gives_its_inner_blocks_in_order(tmp_path: Path):
    inner = HEADER + "##NPOINTS=1\n##XYPOINTS=(XY..XY)\n{0} {0}\n##END=\n"
    (tmp_path / "linked.dx").write_text(
        "##TITLE=Outer\n##JCAMP-DX=5.0\n##DATA TYPE=LINK\n##BLOCKS=2\n"
        + inner.format(1)
        + inner.format(2)
        + "##END=\n"
    )
    blocks = read_jcamp(SourceFile(tmp_path / "linked.dx"))
    assert [found.y.tolist() for found in blocks] == [[1], [2]]
    assert blocks[0].data_type == "INFRARED SPECTRUM"
    head = FileHead("linked.dx", (tmp_path / "linked.dx").read_bytes())
    assert jcamp_data_type(head) == "INFRARED SPECTRUM"


def test_pages_of_ntuples_are_blocks_with_their_own_units(tmp_path: Path):
    found = block(
        tmp_path,
        "##NTUPLES=X\n##SYMBOL=X, R, I\n##UNITS=HZ, VOLTS, VOLTS\n##FACTOR=1, 2, 3\n"
        "##FIRST=0, 0, 0\n##LAST=2, 0, 0\n##VAR_DIM=3, 3, 3\n"
        "##PAGE=N=1\n##DATA TABLE=(X++(R..R)), XYDATA\n0 1 2 3\n##END NTUPLES=X\n##END=\n",
    )
    assert (found.x_unit, found.y_unit, found.header["PAGE"]) == ("HZ", "VOLTS", "N=1")
    np.testing.assert_array_equal(found.x, [0, 1, 2])
    np.testing.assert_array_equal(found.y, [2, 4, 6])


def test_labels_are_known_by_their_letters_and_comments_are_left_out(tmp_path: Path):
    found = block(
        tmp_path,
        "##Spectrometer/Data System= FTS-40 $$ old\n##OWNER=one\ntwo\n##NPOINTS=1\n"
        "##XYPOINTS=(XY..XY) $$ pairs\n1 2 $$ only\n##END=$$ End\n",
    )
    assert found.header["SPECTROMETERDATASYSTEM"] == "FTS-40"
    assert found.header["OWNER"] == "one\ntwo"


def test_a_file_that_stops_early_is_an_error(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="stops early"):
        block(tmp_path, "##NPOINTS=3\n##XYPOINTS=(XY..XY)\n1 2\n2 3\n")


def test_a_file_without_a_table_has_no_data(tmp_path: Path):
    with pytest.raises(NoData):
        block(tmp_path, "##END=\n")


@pytest.mark.parametrize("body", ["1 2\nabc def\n", "1 2\n3\n"])
def test_what_is_no_number_is_an_error(tmp_path: Path, body: str):
    with pytest.raises(UnreadableFile):
        block(tmp_path, f"##XYPOINTS=(XY..XY)\n{body}##END=\n")


def test_other_text_is_no_jcamp(tmp_path: Path):
    (tmp_path / "other.jdx").write_text("2θ counts\n1 2\n")
    with pytest.raises(UnreadableFile, match="no JCAMP-DX"):
        read_jcamp(SourceFile(tmp_path / "other.jdx"))
    assert jcamp_data_type(FileHead("other.jdx", (tmp_path / "other.jdx").read_bytes())) is None


def test_the_type_is_known_whatever_ends_the_lines():
    text = b"##TITLE=a\n##JCAMP-DX=4.24\n##DATA TYPE=MASS SPECTRUM\n##PEAK TABLE=(XY..XY)\n1,2\n##END=\n"
    for end in (b"\n", b"\r\n", b"\r"):
        assert jcamp_data_type(FileHead("a.jdx", text.replace(b"\n", end))) == "MASS SPECTRUM"


def test_an_unsaid_type_is_an_empty_text():
    assert jcamp_data_type(FileHead("a.txt", b"##TITLE=a\r\n##JCAMP-DX=4.24\r\n##END=\r\n")) == ""


@pytest.mark.parametrize(
    "path",
    [
        "ftir/IR.dx",
        "ftir/ethanol.jdx",
        "ftir/isopropanol_ASDF.jdx",
        "ftir/toluene.jdx",
        "raman/tannic_acid.jdx",
        "uvvis/toluene.jdx",
        "xrd/Test_data_op_001_XRD.jdx",
        "echem/RCV_LSH-R444_full+Fc.jdx",
        "ms/ethanol_ms.jdx",
        "chrom/chromatogram.jdx",
    ],
)
def test_real_files_agree_with_the_jcamp_library(
    shared_data: Path, path: str, capsys: pytest.CaptureFixture[str]
):
    expected = jcamp.readfile(shared_data / path)
    found = read_jcamp(SourceFile(shared_data / path))[0]
    np.testing.assert_allclose(found.x, expected["x"])
    np.testing.assert_allclose(found.y, expected["y"])


@pytest.mark.parametrize(
    ("path", "data_type"),
    [("ftir/ethanol.jdx", "INFRARED SPECTRUM"), ("nmr/chem-spectra-app_1H.dx", "NMR FID"),
     ("raman/tannic_acid.jdx", "RAMAN SPECTRUM"), ("chrom/teal.dx", None)],
)  # fmt: skip
def test_the_type_of_real_files_is_known_from_their_start(
    shared_data: Path, head: Callable[[Path], FileHead], path: str, data_type: str | None
):
    assert jcamp_data_type(head(shared_data / path)) == data_type


def test_complex_pages_of_a_bruker_spectrum_have_the_points_that_the_header_promises(
    shared_data: Path,
):
    # VAR_DIM, MIN and MAX of the file's own header, last page but one.
    found = read_jcamp(SourceFile(shared_data / "nmr" / "chem-spectra-app_1H.dx"))[2]
    assert len(found.y) == 65536
    assert (found.y.min(), found.y.max()) == (-18850, 370323795)
    assert found.x[0] == pytest.approx(8012.6982468825)


def stepped(first: float, last: float, points: int, *, header: str = HEADER) -> str:
    """A table of 100 points from 400 to 598 whose records say what they like."""
    lines = "".join(
        f"{400 + 2 * n} {' '.join(str(n + k) for k in range(10))}\n" for n in range(0, 100, 10)
    )
    said = f"##FIRSTX={first}\n##LASTX={last}\n##NPOINTS={points}\n##XFACTOR=1\n##YFACTOR=1\n"
    return f"{header}{said}##XYDATA=(X++(Y..Y))\n{lines}##END=\n"


@pytest.mark.parametrize(
    ("first", "last", "points", "warned"),
    [
        (400, 598, 100, None),
        (400.4, 597.6, 100, None),  # rounded
        (400, 700, 100, "LASTX says 700, but .* 598"),
        (398, 1000, 100, "LASTX says 1000"),
        (500, 698, 100, "others than FIRSTX and LASTX"),
        (450, 650, 100, "others than FIRSTX and LASTX"),
        (400, 598, 120, "NPOINTS says 120 points, but the file holds 100"),
        (598, 400, 100, "FIRSTX says 598|others than FIRSTX"),
        (1, 100, 100, "others than FIRSTX and LASTX"),
    ],
)
def test_records_that_contradict_the_table_are_told(
    tmp_path: Path, first: float, last: float, points: int, warned: str | None
):
    found = block(tmp_path, "", stepped(first, last, points))
    assert len(found.y) == 100
    if warned is None:
        assert found.warnings == ()
    else:
        assert re.search(warned, " ".join(found.warnings))


def test_abscissae_in_another_unit_or_counted_points_are_no_contradiction(tmp_path: Path):
    for first, last in ((4.0, 5.98), (4e5, 5.98e5)):  # of the same in another unit
        assert block(tmp_path, "", stepped(first, last, 100)).warnings == ()
    counted = "".join(f"{n} {' '.join('5' * 10)}\n" for n in range(0, 100, 10))
    said = "##FIRSTX=400\n##LASTX=598\n##NPOINTS=100\n##XYDATA=(X++(Y..Y))\n"
    assert block(tmp_path, f"{said}{counted}##END=\n").warnings == ()


def test_pairs_are_held_against_their_records_and_lists_of_peaks_against_their_number(
    tmp_path: Path,
):
    pairs = "".join(f"{n}, {n * n}\n" for n in range(50))
    said = "##FIRSTX=0\n##LASTX=99\n##NPOINTS=50\n"
    found = block(tmp_path, f"{said}##XYPOINTS=(XY..XY)\n{pairs}##END=\n")
    assert found.warnings == ("LASTX says 99, but the abscissae written in the table say 49.",)
    peaks = block(tmp_path, f"{said}##PEAK TABLE=(XY..XY)\n{pairs}##END=\n")
    assert peaks.warnings == ()


@pytest.mark.parametrize(
    ("technique_id", "data_type", "units"),
    [
        ("ftir", "INFRARED SPECTRUM", ("1/CM", "ABSORBANCE")),
        ("raman", "RAMAN SPECTRUM", ("1/CM", "COUNTS")),
        ("uv-vis", "UV/VIS SPECTRUM", ("NANOMETERS", "ABSORBANCE")),
        ("cv", "CYCLIC VOLTAMMETRY", ("VOLTS", "AMPERES")),
        ("ms", "MASS SPECTRUM", ("M/Z", "RELATIVE ABUNDANCE")),
        ("nmr", "NMR SPECTRUM", ("HZ", "ARBITRARY UNITS")),
    ],
)
def test_each_technique_shows_the_contradiction_on_the_block(
    draw: Callable[..., Drawing],
    tmp_path: Path,
    technique_id: str,
    data_type: str,
    units: tuple[str, str],
):
    header = (
        f"##TITLE=a\n##JCAMP-DX=5.0\n##DATA TYPE={data_type}\n##XUNITS={units[0]}\n"
        f"##YUNITS={units[1]}\n##.OBSERVE FREQUENCY=400.0\n##.OBSERVE NUCLEUS=^1H\n"
    )
    path = tmp_path / "a.jdx"
    path.write_text(stepped(400, 598, 120, header=header))
    warnings = draw([path], technique_id).warnings
    assert "NPOINTS says 120 points, but the file holds 100." in warnings
