"""Which files are taken for infrared spectra, how surely, and what real ones hold."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData
from pydatalab.techniques.ftir import TECHNIQUE
from pydatalab.techniques.registry import FileHead, Match, techniques_for
from pydatalab.techniques.shared.measurement import Measurement

CERTAIN = {
    "2024-10-10_FeSO4_ref.asp": "asp", "BF_lo_01_soil_cal.1": "opus", "file.0": "opus",
    "test_spectra.0": "opus", "Ft-ir.spc": "spc", "IR.dx": "jcamp", "ethanol.jdx": "jcamp",
    "isopropanol_ASDF.jdx": "jcamp", "toluene.jdx": "jcamp", "[FTIRText]020.txt": "text",
    "spectra.sp": "perkinelmer", "wodger.spg": "omnic",
}  # fmt: skip


@pytest.mark.parametrize("name", CERTAIN)
def test_each_format_is_certain_of_its_files(
    shared_data: Path, head: Callable[[Path], FileHead], name: str
):
    found = TECHNIQUE.format_of(head(shared_data / "ftir" / name))
    assert found is not None
    assert (found[0].id, found[1]) == (CERTAIN[name], Match.CERTAIN)


@pytest.mark.parametrize(
    "folder",
    ["chrom", "echem", "eis", "em", "ms", "nmr", "raman", "tabular", "thermal", "uvvis", "xrd"],
)
def test_files_of_other_techniques_are_not_claimed(
    shared_data: Path, head: Callable[[Path], FileHead], folder: str
):
    for path in (shared_data / folder).iterdir():
        found = TECHNIQUE.format_of(head(path))
        assert found is None or found[1] == Match.POSSIBLE, path.name


@pytest.mark.parametrize(
    ("name", "column", "points", "first", "last", "low", "high", "at"),
    [
        ("ethanol.jdx", "transmittance", 3570, 461.563, 3807.5, 0.142, 1.024, 725.938),
        ("toluene.jdx", "transmittance", 3329, 456, 3784, 0.1388, 0.8776, 3520),
        ("isopropanol_ASDF.jdx", "absorbance", 9541, 400.196, 5000.04, -0.0855258, 0.368917, 950.346),
        ("IR.dx", "transmittance", 2559, 3997.45, 373.964, 0.278714, 1.00554, 1476.03),
        ("[FTIRText]020.txt", "transmittance", 27, 399.265, 449.414, 81.7083, 90.9731, 449.414),
    ],
)  # fmt: skip
def test_real_files_have_their_known_numbers(
    shared_data: Path, read: Callable[..., Measurement], name: str, column: str, points: int,
    first: float, last: float, low: float, high: float, at: float,
):  # fmt: skip
    # Facts found with jcamp 1.3.2 (and spectrochempy) or numpy when the files were collected.
    found = read(shared_data / "ftir" / name, "ftir")
    x, y = found["wavenumber"], found[column]
    assert len(found) == points
    np.testing.assert_allclose(x[[0, -1]], [first, last], rtol=1e-5)
    np.testing.assert_allclose([y.min(), y.max(), x[y.argmax()]], [low, high, at], rtol=1e-5)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("3999,640;99,12\n3997,711;99,13\n3995,783;99,15\n649,9;85,1\n", "ftir"),
        ("3997.48,0.0123\n3996.1,0.0124\n3994.2,0.0125\n600.1,0.5\n", "ftir"),
        ("3997.48,1223.1\n3996.1,1240.7\n3994.2,1125.0\n600.1,2050.5\n", "raman"),
        ("101.384\t0.536\n102.494\t0.524\n1003.604\t0.543\n3604.1\t0.1\n3605\t0.1\n", "raman"),
    ],
)
def test_bare_columns_are_infrared_where_they_look_like_it(text: str, first: str):
    assert techniques_for(FileHead("sample.csv", text.encode()))[0] == first


def test_an_interferogram_is_no_spectrum(tmp_path: Path, read: Callable[..., Measurement]):
    path = tmp_path / "a.jdx"
    path.write_text(
        "##TITLE=a\n##JCAMP-DX=4.24\n##DATA TYPE=INFRARED INTERFEROGRAM\n##FIRSTX=0\n##LASTX=2\n"
        "##NPOINTS=3\n##XYDATA=(X++(Y..Y))\n0 1 2 3\n##END=\n"
    )
    with pytest.raises(NoData, match="interferogram"):
        read(path, "ftir")


def test_near_infrared_wavelengths_are_drawn_as_such(
    shared_data: Path, draw: Callable[..., object], head: Callable[[Path], FileHead]
):
    path = shared_data / "ftir" / "nir.spc"
    found = TECHNIQUE.format_of(head(path))
    assert found is not None
    assert found[1] == Match.LIKELY
    layout = draw([path], "ftir").figure["layout"]  # type: ignore[attr-defined]
    assert layout["xaxis"] == {"title": {"text": "Wavelength (nm)"}}
