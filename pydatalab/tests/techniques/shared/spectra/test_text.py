"""Spectra in columns of text, as many instruments write them."""

from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import FileHead, Match, techniques_for
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import RAMAN_SHIFT, WAVELENGTH, Quantity
from pydatalab.techniques.shared.spectra.text import read_text
from pydatalab.techniques.shared.spectra.text_head import bare, text_head
from pydatalab.techniques.shared.spectra.words import axis_name

ROWS = ((400.0, 0.25), (401.0, 0.5), (402.0, 0.125))


def spectrum(tmp_path: Path, text: str | bytes, axis: Quantity = WAVELENGTH) -> Measurement:
    raw = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "a.txt").write_bytes(raw)
    return read_text(SourceFile(tmp_path / "a.txt"), axis).checked()


def rows(separator: str, decimal: str = ".") -> str:
    return "".join(f"{x}{separator}{y}\n".replace(".", decimal) for x, y in ROWS)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (rows("\t"), ["Wavelength (nm)", "Intensity"]),
        (rows("  "), ["Wavelength (nm)", "Intensity"]),
        (rows(";", ","), ["Wavelength (nm)", "Intensity"]),
        (rows("\t", ","), ["Wavelength (nm)", "Intensity"]),
        ("Wellenlänge (nm);Extinktion\n" + rows(";", ","), ["Wavelength (nm)", "Absorbance"]),
        ('"Wavelength nm.","Abs."\n' + rows(","), ["Wavelength (nm)", "Absorbance"]),
        ("nm,%T\n" + rows(","), ["Wavelength (nm)", "Transmittance (%)"]),
        ("cm-1,%R\n" + rows(","), ["Wavenumber (cm⁻¹)", "Reflectance (%)"]),
        ("Raman shift (cm-1)\tCounts\n" + rows("\t"), ["Raman shift (cm⁻¹)", "Intensity (counts)"]),
        ("Energy (eV), Intensity (a.u.)\n" + rows(","), ["Energy (eV)", "Intensity (a.u.)"]),
        ("XUNITS\t1/CM\nYUNITS\t%T\nXYDATA\n" + rows("\t"), ["Wavenumber (cm⁻¹)", "Transmittance (%)"]),
        ("##XUNITS=NANOMETERS\n##YUNITS=ABSORBANCE\n" + rows("\t"), ["Wavelength (nm)", "Absorbance"]),
    ],
)  # fmt: skip
def test_axis_and_ordinate_are_what_the_file_says(tmp_path: Path, text: str, titles: list[str]):
    found = spectrum(tmp_path, text)
    assert [column.title for column in found] == titles
    np.testing.assert_array_equal(found.columns[0].values, [400, 401, 402])
    np.testing.assert_array_equal(found.columns[1].values, [0.25, 0.5, 0.125])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_genesys_file_is_read_in_any_encoding(tmp_path: Path, encoding: str, ending: str):
    # The layout of Thermo Genesys exports, which are UTF-16 in spite of their ending .csv.
    text = "Scan,Scan_2.csv\nMode,ABS\nLength,3\n,,\nwavelength(nm) , ABS , %T\n"
    text += "325.0,2.385,0.41\n326.0,2.450,0.35\n327.0,2.510,0.31\n"
    found = spectrum(tmp_path, text.replace("\n", ending).encode(encoding))
    assert [column.title for column in found] == [
        "Wavelength (nm)",
        "Absorbance",
        "Transmittance (%)",
    ]
    np.testing.assert_array_equal(found["absorbance"], [2.385, 2.45, 2.51])
    assert found.header["mode"] == "ABS"


def test_samples_beside_each_other_keep_their_names(tmp_path: Path):
    text = "Wavelength (nm),Film A,Film 500 nm\n400,1,2\n401,3,4\n402,5,6\n"
    found = spectrum(tmp_path, text)
    assert found.header["curves"] == {"intensity_1": "Film A", "intensity_2": "Film 500 nm"}


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        ("Wavelength (nm),10 uM,5 uM,2.5 uM", ["10 uM", "5 uM", "2.5 uM"]),
        ("Wavelength (nm),10 µm,20 µm,50 µm", ["10 µm", "20 µm", "50 µm"]),
        ("Wavelength (nm),A,B,C", ["A", "B", "C"]),
        ("Wavelength (nm),S1 (a.u.),S2 (a.u.),S3 (a.u.)", ["S1 (a.u.)", "S2 (a.u.)", "S3 (a.u.)"]),
    ],
)
def test_names_of_samples_are_no_quantities(tmp_path: Path, titles: str, names: list[str]):
    found = spectrum(tmp_path, f"{titles}\n400,1,2,3\n401,3,4,5\n402,5,6,7\n")
    assert list(found.header["curves"].values()) == names
    assert [column.name for column in found][1:] == ["intensity_1", "intensity_2", "intensity_3"]


def test_letters_that_are_quantities_stay_such(tmp_path: Path):
    found = spectrum(tmp_path, "nm,A,T\n400,1,0.1\n401,2,0.01\n402,3,0.001\n")
    assert [column.name for column in found] == ["wavelength", "absorbance", "transmittance"]


@pytest.mark.parametrize("title", ["", "#", "No."])
def test_a_column_that_counts_the_rows_is_no_curve(tmp_path: Path, title: str):
    text = f"{title},Wavenumber (cm-1),Absorbance\n0,400,0.3\n1,402,0.2\n2,404,0.1\n"
    found = spectrum(tmp_path, text)
    assert [column.name for column in found][:2] == ["wavenumber", "absorbance"]
    np.testing.assert_array_equal(found["absorbance"], [0.3, 0.2, 0.1])
    head = FileHead("a.csv", text.encode())
    assert techniques_for(head)[0] == "ftir"


@pytest.mark.parametrize(
    ("titles", "best"),
    [
        ("Absorbance,Wavenumber (cm-1)", "ftir"),
        ("Intensity (counts),Raman shift (cm-1)", "raman"),
        ("Abs,Wavelength (nm)", "uv-vis"),
        ("Abs,Energy (eV)", "uv-vis"),
        ("Absorbance,Wavelength (µm)", "uv-vis"),
        ("Transmittance (%),Wavelength (µm)", "uv-vis"),
    ],
)
def test_columns_may_stand_in_any_order(tmp_path: Path, titles: str, best: str):
    text = f"{titles}\n0.9,1.0\n0.2,1.5\n0.7,2.0\n0.1,2.5\n"
    assert techniques_for(FileHead("a.csv", text.encode()))[0] == best
    np.testing.assert_array_equal(spectrum(tmp_path, text).columns[0].values, [1, 1.5, 2, 2.5])


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_units_may_stand_below_the_titles(tmp_path: Path, mark: str):
    rows = "".join(f"{400 + 10 * n}{mark}0.{n + 10}\n" for n in range(20))
    text = "Wavenumber,Absorbance\ncm-1,a.u.\n".replace(",", mark) + rows
    assert techniques_for(FileHead("a.csv", text.encode()))[0] == "ftir"
    assert [column.name for column in spectrum(tmp_path, text)] == ["wavenumber", "absorbance"]


@pytest.mark.parametrize("titles", ["Wavenumber;Absorbance", "Wavenumber;Transmittance"])
def test_semicolons_make_no_avantes_file_of_an_infrared_one(titles: str):
    rows = "".join(f"{400 + 10 * n};0,{n + 10}\n" for n in range(20))
    assert techniques_for(FileHead("a.csv", f"{titles}\n{rows}".encode()))[0] == "ftir"


def test_wavelengths_beyond_the_visible_in_micrometres_are_infrared():
    text = "Wavelength (µm),Transmittance (%)\n2.5,90\n5,80\n10,70\n20,60\n"
    assert techniques_for(FileHead("a.csv", text.encode()))[0] == "ftir"


def test_pairs_of_columns_on_one_axis_share_it(shared_data: Path):
    file = SourceFile(shared_data / "uvvis" / "cary-eclipse.csv")
    found = read_text(file, WAVELENGTH).checked()
    assert list(found.header["curves"].values()) == [
        "Blank f",
        "Sample3-1",
        "Sample3-2",
        "Sample3-3",
    ]
    assert len(found) == 151
    blank = found["intensity_1"]
    np.testing.assert_allclose([blank.min(), blank.max()], [0.686472, 187.876], rtol=1e-5)
    assert found["wavelength"][blank.argmax()] == 470


def test_names_of_samples_need_no_separator_behind_the_last(tmp_path: Path):
    text = "Baseline;;BaSO4;;BaSO4+Film\n" + ";".join(["Wavelength (nm);%R"] * 2)
    text += ";Wavelength (nm);F(R)\n400;83;400;89;400;0,006\n399;84;399;88;399;0,007\n"
    found = spectrum(tmp_path, text)
    assert list(found.header["curves"].values()) == ["Baseline", "BaSO4", "BaSO4+Film"]
    np.testing.assert_array_equal(found["kubelka_munk"], [0.006, 0.007])


def test_pairs_of_columns_on_different_axes_follow_each_other(tmp_path: Path):
    text = "Baseline 100%T,,Film,,\nWavelength (nm),%T,Wavelength (nm),%T,\n"
    text += "800,99,700,50,\n799,98,699,51,\n798,97,698,52,\n,,697,53,\n"
    found = spectrum(tmp_path, text)
    np.testing.assert_array_equal(found["scan"], [1, 1, 1, 2, 2, 2, 2])
    np.testing.assert_array_equal(found["transmittance"], [99, 98, 97, 50, 51, 52, 53])
    assert found.header["scans"] == ["Baseline 100%T", "Film"]


def test_a_table_of_many_spectra_is_a_map_with_its_places(tmp_path: Path):
    head = "#Laser=\t532nm_Edge\n#AxisUnit[1]=1/cm\n#AxisType[2]=X\n#AxisUnit[2]=µm\n"
    shifts = "\t".join(str(100 + n) for n in range(6))
    lines = [
        f"{x}\t{y}\t" + "\t".join(str(x + 10 * y + n) for n in range(6))
        for x in (0, 1)
        for y in (0, 1)
    ]
    found = spectrum(tmp_path, f"{head}\t\t{shifts}\n" + "\n".join(lines), RAMAN_SHIFT)
    np.testing.assert_array_equal(found["raman_shift"], range(100, 106))
    assert found["intensity"].shape == (6, 4)
    np.testing.assert_array_equal(found["intensity"][:, 3], [11, 12, 13, 14, 15, 16])
    assert found.header["places"]["x"] == {"unit": "µm", "values": [0, 0, 1, 1]}
    assert found.header["laser_wavelength"] == 532


@pytest.mark.parametrize("text", ["one\ntwo\n", "{}"])
def test_text_without_rows_has_no_data(tmp_path: Path, text: str):
    with pytest.raises(NoData):
        spectrum(tmp_path, text)


@pytest.mark.parametrize("text", ["1\n2\n3\n", "5 1\n3 2\n9 3\n"])
def test_one_column_or_an_axis_that_jumps_is_an_error(tmp_path: Path, text: str):
    with pytest.raises(UnreadableFile):
        spectrum(tmp_path, text)


def test_recognition_tells_titled_bare_and_foreign_columns_apart():
    titled = text_head(FileHead("a.csv", b"Wavelength (nm),Abs\n400,1\n401,2\n402,3\n"))
    assert titled is not None
    assert (titled.axis, titled.signal, titled.low, titled.steady) == (
        "wavelength",
        "absorbance",
        400,
        True,
    )
    untitled = FileHead("a.txt", b"400 1\n401 2\n402 3\n")
    assert bare(text_head(untitled), untitled, 100, 4000) == Match.POSSIBLE
    assert bare(text_head(untitled), untitled, 1000, 4000) == Match.NO
    foreign = FileHead("a.txt", b"Ewe/V\tI/mA\n400\t1\n401\t2\n402\t3\n")
    assert bare(text_head(foreign), foreign, 100, 4000) == Match.NO


def test_recognition_is_quick_on_endless_lines():
    assert text_head(FileHead("a.txt", b"1" * 65536)) is None
    assert text_head(FileHead("a.txt", b"1," * 32768)) is not None


@pytest.mark.parametrize(
    ("written", "axis"),
    [
        ("Wavelength (Å)", "wavelength_angstrom"),
        ("Wavelength \u212b", "wavelength_angstrom"),
        ("wavelength [A]", "wavelength_angstrom"),
        ("λ/Å", "wavelength_angstrom"),
        ("ANGSTROMS", "wavelength_angstrom"),
        ("Wavelength (nm)", "wavelength"),
        ("Wavelength", "wavelength"),
        ("Wavelength, absorbance", "wavelength"),
        ("Q (1/Å)", ""),
        ("1/Å", ""),
        ("Å⁻¹", ""),
        ("Å^-1", ""),
    ],
)
def test_a_wavelength_in_angstrom_is_told_from_one_in_nanometres(written: str, axis: str):
    assert axis_name(written) == axis


def test_a_wavelength_keeps_its_unit(tmp_path: Path):
    read = spectrum(tmp_path, "Wavelength (Å)\tCounts\n4000\t1\n4001\t2\n4002\t3\n")
    assert read.columns[0].title == "Wavelength (Å)"
    assert read["wavelength"].tolist() == [4000, 4001, 4002]


@pytest.mark.parametrize("unit", ["m-1", "m⁻¹", "mm-1", "mm^-1", "1/m", "1/mm"])
def test_a_wavenumber_in_another_unit_is_not_one_in_reciprocal_centimetres(unit: str):
    rows = "\n".join(f"{4000 + 100 * n},0.5" for n in range(40))
    head = FileHead("a.csv", f"Wavenumber ({unit}),Absorbance\n{rows}\n".encode())
    assert techniques_for(head) == ["tabular"]
    assert axis_name(f"Wavenumber ({unit})") == ""
