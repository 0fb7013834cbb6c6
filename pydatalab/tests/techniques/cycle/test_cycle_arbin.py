"""Arbin: the database, exports as text and as workbooks."""

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile

ARBIN_TITLES = [
    "Date_Time", "Test_Time(s)", "Step_Time(s)", "Step_Index", "Cycle_Index", "Voltage(V)",
    "Current(A)", "Charge_Capacity(Ah)", "Discharge_Capacity(Ah)",
]  # fmt: skip


def test_the_database_gives_all_points_in_order(data, read):
    # 2150 rows, 2.99992 to 4.30006 V, 5 cycles: mdbtools 1.0.0, mdb-export.
    points = read(data / "arbin" / "arbin_example.res.bz2", "cycle")
    assert len(points) == 2150
    assert points.column("voltage").unit == "V"
    assert points["voltage"].min() == pytest.approx(2.99992, abs=1e-5)
    assert points["voltage"].max() == pytest.approx(4.30006, abs=1e-5)
    assert len(np.unique(points["cycle_index"])) == 5
    assert np.array_equal(points["data_point"], np.arange(1, 2151))
    assert points["test_time"][0] == pytest.approx(0.072595419795086)
    assert points["test_time"][-1] == pytest.approx(345733.38945743744)
    assert points.header["test_name"] == "ajm314_LCO_ajm5-SSB1-F_Wait48hr-Repeat-01-012"


def test_the_rows_are_those_that_access_parser_reads_one_by_one(shared_data, read):
    from access_parser import AccessParser

    path = shared_data / "echem" / "20160805_test001_45_cc_01.res"
    points = read(path, "cycle")
    table = AccessParser(str(path)).parse_table("Channel_Normal_Table")
    assert len(points) == 10261
    for name, title in (("voltage", "Voltage"), ("discharge_energy", "Discharge_Energy")):
        np.testing.assert_array_equal(points[name], np.array(table[title], points[name].dtype))


def test_capacity_of_a_half_cycle_is_what_its_counters_say(data, read):
    # The cycler's own totals at the end of the first charge and discharge, in mA·h.
    points = read(data / "arbin" / "arbin_example.res.bz2", "cycle")
    first_charge = points["half_cycle"] == 1
    assert points["capacity"][first_charge].max() == pytest.approx(
        1e3 * points["charge_capacity"][points["cycle_index"] == 1].max()
    )


def test_a_database_that_stops_early_is_refused(data, tmp_path, read):
    import bz2

    raw = bz2.decompress((data / "arbin" / "arbin_example.res.bz2").read_bytes())
    path = tmp_path / "cut.res"
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(UnreadableFile, match="0 of 2150 points"):
        read(path, "cycle")


def test_a_text_export_keeps_its_columns_and_units(data, read):
    points = read(data / "arbin" / "sample_data_arbin.csv", "cycle")
    assert len(points) == 13
    assert points.column("test_time").unit == "s"
    assert points.column("current").unit == "A"
    assert points.column("charge_capacity").unit == "Ah"
    assert points["voltage"][0] == 3.534595
    assert points["date_time"][0] == "09/20/2024 08:32:34.558"
    assert np.isnan(points["acr"][0])


def test_a_text_export_with_semicolons_and_decimal_commas_is_the_same(data, tmp_path, read):
    source = data / "arbin" / "sample_data_arbin.csv"
    text = source.read_text("utf-8-sig").replace(",", ";").replace(".", ",")
    path = tmp_path / "german.csv"
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-16"))
    plain, german = read(source, "cycle"), read(path, "cycle")
    np.testing.assert_array_equal(plain["voltage"], german["voltage"])


def test_titles_without_points_are_no_data(data, tmp_path, read):
    heading = (data / "arbin" / "sample_data_arbin.csv").read_bytes().split(b"\n")[0]
    path = tmp_path / "empty.csv"
    path.write_bytes(heading + b"\n")
    with pytest.raises(NoData):
        read(path, "cycle")


def test_a_workbook_is_read_over_its_sheets_without_the_statistics(workbook, read):
    first = [
        ["2020-10-19", 1.0, 1.0, 1, 1, 2.6, 0.0, 0.0, 0.0],
        ["", 2.0, 2.0, 2, 1, 2.5, -1.0, 0, 0.1],
    ]
    second = [["", 3.0, 3.0, 2, 1, 2.4, -1.0, 0.0, 0.2]]
    path = workbook(
        "arbin.xlsx",
        {
            "Global_Info": [["TEST REPORT"]],
            "Channel_11_1": [ARBIN_TITLES, *first],
            "Channel_11_2": [ARBIN_TITLES, *second],
            "StatisticByCycle-Chan_11": [[*ARBIN_TITLES, "Vmax_On_Cycle(V)"], [*second[0], 4.2]],
        },
    )
    points = read(path, "cycle")
    assert points["test_time"].tolist() == [1.0, 2.0, 3.0]
    assert points.column("discharge_capacity").unit == "Ah"
    assert points["capacity"].tolist() == pytest.approx([0.0, 100.0, 200.0])


def test_a_real_workbook_has_all_its_points(shared_data, read):
    # 4526 rows, at most 2.64091 V: pandas and openpyxl, navani 0.1.22.
    name = "bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx"
    points = read(shared_data / "echem" / name, "cycle")
    assert len(points) == 4526
    assert points["voltage"].max() == pytest.approx(2.64091, abs=1e-5)
    # The file says cycle 1 throughout, though the cell was cycled: cycles are ours.
    assert points.column("cycle").computed
    assert points["cycle"].max() == 2


def test_a_workbook_of_something_else_is_refused(workbook, head, read):
    from pydatalab.techniques.registry import Match, technique

    path = workbook("other.xlsx", {"Sheet1": [["sample", "mass"], ["a", 1.0]]})
    found = technique("cycle").format_of(head(path))
    assert found is None or found[1] is Match.POSSIBLE
    with pytest.raises(UnreadableFile):
        read(path, "cycle")


def test_a_workbook_cut_in_half_is_refused(workbook, read):
    path = workbook("cut.xlsx", {"Channel_1_1": [ARBIN_TITLES, ["", 1, 1, 1, 1, 3.0, 0.1, 0, 0]]})
    path.write_bytes(path.read_bytes()[:800])
    with pytest.raises(UnreadableFile):
        read(path, "cycle")


def test_dates_of_an_export_may_be_seconds(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text(
        "Data_Point,Test_Time,DateTime,Step_Index,Cycle_Index,Current,Voltage,Charge_Capacity,Discharge_Capacity\n"
        "1,10.0,1494618000.1,1,0,0,2.0,0,0\n2,20.0,1494618010.1,2,0,1.1,3.3,0.003,0\n"
    )
    assert read(path, "cycle").column("datetime").unit == "s"


def test_a_table_of_the_battery_archive_is_read(tmp_path, read, head):
    path = tmp_path / "SNL_18650_LFP_25C_timeseries.csv"
    path.write_text(
        "Date_Time,Test_Time (s),Cycle_Index,Current (A),Voltage (V),Charge_Capacity (Ah),Discharge_Capacity (Ah)\n"
        "2018-01-01 10:00:00.000,0.0,1.0,0.55,3.2,0.0,0.0\n"
        "2018-01-01 10:00:10.000,10.0,1.0,0.55,3.3,0.0015,0.0\n"
        "2018-01-01 10:00:20.000,20.0,1.0,-0.55,3.25,0.0015,0.0015\n"
    )
    points = read(path, "cycle")
    assert points["voltage"].tolist() == [3.2, 3.3, 3.25]
    assert points["direction"].tolist() == [1, 1, -1]
