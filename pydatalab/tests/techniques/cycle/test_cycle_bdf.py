"""The Battery Data Format, as csv and Parquet, with preferred, machine and older labels."""

import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import technique


def test_preferred_labels_give_names_and_units(data, read):
    points = read(data / "bdf" / "test_with_capacity.bdf", "cycle")
    units = {column.name: column.unit for column in points if not column.computed}
    assert units == {
        "test_time": "s", "voltage": "V", "current": "A", "charging_capacity": "Ah",
        "discharging_capacity": "Ah",
    }  # fmt: skip
    # 0.4 mA·h in, 0.5 mA·h out, by the file's own counters.
    assert [
        points["capacity"][points["half_cycle"] == half].max() for half in (1, 2)
    ] == pytest.approx([0.4, 0.5])


def test_machine_labels_give_the_same_names(data, read):
    points = read(data / "bdf" / "test_machine_readable.bdf", "cycle")
    assert [(column.name, column.unit) for column in points][:3] == [
        ("test_time", "s"),
        ("voltage", "V"),
        ("current", "A"),
    ]
    # 1 mA for 3 s.
    assert points["capacity"][-1] == pytest.approx(3 / 3600)


def test_columns_are_found_by_label_in_any_order(tmp_path, read):
    path = tmp_path / "shuffled.csv"
    path.write_text(
        "Current / mA,Cycle Count / 1,Voltage / mV,Test Time / h\n2,1,3000,0\n2,1,3100,0.5\n"
    )
    points = read(path, "cycle")
    assert points.column("voltage").unit == "mV"
    assert points["capacity"][-1] == pytest.approx(1.0)


def test_a_discharge_with_positive_current_is_still_a_discharge(tmp_path, read):
    # Some writers count discharging currents as positive; their capacities tell.
    path = tmp_path / "inverted.csv"
    path.write_text(
        "Test Time / h,Current / A,Voltage / V,Charge Capacity / Ah,Discharge Capacity / Ah\n"
        "0,0.006,3.31,0,0\n1,0.006,3.30,0,0.006\n2,-0.006,3.32,0,0\n3,-0.006,3.35,0.006,0\n"
    )
    assert read(path, "cycle")["direction"].tolist() == [-1, -1, 1, 1]


def test_both_kinds_of_labels_of_a_converted_file_are_kept(shared_data, read):
    # 2150 rows and 31 columns: batterydf, battery-data-standard, pandas.
    points = read(shared_data / "echem" / "arbin_example.bdf.csv", "cycle")
    assert len(points) == 2150
    assert len([column for column in points if not column.computed]) == 31
    np.testing.assert_array_equal(points["voltage"], points["voltage_before"])
    assert points["voltage"].max() == pytest.approx(4.30006, abs=1e-5)


def test_a_converted_file_gives_the_capacities_of_the_database_it_came_from(
    shared_data, data, read
):
    bdf = read(shared_data / "echem" / "arbin_example.bdf.csv", "cycle")
    res = read(data / "arbin" / "arbin_example.res.bz2", "cycle")
    np.testing.assert_allclose(bdf["computed_capacity"], res["capacity"], atol=1e-9)


def parquet(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_is_read_by_its_labels(tmp_path, read):
    path = parquet(
        tmp_path / "run.bdf.parquet",
        **{"Step Type / 1": ["rest", "charge"], "Voltage / V": [3.0, 3.1], "Current / A": [0.0, 0.002],
           "Test Time / s": [0, 1800]},
    )  # fmt: skip
    points = read(path, "cycle")
    assert points["voltage"].tolist() == [3.0, 3.1]
    assert points["step_type"].tolist() == ["rest", "charge"]


def test_parquet_of_something_else_is_refused(tmp_path, head, read):
    path = parquet(tmp_path / "other.parquet", mass=[1.0, 2.0])
    assert technique("cycle").format_of(head(path)) is None
    named = parquet(tmp_path / "other.bdf.parquet", mass=[1.0, 2.0])
    with pytest.raises(UnreadableFile, match="mass"):
        read(named, "cycle")


def test_parquet_that_stops_early_or_is_empty_is_refused(tmp_path, read):
    columns = {"test_time_second": [0.0], "voltage_volt": [3.0], "current_ampere": [0.0]}
    path = parquet(tmp_path / "run.bdf.parquet", **columns)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableFile):
        read(path, "cycle")
    empty = {name: pa.array([], pa.float64()) for name in columns}
    with pytest.raises(NoData):
        read(parquet(tmp_path / "empty.bdf.parquet", **empty), "cycle")


def test_compressed_files_are_the_same(data, tmp_path, read):
    source = data / "bdf" / "test_with_capacity.bdf"
    path = tmp_path / "test_with_capacity.bdf.gz"
    path.write_bytes(gzip.compress(source.read_bytes()))
    np.testing.assert_array_equal(read(path, "cycle")["voltage"], read(source, "cycle")["voltage"])


def test_a_table_of_time_voltage_and_current_without_marks_is_not_taken(tmp_path, head):
    path = tmp_path / "scope.csv"
    path.write_text("time,voltage,current\n0,1,2\n")
    assert technique("cycle").format_of(head(path)) is None
