"""EC-Lab's and BT-Lab's text exports."""

from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.biologic.columns import column_name, split_title
from pydatalab.techniques.shared.biologic.mpt import read_mpt
from pydatalab.techniques.shared.biologic.recognise import (
    is_mps,
    is_mpt,
    mpt_labels,
    mpt_technique,
)
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

DATA = Path(__file__).parents[3] / "data" / "biologic"


def mpt(path: Path) -> Measurement:
    return read_mpt(SourceFile(path)).checked()


def written(folder: Path, raw: bytes) -> Path:
    path = folder / "written.mpt"
    path.write_bytes(raw)
    return path


def test_decimal_commas_are_numbers():
    measurement = mpt(DATA / "Pt_poly_cv_CUT.mpt")
    assert len(measurement) == 223  # as ixdat and yadg read it, MANIFEST.tsv
    assert measurement["ewe"].max() == pytest.approx(1.68943, rel=1e-5)
    assert measurement["time"][0] == 3.289600104471901  # its first row
    assert measurement.header["technique"] == "CVA"


def test_quantities_have_units_and_labels_as_the_file_writes_them():
    measurement = mpt(DATA / "peis.mpt")
    assert measurement.column("minus_z_imag").title == "-Im(Z) (Ohm)"
    assert measurement.column("zwe_ce_phase").title == "Phase(Zwe-ce) (deg)"
    assert measurement.column("cs").title == "Cs (µF)"
    assert measurement["frequency"][0] == 1.9999814e5
    assert measurement["cycle_number"].tolist() == [1.0] * 32


def test_crlf_and_lf_give_the_same(tmp_path: Path):
    raw = (DATA / "cp.mpt").read_bytes()
    assert b"\r" not in raw
    other = mpt(written(tmp_path, raw.replace(b"\n", b"\r\n")))
    np.testing.assert_array_equal(other["ewe_mean"], mpt(DATA / "cp.mpt")["ewe_mean"])
    assert other.header == mpt(DATA / "cp.mpt").header


def test_an_export_without_header_is_read(tmp_path: Path):
    lines = (DATA / "cp.mpt").read_bytes().splitlines(keepends=True)
    path = written(tmp_path, b"".join(lines[56:]))
    head = FileHead("a.txt", path.read_bytes())
    assert is_mpt(head)
    np.testing.assert_array_equal(mpt(path)["current"], mpt(DATA / "cp.mpt")["current"])


def test_a_last_row_that_stops_half_way_is_left_out_and_said(tmp_path: Path):
    raw = (DATA / "cp.mpt").read_bytes()
    measurement = mpt(written(tmp_path, raw[:-150]))
    assert len(measurement) == 120
    assert "last row" in measurement.header["warnings"][0]


def test_a_last_row_that_stops_within_its_last_number_is_left_out(tmp_path: Path):
    rows = b"freq/Hz\tRe(Z)/Ohm\tIm(Z)/Ohm\n1.0E+003\t6.5E+001\t-3.8E-001\n"
    measurement = mpt(written(tmp_path, rows + b"7.7E+002\t6.3E+001\t-1.3E-00"))
    assert len(measurement) == 1
    assert len(mpt(written(tmp_path, rows + b"7.7E+002\t6.3E+001\t-1.3E-001"))) == 2


def test_an_export_cut_within_its_header_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="within its header"):
        mpt(written(tmp_path, (DATA / "cp.mpt").read_bytes()[:900]))


def test_a_header_without_rows_holds_no_data(tmp_path: Path):
    lines = (DATA / "cp.mpt").read_bytes().splitlines(keepends=True)
    with pytest.raises(NoData, match="no points"):
        mpt(written(tmp_path, b"".join(lines[:57])))


def test_words_among_the_numbers_are_an_error_that_shows_the_row(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="oops"):
        mpt(written(tmp_path, b"time/s\tEwe/V\n1\t2\noops\t3\n"))


def test_an_empty_cell_is_no_number(tmp_path: Path):
    measurement = mpt(written(tmp_path, b"time/s\tEwe/V\tI/mA\n1\t\t3\n2\t5\t6\n"))
    np.testing.assert_array_equal(measurement["ewe"], [np.nan, 5])


@pytest.mark.parametrize(
    ("stamps", "start"),
    [
        (("07/19/2024 23:59:59.5000", "07/20/2024 0:00:01.0000"), "2024-07-19T23:59:59.500"),
        (("19/07/2024 23:59:59,5000", "20/07/2024 00:00:01,0000"), "2024-07-19T23:59:59.500"),
        (("2024-07-19 23:59:59.5", "2024-07-20 00:00:01"), "2024-07-19T23:59:59.500"),
    ],
)
def test_dates_become_seconds_from_the_first_row(
    tmp_path: Path, stamps: tuple[str, str], start: str
):
    rows = "".join(f"{stamp}\t1\n" for stamp in stamps)
    measurement = mpt(written(tmp_path, f"time/s\tEwe/V\n{rows}".encode()))
    assert measurement["time"].tolist() == [0.0, 1.5]
    assert measurement.header["first_point"] == start


@pytest.mark.parametrize(
    ("title", "quantity", "unit", "name"),
    [
        ("Q charge/discharge/mA.h", "Q charge/discharge", "mA.h", "q_charge_discharge"),
        ("control/V/mA", "control", "V/mA", "control"),
        ("control/mA", "control", "mA", "control_current"),
        ("ox/red", "ox/red", "", "ox_red"),
        ("<I>/mA", "<I>", "mA", "current_mean"),
        ("<Ewe/V>", "<Ewe>", "V", "ewe_mean"),
        ("Ecell/V", "Ecell", "V", "ewe"),
        ("Re(Conductivity)/mS/cm", "Re(Conductivity)", "mS/cm", "conductivity_real"),
        ("|Ewe h2|/V", "|Ewe h2|", "V", "ewe_h2_abs"),
        ("Temperature/ï¿½C", "Temperature", "°C", "temperature"),
        ("Efficiency/%", "Efficiency", "%", "efficiency"),
        ("x", "x", "", "x"),
    ],
)
def test_titles_give_quantity_unit_and_name(title: str, quantity: str, unit: str, name: str):
    assert split_title(title) == (quantity, unit)
    assert column_name(title) == name


def test_every_shared_export_is_recognised_and_read(shared_data: Path):
    told = {
        "echem/ca.mpt": ("CA", 721),
        "echem/cp.mpt": ("CP", 121),
        "echem/cv.mpt": ("CV", 5103),
        "echem/lsv.mpt": ("LSV", 1186),
        "echem/ocv.mpt": ("OCV", 602),
        "echem/Pt_poly_cv_CUT.mpt": ("CVA", 223),
        "echem/Sample_data_biologic_01_MB_CA1.txt": ("MB", 1397),
        "eis/peis.mpt": ("PEIS", 32),
        "eis/geis.mpt": ("GEIS", 2528),
        "eis/exampleDataBioLogic.mpt": ("PEIS", 43),
    }
    for name, (technique, rows) in told.items():
        head = FileHead(name, (shared_data / name).read_bytes()[: 64 * 1024])
        assert is_mpt(head), name
        assert mpt_technique(head) == technique, name
        assert "time/s" in mpt_labels(head), name
        assert len(mpt(shared_data / name)) == rows, name


def test_settings_are_told_from_data():
    path = DATA / "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data.mps"
    head = FileHead(path.name, path.read_bytes())
    assert is_mps(head)
    assert not is_mpt(head)
