"""Galactic SPC in all its versions, against ``spc_io``, known files and files packed here."""

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from spc_io import SPC

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.heads import spc_axis, spc_range
from pydatalab.techniques.shared.spectra.spc import read_spc

HERE = Path(__file__).parents[3] / "data" / "spectra" / "spc"
VALUES = np.array([1.5, -2.25, 3.0, 0.0])


def packed(
    path: Path,
    order: str,
    flags: int,
    exponent: int,
    body: bytes,
    points: int = 4,
    subfiles: int = 1,
) -> SourceFile:
    """A file of the new version: nanometres and counts, from 400 to 700."""
    version = ord("K") if order == "<" else ord("L")
    head = struct.pack(
        f"{order}BBBbiddiBB", flags, version, 0, exponent, points, 400.0, 700.0, subfiles, 3, 4
    )
    path.write_bytes(head.ljust(512, b"\0") + body)
    return SourceFile(path)


def subheader(order: str, exponent: int, points: int = 0) -> bytes:
    return struct.pack(f"{order}Bb14xi", 0, exponent, points).ljust(32, b"\0")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("flags", "exponent", "dtype", "scale"),
    [(0, -128, "f4", 1.0), (0, 4, "i4", 2.0**28), (1, 4, "i2", 2.0**12)],
    ids=["floats", "32 bits", "16 bits"],
)
def test_each_byte_order_and_number_type_is_read(
    tmp_path: Path, order: str, flags: int, exponent: int, dtype: str, scale: float
):
    body = subheader(order, 0) + (VALUES * scale).astype(order + dtype).tobytes()
    found = read_spc(packed(tmp_path / "a.spc", order, flags, exponent, body))
    np.testing.assert_allclose(found["wavelength"], [400, 500, 600, 700])
    np.testing.assert_allclose(found["intensity"], VALUES)
    assert found.column("intensity").unit == "counts"


def test_the_old_version_has_its_halves_swapped_and_its_first_subheader_in_the_header(
    tmp_path: Path,
):
    # The old layout by hand: exponent int16, points, first and last as float32, then types.
    head = struct.pack("<BBhfffBB", 0x04, ord("M"), 4, 4.0, 400.0, 700.0, 3, 2).ljust(224, b"\0")
    whole = (VALUES * 2.0**28).astype(">i4").view("u1").reshape(-1, 4)
    swapped = whole[:, [1, 0, 3, 2]].tobytes()
    raw = head + subheader("<", 4) + swapped + subheader("<", 5) + swapped
    (tmp_path / "old.spc").write_bytes(raw)
    found = read_spc(SourceFile(tmp_path / "old.spc"))
    np.testing.assert_allclose(found["absorbance_1"], VALUES)
    np.testing.assert_allclose(found["absorbance_2"], 2 * VALUES)
    assert spc_axis(FileHead("old.spc", raw)) == "wavelength"
    assert spc_range(FileHead("old.spc", raw)) == (400.0, 700.0)


def test_subfiles_with_abscissae_of_their_own_are_found_by_the_directory(tmp_path: Path):
    parts, places = b"", []
    for points in (2, 3):
        places.append(512 + len(parts))
        x = np.arange(points, dtype="<f4") * 10
        parts += subheader("<", -128, points) + x.tobytes() + (x + points).tobytes() + b"\0" * 16
    directory = b"".join(struct.pack("<IIf", place, 0, 0.0) for place in places)
    file = packed(tmp_path / "xy.spc", "<", 0xC4, -128, parts + directory, 512 + len(parts), 2)
    found = read_spc(file)
    np.testing.assert_array_equal(found["scan"], [1, 1, 2, 2, 2])
    np.testing.assert_array_equal(found["wavelength"], [0, 10, 0, 10, 20])
    np.testing.assert_array_equal(found["intensity"], [2, 12, 3, 13, 23])


@pytest.mark.parametrize("name", ["raman/RAMAN.SPC", "ftir/Ft-ir.spc", "ftir/nir.spc"])
def test_real_files_agree_with_spc_io(shared_data: Path, name: str):
    file = SourceFile(shared_data / name)
    found = read_spc(file).checked()
    expected = SPC.from_bytes_io(io.BytesIO(file.raw))
    assert len(found.columns) == 1 + len(expected)
    for number in range(len(expected)):
        np.testing.assert_allclose(found.columns[0].values, expected[number].xarray)
        np.testing.assert_allclose(found.columns[1 + number].values, expected[number].yarray)


@pytest.mark.parametrize(
    ("name", "title", "points", "first", "last", "low", "high", "at"),
    [
        ("RAMAN.SPC", "Raman shift (cm⁻¹)", 3632, 3996.82, -3005.96, 0.00047636, 137.453, 2853.16),
        ("Ft-ir.spc", "Wavenumber (cm⁻¹)", 1776, 4000, 450, 3.30727, 100, 2088),
    ],
)  # fmt: skip
def test_known_numbers_of_real_files(
    name: str,
    title: str,
    points: int,
    first: float,
    last: float,
    low: float,
    high: float,
    at: float,
):
    # Facts found with spc-io 0.2.1 when the files were collected.
    found = read_spc(SourceFile(HERE / name)).checked()
    x, y = found.columns[0], found.columns[1].values
    assert (x.title, len(found)) == (title, points)
    np.testing.assert_allclose(x.values[[0, -1]], [first, last], rtol=1e-5)
    np.testing.assert_allclose([y.min(), y.max(), x.values[y.argmax()]], [low, high, at], rtol=1e-5)


def test_a_transmittance_beyond_two_is_in_percent():
    assert read_spc(SourceFile(HERE / "Ft-ir.spc")).columns[1].title == "Transmittance (%)"


def test_the_laser_is_found_in_the_log():
    # RAMANFREQ = 9395 cm⁻¹ is a Nd:YAG laser, 1064.4 nm.
    header = read_spc(SourceFile(HERE / "RAMAN.SPC")).header
    assert header["laser_wavelength"] == pytest.approx(1064.4, abs=0.1)
    assert header["date"] == "1994-08-26T16:45"


@pytest.mark.parametrize("part", [0.5, 0.1, 0.01])
def test_a_truncated_file_is_an_error(tmp_path: Path, part: float):
    raw = (HERE / "RAMAN.SPC").read_bytes()
    (tmp_path / "cut.spc").write_bytes(raw[: int(len(raw) * part)])
    with pytest.raises(UnreadableFile):
        read_spc(SourceFile(tmp_path / "cut.spc"))


def test_other_spc_files_are_not_taken_for_galactic(
    shared_data: Path, head: Callable[[Path], FileHead]
):
    for name in ("em/647_leo_edax_test.spc", "uvvis/ShimadzuDemo.spc", "nmr/71.zip"):
        assert spc_axis(head(shared_data / name)) is None
    with pytest.raises(UnreadableFile, match="Galactic"):
        read_spc(SourceFile(shared_data / "em" / "647_leo_edax_test.spc"))
