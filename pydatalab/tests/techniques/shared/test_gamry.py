"""Gamry's data files."""

from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.gamry import read_gamry
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

DATA = Path(__file__).parents[2] / "data" / "gamry"

SQUARE_WAVE = """EXPLAIN
TAG\tSQUARE_WAVE
NOTES\tNOTES\t2\t&Notes...
\tfirst
\tsecond
AREA\tQUANT\t7,07000E-002\tElectrode &Area (cm^2)
CURVE\tTABLE\t3
\tPt\tT\tVfwd\tVrev\tIfwd\tIrev\tIdif\tOver
\t#\ts\tV vs. Ref.\tV vs. Ref.\tA\tA\tA\tbits
\t0\t0,1\t-5,0E-001\t-5,5E-001\t1,0E-006\t-2,0E-006\t3,0E-006\t...........
\t1\t0,2\t-4,9E-001\t-5,4E-001\t1,5E-006\t-2,5E-006\t4,0E-006\t...........
EXPERIMENTABORTED\tTOGGLE\tT\tExperiment Aborted
"""


def gamry(path: Path, table: str = "CURVE") -> Measurement:
    return read_gamry(SourceFile(path), table).checked()


def written(folder: Path, text: str) -> Path:
    path = folder / "written.dta"
    path.write_bytes(text.encode("cp1252"))
    return path


def test_several_curves_stand_one_after_another_with_their_number():
    measurement = gamry(DATA / "cv_data.dta")
    assert np.bincount(measurement["curve"]).tolist() == [0, 10, 10, 10, 10, 10]
    assert measurement["point"].tolist() == list(range(50))
    # the file's own first row of CURVE2
    assert measurement["vf"][10] == 8.97987e-1
    assert measurement["im"][10] == 6.57772e-7
    assert measurement.column("vf").title == "Vf (V vs. Ref.)"
    assert measurement.header["technique"] == "CV"
    assert measurement.header["scanrate"] == 1.23456


def test_an_impedance_keeps_the_sign_of_its_file_and_leaves_the_open_circuit_aside():
    measurement = gamry(DATA / "exampleDataGamry.DTA", "ZCURVE")
    assert len(measurement) == 72  # MANIFEST.tsv
    assert measurement["frequency"].max() == pytest.approx(200016, rel=1e-5)
    assert measurement["z_imag"][-1] == -6635.557
    assert measurement.column("z_phase").unit == "deg"
    assert measurement.header["electrode_area"] == 1.0
    assert len(gamry(DATA / "exampleDataGamry.DTA", "OCVCURVE")) == 387


def test_rows_split_by_blanks_are_rows_too():
    measurement = gamry(DATA / "eispot_data.dta", "ZCURVE")
    assert len(measurement) == 10
    assert measurement["frequency"].tolist()[-4:] == [10, 5, 1, 0.5]


def test_the_promised_number_of_points_is_not_relied_on():
    assert len(gamry(DATA / "ocp_data.dta")) == 21  # it says 99999


def test_decimal_commas_an_aborted_run_and_a_square_wave_are_read(tmp_path: Path):
    measurement = gamry(written(tmp_path, SQUARE_WAVE))
    assert measurement["ifwd"].tolist() == [1.0e-6, 1.5e-6]
    assert measurement["vrev"].tolist() == [-0.55, -0.54]
    assert measurement["over"].tolist() == ["..........."] * 2
    assert measurement.header["electrode_area"] == 0.0707
    assert measurement.header["notes"] == "first\nsecond"
    assert measurement.header["experimentaborted"] is True


@pytest.mark.parametrize("cut", [3, 20, 60])
def test_a_row_that_stops_half_way_is_left_out_and_said(tmp_path: Path, cut: int):
    rows = SQUARE_WAVE[: SQUARE_WAVE.index("EXPERIMENTABORTED")]
    measurement = gamry(written(tmp_path, rows[:-cut]))
    assert len(measurement) == 1
    assert "last row" in measurement.header["warnings"][0]


def test_a_file_cut_before_its_table_holds_no_data(tmp_path: Path):
    with pytest.raises(NoData, match="no points in a table CURVE"):
        gamry(written(tmp_path, SQUARE_WAVE[:80]))


def test_a_missing_table_is_said_with_those_that_there_are():
    with pytest.raises(NoData, match=r"OCVCURVE \(387 points\), ZCURVE \(72 points\)"):
        gamry(DATA / "exampleDataGamry.DTA", "CURVE")


def test_a_file_of_another_kind_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="EXPLAIN"):
        gamry(written(tmp_path, "time,current\n1,2\n"))
