"""Text exports of Horiba, WITec, B&W Tek and Renishaw, and the Raman Open Database."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.raman import TECHNIQUE
from pydatalab.techniques.raman.bwtek import read_bwtek
from pydatalab.techniques.raman.renishaw_text import read_renishaw_text
from pydatalab.techniques.raman.rod import read_rod
from pydatalab.techniques.raman.witec import read_witec
from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

LABSPEC = Path(__file__).parents[2] / "data" / "raman" / "labspec" / "labspec_raman_example.txt"
BWTEK = "PST10_iR532_Probe_100_3000msx7.txt"


def test_labspec_has_its_known_numbers_and_its_laser(read: Callable[..., Measurement]):
    # Facts of a line scan with numpy; the laser is written as 532nm_Edge.
    found = read(LABSPEC, "raman")
    shift, intensity = found["raman_shift"], found["intensity"]
    np.testing.assert_array_equal(shift[[0, -1]], [201.795, 798.317])
    np.testing.assert_array_equal(
        [len(found), intensity.min(), intensity.max()], [341, -146.084, 933.285]
    )
    assert shift[intensity.argmax()] == 349.4
    assert found.header["laser_wavelength"] == 532
    assert found.column("intensity").unit == "counts"


def test_renishaw_text_is_the_same_spectrum_as_its_wdf(
    shared_data: Path, read: Callable[..., Measurement]
):
    text = read(shared_data / "raman" / "raman_example.txt", "raman")
    binary = read(shared_data / "raman" / "raman_example.wdf", "raman")
    np.testing.assert_allclose(text["raman_shift"], binary["raman_shift"], atol=1e-5)
    np.testing.assert_allclose(text["intensity"], binary["intensity"], atol=1e-5)


def test_a_renishaw_map_is_one_spectrum_a_place(tmp_path: Path):
    lines = ["#X\t\t#Y\t\t#Wave\t\t#Intensity"]
    lines += [
        f"{x}\t{y}\t{s}\t{x + y + s}"
        for y in (0.0, 1.0)
        for x in (5.0, 6.0)
        for s in (300, 200, 100)
    ]
    (tmp_path / "map.txt").write_text("\r\n".join(lines) + "\r\n6.0\t2.0\t300\t1\r\n")
    found = read_renishaw_text(SourceFile(tmp_path / "map.txt")).checked()
    np.testing.assert_array_equal(found["raman_shift"], [300, 200, 100])
    np.testing.assert_array_equal(found["intensity"].T[1:3], [[306, 206, 106], [306, 206, 106]])
    assert found["intensity"].shape == (3, 4)
    assert found.header["places"]["y"]["values"] == [0, 0, 1, 1]


def test_bwtek_has_the_calibrated_pixels(shared_data: Path, read: Callable[..., Measurement]):
    # Facts of an own line scan of the collectors: decimal commas, 1,801 of 2,048 pixels calibrated.
    found = read(shared_data / "raman" / BWTEK, "raman")
    shift, counts = found["raman_shift"], found["dark_subtracted_1"]
    np.testing.assert_array_equal(shift[[0, -1]], [145.99, 4010.28])
    np.testing.assert_allclose(
        [len(found), counts.min(), counts.max()], [1801, 595, 60107.4], rtol=1e-6
    )
    assert shift[counts.argmax()] == 1000.36
    assert found.header["laser_wavelength"] == 532.02
    assert {"dark", "reference", "raw_data_1", "wavelength"} <= {column.name for column in found}


def test_bwtek_wavelengths_shift_as_the_instrument_says(
    shared_data: Path, read: Callable[..., Measurement]
):
    # The instrument's own shifts are the source; it rounds wavelengths to 0.01 nm, 0.35 cm⁻¹.
    from pydatalab.techniques.raman.analysis import raman_shift

    found = read(shared_data / "raman" / BWTEK, "raman")
    np.testing.assert_allclose(
        raman_shift(found["wavelength"], 532.02), found["raman_shift"], atol=0.4
    )


def test_witec_keeps_wavelengths_and_counts(shared_data: Path, read: Callable[..., Measurement]):
    found = read(shared_data / "raman" / "Si-wafer-Raman-Spectrum-1.txt", "raman")
    x, y = found["wavelength"], found["intensity"]
    np.testing.assert_allclose(x[[0, -1]], [530.782, 661.872], rtol=1e-6)
    np.testing.assert_allclose([len(x), y.min(), y.max()], [1600, 273.85, 65535], rtol=1e-6)
    assert x[y.argmax()] == pytest.approx(532.116, abs=1e-3)


def test_witec_wavelengths_become_shifts_with_a_laser(
    shared_data: Path, read: Callable[..., Measurement]
):
    # The first-order line of silicon is at 520.5 cm⁻¹. The laser saturates the detector from
    # 532.12 to 532.70 nm, so λ₀ is known to half of that, 10 cm⁻¹.
    path = shared_data / "raman" / "Si-wafer-Raman-Spectrum-1.txt"
    found = read(path, "raman", laser_wavelength=532.4)
    beyond = found["raman_shift"] > 300
    at = found["raman_shift"][beyond][found["intensity"][beyond].argmax()]
    assert at == pytest.approx(520.5, abs=10)
    assert found.column("raman_shift").computed


def test_a_witec_image_has_columns_and_rows(tmp_path: Path):
    head = "//Exported ASCII-File\n[Header]\nSizeX = 2\nSizeY = 2\nSizeGraph = 3\n"
    head += "XAxisUnit = rel. 1/cm\nDataUnit = CCD cts\n[Data]\nX-Axis\ta\tb\tc\td\n"
    rows = "rel. 1/cm\tCCD cts\tCCD cts\tCCD cts\tCCD cts\n100\t1\t2\t3\t4\n101\t5\t6\t7\t8\n102\t9\t8\t7\t6\n"
    (tmp_path / "image.txt").write_text(head + rows)
    found = read_witec(SourceFile(tmp_path / "image.txt")).checked()
    assert found.columns[0].title == "Raman shift (cm⁻¹)"
    np.testing.assert_array_equal(found["intensity"][0], [1, 2, 3, 4])
    assert found.header["places"]["row"]["values"] == [1, 1, 2, 2]


def test_the_last_setting_of_a_labspec_file_names_no_curve(
    tmp_path: Path, read: Callable[..., Measurement]
):
    path = tmp_path / "a.txt"
    settings = "#Laser=\t633 nm\n#Exposition=\t5\n#Accumulation=\t2\n#Time=\t10:10:10\n"
    path.write_text(settings + "100.0\t200\n101.0\t201\n102.0\t203\n")
    found = read(path, "raman")
    assert found.header["curves"] == {"intensity": ""}
    assert found.header["time"] == "10:10:10"


@pytest.mark.parametrize("title", ["#Wave,#Intensity", "\n   #Wave\t\t#Intensity"])
def test_renishaw_titles_may_be_indented_or_set_off_by_commas(
    tmp_path: Path, read: Callable[..., Measurement], head: Callable[[Path], FileHead], title: str
):
    path = tmp_path / "a.csv"
    path.write_text(f"{title}\n3004.46,27.91\n3003.60,16.76\n")
    found = TECHNIQUE.format_of(head(path))
    assert found is not None
    assert found[0].id == "renishaw_text"
    np.testing.assert_array_equal(read(path, "raman")["intensity"], [27.91, 16.76])


def test_bwtek_may_separate_by_commas(tmp_path: Path, read: Callable[..., Measurement]):
    path = tmp_path / "a.csv"
    path.write_text(
        "File Version,BWRam4.15_10\nlaser_wavelength,785.02\n"
        "Pixel,Wavelength,Raman Shift,Dark,Raw data #1,Dark Subtracted #1,\n"
        "0,782.8,-35.6,1093,1100.4,7.4,\n1,783.0,-33.2,1101,1104.2,2.4,\n"
    )
    found = read(path, "raman")
    np.testing.assert_array_equal(found["raman_shift"], [-35.6, -33.2])
    np.testing.assert_array_equal(found["dark_subtracted_1"], [7.4, 2.4])


def test_an_entry_of_the_raman_open_database(shared_data: Path, read: Callable[..., Measurement]):
    found = read(shared_data / "raman" / "rod_file_1000679.rod", "raman")
    shift, intensity = found["raman_shift"], found["intensity"]
    np.testing.assert_allclose(shift[[0, -1]], [50, 1400.64], atol=0.01)
    np.testing.assert_array_equal([len(found), intensity.min(), intensity.max()], [1159, 429, 1921])
    assert shift[intensity.argmax()] == pytest.approx(380.76, abs=0.01)
    assert found.header["laser_wavelength"] == 488


@pytest.mark.parametrize(
    ("reader", "name"),
    [(read_bwtek, BWTEK), (read_witec, "Si-wafer-Raman-Spectrum-1.txt"), (read_rod, "rod_file_1000679.rod")],
)  # fmt: skip
def test_a_truncated_file_is_an_error_where_the_format_tells(
    shared_data: Path, tmp_path: Path, reader: Callable[[SourceFile], Measurement], name: str
):
    raw = (shared_data / "raman" / name).read_bytes()
    for part in (0.7, 0.2, 0.01):
        (tmp_path / name).write_bytes(raw[: int(len(raw) * part)])
        with pytest.raises(UnreadableFile):
            reader(SourceFile(tmp_path / name)).checked()


@pytest.mark.parametrize("reader", [read_bwtek, read_renishaw_text, read_rod])
def test_other_text_is_refused(tmp_path: Path, reader: Callable[[SourceFile], Measurement]):
    (tmp_path / "a.txt").write_text("a,b\n1,2\n2,3\n3,4\n")
    with pytest.raises(UnreadableFile):
        reader(SourceFile(tmp_path / "a.txt"))


def test_a_heading_alone_has_no_data(tmp_path: Path):
    (tmp_path / "a.txt").write_text("#Wave\t\t#Intensity\n")
    with pytest.raises(NoData):
        read_renishaw_text(SourceFile(tmp_path / "a.txt"))
