"""The units of impedances, also where a file leaves them to its readers."""

import base64
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.techniques.shared.drawing import Drawing
from pydatalab.techniques.shared.measurement import Measurement

Read = Callable[..., Measurement]

EIS = Path(__file__).parents[2] / "data/eis"


@pytest.mark.parametrize("name", ["exampleDataZPlot.z", "exampleDataPowersuite.txt"])
def test_impedances_without_a_unit_are_in_ohm(read: Read, name: str):
    units = {column.name: column.unit for column in read(EIS / name, "eis")}
    assert units["frequency"] == "Hz"
    assert units["z_real"] == units["z_imag"] == "ohm"


def written(path: Path, titles: str, *row: float) -> Path:
    """A table of ten equal impedances; frequencies fall by tens from the first number of the row."""
    rows = [[row[0] / 10**n, *row[1:]] for n in range(10)]
    path.write_text("\n".join([titles, *("\t".join(map(str, one)) for one in rows)]), "utf-8")
    return path


def test_parts_in_different_units_make_one_impedance_in_ohm(read: Read, tmp_path: Path):
    # |3 Ω + 4i Ω| = 5 Ω at atan2(-4, 3) = -53.13 degrees.
    found = read(
        written(tmp_path / "a.txt", "Freq (Hz)\tZre (kOhm)\t-Zim (Ohm)", 1e5, 0.003, 4), "eis"
    )
    assert [found.column(name).unit for name in ("z_real", "minus_z_imag", "z_abs")] == [
        "kOhm",
        "Ohm",
        "Ohm",
    ]
    assert found["z_abs"] == pytest.approx([5.0] * 10)
    assert found["z_phase"] == pytest.approx([-53.1301] * 10)
    assert found["z_real"] == pytest.approx([0.003] * 10)


@pytest.mark.parametrize(
    ("unit", "highest", "hertz"),
    [("Hz", 1e5, 1e5), ("kHz", 100, 1e5), ("MHz", 1, 1e6), ("mHz", 1e5, 100), ("rad/s", 628.318531, 100)],
)  # fmt: skip
@pytest.mark.parametrize("view", ["nyquist", "bode"])
def test_frequencies_are_drawn_in_hertz(
    draw: Callable[..., Drawing], tmp_path: Path, unit: str, highest: float, hertz: float, view: str
):
    path = written(tmp_path / "b.txt", f"Freq ({unit})\tZre (Ohm)\t-Zim (Ohm)", highest, 3, 4)
    drawing = draw([path], "eis", view=view)
    assert drawing.computed["b.txt"]["highest_frequency_Hz"] == pytest.approx(hertz)
    first = drawing.figure["data"][0]
    packed = first["x" if view == "bode" else "customdata"]
    shown = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    assert max(shown) == pytest.approx(hertz)


def heights(drawing: Drawing) -> list[float]:
    """The first −Im(Z) of each curve."""
    packed = [trace["y"] for trace in drawing.figure["data"]]
    return [float(np.frombuffer(base64.b64decode(y["bdata"]), y["dtype"])[0]) for y in packed]


@pytest.mark.parametrize("unit", ["Ohm cm2", "Ohm.cm^2", "Ω·cm²", "ohm*cm2"])
def test_impedances_times_an_area_are_said_to_be_and_not_multiplied_again(
    draw: Callable[..., Drawing], tmp_path: Path, unit: str
):
    path = written(tmp_path / "a.txt", f"Freq (Hz)\tZre ({unit})\t-Zim ({unit})", 1e5, 3, 4)
    for area in (None, 2.0):
        drawing = draw([path], "eis", electrode_area=area)
        assert drawing.figure["layout"]["xaxis"]["title"]["text"] == "Re(Z) (Ω cm²)"
        assert heights(drawing) == [4.0]


def test_impedances_with_and_without_an_area_are_compared_once_it_is_entered(
    draw: Callable[..., Drawing], tmp_path: Path
):
    files = [
        written(tmp_path / f"{n}.txt", f"Freq (Hz)\tZre ({unit})\t-Zim ({unit})", 1e5, 3, 4)
        for n, unit in enumerate(("Ohm cm2", "Ohm"))
    ]
    alone = draw(files, "eis")
    assert heights(alone) == [4.0]
    assert "left out: 1.txt" in alone.warnings[0]
    assert heights(draw(files, "eis", electrode_area=2.0)) == [4.0, 8.0]


def test_units_may_stand_below_the_titles(read: Read, tmp_path: Path):
    titles = "Frequency\tZre\tZim\nkHz\tkOhm\tkOhm"
    found = read(written(tmp_path / "a.txt", titles, 100, 0.003, -0.004), "eis")
    units = [found.column(name).unit for name in ("frequency", "z_real", "z_imag")]
    assert units == ["kHz", "kOhm", "kOhm"]
    assert found["z_phase"][0] == pytest.approx(-53.13, abs=0.01)
