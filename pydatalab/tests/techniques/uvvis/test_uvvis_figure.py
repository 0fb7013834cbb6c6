"""What a UV-Vis block shows: absorbance against a background, Tauc plots."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pydatalab.errors import Invalid
from pydatalab.techniques.shared.drawing import Drawing
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.uvvis.analysis import photon_energy, raw_absorbance, tauc

DATA = Path(__file__).parents[2] / "data"
SHIMADZU = DATA / "uvvis" / "shimadzu" / "ShimadzuDemo.spc"
ASC = DATA / "spectra" / "peds" / "3DM_test01.Probe.Raw.asc"


def numbers(packed: Any) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])


def raw_scan(path: Path, counts: list[float], reference: float, shift: float = 0.0) -> Path:
    rows = "".join(
        f"{400 + n + shift};{value};10.0;{reference}\n" for n, value in enumerate(counts)
    )
    path.write_text(
        f"Wave   ;Sample   ;Dark     ;Reference;Scope\n[nm];[counts];[counts];[counts]\n\n{rows}"
    )
    return path


def test_absorbance_of_counts_is_corrected_for_the_dark():
    # (110 − 10) / (1010 − 10) is a tenth of the light.
    found = raw_absorbance(
        np.array([110.0, 5.0]), np.array([10.0, 10.0]), np.array([1010.0, 1010.0])
    )
    np.testing.assert_allclose(found, [1.0, np.nan])


def test_photon_energy_of_the_sodium_line():
    # 589.3 nm is 2.104 eV (CRC Handbook).
    assert photon_energy(np.array([589.3]))[0] == pytest.approx(2.104, abs=1e-3)


def test_tauc_ordinate_is_straight_above_a_direct_gap():
    energy = np.linspace(3.3, 3.6, 20)
    absorption = np.sqrt(energy - 3.2) / energy
    found = tauc(absorption, energy, 2.0)
    gap = energy[0] - found[0] / np.gradient(found, energy)[0]
    assert gap == pytest.approx(3.2, abs=1e-6)


def test_wavelength_runs_from_low_to_high(draw: Callable[..., Drawing]):
    drawing = draw([SHIMADZU], "uv-vis")
    assert drawing.figure["layout"]["xaxis"] == {"title": {"text": "Wavelength (nm)"}}
    assert drawing.figure["layout"]["yaxis"]["title"]["text"] == "Absorbance"
    assert len(numbers(drawing.figure["data"][0]["y"])) == 611


def test_the_first_of_the_order_is_the_background(tmp_path: Path, draw: Callable[..., Drawing]):
    blank = raw_scan(tmp_path / "blank.txt", [1010.0, 1010.0, 1010.0], 500.0)
    sample = raw_scan(tmp_path / "sample.txt", [110.0, 20.0, 1010.0], 500.0, shift=0.001)
    # The harness numbers the files, so the second is "1" and the background.
    drawing = draw([sample, blank], "uv-vis", selected_file_order=["1", "0"])
    (trace,) = drawing.figure["data"]
    assert trace["name"] == "sample.txt"
    np.testing.assert_allclose(numbers(trace["y"]), [1, 2, 0], atol=1e-6)
    percent = draw([sample, blank], "uv-vis", selected_file_order=["1", "0"], show="transmittance")
    np.testing.assert_allclose(numbers(percent.figure["data"][0]["y"]), [10, 1, 100], atol=1e-4)


def test_without_an_order_each_scan_has_its_own_reference(
    tmp_path: Path, draw: Callable[..., Drawing]
):
    paths = [
        raw_scan(tmp_path / f"{n}.txt", [110.0, 110.0], 1010.0 * n - 10 * (n - 1)) for n in (1, 2)
    ]
    first, second = draw(paths, "uv-vis").figure["data"]
    np.testing.assert_allclose(numbers(first["y"]), 1, atol=1e-6)
    np.testing.assert_allclose(numbers(second["y"]), np.log10(20), atol=1e-6)


def test_a_background_on_other_wavelengths_is_not_used_and_a_warning_says_so(
    tmp_path: Path, draw: Callable[..., Drawing]
):
    blank = raw_scan(tmp_path / "blank.txt", [1010.0, 1010.0], 500.0, shift=0.5)
    sample = raw_scan(tmp_path / "sample.txt", [110.0, 110.0], 1010.0)
    drawing = draw([blank, sample], "uv-vis", selected_file_order=["0", "1"])
    assert "other wavelengths" in drawing.warnings[0]
    np.testing.assert_allclose(numbers(drawing.figure["data"][0]["y"]), 1, atol=1e-6)


def test_null_as_an_order_is_no_order(draw: Callable[..., Drawing]):
    assert draw([SHIMADZU], "uv-vis", selected_file_order=None).figure["data"]


def test_counts_can_be_seen(tmp_path: Path, draw: Callable[..., Drawing]):
    path = raw_scan(tmp_path / "scan.txt", [110.0, 120.0], 500.0)
    drawing = draw([path], "uv-vis", show="counts")
    assert [trace["name"] for trace in drawing.figure["data"]] == [
        "scan.txt: sample", "scan.txt: dark", "scan.txt: reference",
    ]  # fmt: skip
    assert drawing.figure["layout"]["yaxis"]["title"]["text"] == "Intensity (counts)"


def test_files_of_both_kinds_overlay_as_absorbance(draw: Callable[..., Drawing]):
    drawing = draw([SHIMADZU, ASC], "uv-vis", show="absorbance")
    assert len(drawing.figure["data"]) == 2
    assert not drawing.warnings


@pytest.mark.parametrize(
    ("units", "unit", "first", "last"),
    [
        ("NANOMETERS", "nm", 300.0, 800.0),
        ("MICROMETERS", "µm", 0.3, 0.8),
        ("ANGSTROMS", "Å", 3000.0, 8000.0),
        ("1/CM", "cm⁻¹", 33333.33, 12500.0),
        ("ELECTRON VOLTS", "eV", 4.132807, 1.549802),
    ],
)
def test_a_tauc_plot_knows_in_what_the_light_is_told(
    draw: Callable[..., Drawing],
    read: Callable[..., Measurement],
    tmp_path: Path,
    units,
    unit,
    first,
    last,
):
    path = tmp_path / "film.jdx"
    path.write_text(
        f"##TITLE=film\n##JCAMP-DX=4.24\n##DATA TYPE=UV/VIS SPECTRUM\n##XUNITS={units}\n##YUNITS=ABSORBANCE\n"
        f"##NPOINTS=2\n##XYPOINTS=(XY..XY)\n{first}, 0.5\n{last}, 0.1\n##END=\n"
    )
    assert read(path, "uv-vis").columns[0].unit == unit
    energy = numbers(draw([path], "uv-vis", show="Tauc, direct").figure["data"][0]["x"])
    # 300 nm are 4.1328 eV, 800 nm 1.5498 eV.
    np.testing.assert_allclose(energy, [4.1328, 1.5498], rtol=1e-4)


@pytest.mark.parametrize(
    ("title", "sign"), [("Absorbance", "A"), ("Kubelka-Munk", "F(R)"), ("Transmittance (%)", "A")]
)
def test_a_tauc_plot_says_of_what_it_is(
    draw: Callable[..., Drawing], tmp_path: Path, title: str, sign: str
):
    path = tmp_path / "powder.txt"
    path.write_text(f"Wavelength (nm)\t{title}\n300\t50\n310\t40\n320\t30\n")
    drawing = draw([path], "uv-vis", show="Tauc, indirect")
    said = drawing.figure["layout"]["yaxis"]["title"]["text"]
    assert said == f"({sign}·hν)<sup>1/2</sup> (eV<sup>1/2</sup>)"


@pytest.mark.parametrize("title", ["Reflectance (%)", "Counts"])
def test_no_tauc_plot_is_drawn_of_what_tells_no_absorbance(
    draw: Callable[..., Drawing], tmp_path: Path, title: str
):
    path = tmp_path / "powder.txt"
    path.write_text(f"Wavelength (nm)\t{title}\n300\t50\n310\t40\n320\t30\n")
    with pytest.raises(Invalid, match="needs an absorbance"):
        draw([path], "uv-vis", show="Tauc, direct")


def test_a_tauc_plot_of_an_axis_that_tells_no_energy_is_refused():
    with pytest.raises(Invalid, match="wavelengths, wavenumbers or energies"):
        photon_energy(np.array([1.0]), "s")


def test_a_tauc_plot_is_over_photon_energy(draw: Callable[..., Drawing]):
    drawing = draw([SHIMADZU], "uv-vis", show="Tauc, direct")
    assert drawing.figure["layout"]["xaxis"]["title"]["text"] == "Photon energy hν (eV)"
    energy = numbers(drawing.figure["data"][0]["x"])
    np.testing.assert_allclose([energy.min(), energy.max()], [1.5498, 6.5255], rtol=1e-4)


def test_counts_of_a_file_without_any_are_refused(draw: Callable[..., Drawing]):
    with pytest.raises(Invalid, match="holds raw counts"):
        draw([SHIMADZU], "uv-vis", show="counts")
