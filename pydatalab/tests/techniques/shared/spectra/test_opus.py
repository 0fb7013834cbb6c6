"""Bruker OPUS files, by the facts of real ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.heads import opus_axis
from pydatalab.techniques.shared.spectra.opus import read_opus

HERE = Path(__file__).parents[3] / "data" / "spectra" / "opus"


@pytest.mark.parametrize(
    ("name", "column", "points", "first", "last", "low", "high", "at"),
    [
        ("file.0", "absorbance", 4927, 9997.72, 499.404, -1.17677, 6, 9802.97),
        ("test_spectra.0", "reflectance", 4819, 7498.29, 599.921, 0.0209483, 0.586116, 6105.16),
        ("BF_lo_01_soil_cal.1", "absorbance_1", 1716, 3997.4, 499.675, 0.104071, 1.46685, 813.756),
    ],
)  # fmt: skip
def test_the_result_of_a_real_file_has_its_known_numbers(
    shared_data: Path, name: str, column: str, points: int, first: float, last: float, low: float,
    high: float, at: float,
):  # fmt: skip
    # Facts found with brukeropus 1.4.3, the first of them also with brukeropusreader and spectrochempy.
    found = read_opus(SourceFile(shared_data / "ftir" / name)).checked()
    x, y = found["wavenumber"], found[column]
    assert (found.columns[1].name, len(found)) == (column, points)
    np.testing.assert_allclose(x[[0, -1]], [first, last], rtol=1e-5)
    np.testing.assert_allclose([y.min(), y.max(), x[y.argmax()]], [low, high, at], rtol=1e-5)


def test_single_channels_on_the_same_axis_stand_beside_the_result():
    found = read_opus(SourceFile(HERE / "BF_lo_01_soil_cal.1")).checked()
    names = [column.name for column in found]
    assert names == ["wavenumber", "absorbance_1", "absorbance_2", "sample_single_beam"]
    assert found["sample_single_beam"].max() == pytest.approx(0.018712692)
    assert found.header["instrument"] == "Alpha"


@pytest.mark.parametrize("part", [0.9, 0.5, 0.1, 0.0005])
def test_a_truncated_file_is_an_error(tmp_path: Path, part: float):
    raw = (HERE / "BF_lo_01_soil_cal.1").read_bytes()
    (tmp_path / "cut.1").write_bytes(raw[: int(len(raw) * part)])
    with pytest.raises(UnreadableFile):
        read_opus(SourceFile(tmp_path / "cut.1"))


def test_noise_in_the_directory_is_an_error_and_no_crash(tmp_path: Path):
    raw = bytearray((HERE / "BF_lo_01_soil_cal.1").read_bytes())
    raw[24:600] = bytes(range(256)) * 2 + bytes(64)
    (tmp_path / "noise.1").write_bytes(bytes(raw))
    with pytest.raises(UnreadableFile):
        read_opus(SourceFile(tmp_path / "noise.1"))


def test_recognition_reads_the_directory_whatever_the_ending(head: Callable[[Path], FileHead]):
    assert opus_axis(head(HERE / "BF_lo_01_soil_cal.1")) == "wavenumber"
    assert opus_axis(FileHead("a.0", b"\n\n\xfe\xfe" + bytes(10))) is None
    assert opus_axis(FileHead("a.0", b"1 2\n3 4\n")) is None
