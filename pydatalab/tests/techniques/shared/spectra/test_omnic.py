"""OMNIC spectra, against the ``irspec`` library and known files."""

import struct
from pathlib import Path

import numpy as np
import pytest
from irspec.spa_tool import read_spa

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.heads import omnic_axis
from pydatalab.techniques.shared.spectra.omnic import read_omnic

VALUES = np.linspace(90, 100, 50).astype("<f4")


def spa(x_kind: int = 1, y_kind: int = 16, keys: tuple[int, ...] = (2, 3, 107)) -> bytes:
    """A spectrum laid out as OMNIC does, from 4000 to 400 cm⁻¹."""
    places = {2: (560, 140), 3: (1200, 200), 107: (800, 260)}
    raw = bytearray(b"Spectral Data File\r\n".ljust(1200, b"\0") + VALUES.tobytes())
    raw[294:296] = struct.pack("<H", len(keys))
    for number, key in enumerate(keys):
        entry = struct.pack("<HII", key, *places[key])
        raw[304 + 16 * number : 304 + 16 * number + len(entry)] = entry
    raw[564:584] = struct.pack("<IIIff", len(VALUES), x_kind, y_kind, 4000.0, 400.0)
    raw[560 + 96 : 560 + 100] = struct.pack("<f", 9394.5)
    raw[800:808] = b"toluene\0"
    raw[1056:1060] = struct.pack("<I", 3674751637)
    return bytes(raw)


def test_a_single_spectrum_agrees_with_irspec(tmp_path: Path):
    path = tmp_path / "a.spa"
    path.write_bytes(spa())
    x, y = read_spa(path)
    found = read_omnic(SourceFile(path)).checked()
    np.testing.assert_allclose(found["wavenumber"], x)
    np.testing.assert_allclose(found["transmittance"], y)
    assert found.column("transmittance").title == "Transmittance (%)"
    assert found.header["title"] == "toluene"
    assert found.header["date"].startswith("2016-06-")


def test_a_raman_spectrum_knows_its_laser(tmp_path: Path):
    (tmp_path / "a.spa").write_bytes(spa(x_kind=32, y_kind=31))
    found = read_omnic(SourceFile(tmp_path / "a.spa"))
    assert [column.title for column in found] == ["Raman shift (cm⁻¹)", "Intensity"]
    assert found.header["laser_wavelength"] == pytest.approx(1064.4, abs=0.1)
    assert omnic_axis(FileHead("a.spa", spa(x_kind=32))) == "raman_shift"


def test_a_group_gives_each_spectrum_by_name(shared_data: Path):
    # Facts by spectrochempy 1.1.3: shape (2, 5549), absorbance, 5999.56 to 649.904 cm⁻¹, 0.557634 to 6.
    found = read_omnic(SourceFile(shared_data / "ftir" / "wodger.spg")).checked()
    assert len(found) == 5549
    np.testing.assert_allclose(found["wavenumber"][[0, -1]], [5999.56, 649.904], rtol=1e-5)
    both = np.concatenate([found["absorbance_1"], found["absorbance_2"]])
    np.testing.assert_allclose([both.min(), both.max()], [0.557634, 6], rtol=1e-5)
    assert found.header["curves"]["absorbance_1"].startswith("vz0470.spa")


def test_a_truncated_group_is_an_error(shared_data: Path, tmp_path: Path):
    raw = (shared_data / "ftir" / "wodger.spg").read_bytes()
    for part in (0.9, 0.5, 0.1, 0.0005):
        (tmp_path / "cut.spg").write_bytes(raw[: int(len(raw) * part)])
        with pytest.raises(UnreadableFile):
            read_omnic(SourceFile(tmp_path / "cut.spg"))


def test_a_file_without_ordinates_has_no_data(tmp_path: Path):
    (tmp_path / "a.spa").write_bytes(spa(keys=(2, 107)))
    with pytest.raises(NoData):
        read_omnic(SourceFile(tmp_path / "a.spa"))


def test_another_file_is_refused(tmp_path: Path):
    (tmp_path / "a.spa").write_bytes(b"PEPE2D constant interval DataSet file".ljust(400, b"\0"))
    with pytest.raises(UnreadableFile, match="OMNIC"):
        read_omnic(SourceFile(tmp_path / "a.spa"))
