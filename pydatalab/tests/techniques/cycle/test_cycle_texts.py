"""Text files of Maccor, Novonix, Landt, Basytec, PEC, Digatron, Ivium, PalmSens and navani."""

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile

SMALL_FILES = (
    "arbin/sample_data_arbin.csv", "basytec/sample_data_basytec.txt", "maccor/maccor_example.txt",
    "maccor/maccor_001_first_rows.txt", "maccor/sample_data_maccor.csv",
    "novonix/sample_data_novonix.csv", "landt/SINTEF_LiGrR2032_Landt_first_60_rows.csv",
    "pec/Test25209_first_rows.csv", "ivium/rest_only_ivium.txt", "bdf/test_with_capacity.bdf",
    "neware/neware_uio_some_rows.csv",
)  # fmt: skip


def test_maccor_current_has_no_sign_and_its_state_tells_the_way(shared_data, read):
    # 7446 rows, 0.0345 to 3.8 V, up to 0.0001619 A: pandas.
    points = read(shared_data / "echem" / "maccor_002.txt", "cycle")
    assert len(points) == 7446
    assert points["voltage"].min() == 0.0345
    assert points["voltage"].max() == 3.8
    assert points["current"].max() == pytest.approx(0.0001619)
    assert points["direction"][points["md"] == "D"].tolist() == [-1] * 3417
    # The counters at the ends of the four steps: 2.44213, 2.25098, 2.27658, 2.25395 mA·h.
    ends = [points["capacity"][points["half_cycle"] == half].max() for half in range(1, 5)]
    assert ends == pytest.approx([2.44213, 2.25098, 2.27658, 2.25395], abs=1e-4)


def test_a_time_without_unit_is_compared_with_the_clock(shared_data, read):
    # Points one minute apart by the clock are 1.000000 apart in TestTime.
    points = read(shared_data / "echem" / "maccor_002.txt", "cycle")
    assert points.column("test_time").unit == "min"


def test_maccor_durations_are_seconds(data, read):
    points = read(data / "maccor" / "maccor_001_first_rows.txt", "cycle")
    assert points.column("test_time").unit == "s"
    assert points["test_time"].tolist() == pytest.approx([0, 5, 5.05, 9.31, 30.88, 60.88], abs=1e-4)
    assert points.column("amp_hr").unit == "Ah"
    assert points["direction"].tolist() == [0, 0, -1, -1, -1, -1]


def test_maccor_minutes_stay_minutes(data, read):
    points = read(data / "maccor" / "maccor_example.txt", "cycle")
    assert points.column("test_time").unit == "min"
    assert points["test_time"][-1] == 37.0
    # 0.61 mA for four minutes.
    ends = [points["capacity"][points["half_cycle"] == half].max() for half in range(1, 5)]
    assert ends == pytest.approx([0.61 * 4 / 60] * 4, rel=1e-4)
    assert points["cycle"].max() == 2


def test_maccor_csv_without_units_is_in_amperes(data, read):
    points = read(data / "maccor" / "sample_data_maccor.csv", "cycle")
    assert len(points) == 15
    assert points.column("current").unit == "A"
    assert points["voltage"][-1] == 3.716


def test_maccor_junk_before_the_table_does_no_harm(data, tmp_path, read):
    source = (data / "maccor" / "maccor_example.txt").read_bytes()
    path = tmp_path / "junk.txt"
    path.write_bytes(b"Description\tcell \x00\x04\x03 \xff\xff\xff\r\n" + source)
    assert len(read(path, "cycle")) == 37


def test_novonix_data_follow_a_summary_and_a_protocol(data, read):
    # 207 rows: batterydf and battery-data-standard.
    points = read(data / "novonix" / "sample_data_novonix.csv", "cycle")
    assert len(points) == 207
    assert points.column("run_time").unit == "h"
    assert points["potential"][0] == 3.84318331
    assert points.header["description"] == "LGM50LT-Co10-1C"
    # 0.5 A for 3.4132 h, and what its own counter says.
    assert points["computed_capacity"].max() == pytest.approx(1706.53, abs=0.01)


def test_landt_units_end_its_titles(data, read):
    points = read(data / "landt" / "SINTEF_LiGrR2032_Landt_first_60_rows.csv", "cycle")
    assert len(points) == 60
    assert [points.column(name).unit for name in ("test_time", "current", "voltage")] == [
        "s",
        "A",
        "V",
    ]
    assert points["voltage"][0] == 2.9215


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("TestTime/Sec.", "s"),
        ("TestTime/Min.", "min"),
        ("TestTime/Hour", "h"),
        ("Test Time/h", "h"),
    ],
)
def test_landt_times_have_the_unit_behind_their_slash(tmp_path, read, title: str, unit: str):
    path = tmp_path / "cell.csv"
    rows = "\n".join(f"{n},{n / 2},3.{n},1.0,{n / 100}" for n in range(1, 9))
    path.write_text(f"Index,{title},Voltage/V,Current/mA,Capacity/mAh\n{rows}\n")
    time = read(path, "cycle").column("test_time")
    assert time.unit == unit
    assert time.values.tolist() == [n / 2 for n in range(1, 9)]


def test_landt_and_its_translation_into_bdf_agree(shared_data, read):
    name = "SINTEF__LiGrR2032__2024-04-30__25degC__Landt"
    raw = read(shared_data / "echem" / f"{name}.csv", "cycle")
    bdf = read(shared_data / "echem" / f"{name}.bdf.csv", "cycle")
    assert len(raw) == len(bdf) == 25162
    for column in ("test_time", "voltage", "current", "half_cycle", "capacity"):
        np.testing.assert_array_equal(raw[column], bdf[column])


def test_landt_workbooks_have_titles_on_their_first_sheet_alone(workbook, read):
    titles = ["Index", "TestTime/Sec.", "Voltage/V", "Current/mA", "Capacity/mAh", "State"]
    first = [[1, 0.0, 3.0, 0.0, 0.0, "R"], [2, 1800.0, 3.2, 2.0, 1.0, "C_CC"]]
    second = [[3, 3600.0, 3.4, 2.0, 2.0, "C_CC"]]
    path = workbook("landt.xlsx", {"Record1": [titles, *first], "Record2": second})
    points = read(path, "cycle")
    assert points["index"].tolist() == [1, 2, 3]
    assert points.column("capacity").unit == "mAh"
    assert points["computed_capacity"].tolist() == pytest.approx([0, 1, 2])


def test_landt_sheets_with_cycles_and_steps_between_the_records_give_the_records(workbook, read):
    sheet = [
        ["Cycle", "ChgCap/mAh", "DchCap/mAh"],
        ["", "Step", "Mode", "Period"],
        ["", "", "Record", "TestTime", "Voltage/V", "Current/uA", "Capacity/uAh"],
        [1, 4.0, 3.0],
        ["", 1, "CC_C", "00:10:00", 9.9],
        ["", "", 1, "0-00:00:00", 3.0, 0.0, 0.0],
        ["", "", 2, "0-00:10:00", 3.1, 6.0, 1.0],
    ]
    points = read(workbook("lanhe.xlsx", {"Ch1": sheet}), "cycle")
    assert points["record"].tolist() == [1, 2]
    assert points["test_time"].tolist() == [0.0, 600.0]
    assert points.column("current").unit == "uA"


def test_basytec_titles_follow_a_tilde(data, read):
    # 74 rows: battery-data-standard.
    points = read(data / "basytec" / "sample_data_basytec.txt", "cycle")
    assert len(points) == 74
    assert points["u"][0] == 3.52575489148741
    assert points.column("ah_cyc_charge").unit == "Ah"
    assert points["capacity"].max() == pytest.approx(1.248916998009)
    assert points.header["testplan"] == "plan.pln"


def test_pec_rows_follow_a_block_of_keys(shared_data, read):
    # 281 rows, 3.75256 to 3.7535 V: pandas.
    points = read(shared_data / "echem" / "Test25209.csv", "cycle")
    assert len(points) == 281
    assert points["voltage"].min() == pytest.approx(3.75256, abs=1e-5)
    assert points["voltage"].max() == pytest.approx(3.7535, abs=1e-4)
    assert points.column("total_time").unit == "s"
    assert points["total_time"][1] == 1.0
    assert points.column("charge_capacity").unit == "mAh"
    assert points.header["chemistry"] == "Li-ion LG NMC"


def test_ivium_has_three_columns(data, read):
    points = read(data / "ivium" / "rest_only_ivium.txt", "cycle")
    assert [(column.name, column.unit) for column in points][:3] == [
        ("time", "s"),
        ("i", "mA"),
        ("e", "V"),
    ]
    assert points["e"][-1] == 3.0145
    assert not points["capacity"].any()


def test_digatron_units_follow_a_hash(tmp_path, read):
    path = tmp_path / "digatron.csv"
    path.write_text(
        "Step,Status,Timestamp,Program Duration#s,Step Duration#s,Voltage#V,Current#A,AhCha#Ah,AhDch#Ah\n"
        "1,PAU,2025-06-06 10:00:00,0,0,3.7,0,0,0\n"
        "2,CHA,2025-06-06 10:30:00,1800,1800,3.8,2,1,0\n"
        "3,DCH,2025-06-06 11:00:00,3600,1800,3.7,-2,1,1\n"
    )
    points = read(path, "cycle")
    assert points.column("voltage").unit == "V"
    assert points["capacity"].tolist() == pytest.approx([0, 1000, 1000])
    assert points["direction"].tolist() == [0, 1, -1]


@pytest.mark.parametrize("units", ["[V],[A],[C],[Ah],", "V,A,C,Ah,"])
def test_digatron_units_may_stand_below_the_titles(tmp_path, read, units):
    path = tmp_path / "557_Charge10.csv"
    path.write_text(
        "\nMeasurement ID,557\nBattery Name,LG HG2\n"
        "Time Stamp,Step,Status,Prog Time,Step Time,Cycle,Procedure,Voltage,Current,Temperature,Capacity,\n"
        f",,,,,,,{units}\n"
        "11/7/2018 5:08:07 PM,3,PAU,06:18:41.848,00:01:00.001,0,Char,3.38427,0.00000,38.06739,0.00000,\n"
        "11/7/2018 5:09:07 PM,3,CHA,06:19:41.847,00:02:00.000,0,Char,3.38478,0.50000,36.49001,0.00833,\n"
        "11/7/2018 5:10:07 PM,4,DCH,06:20:41.848,00:01:00.000,0,Char,3.31627,-0.5000,36.42063,0.00000,\n"
    )
    points = read(path, "cycle")
    assert len(points) == 3
    assert points["prog_time"].tolist() == pytest.approx([22721.848, 22781.847, 22841.848])
    assert points["voltage"].tolist() == [3.38427, 3.38478, 3.31627]
    assert [points.column(name).unit for name in ("voltage", "current", "capacity")] == [
        "V", "A", "Ah",
    ]  # fmt: skip
    assert points["direction"].tolist() == [0, 1, -1]
    assert points.header["battery_name"] == "LG HG2"


PALMSENS = """Date and time:,2024-11-05 10:00:00
Notes:,

Chronopotentiometry: CP,,Chronopotentiometry: CP [2],
Date and time measurement:,2024-11-05 10:00:01,Date and time measurement:,2024-11-05 11:00:01
s,V,s,V
0,3.1,0,3.2
1,3.15,1,3.1
2,3.2,,
"""


def test_palmsens_curves_follow_one_another(tmp_path, read):
    path = tmp_path / "palmsens.csv"
    path.write_bytes(PALMSENS.replace("\n", "\r\n").encode("utf-16"))
    points = read(path, "cycle")
    assert points["scan"].tolist() == [1, 1, 1, 2, 2]
    assert points["time"].tolist() == [0, 1, 2, 0, 1]
    assert points["potential"].tolist() == [3.1, 3.15, 3.2, 3.2, 3.1]


def test_a_palmsens_sweep_is_none_of_ours(tmp_path, head):
    from pydatalab.techniques.registry import technique

    path = tmp_path / "sweep.csv"
    path.write_text(PALMSENS.replace("s,V,s,V", "V,µA,V,µA"), encoding="utf-8")
    assert technique("cycle").format_of(head(path)) is None


def test_a_table_prepared_by_navani_is_in_milliamperes(tmp_path, read):
    path = tmp_path / "prepared.csv"
    path.write_text(
        "Time,Voltage,Current,Capacity,half cycle,full cycle,state\n"
        "0,3.0,0,0,1,1,R\n1800,3.2,2,1.0,1,1,0\n3600,3.1,-2,1.0,2,1,1\n"
    )
    points = read(path, "cycle")
    assert points.column("current").unit == "mA"
    assert points["computed_capacity"].tolist() == pytest.approx([0, 1, 1])


@pytest.mark.parametrize("name", SMALL_FILES)
def test_other_line_ends_and_encodings_change_nothing(name, data, tmp_path, read):
    source = data / name
    text = source.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    path = tmp_path / source.name
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-16"))
    plain, changed = read(source, "cycle"), read(path, "cycle")
    assert [column.name for column in plain] == [column.name for column in changed]
    np.testing.assert_array_equal(plain["direction"], changed["direction"])
    assert len(plain) == len(changed)


@pytest.mark.parametrize("name", SMALL_FILES)
def test_a_log_cut_in_the_middle_of_a_line_gives_the_whole_lines(name, data, tmp_path, read):
    source = data / name
    raw = source.read_bytes()
    lines = raw.rstrip().split(b"\n")
    path = tmp_path / source.name
    path.write_bytes(b"\n".join(lines[:-1]) + b"\n" + lines[-1][:3])
    assert len(read(path, "cycle")) == len(read(source, "cycle")) - 1


def test_a_last_row_without_line_end_counts_though_there_are_more_titles(data, tmp_path, read):
    lines = (data / "novonix/sample_data_novonix.csv").read_text().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Date and Time,"))
    lines[at] += ",Remark"
    path = tmp_path / "more_titles.csv"
    path.write_text("\n".join(lines))
    assert len(read(path, "cycle")) == len(lines) - at - 1


@pytest.mark.parametrize("name", SMALL_FILES)
def test_titles_alone_are_no_data(name, data, tmp_path, read):
    from pydatalab.techniques.cycle.headings import may_be_titles

    source = data / name
    lines = source.read_text("utf-8", errors="replace").split("\n")
    at = max(n for n, line in enumerate(lines[:60]) if may_be_titles(line) and len(line) < 1_000)
    path = tmp_path / source.name
    path.write_text("\n".join(lines[: at + 1]) + "\n", encoding="utf-8")
    with pytest.raises(NoData):
        read(path, "cycle")


def test_a_table_of_another_instrument_is_refused(tmp_path, read):
    path = tmp_path / "spectrum.csv"
    path.write_text("Wavelength (nm),Absorbance\n400,0.1\n401,0.2\n")
    with pytest.raises(UnreadableFile):
        read(path, "cycle")
