"""Measurements on disk are those that were put there."""

import time
from pathlib import Path

import numpy as np
import pytest

from pydatalab.compute.columns import read_columns, write_columns
from pydatalab.techniques.shared.measurement import Column, Measurement


def same(one: Column | None, other: Column | None) -> bool:
    if one is None or other is None:
        return one is other
    said = (one.name, one.unit, one.label, one.computed, one.values.dtype, one.values.shape)
    said_other = (
        other.name, other.unit, other.label, other.computed, other.values.dtype, other.values.shape,
    )  # fmt: skip
    return said == said_other and bool(
        np.array_equal(one.values, other.values, equal_nan=one.values.dtype.kind == "f")
    )


@pytest.mark.parametrize(
    "values",
    [
        np.array([0.1, np.nan, -np.inf, 5e-324, 1e300]),
        np.array([0.1, 0.2, 0.3, 0.4, 0.5], dtype=np.float32),
        np.arange(5, dtype=np.int16),
        np.arange(5, dtype=">u4"),
        np.array([True, False, True, True, False]),
        np.array(["2θ", "", "a,b\n", "x", "y"]),
        np.array(["2026-01-01T00:00:00.123456789"] * 5, dtype="M8[ns]"),
        np.array(["text", None, "2θ", "a", "b"], dtype=object),
        np.arange(15.0).reshape(5, 3),
        np.asfortranarray(np.arange(15.0).reshape(5, 3)),
        np.arange(10.0)[::2],
    ],
)
def test_a_column_comes_back_as_it_was(tmp_path: Path, values: np.ndarray):
    column = Column("a_column", "mA.h", values, label="Q − Q₀", computed=True)
    write_columns(tmp_path / "kept", Measurement((column,)))
    (back,) = read_columns(tmp_path / "kept").columns
    assert same(back, column)


def test_a_map_comes_back_with_its_axes_and_header(tmp_path: Path):
    across = Column("shift", "ppm", np.array([1.5, 2.5, 3.5]))
    columns = (Column("time", "s", np.arange(4.0)), Column("counts", "", np.ones((4, 3))))
    header = {"nucleus": "1H", "points": 4, "nested": {"list": [1, 2.5, None]}}
    write_columns(tmp_path / "kept", Measurement(columns, "time", across, header))
    back = read_columns(tmp_path / "kept")
    assert all(same(*pair) for pair in zip(back.columns, columns, strict=True))
    assert same(back.across, across)
    assert (back.axis, back.header) == ("time", header)


def test_a_million_rows_come_back_in_a_blink(tmp_path: Path):
    rows = np.random.default_rng(1).random((8, 1_000_000))
    columns = tuple(Column(f"column_{number}", "V", row) for number, row in enumerate(rows))
    write_columns(tmp_path / "kept", Measurement(columns))
    begun = time.process_time()
    back = read_columns(tmp_path / "kept")
    assert time.process_time() - begun < 0.5
    assert np.array_equal(back["column_7"], rows[7])


@pytest.mark.parametrize("size", [0, 3, 30, 200, 300])
def test_a_damaged_file_is_refused(tmp_path: Path, size: int):
    path = tmp_path / "kept"
    write_columns(path, Measurement((Column("a", "", np.arange(50.0)),)))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ValueError):
        read_columns(path)


def test_nothing_that_could_run_is_read(tmp_path: Path):
    objects = np.array([{"a": 1}], dtype=object)
    path = tmp_path / "kept"
    write_columns(path, Measurement((Column("a", "", np.arange(1.0)),)))
    head = path.read_bytes().partition(b"\x93NUMPY")[0]
    with path.open("wb") as file:
        file.write(head)
        np.lib.format.write_array(file, objects, allow_pickle=True)
    with pytest.raises(ValueError, match="pickle"):
        read_columns(path)
