"""What is offered for a table whose columns have titles: by them, and else as a table first."""

import pytest

from pydatalab.techniques.registry import FileHead, techniques_for


def offered(titles: str, low: float, step: float, ending: str = "csv") -> list[str]:
    mark = ";" if ";" in titles else ","
    rows = "\n".join(f"{low + n * step:.3f}{mark}{20 + n % 5}" for n in range(60))
    return techniques_for(FileHead(f"x.{ending}", f"{titles}\n{rows}\n".encode()))


@pytest.mark.parametrize("ending", ["csv", "txt", "dat"])
@pytest.mark.parametrize(
    "titles", ["time,temperature", "Time (s),Temperature (°C)", "ppm,intensity", "x;y", "n,value"]
)
@pytest.mark.parametrize(("low", "step"), [(0.0, 0.1), (300.0, 5.0)])
def test_titles_that_no_technique_knows_make_a_table_first(
    titles: str, low: float, step: float, ending: str
):
    found = offered(titles, low, step, ending)
    assert found[0] == "tabular"
    assert "cv" not in found


@pytest.mark.parametrize(
    ("titles", "low", "step", "first"),
    [
        ("Angle,Intensity", 10, 0.1, "xrd"),
        ('"Angle";"PSD"', 10, 0.1, "xrd"),
        ("Pos. [°2Th.],Iobs [cts]", 10, 0.1, "xrd"),
        ("tth,I", 10, 0.1, "xrd"),
        ("theta,intensity", 5, 0.04, "xrd"),
        ("Potential,Current", 0, 0.01, "cv"),
        ("Volts,Amps", 0, 0.01, "cv"),
        ("E (V vs RHE),j (mA/cm2)", 0, 0.01, "cv"),
        ("Raman shift (cm-1),Intensity", 100, 10, "raman"),
        ("nm,A", 300, 5, "uv-vis"),
        ("cm-1,%T", 400, 30, "ftir"),
        ("m/z,abundance", 50, 1, "ms"),
    ],
)
def test_titles_that_a_technique_knows_make_it_the_first(
    titles: str, low: float, step: float, first: str
):
    assert offered(titles, low, step)[0] == first


@pytest.mark.parametrize("ending", ["txt", "dat"])
@pytest.mark.parametrize(
    ("titles", "first"),
    [
        ("Zeit (s)   Druck (mbar)", "tabular"),
        ("Weg/mm Kraft/N", "tabular"),
        ("x y", "tabular"),
        ("2theta  intensity", "xrd"),
        ("Angle  Counts", "xrd"),
        ("Potential (V)  Current (A)", "cv"),
    ],
)
def test_titles_may_be_set_off_by_blanks(titles: str, first: str, ending: str):
    rows = "\n".join(f"{n * 0.02:.2f}   {20 + n % 5}" for n in range(60))
    assert techniques_for(FileHead(f"x.{ending}", f"{titles}\n{rows}\n".encode()))[0] == first


@pytest.mark.parametrize(
    "before",
    [
        "Relative Pressure\tQuantity Adsorbed (mmol/g)",
        "Dimension 1 name=Binding Energy [eV]\nDimension 1 size=60\n[Data 1]",
    ],
)
def test_measurements_of_another_kind_are_no_spectra(before: str):
    rows = "\n".join(f"{382 - n * 0.05:.2f}\t{n % 7 + 0.5}" for n in range(60))
    found = techniques_for(FileHead("x.txt", f"{before}\n{rows}\n".encode()))
    assert found in ([], ["tabular"])


def test_columns_without_titles_may_be_a_voltammogram_below_a_line_of_prose():
    rows = "\n".join(f"{n / 100},{n % 7}" for n in range(60))
    assert "cv" in techniques_for(FileHead("x.csv", f"Scan rate 50 mV/s\n{rows}\n".encode()))
