"""Neware: binary files, flat and nested text, workbooks."""

import zlib

import numpy as np
import pytest

from pydatalab.errors import UnreadableFile


def test_an_nda_gives_all_points(data, read):
    # 439 rows, -0.101 to -0.0849 V, ±0.0505 mA, 2 cycles: fastnda 1.3.1, NewareNDA 2026.6.11.
    points = read(data / "neware" / "navani_test.nda.gz", "cycle")
    assert len(points) == 439
    assert points.column("current").unit == "mA"
    assert points["voltage"].min() == pytest.approx(-0.101, abs=1e-6)
    assert points["voltage"].max() == pytest.approx(-0.0849, abs=1e-6)
    assert points["current"].max() == pytest.approx(0.0505, abs=1e-6)
    assert points["cycle_count"].max() == 2
    assert points["step_type"][0] == "CC_DChg"


def test_an_ndax_gives_all_points(data, read):
    # 1464 rows, 1.4995 to 4.3998 V, one cycle: fastnda, NewareNDA and navani agree.
    points = read(data / "neware" / "navani_test.ndax", "cycle")
    assert len(points) == 1464
    assert points["voltage"].min() == pytest.approx(1.4995, abs=1e-5)
    assert points["voltage"].max() == pytest.approx(4.3998, abs=1e-5)
    assert points.header["step_name"] == "fs6_cycling.xml"
    # The tester's own counter at the end of the charge and of the discharge.
    ends = [points["computed_capacity"][points["half_cycle"] == half].max() for half in (1, 2)]
    assert ends == pytest.approx([0.593039, 0.625451], abs=1e-6)


def test_auxiliary_channels_are_columns_of_their_own(data, read):
    points = read(data / "neware" / "46_1_5_60_ZZZZZZZZTEST_20250924092922.ndax", "cycle")
    assert len(points) == 84
    assert points.column("aux1_temperature").unit == "degC"
    assert points["aux1_temperature"][0] == pytest.approx(23.6, abs=1e-5)


def test_the_content_counts_and_not_the_ending(data, tmp_path, read):
    path = tmp_path / "run.dat"
    path.write_bytes((data / "neware" / "navani_test.ndax").read_bytes())
    assert len(read(path, "cycle")) == 1464


def test_an_ndax_cut_in_half_is_refused(data, tmp_path, read):
    path = tmp_path / "cut.ndax"
    path.write_bytes((data / "neware" / "navani_test.ndax").read_bytes()[:20_000])
    with pytest.raises(UnreadableFile, match="Neware"):
        read(path, "cycle")


def test_an_nda_that_lost_its_end_is_drawn_with_a_warning(shared_data, tmp_path, draw):
    path = tmp_path / "cut.nda"
    path.write_bytes((shared_data / "echem" / "TestFile.nda").read_bytes()[:200_000])
    assert any("last record" in warning for warning in draw([path], "cycle").warnings)


def test_reading_neware_leaves_zlib_as_it_was():
    import pydatalab.techniques.cycle.neware  # noqa: F401

    with pytest.raises(zlib.error):
        zlib.decompress(b"this is not compressed")


def test_many_points_are_read_with_the_numbers_of_the_tester(shared_data, read):
    # 77745 rows, 2.49898 to 4.20033 V, 8 cycles: fastnda and NewareNDA.
    name = "TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax"
    points = read(shared_data / "echem" / name, "cycle")
    assert len(points) == 77745
    assert points["voltage"].max() == pytest.approx(4.20033, abs=1e-5)
    assert points["cycle_count"].max() == 8


def test_flat_text_keeps_words_and_gives_durations_in_seconds(data, read):
    points = read(data / "neware" / "neware_uio_some_rows.csv", "cycle")
    assert len(points) == 79
    assert points.column("cumulative_time").unit == "s"
    row = int(np.flatnonzero(points["data_point"] == 721)[0])
    assert points["cumulative_time"][row] == 12 * 3600
    assert points["step_type"][row] == "Rest"
    assert points["voltage"][row] == 2.9570
    assert points["date"][row].startswith("2022-05-19")


def test_flat_text_of_a_whole_run(shared_data, read):
    # 9065 rows: pandas, batterydf. First discharge 4.680 + 0.282 + 0.124 mA·h by its step counters.
    points = read(shared_data / "echem" / "neware_uio.csv", "cycle")
    assert len(points) == 9065
    first = points["computed_capacity"][points["half_cycle"] == 1]
    assert first.max() == pytest.approx(5.0863, abs=1e-3)
    assert len(np.unique(points["cycle_index"])) == 4


def test_nested_text_gives_records_with_their_cycle_and_step(data, read):
    name = "nw_regular_export_ife_example_first_rows.csv"
    points = read(data / "neware" / name, "cycle")
    assert points["data_point"].tolist() == list(range(1, 24))
    assert points["step_index"].tolist() == [1] * 11 + [2] * 10 + [3] * 2
    assert points["step_type"][11] == "CC Chg"
    assert set(points["cycle_index"]) == {1}
    assert points["total_time"][-1] == 192.0
    # The line of the step says that it took in 0.02256 A·h.
    assert points["computed_capacity"].max() == pytest.approx(22.56, abs=0.01)


def test_nested_text_that_stops_within_a_line_gives_what_is_there(data, tmp_path, read):
    name = "nw_regular_export_ife_example_first_rows.csv"
    text = (data / "neware" / name).read_text()
    path = tmp_path / "cut.csv"
    path.write_text(text[: text.index(",,20,") + 30])
    assert len(read(path, "cycle")) == 19


def test_a_workbook_of_records_is_read(workbook, read):
    titles = ["DataPoint", "Cycle Index", "Step Index", "Step Type", "Time", "Total Time", "Current(mA)",
              "Voltage(V)", "Capacity(mAh)"]  # fmt: skip
    rows = [
        [1, 1, 1, "Rest", "00:00:00", "00:00:00", 0.0, 3.0, 0.0],
        [2, 1, 2, "CC Chg", "00:30:00", "01:00:00", 2.0, 3.1, 1.0],
    ]
    path = workbook("neware.xlsx", {"record": [titles, *rows], "cycle": [["Cycle Index"], [1]]})
    points = read(path, "cycle")
    assert points["total_time"].tolist() == [0.0, 3600.0]
    assert points.column("capacity").unit == "mAh"
    assert points["step_type"].tolist() == ["Rest", "CC Chg"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_degrees_are_known_in_chinese_encodings(tmp_path, read, encoding):
    path = tmp_path / "a.csv"
    text = "DataPoint,Cycle Index,Step Type,Time,Current(A),Voltage(V),T1(\u2103)\n"
    text += "1,1,CC Chg,00:00:00,0.5,3.1,25.0\n2,1,CC Chg,00:00:10,0.5,3.2,25.1\n"
    path.write_bytes(text.encode(encoding))
    points = read(path, "cycle")
    assert points.column("t1").unit == "°C"
    assert points["t1"].tolist() == [25.0, 25.1]
