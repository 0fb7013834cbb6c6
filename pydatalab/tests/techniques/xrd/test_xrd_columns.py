"""Patterns as text: columns, blocks and JCAMP-DX. Numbers: the files as one can read them."""

from itertools import product

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import techniques_for
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.xrd.xy import read_xy

ROWS = [(10 + 0.02 * n, 100 + n) for n in range(20)]
POINT = "\n".join(f"{x:.2f} {y}" for x, y in ROWS)


def test_an_eva_export_is_read_and_its_anode_gives_the_wavelength(read, real):
    pattern = read(real("example_evadiffract.xy"), "xrd")
    assert len(pattern) == 28
    assert pattern["two_theta"][[0, -1]] == pytest.approx([5.0001, 5.2743])
    assert (pattern["intensity"].min(), pattern["intensity"].max()) == (3.871, 5.583)
    assert pattern.header["anode"] == "Cu"
    assert pattern.header["wavelength_used"] == pytest.approx(1.54059, abs=1e-4)
    assert pattern.header["wavelength_from"] == "Kα1 of the Cu anode"


def test_an_11bm_file_gives_its_wavelength_and_standard_deviations(read, real):
    pattern = read(real("example_bmb.xye"), "xrd")
    assert len(pattern) == 575
    assert pattern["two_theta"][[0, -1]] == pytest.approx([0.5, 1.073103125])
    assert pattern["intensity"].max() == pytest.approx(662.407183)
    assert pattern["intensity_error"][0] == pytest.approx(37.744249)
    assert pattern.header["wavelength"] == 0.414581
    assert pattern.header["sample_name"] == "eel69B"


def test_counts_and_errors_of_a_bare_file_are_told_apart(read, real):
    pattern = read(real("example_mythen.xye"), "xrd")
    assert [column.name for column in pattern][:3] == ["two_theta", "intensity", "intensity_error"]
    np.testing.assert_allclose(pattern["intensity_error"], np.sqrt(pattern["intensity"]), rtol=1e-4)
    assert pattern.column("intensity").unit == "a.u."
    assert pattern.header["wavelength_from"].startswith("assumed")


@pytest.mark.parametrize(
    ("name", "points", "first", "last"),
    [
        ("example_ocx.xy", 1876, 5, 80),
        ("example_mac.xye", 599, 0, 0.598),
        ("example_mythen.dat", 730, 2.084, 5),
    ],
)
def test_other_columns_are_read(read, shared_data, name, points, first, last):
    pattern = read(shared_data / "xrd" / name, "xrd")
    assert len(pattern) == points
    assert pattern["two_theta"][[0, -1]] == pytest.approx([first, last])


@pytest.mark.parametrize(
    "text",
    [
        POINT,
        POINT.replace("\n", "\r\n") + "\r\n",
        POINT.replace(" ", "\t").replace(".", ","),
        POINT.replace(" ", ";").replace(".", ","),
        POINT.replace(" ", ","),
        "2theta,counts\n" + POINT.replace(" ", ","),
        "\ufeff# 2θ  Intensity\n" + POINT,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_separators_decimal_commas_line_ends_and_encodings_do_not_matter(
    read, saved, text, encoding
):
    pattern = read(saved("any.xy", text.encode(encoding)), "xrd")
    assert pattern["two_theta"] == pytest.approx([x for x, _ in ROWS])
    assert pattern["intensity"].tolist() == [y for _, y in ROWS]


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.dat", "a.xy"])
@pytest.mark.parametrize(
    ("titles", "row"),
    [
        ("Intensity (counts),2theta (deg)", "{i},{x:.2f}"),
        ("No.,2Theta,I(cps)", "{n},{x:.2f},{i}"),
        (",two_theta,intensity", "{n},{x:.2f},{i}"),
        ("Counts\t2θ (°)", "{i}\t{x:.2f}"),
        ("I;Q (1/A)", "{i};{x:.2f}"),
        ("sigma,2theta,Intensity", "1.5,{x:.2f},{i}"),
    ],
)
def test_columns_may_stand_in_any_order(read, saved, name, titles, row):
    rows = [row.format(n=n, x=10 + n / 50, i=100 + n % 7) for n in range(400)]
    file = saved(name, "\n".join([titles, *rows]) + "\n")
    pattern = read(file, "xrd")
    assert pattern.columns[0].values[[0, -1]] == pytest.approx([10, 17.98])
    assert pattern["intensity"][:8].tolist() == [100, 101, 102, 103, 104, 105, 106, 100]
    assert "curves" not in pattern.header


def test_patterns_beside_each_other_have_their_own_angles(read, saved):
    short = [f"{12 + n / 25:.2f},{200 + n}" if n < 20 else "," for n in range(50)]
    rows = [f"{10 + n / 50:.2f},{100 + n},{short[n]}" for n in range(50)]
    titles = "2theta A,I A,2theta B,I B"
    pattern = read(saved("a.csv", "\n".join([titles, *rows]) + "\n"), "xrd")
    second = pattern["scan"] == 2
    assert pattern["two_theta"][second] == pytest.approx([12 + n / 25 for n in range(20)])
    assert pattern["intensity"][second].tolist() == list(range(200, 220))
    assert pattern["intensity"][~second].tolist() == list(range(100, 150))
    alike = [f"{10 + n / 50:.2f},{100 + n},{10 + n / 50:.2f},{n}" for n in range(50)]
    pattern = read(saved("b.csv", "\n".join([titles, *alike]) + "\n"), "xrd")
    assert pattern["intensity"].shape == (50, 2)


def test_counting_times_and_deviations_are_no_curves(read, saved):
    rows = [f"{10 + n / 50:.2f},20.4,{100 + n},{(100 + n) ** 0.5:.3f}" for n in range(50)]
    titles = ["Anode material,Cu", "[Scan points]", "Angle,TimePerStep,Intensity,ESD"]
    pattern = read(saved("a.csv", "\r\n".join([*titles, *rows])), "xrd")
    assert pattern["intensity"].tolist() == list(range(100, 150))
    assert pattern["time_per_step"].tolist() == [20.4] * 50
    assert pattern["intensity_error"][0] == 10
    assert "curves" not in pattern.header


def test_a_number_an_angle_and_counts_are_no_start_step_and_end(read, saved):
    rows = [f"{n} {10 + n / 50:.2f} {111 + n % 3}.0" for n in range(1, 400)]
    file = saved("a.dat", "\n".join(["No. 2theta(deg) I(cps)", *rows]) + "\n")
    pattern = read(file, "xrd")
    assert len(pattern) == 399
    assert pattern["two_theta"][0] == pytest.approx(10.02)
    assert pattern["no"].tolist() == list(range(1, 400))


def test_several_curves_need_no_titles_where_the_ending_says_diffraction(read, saved):
    rows = [f"{10 + n / 50:.2f} {100 + n} {10} {n}" for n in range(50)]
    pattern = read(saved("a.xye", "\n".join(rows)), "xrd")
    assert pattern["intensity_error"].tolist() == [10] * 50
    assert pattern["intensity_3"].tolist() == list(range(50))


def test_further_columns_are_further_intensities_under_their_titles(read, saved):
    rows = "\n".join(f"{x:.2f}\t{y}\t{2 * y}\t{3 * y}" for x, y in ROWS)
    pattern = read(saved("three.xy", f"2theta\tcold\twarm (cps)\thot\n{rows}"), "xrd")
    assert [c.name for c in pattern][:4] == ["two_theta", "intensity", "warm", "hot"]
    assert pattern.column("warm").unit == "cps"
    assert pattern["hot"].tolist() == [3 * y for _, y in ROWS]


def test_all_intensities_of_a_file_are_drawn_under_their_titles(draw, saved):
    rows = "\n".join(f"{x:.2f};{y};{2 * y}" for x, y in ROWS)
    drawn = draw([saved("two.csv", f"2theta;cold;warm\n{rows}")], "xrd", baseline=True)
    assert [t["name"] for t in drawn.figure["data"]] == ["two.csv, cold", "two.csv, warm"]


def test_a_pattern_over_q_is_taken_as_such(read, saved):
    rows = "\n".join(f"{1 + 0.01 * n:.3f} {n}" for n in range(20))
    pattern = read(
        saved("q.xy", f"# wavelength = 0.7093 A (powder pattern)\n# q intensity\n{rows}"), "xrd"
    )
    assert pattern["q"][0] == 1
    assert not pattern.column("q").computed
    # λ Q / 4π = sin θ
    assert pattern["two_theta"][0] == pytest.approx(np.degrees(2 * np.arcsin(0.7093 / (4 * np.pi))))


PYFAI = """# == pyFAI calibration ==
# Distance Sample to Detector: 0.2 m
# Wavelength: 7.093e-11 m
# Normalization factor: 1.0
#       {}             I        sigma
"""


@pytest.mark.parametrize(
    ("title", "column", "unit"),
    [
        ("2th_deg", "two_theta", "deg"),
        ("q_A^-1", "q", "1/angstrom"),
        ("q_nm^-1", "q_per_nm", "1/nm"),
        ("Q (nm-1)", "q_per_nm", "1/nm"),
    ],
)
def test_patterns_that_pyfai_integrated_are_in_their_own_unit(
    read, saved, draw, title, column, unit
):
    rows = "\n".join(f"  {1 + 0.01 * n:.6e}  {100 + n:.6e}  1.0e+00" for n in range(20))
    path = saved("a.dat", PYFAI.format(title) + rows)
    pattern = read(path, "xrd")
    assert pattern[column][[0, -1]] == pytest.approx([1, 1.19])
    assert (pattern.column(column).unit, pattern.column(column).computed) == (unit, False)
    assert pattern.header["wavelength"] == pytest.approx(0.7093)
    per_angstrom = {"two_theta": 4 * np.pi / 0.7093 * np.sin(np.radians(0.5)), "q_per_nm": 0.1}
    assert pattern["q"][0] == pytest.approx(per_angstrom.get(column, 1.0))
    assert draw([path], "xrd").figure["layout"]["xaxis"]["title"]["text"] == "2θ (°)"


def test_tables_that_text_interrupts_are_scans(read, saved):
    text = f"# 2theta scan 1\n{POINT}\nrange two\n{POINT}\n"
    pattern = read(saved("two.xy", text), "xrd")
    assert pattern["intensity"].shape == (20, 2)


def test_an_axis_that_jumps_is_an_error(saved):
    rows = "\n".join(f"{x} {n}" for n, x in enumerate([1, 5, 2, 6, 3, 7, 4, 8, 5, 9] * 4))
    with pytest.raises(UnreadableFile, match="back and forth"):
        read_xy(SourceFile(saved("jumps.xy", rows)))


def test_one_column_is_an_error(saved):
    with pytest.raises(UnreadableFile, match="two or more columns"):
        read_xy(SourceFile(saved("one.xy", "\n".join("123456789"))))


@pytest.mark.parametrize("content", [b"nothing here", b"\n\n"])
def test_a_text_without_numbers_is_no_data(saved, content):
    with pytest.raises(NoData):
        read_xy(SourceFile(saved("none.xy", content)))


def test_a_psi_pattern_is_read(read, shared_data):
    pattern = read(shared_data / "xrd" / "PSI_DMC.dat", "xrd")
    assert len(pattern) == 3200
    assert pattern["two_theta"][[0, -1]] == pytest.approx([2.948, 162.898])
    assert list(pattern["intensity"][[0, 1, -1]]) == [7444, 7639, 8561]
    assert list(pattern["intensity_error"][[0, -1]]) == [81.5, 89.7]
    assert pattern["two_theta"][pattern["intensity"].argmax()] == pytest.approx(39.498)
    assert (pattern.header["wavelength"], pattern.header["start_time"]) == (
        1.494,
        "2001-06-16 06:25:59",
    )


def test_an_ill_pattern_is_read(read, shared_data):
    pattern = read(shared_data / "xrd" / "D1A5.dat", "xrd")
    assert len(pattern) == 1680
    assert pattern["two_theta"][[0, -1]] == pytest.approx([-10, 157.9])
    assert pattern["intensity"].max() == 1503.6
    assert pattern["two_theta"][pattern["intensity"].argmax()] == pytest.approx(36.6)
    assert pattern.header["wavelength"] == 1.9114
    assert np.isnan(pattern["d_spacing"][0])  # 2θ = -10° has no spacing


BLOCK = "title\n 10.0 0.1 12.9 a comment\n" + "\n".join(" 1 2 3 4 5 6 7 8 9 10" for _ in range(3))


def test_a_fullprof_block_is_read(read, saved):
    pattern = read(saved("free.dat", BLOCK), "xrd")
    assert pattern["two_theta"][[0, -1]] == pytest.approx([10, 12.9])
    assert pattern["intensity"].tolist() == [*range(1, 11)] * 3
    assert "intensity_error" not in pattern


def test_a_block_that_is_cut_short_is_an_error(read, shared_data, saved):
    raw = (shared_data / "xrd" / "D1A5.dat").read_bytes()
    with pytest.raises(UnreadableFile, match="1680 points"):
        read(saved("cut.dat", raw[: len(raw) // 2]), "xrd")


def test_a_chemotion_pattern_is_over_degrees_whatever_its_units_say(read, real):
    pattern = read(real("Test_data_op_001_XRD.jdx"), "xrd")
    assert len(pattern) == 928
    assert pattern["two_theta"][[0, -1]] == pytest.approx([2, 19.9993])
    assert pattern.column("two_theta").unit == "deg"
    assert pattern["intensity"].max() == pytest.approx(1084.5697)
    assert pattern["two_theta"][pattern["intensity"].argmax()] == pytest.approx(3.3009)
    assert pattern.column("intensity").unit == "counts"


@pytest.mark.parametrize(
    ("separator", "word"),
    [*product(" \t,;", ["nan", "NaN", "-nan"]), *product("\t,;", [""])],
)
def test_a_row_without_an_intensity_is_a_gap(read, saved, separator, word):
    rows = [f"{x:.2f}{separator}{y}" for x, y in ROWS]
    rows[5] = f"{ROWS[5][0]:.2f}{separator}{word}"
    pattern = read(saved("gap.xy", ("\n".join(rows) + "\n").encode()), "xrd")
    assert len(pattern) == len(ROWS)
    assert np.flatnonzero(np.isnan(pattern["intensity"])).tolist() == [5]


@pytest.mark.parametrize("word", ["inf", "-Infinity"])
def test_a_row_with_an_infinite_intensity_is_said(read, saved, word):
    text = POINT.replace(" 105\n", f" {word}\n")
    with pytest.raises(UnreadableFile, match="infinite"):
        read(saved("infinite.xy", text.encode()), "xrd")


def test_a_gap_among_decimal_commas_is_one_too(read, saved):
    rows = POINT.replace(".", ",").split("\n")
    rows[5] = rows[5].replace(" 105", " nan")
    pattern = read(saved("gap.xy", "\n".join(rows) + "\n"), "xrd")
    assert np.flatnonzero(np.isnan(pattern["intensity"])).tolist() == [5]


def test_a_pattern_of_gaps_alone_is_refused_in_words(read, saved):
    rows = "\n".join(f"{x:.2f} nan" for x, _ in ROWS)
    with pytest.raises(UnreadableFile, match="one that holds any"):
        read(saved("gaps.xy", rows), "xrd")
    with pytest.raises(NoData, match="intensity holds no number"):
        read(saved("titled.xy", f"2theta intensity\n{rows}\n"), "xrd")


@pytest.mark.parametrize(
    "title", ["2theta (rad)", "2θ [rad]", "two_theta_mrad", "d (nm)", "d-spacing/nm"]
)
def test_a_first_column_in_another_unit_is_refused_and_not_taken_for_degrees(
    read, saved, title: str
):
    rows = "\n".join(f"{0.1 + 0.01 * n:.2f} {100 + n}" for n in range(20))
    with pytest.raises(UnreadableFile, match=r"The first column is an? .*: export it in"):
        read(saved("unit.xy", f"# {title} intensity\n{rows}\n"), "xrd")


def test_an_angle_that_is_called_theta_alone_is_doubted(read, saved):
    rows = "\n".join(f"{x:.2f},{y}" for x, y in ROWS)
    halved = read(saved("theta.csv", f"Theta (deg),Intensity\n{rows}\n"), "xrd")
    assert "taken for 2θ" in halved.header["warnings"][0]
    plain = read(saved("two.csv", f"2Theta (deg),Intensity\n{rows}\n"), "xrd")
    assert "warnings" not in plain.header


@pytest.mark.parametrize("title", ["Q (Å⁻¹),Intensity", "q(A^-1),I(q)", '"q [1/nm]","Intensity"'])
def test_a_table_whose_axis_is_called_q_is_offered_as_a_pattern(saved, head, title: str):
    rows = "\n".join(f"{0.5 + 0.02 * n:.2f},{y}" for n, (_, y) in enumerate(ROWS))
    assert "xrd" in techniques_for(head(saved("q.csv", f"{title}\n{rows}\n")))


def test_columns_without_an_ending_are_offered_by_what_they_hold(saved, head):
    assert techniques_for(head(saved("scan17", POINT)))[:2] == ["xrd", "tabular"]
    shifts = "\n".join(f"{100 + 2.5 * n:.1f}\t{500 + n}" for n in range(400))
    assert techniques_for(head(saved("spot_3", shifts)))[0] == "raman"
    assert techniques_for(head(saved("README", "Samples of Monday.\nLook at the second.\n"))) == []


def jcamp(unit: str) -> str:
    rows = "\n".join(f"{0.5 + 0.02 * n:.2f}, {100 + n}" for n in range(20))
    return (
        "##TITLE=x\n##JCAMP-DX=4.24\n##DATA TYPE=X-RAY DIFFRACTION\n"
        f"##XUNITS={unit}\n##YUNITS=COUNTS\n##NPOINTS=20\n##XYPOINTS=(XY..XY)\n{rows}\n##END=\n"
    )


@pytest.mark.parametrize(
    ("unit", "name"),
    [("2THETA", "two_theta"), ("DEGREES", "two_theta"), ("1/CM", "two_theta"), ("1/NM", "q_per_nm"),
     ("Q (1/nm)", "q_per_nm"), ("1/ANGSTROM", "q"), ("Q", "q"), ("ANGSTROMS", "d_spacing")],
)  # fmt: skip
def test_the_unit_of_a_jcamp_tells_angles_from_q_and_d(read, saved, unit: str, name: str):
    pattern = read(saved("a.jdx", jcamp(unit)), "xrd")
    assert pattern.axis == name
    assert pattern[name][0] == pytest.approx(0.5)


@pytest.mark.parametrize("unit", ["RADIANS", "2THETA (rad)", "NANOMETERS"])
def test_a_jcamp_in_another_unit_is_refused(read, saved, unit: str):
    with pytest.raises(UnreadableFile, match="export it in degrees"):
        read(saved("a.jdx", jcamp(unit)), "xrd")
