"""Readers of voltammograms."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import FileHead, Match, technique
from pydatalab.techniques.shared.measurement import Measurement

Read = Callable[..., Measurement]
TESTS = Path(__file__).parents[2] / "data"
JCAMP = TESTS / "cv" / "RCV_LSH-R444_full+Fc.jdx"
EC_LAB = TESTS / "biologic" / "Pt_poly_cv_CUT.mpt"
GAMRY = TESTS / "gamry" / "cv_data.dta"

CHI = """Feb. 20, 2020   15:55:08
Cyclic Voltammetry
File: c:\\data\\a.bin
Instrument Model:  CHI660E

Init E (V) = 0.6
Scan Rate (V/s) = 0.1
Segment 1:
Ep = 0.212V
ip = -1.2e-5A

Potential/V, Current/A

0.599, -1.2e-6
0.598, -1.1e-6
0.597, -1.0e-6
0.596, -0.9e-6
"""
NOVA = """Potential applied (V);Time (s);WE(1).Current (A);WE(1).Potential (V);Scan;Index
0,1;1,0;1,5E-6;0,1002;1;1
0,2;2,0;2,5E-6;0,2002;1;2
0,1;3,0;-1,5E-6;0,1002;2;3
"""
PSTRACE = """Date and time:,2024-05-06 12:00:00
Notes:
Cyclic Voltammetry: CV i vs E,,Cyclic Voltammetry: CV i vs E,
V,µA,V,µA
0.1,1.5,0.1,2.5
0.2,1.6,0.2,2.6
"""


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_jcamp_gives_the_numbers_that_another_program_reads(read: Read):
    measurement = read(JCAMP, "cv")  # jcamp 1.3.2, MANIFEST.tsv
    assert len(measurement) == 680
    potential, current = measurement.column("potential"), measurement.column("current")
    assert (potential.unit, current.unit) == ("V vs Ref", "A")
    assert potential.values[[0, -1]].tolist() == [1.49048, 1.50049]
    assert potential.values.min() == -1.9005
    assert current.values.min() == pytest.approx(-3.07144e-6)
    assert current.values.max() == pytest.approx(5.34724e-6)


def test_an_export_of_ec_lab_is_read_with_its_own_cycles(read: Read):
    measurement = read(EC_LAB, "cv")
    assert len(measurement) == 223
    assert set(measurement["cycle_number"].tolist()) == {1, 2, 3, 4, 5}
    assert "cycle" not in measurement


def test_the_curves_of_a_gamry_file_are_its_cycles(read: Read):
    measurement = read(GAMRY, "cv")
    assert set(measurement["curve"].tolist()) == {1, 2, 3, 4, 5}
    assert "cycle" not in measurement
    assert "point" in measurement


@pytest.mark.parametrize(
    ("name", "rows", "lowest", "highest"),
    [("cv.mpr", 5103, 1.4992, 5.4991), ("lsv.mpr", 1186, -4.00081, -0.0616875)],
)
def test_binary_files_of_ec_lab_are_read(
    read: Read, shared_data: Path, name: str, rows: int, lowest: float, highest: float
):
    measurement = read(shared_data / "echem" / name, "cv")  # MANIFEST.tsv
    assert len(measurement) == rows
    assert measurement["ewe"].min() == pytest.approx(lowest, rel=1e-4)
    assert measurement["ewe"].max() == pytest.approx(highest, rel=1e-4)


def test_text_of_ch_instruments_is_read(read: Read, tmp_path: Path):
    measurement = read(written(tmp_path, "chi.txt", CHI.replace("\n", "\r\n")), "cv")
    assert measurement["potential"].tolist() == [0.599, 0.598, 0.597, 0.596]
    assert measurement.column("current").unit == "A"
    assert measurement.header["technique"] == "Cyclic Voltammetry"
    assert measurement.header["scan_rate"] == "0.1"


def test_segments_that_words_part_are_all_read(read: Read, tmp_path: Path):
    segments = (
        "Potential/V, Current/A, Charge/C\n\nSegment 1:\n0.0, -1e-6, 0.0\n0.1, -2e-6, 1e-6\n0.2, -3e-6, 2e-6\n"
        "\nSegment 2:\n0.2, 4e-6, 2e-6\n0.1, 3e-6, 1e-6\n"
    )
    measurement = read(written(tmp_path, "a.txt", CHI.split("Potential/V")[0] + segments), "cv")
    assert measurement["potential"].tolist() == [0.0, 0.1, 0.2, 0.2, 0.1]
    assert measurement["current"].tolist() == [-1e-6, -2e-6, -3e-6, 4e-6, 3e-6]
    assert measurement["segment"].tolist() == [1, 1, 1, 2, 2]
    assert measurement.header["init_e"] == "0.6"


def test_a_further_table_of_other_quantities_is_left_aside(read: Read, tmp_path: Path):
    other = "\nTime/s, Potential/V\n1, 0.5\n2, 0.6\n"
    assert read(written(tmp_path, "a.txt", CHI + other), "cv")["potential"].tolist() == [
        0.599, 0.598, 0.597, 0.596,
    ]  # fmt: skip


def test_text_of_nova_is_read_with_decimal_commas(read: Read, tmp_path: Path):
    measurement = read(written(tmp_path, "nova.txt", NOVA), "cv")
    assert measurement["current"].tolist() == [1.5e-6, 2.5e-6, -1.5e-6]
    assert measurement["scan"].tolist() == [1, 1, 2]
    assert measurement.column("current").unit == "A"


def test_scans_of_pstrace_that_stand_side_by_side_follow_one_another(read: Read, tmp_path: Path):
    measurement = read(written(tmp_path, "ps.csv", PSTRACE.encode("utf-16")), "cv")
    assert measurement["scan"].tolist() == [1, 1, 2, 2]
    assert measurement["current"].tolist() == [1.5, 1.6, 2.5, 2.6]
    assert measurement.column("current").title == "Current (µA)"


@pytest.mark.parametrize(
    ("titles", "unit", "reference"),
    [
        ("Potential (V vs Ag/AgCl)\tCurrent (mA)", "mA", "V vs Ag/AgCl"),
        ("Ewe/V\t<I>/mA", "mA", "V"),
        ("E (V vs. SCE)\tI (µA)", "µA", "V vs. SCE"),
        ("E/V\ti/A", "A", "V"),
        ("Voltage [mV]\tCurrent density [mA/cm2]", "mA/cm2", "mV"),
    ],
)
def test_titles_of_many_kinds_are_understood(
    read: Read, tmp_path: Path, titles: str, unit: str, reference: str
):
    rows = "".join(f"{0.1 * n}\t{n}\n" for n in range(8))
    measurement = read(written(tmp_path, "a.txt", f"{titles}\n{rows}"), "cv")
    if titles.startswith("Ewe"):  # that is EC-Lab without its header
        assert measurement["current_mean"][1] == 1
        return
    assert measurement.column("potential").unit == reference
    assert measurement.column("current").unit == unit


def test_two_bare_columns_are_potential_and_current(read: Read, tmp_path: Path):
    rows = "".join(f"{0.1 * n:.1f} {n}\n" for n in range(10))
    measurement = read(written(tmp_path, "a.txt", rows), "cv")
    assert measurement["potential"][1] == 0.1
    assert measurement["current"][9] == 9


def test_a_session_of_pstrace_gives_its_scans(read: Read, tmp_path: Path):
    def array(kind: int, unit: str, kind_of_unit: str, values: list[float]) -> dict:
        unit_of = {"type": f"PalmSens.Units.{kind_of_unit}", "s": unit, "q": ""}
        points = [{"V": value} for value in values]
        return {"ArrayType": kind, "Description": "scan", "Unit": unit_of, "DataValues": points}

    arrays = [array(0, "s", "Time", [0, 1])]
    for scan in (1.0, 2.0):
        arrays += [array(1, "V", "Volt", [0.1, 0.2]), array(2, "A", "MicroAmpere", [scan, -scan])]
    body = {"Type": "PalmSens.DataFiles.SessionFile", "Measurements": [
        {"Title": "CV", "Method": "METHOD_ID=cv\r\n", "DataSet": {"Values": arrays}}]}  # fmt: skip
    path = written(tmp_path, "a.pssession", json.dumps(body).encode("utf-16"))
    measurement = read(path, "cv")
    assert measurement["scan"].tolist() == [1, 1, 2, 2]
    assert measurement["current"].tolist() == [1, -1, 2, -2]
    assert measurement.column("current").unit == "µA"


def test_a_file_of_iviums_gives_potential_and_current(read: Read, tmp_path: Path):
    text = (
        "Method=CyclicVoltammetry\nScanrate=0.05\nprimary_data\n3\n2\n0.1 1E-6 0.1\n0.2 2E-6 0.2\n"
    )
    measurement = read(written(tmp_path, "a.idf", text), "cv")
    assert measurement["current"].tolist() == [1e-6, 2e-6]
    assert measurement.header["scan_rate"] == 0.05


def test_a_par_of_versastudio_gives_its_sweep(read: Read, tmp_path: Path):
    rows = "".join(f"0,{n},{0.1 * n:.1f},{n}E-6,{n},0\n" for n in range(4))
    text = (
        "<Application>\nName=VersaStudio\n</Application>\n<Action1>\nName=Cyclic Voltammetry\n"
        "</Action1>\n<Segment1>\nDefinition=Segment #, Point #, E(V), I(A), Elapsed Time(s), 0\n"
        f"{rows}</Segment1>\n"
    )
    measurement = read(written(tmp_path, "a.par", text), "cv")
    assert measurement["e"].tolist() == [0.0, 0.1, 0.2, 0.3]
    assert measurement["i"][3] == 3e-6
    assert measurement.header["technique"] == "Cyclic Voltammetry"


def test_a_jcamp_of_another_kind_is_no_voltammogram(
    head: Callable[[Path], FileHead], tmp_path: Path
):
    text = JCAMP.read_text().replace("CYCLIC VOLTAMMETRY", "INFRARED SPECTRUM")
    assert technique("cv").format_of(head(written(tmp_path, "a.jdx", text))) is None


def test_a_jcamp_cut_within_its_table_is_refused(read: Read, tmp_path: Path):
    with pytest.raises(UnreadableFile):
        read(written(tmp_path, "a.jdx", JCAMP.read_bytes()[:6000]), "cv")


def test_a_table_without_current_is_an_error_that_says_so(read: Read, tmp_path: Path):
    rows = "".join(f"{n}\t{n}\t{n}\n" for n in range(8))
    path = written(
        tmp_path,
        "a.mpt",
        f"EC-Lab ASCII FILE\nNb header lines : 5\n\nCyclic Voltammetry\ntime/s\tEwe/V\tx\n{rows}",
    )
    with pytest.raises(UnreadableFile, match="no current"):
        read(path, "cv")


def test_a_run_without_points_holds_no_data(read: Read):
    with pytest.raises(NoData):
        read(TESTS / "biologic" / "wait.mpr", "cv")


CERTAIN = (
    "cv.mpr",
    "cv.mpt",
    "lsv.mpr",
    "lsv.mpt",
    "Pt_poly_cv_CUT.mpt",
    "cv_data.dta",
    JCAMP.name,
)


def test_content_tells_voltammograms_from_other_electrochemistry(
    head: Callable[[Path], FileHead], shared_data: Path
):
    cv = technique("cv")
    for path in sorted((shared_data / "echem").iterdir()):
        found = cv.format_of(head(path))
        if path.name in CERTAIN:
            assert found is not None, path.name
            assert found[1] == Match.CERTAIN, path.name
        else:
            assert found is None or found[1] == Match.POSSIBLE, path.name


def test_no_file_of_another_technique_is_taken_for_a_voltammogram(
    head: Callable[[Path], FileHead], shared_data: Path
):
    cv = technique("cv")
    for folder in shared_data.iterdir():
        if folder.is_dir() and folder.name != "echem":
            for path in folder.iterdir():
                found = cv.format_of(head(path))
                assert found is None or found[1] == Match.POSSIBLE, path


def test_the_ending_alone_is_no_proof(head: Callable[[Path], FileHead], tmp_path: Path):
    for name in (
        "a.mpr",
        "a.mpt",
        "a.dta",
        "a.jdx",
        "a.pssession",
        "a.idf",
        "a.par",
        "a.txt",
        "a.csv",
    ):
        foreign = written(tmp_path, name, "these are words\n")
        assert technique("cv").format_of(head(foreign)) is None, name


def test_numbers_keep_their_order(read: Read):
    potential = read(JCAMP, "cv")["potential"]
    assert np.argmin(potential) == pytest.approx(340, abs=5)  # half of the sweep and back


def test_bare_columns_of_a_spectrum_are_no_voltammogram(
    head: Callable[[Path], FileHead], tmp_path: Path
):
    path = tmp_path / "spectrum.txt"
    path.write_text("".join(f"{100 + 3 * n}\t{570 + n % 7}\n" for n in range(200)))
    assert technique("cv").format_of(head(path)) is None
    path.write_text("".join(f"{n / 100 - 0.5:.3f}\t{n % 7}e-6\n" for n in range(200)))
    assert technique("cv").format_of(head(path)) is not None


@pytest.mark.parametrize(
    ("x", "y", "units"),
    [
        ("VOLTAGE", "AMPERE", ("V", "A")),
        ("Volts", "Current", ("V", "A")),
        ("V vs Ref", "MICROAMPERES", ("V vs Ref", "µA")),
    ],
)
def test_a_jcamp_that_spells_its_units_has_their_signs(
    read: Read, tmp_path: Path, x: str, y: str, units: tuple[str, str]
):
    text = (
        f"##TITLE=a\n##JCAMP-DX=5.0\n##DATA TYPE=CYCLIC VOLTAMMETRY\n##XUNITS={x}\n##YUNITS={y}\n"
        "##NPOINTS=4\n##XYPOINTS=(XY..XY)\n0.1, 1\n0.2, 2\n0.3, 3\n0.2, 1\n##END=\n"
    )
    measurement = read(written(tmp_path, "a.jdx", text), "cv")
    assert tuple(measurement.column(n).unit for n in ("potential", "current")) == units


@pytest.mark.parametrize(
    "titles",
    ["Potenzial/V;Strom/A", "Spannung (V);Stromdichte (mA/cm²)", "Potentiel (V);Courant (A)"],
)
def test_titles_may_be_german_or_french(tmp_path: Path, read: Read, titles: str):
    rows = "".join(f"0,{n};-1,{n}E-6\n" for n in range(10, 40))
    measurement = read(written(tmp_path, "a.csv", f"{titles}\n{rows}"), "cv")
    assert measurement["potential"][:2].tolist() == [0.10, 0.11]
    assert measurement["current"][0] == pytest.approx(-1.1e-6)


def test_units_may_stand_below_the_titles(tmp_path: Path, read: Read):
    rows = "".join(f"{n},0.{n},-{n}\n" for n in range(10, 40))
    text = f"Time,Potential,Current\ns,V,uA\n{rows}"
    measurement = read(written(tmp_path, "a.csv", text), "cv")
    units = [measurement.column(name).unit for name in ("time", "potential", "current")]
    assert units == ["s", "V", "uA"]
