"""UV-Vis files: raw scans, UVProbe, and what real ones hold."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import FileHead, Match, techniques_for
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.uvvis import TECHNIQUE
from pydatalab.techniques.uvvis.avantes import read_avantes
from pydatalab.techniques.uvvis.shimadzu import read_shimadzu

SHIMADZU = Path(__file__).parents[2] / "data" / "uvvis" / "shimadzu" / "ShimadzuDemo.spc"
VISIONLITE = (
    Path(__file__).parents[2] / "data" / "uvvis" / "text" / "Thermo_VISIONlite_example_scan.csv"
)

CERTAIN = {
    "1908047U1_0000.Raw8.TXT": "avantes", "1908047U1_0001.Raw8.txt": "avantes",
    "3DM_test01.Probe.Raw.asc": "peds", "KTF-D.Probe.Raw.asc": "peds",
    "ShimadzuDemo.spc": "shimadzu", "toluene.jdx": "jcamp", "uv.txt": "text",
    "Thermo_VISIONlite_example_scan.csv": "text",
}  # fmt: skip


def avantes(tmp_path: Path, text: str) -> Measurement:
    (tmp_path / "a.Raw8.txt").write_text(text)
    return read_avantes(SourceFile(tmp_path / "a.Raw8.txt")).checked()


@pytest.mark.parametrize("name", CERTAIN)
def test_each_format_is_certain_of_its_files(
    shared_data: Path, head: Callable[[Path], FileHead], name: str
):
    found = TECHNIQUE.format_of(head(shared_data / "uvvis" / name))
    assert found is not None
    assert (found[0].id, found[1]) == (CERTAIN[name], Match.CERTAIN)


@pytest.mark.parametrize(
    "folder", ["chrom", "echem", "eis", "em", "ms", "nmr", "raman", "tabular", "thermal", "xrd"]
)
def test_files_of_other_techniques_are_not_claimed(
    shared_data: Path, head: Callable[[Path], FileHead], folder: str
):
    for path in (shared_data / folder).iterdir():
        found = TECHNIQUE.format_of(head(path))
        assert found is None or found[1] == Match.POSSIBLE, path.name


@pytest.mark.parametrize(
    ("name", "column", "points", "first", "last", "low", "high"),
    [
        ("1908047U1_0000.Raw8.TXT", "sample", 1921, 128.909, 1160.37, 483.977, 61825.4),
        ("1908047U1_0001.Raw8.txt", "sample", 1921, 128.909, 1160.37, 137.36, 41109.9),
        ("KTF-D.Probe.Raw.asc", "transmittance", 1001, 1200, 200, -0.010797, 89.9504),
        ("uv.txt", "absorbance", 551, 800.003, 250.017, -7.61498e-05, 3.05379),
        ("toluene.jdx", "logarithm_epsilon", 335, 274.957, 233.817, 1.05857, 2.43145),
    ],
)  # fmt: skip
def test_real_files_have_their_known_numbers(
    shared_data: Path, read: Callable[..., Measurement], name: str, column: str, points: int,
    first: float, last: float, low: float, high: float,
):  # fmt: skip
    # Facts found with numpy, jcamp 1.3.2 and fairmat-readers-transmission 0.0.3.
    found = read(shared_data / "uvvis" / name, "uv-vis")
    x, y = found["wavelength"], found[column]
    assert len(found) == points
    np.testing.assert_allclose(x[[0, -1]], [first, last], rtol=1e-5)
    np.testing.assert_allclose([y.min(), y.max()], [low, high], rtol=1e-5)


def test_uvprobe_has_its_known_numbers(read: Callable[..., Measurement]):
    # Facts by parseuv 1.0.4.
    found = read(SHIMADZU, "uv-vis")
    x, y = found["wavelength"], found["absorbance"]
    np.testing.assert_array_equal(x[[0, 1, -1]], [800, 799, 190])
    np.testing.assert_allclose([len(y), y.min(), y.max()], [611, 0.00312805, 2.46227], rtol=1e-5)
    assert found.header["measuring_mode"] == "Absorbance"
    assert found.header["slit_width"] == "1.0 nm"


def test_visionlite_has_its_known_numbers(read: Callable[..., Measurement]):
    found = read(VISIONLITE, "uv-vis")
    y = found["absorbance"]
    np.testing.assert_allclose([len(y), y.min(), y.max()], [101, 0.043, 0.162577], rtol=1e-6)
    assert found["wavelength"][y.argmax()] == 449


@pytest.mark.parametrize("part", [0.7, 0.3, 0.01])
def test_a_truncated_uvprobe_file_is_an_error(tmp_path: Path, part: float):
    raw = SHIMADZU.read_bytes()
    (tmp_path / "cut.spc").write_bytes(raw[: int(len(raw) * part)])
    with pytest.raises(UnreadableFile):
        read_shimadzu(SourceFile(tmp_path / "cut.spc"))


def test_a_raw_scan_keeps_its_counts(shared_data: Path, read: Callable[..., Measurement]):
    found = read(shared_data / "uvvis" / "1908047U1_0001.Raw8.txt", "uv-vis")
    assert [column.title for column in found][:4] == [
        "Wavelength (nm)", "Sample (counts)", "Dark (counts)", "Reference (counts)",
    ]  # fmt: skip
    assert found.column("absorbance").computed
    assert found.header["integration_time_ms"] == "1.500"


def test_avasoft_absorbances_are_read_as_such_with_decimal_commas(tmp_path: Path):
    text = "Wave   ;Sample   ;Dark     ;Reference;Absorbance\n[nm]   ;[counts] ;[counts] ;[counts] ;[A.U.]\n\n"
    found = avantes(
        tmp_path, text + "400,5; 10,0; 1,0; 20,0; 0,325\n401,0; 11,0; 1,0; 20,0; 0,279\n"
    )
    np.testing.assert_array_equal(found["wavelength"], [400.5, 401])
    np.testing.assert_array_equal(found["absorbance"], [0.325, 0.279])
    assert found.header["raw"] is False


def test_avasoft_columns_may_stand_in_any_order(tmp_path: Path, read: Callable[..., Measurement]):
    path = tmp_path / "a.ttt"
    path.write_text(
        "Nr of pixels used for smoothing: 0\nWave   ;Dark     ;Ref      ;Sample   ;Transmittance\n"
        "[nm]   ;[counts] ;[counts] ;[counts] ;[% transmittance] \n"
        "299,87;3,4050;6429,1;124,99;1,8921\n300,16;-18,870;6876,0;178,64;2,8646\n"
    )
    found = read(path, "uv-vis")
    assert [column.name for column in found][:5] == [
        "wavelength", "dark", "ref", "sample", "transmittance",
    ]  # fmt: skip
    assert found.column("transmittance").unit == "%"
    assert found.header["curves"] == {"transmittance": ""}


def test_spectra_of_ocean_optics_without_titles_are_of_wavelengths_unless_they_say_otherwise(
    tmp_path: Path, head: Callable[[Path], FileHead]
):
    path = tmp_path / "ocean.txt"
    text = (
        "SpectraSuite Data File\nDate: Fri Aug 19 13:19:52 CDT 2016\n{}"
        ">>>>>Begin Processed Spectral Data<<<<<\n178,23\t401,471\n178,61\t401,471\n179,37\t-1746,154\n"
        ">>>>>End Processed Spectral Data<<<<<\n"
    )
    path.write_text(text.format(""))
    assert techniques_for(head(path))[0] == "uv-vis"
    path.write_text(text.format("XAxis mode: Raman Shifts\n"))
    assert techniques_for(head(path))[0] == "raman"


def test_an_avasoft_file_without_rows_has_no_data(tmp_path: Path):
    with pytest.raises(NoData):
        avantes(tmp_path, "Wave   ;Sample   ;Dark     ;Reference;Scope\n[nm]   ;[counts]\n")


def test_other_text_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableFile):
        avantes(tmp_path, "Time;Voltage\n1;2\n2;3\n")
    with pytest.raises(UnreadableFile):
        read_shimadzu(SourceFile(tmp_path / "a.Raw8.txt"))
