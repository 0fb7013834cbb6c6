"""Measurements as CSV, Parquet and NetCDF, read back by programs that are not ours."""

import csv
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from pydatalab.techniques.shared.export import write_csv, write_netcdf, write_parquet
from pydatalab.techniques.shared.measurement import Column, Measurement

PATTERN = Measurement(
    (
        Column("two_theta", "deg", np.array([10.0, 10.02, 10.04]), label="2θ"),
        Column("counts", "counts", np.array([5, 7, 6], dtype=np.int32)),
        Column("note", "", np.array(["β, #1", 'a "b"\nc', ""])),
        Column("q", "1/Å", np.array([0.1, np.nan, 1 / 3]), computed=True),
    ),
    axis="two_theta",
    header={
        "wavelength": 1.5406,
        "anode": "Cu",
        "monochromatic": True,
        "slits": [1, 2],
        "none": None,
    },
)
MAP = Measurement(
    (
        Column("shift", "ppm", np.array([3.0, 2.0])),
        Column("intensity", "a.u.", np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])),
    ),
    axis="shift",
    across=Column("delay", "s", np.array([0.1, 0.2, 1e-12])),
)


def test_csv_has_one_line_of_titles_and_one_a_point(tmp_path: Path):
    write_csv(PATTERN, tmp_path / "a.csv")
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").split("\n")
    assert lines == [
        "two_theta (deg),counts (counts),note,q (1/Å)",
        '10,5,"β, no.1",0.1',
        '10.02,7,"a ""b"" c",nan',
        '10.04,6,"",0.3333333333333333',
        "",
    ]


def test_csv_of_a_map_has_a_column_for_each_value_of_its_second_axis(tmp_path: Path):
    write_csv(MAP, tmp_path / "a.csv")
    table = pd.read_csv(tmp_path / "a.csv")
    assert list(table.columns) == [
        "shift (ppm)",
        "intensity at 0.1 s (a.u.)",
        "intensity at 0.2 s (a.u.)",
        "intensity at 1e-12 s (a.u.)",
    ]
    assert table.iloc[1].tolist() == [2.0, 4.0, 5.0, 6.0]


@given(st.text(min_size=1, max_size=20), st.text(max_size=10), st.text(max_size=30))
def test_csv_can_be_read_whatever_stands_in_titles_and_texts(
    tmp_path_factory: pytest.TempPathFactory, name: str, unit: str, text: str
):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    text = text.encode(errors="ignore").decode()
    name, unit = (one.encode(errors="ignore").decode() for one in (name, unit))
    columns = (
        Column(name, unit, np.array([1.5])),
        Column(f"x{name}", "", np.array([text], dtype=object)),
    )
    write_csv(Measurement(columns), path)
    content = path.read_text(encoding="utf-8")
    assert "#" not in content
    rows = list(csv.reader(content.splitlines()))
    assert [len(row) for row in rows] == [2, 2]
    assert rows[1][0] == "1.5"


@given(st.lists(st.floats(), min_size=1, max_size=50))
def test_csv_keeps_every_digit(tmp_path_factory: pytest.TempPathFactory, numbers: list[float]):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(Measurement((Column("a", "V", np.array(numbers)),)), path)
    back = [float(line) for line in path.read_text().splitlines()[1:]]
    np.testing.assert_array_equal(back, numbers)


def test_csv_writes_a_million_rows_in_seconds(tmp_path: Path):
    rows = np.random.default_rng(1).random((5, 1_000_000))
    columns = tuple(Column(f"column_{number}", "V", row) for number, row in enumerate(rows))
    begun = time.process_time()
    write_csv(Measurement(columns), tmp_path / "a.csv")
    assert time.process_time() - begun < 5


def test_parquet_says_units_and_origin_of_each_column(tmp_path: Path):
    write_parquet(PATTERN, tmp_path / "a.parquet")
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.column_names == ["two_theta", "counts", "note", "q"]
    assert table.schema.field("two_theta").metadata == {
        b"units": b"deg",
        b"long_name": "2θ".encode(),
        b"origin": b"file",
    }
    assert table.schema.field("q").metadata[b"origin"] == b"computed"
    assert b'"wavelength": 1.5406' in table.schema.metadata[b"header"]
    assert table["counts"].to_pylist() == [5, 7, 6]
    assert table["note"].to_pylist() == ["β, #1", 'a "b"\nc', ""]


def test_parquet_of_a_map_is_flat(tmp_path: Path):
    write_parquet(MAP, tmp_path / "a.parquet")
    table = pd.read_parquet(tmp_path / "a.parquet")
    assert table["intensity at 0.2 s"].tolist() == [2.0, 5.0]


def test_netcdf_is_a_labelled_data_set(tmp_path: Path):
    write_netcdf(PATTERN, tmp_path / "a.nc")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as data:
        assert data["counts"].dims == ("two_theta",)
        assert data["two_theta"].attrs == {"units": "deg", "long_name": "2θ", "origin": "file"}
        np.testing.assert_array_equal(data["q"], PATTERN["q"])
        assert data["note"].values.tolist() == ["β, #1", 'a "b"\nc', ""]
        assert data.attrs["wavelength"] == 1.5406
        assert data.attrs["anode"] == "Cu"
        assert "none" not in data.attrs


def test_netcdf_of_a_map_has_two_axes(tmp_path: Path):
    write_netcdf(MAP, tmp_path / "a.nc")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as data:
        assert data["intensity"].dims == ("shift", "delay")
        assert data["intensity"].sel(shift=2.0, delay=0.2) == 5.0
        assert data["delay"].attrs["units"] == "s"


def test_mixed_cells_and_truth_values_are_written_in_every_format(tmp_path: Path):
    mixed = Measurement(
        (
            Column("cell", "", np.array(["a", None, 3], dtype=object)),
            Column("rising", "", np.array([True, False, True])),
            Column("at", "", np.array(["2026-01-02T03:04:05"] * 3, dtype="M8[s]")),
        )
    )
    write_csv(mixed, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().splitlines()[2] == ",false,2026-01-02 03:04:05"
    write_parquet(mixed, tmp_path / "a.parquet")
    assert parquet.read_table(tmp_path / "a.parquet")["cell"].to_pylist() == ["a", None, "3"]
    write_netcdf(mixed, tmp_path / "a.nc")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as data:
        assert data["cell"].values.tolist() == ["a", "", "3"]
        assert data["rising"].values.tolist() == [1, 0, 1]


SLASHED = Measurement(
    (
        Column("Irradiance (W/cm²)", "", np.array([1.0, 2.0])),
        Column("Irradiance (W_cm²)", "", np.array([3.0, 4.0])),
        Column('Z"', "ohm", np.array([5.0, 6.0])),
        Column("Z", "ohm", np.array([7.0, 8.0])),
    )
)


def test_netcdf_takes_names_with_slashes(tmp_path: Path):
    write_netcdf(SLASHED, tmp_path / "a.nc")
    with xr.open_dataset(tmp_path / "a.nc") as data:
        assert data["Irradiance (W_cm²)_"].values.tolist() == [1.0, 2.0]
        assert data["Irradiance (W_cm²)"].values.tolist() == [3.0, 4.0]


def test_csv_tells_names_apart_that_differ_by_a_quotation_mark(tmp_path: Path):
    write_csv(SLASHED, tmp_path / "a.csv")
    titles = (tmp_path / "a.csv").read_text(encoding="utf-8").split("\n")[0].split(",")
    assert titles[2:] == ["Z'' (ohm)", "Z (ohm)"]
