"""Renishaw .wdf files, by facts found with renishawWiRE 0.1.16, which is not the library used here."""

import bz2
import gzip
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.raman.wdf import read_wdf
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

SINGLE = Path(__file__).parents[2] / "data" / "raman" / "wdf" / "sp.wdf"
COUNT_AT = 68
"""Where the header has the number of collected spectra (uint64)."""


def test_a_single_spectrum_has_its_known_numbers(read: Callable[..., Measurement]):
    found = read(SINGLE, "raman")
    assert [column.title for column in found] == ["Raman shift (cm⁻¹)", "Intensity (counts)"]
    np.testing.assert_allclose(found["raman_shift"][[0, -1]], [2787.51, 1226.28], rtol=1e-5)
    assert len(found) == 1015
    assert found["intensity"].max() == pytest.approx(1863.26, abs=0.01)
    assert found.header["laser_wavelength"] == pytest.approx(532.25, abs=0.01)
    assert found.header["accumulations"] == 3


def test_a_map_has_every_spectrum_and_its_place(
    shared_data: Path, read: Callable[..., Measurement]
):
    found = read(shared_data / "raman" / "6x6.wdf", "raman")
    assert found["intensity"].shape == (1015, 36)
    assert found["intensity"].max() == pytest.approx(14521.5, abs=0.1)
    np.testing.assert_allclose(found["raman_shift"][[0, -1]], [2801.46, 1218.43], rtol=1e-5)
    x = np.array(found.header["places"]["x"]["values"])
    np.testing.assert_allclose(np.diff(x[:6]), 6.0)
    assert found.header["laser_wavelength"] == pytest.approx(456.817, abs=0.001)


def test_a_series_runs_along_its_depth(shared_data: Path, read: Callable[..., Measurement]):
    found = read(shared_data / "raman" / "depth.wdf", "raman")
    assert found["intensity"].shape == (1015, 40)
    assert found["intensity"].max() == pytest.approx(140.611, abs=0.001)
    assert found.across is not None
    assert (found.across.name, found.across.unit) == ("z", "µm")
    np.testing.assert_allclose(np.diff(found.across.values), 0.5)


def test_an_interrupted_map_has_what_was_collected(shared_data: Path, tmp_path: Path):
    raw = bytearray((shared_data / "raman" / "6x6.wdf").read_bytes())
    assert struct.unpack_from("<Q", raw, COUNT_AT + 4) == (36,)
    raw[COUNT_AT + 4 : COUNT_AT + 12] = struct.pack("<Q", 7)
    (tmp_path / "stopped.wdf").write_bytes(raw)
    found = read_wdf(SourceFile(tmp_path / "stopped.wdf")).checked()
    assert found["intensity"].shape == (1015, 7)
    assert found.header["spectra_planned"] == 36


def test_a_file_without_a_collected_spectrum_has_no_data(tmp_path: Path):
    raw = bytearray(SINGLE.read_bytes())
    raw[COUNT_AT + 4 : COUNT_AT + 12] = bytes(8)
    (tmp_path / "none.wdf").write_bytes(raw)
    with pytest.raises(NoData):
        read_wdf(SourceFile(tmp_path / "none.wdf"))


@pytest.mark.parametrize("module", [gzip, bz2])
def test_a_compressed_file_reads_the_same(
    tmp_path: Path, read: Callable[..., Measurement], module: Any
):
    path = tmp_path / f"sp.wdf{'.gz' if module is gzip else '.bz2'}"
    path.write_bytes(module.compress(SINGLE.read_bytes()))
    np.testing.assert_array_equal(
        read(path, "raman")["intensity"], read(SINGLE, "raman")["intensity"]
    )


@pytest.mark.parametrize("part", [0.9, 0.5, 0.1, 0.001])
def test_a_truncated_file_is_an_error(tmp_path: Path, part: float):
    raw = SINGLE.read_bytes()
    (tmp_path / "cut.wdf").write_bytes(raw[: int(len(raw) * part)])
    with pytest.raises(UnreadableFile):
        read_wdf(SourceFile(tmp_path / "cut.wdf"))


def test_a_block_without_size_does_not_stop_the_reader(tmp_path: Path):
    raw = bytearray(SINGLE.read_bytes())
    raw[512 + 8 : 512 + 16] = bytes(8)
    (tmp_path / "loop.wdf").write_bytes(raw)
    with pytest.raises(UnreadableFile):
        read_wdf(SourceFile(tmp_path / "loop.wdf"))


def test_another_file_is_refused(tmp_path: Path):
    (tmp_path / "a.wdf").write_bytes(b"PK\x03\x04" + bytes(600))
    with pytest.raises(UnreadableFile, match="WDF1"):
        read_wdf(SourceFile(tmp_path / "a.wdf"))
