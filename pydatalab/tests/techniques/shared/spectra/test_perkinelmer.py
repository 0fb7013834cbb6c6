"""PerkinElmer's binary and ASCII files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.heads import peds_axis, perkinelmer_axis
from pydatalab.techniques.shared.spectra.peds import read_peds
from pydatalab.techniques.shared.spectra.perkinelmer import read_perkinelmer

DATA = Path(__file__).parents[3] / "data" / "spectra"
SP = DATA / "perkinelmer" / "spectra.sp"
ASC = DATA / "peds" / "3DM_test01.Probe.Raw.asc"


def test_a_binary_spectrum_has_its_known_numbers_in_the_unit_of_the_file():
    # Values by spectrochempy 1.1.3, which calls the axis nm; the bytes say cm-1.
    found = read_perkinelmer(SourceFile(SP)).checked()
    assert [column.title for column in found] == ["Wavenumber (cm⁻¹)", "Absorbance"]
    np.testing.assert_array_equal(found["wavenumber"][[0, 1, -1]], [4000, 3999, 700])
    y = found["absorbance"]
    np.testing.assert_allclose([len(y), y.min(), y.max()], [3301, -0.0441946, 0.359074], rtol=1e-5)


@pytest.mark.parametrize("part", [0.9, 0.5, 0.1])
def test_a_truncated_binary_file_is_an_error(tmp_path: Path, part: float):
    raw = SP.read_bytes()
    (tmp_path / "cut.sp").write_bytes(raw[: int(len(raw) * part)])
    with pytest.raises(UnreadableFile):
        read_perkinelmer(SourceFile(tmp_path / "cut.sp"))


def test_a_binary_file_of_a_head_alone_has_no_data(tmp_path: Path):
    (tmp_path / "head.sp").write_bytes(SP.read_bytes()[:44])
    with pytest.raises(NoData):
        read_perkinelmer(SourceFile(tmp_path / "head.sp"))


def test_an_ascii_spectrum_has_its_known_numbers():
    # Facts by fairmat-readers-transmission 0.0.3.
    found = read_peds(SourceFile(ASC)).checked()
    assert [column.title for column in found] == ["Wavelength (nm)", "Transmittance (%)"]
    y = found["transmittance"]
    np.testing.assert_array_equal(found["wavelength"][[0, -1]], [1900, 500])
    np.testing.assert_allclose([len(y), y.min(), y.max()], [281, 99.8671, 100.181], rtol=1e-5)
    assert found["wavelength"][y.argmax()] == 860
    assert found.header["instrument"] == "Lambda 1050"


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_line_ends_make_no_difference(tmp_path: Path, ending: bytes):
    raw = ASC.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", ending)
    (tmp_path / "a.asc").write_bytes(raw)
    assert len(read_peds(SourceFile(tmp_path / "a.asc"))) == 281
    assert peds_axis(FileHead("a.asc", raw)) == "wavelength"


def test_an_ascii_file_that_stops_early_is_an_error(tmp_path: Path):
    raw = ASC.read_bytes()
    for part in (0.8, 0.2):
        (tmp_path / "cut.asc").write_bytes(raw[: int(len(raw) * part)])
        with pytest.raises(UnreadableFile):
            read_peds(SourceFile(tmp_path / "cut.asc"))


def test_another_file_is_refused(tmp_path: Path):
    (tmp_path / "a.asc").write_text("Wavelength Abs\n1 2\n")
    for reader in (read_peds, read_perkinelmer):
        with pytest.raises(UnreadableFile):
            reader(SourceFile(tmp_path / "a.asc"))


def test_recognition_finds_the_axis(head: Callable[[Path], FileHead]):
    assert perkinelmer_axis(head(SP)) == "wavenumber"
    assert peds_axis(head(ASC)) == "wavelength"
    assert perkinelmer_axis(head(ASC)) is None
    assert peds_axis(head(SP)) is None
