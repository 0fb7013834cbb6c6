"""NMR data of other makers: Varian, JEOL, JCAMP-DX, NMRPipe."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.nmr.nuclei import nucleus_named
from pydatalab.techniques.registry import FileHead, Match, technique
from pydatalab.techniques.shared.drawing import Drawing, Screen
from pydatalab.techniques.shared.measurement import Measurement

Read = Callable[..., Measurement]
Draw = Callable[..., Drawing]
Points = Callable[[Any], tuple[np.ndarray, np.ndarray]]

DATA = Path(__file__).parents[2] / "data/nmr"
PIPE = DATA / "nmrpipe/test-run01.fid"
ASPIRIN = DATA / "jcamp/aspirin_1h.fid.dx"


def test_an_nmrpipe_fid_is_read_and_transformed(read: Read, draw: Draw):
    # By nmrglue 0.12: 1500 points, highest magnitude 163704, observed at 125.681 MHz over 50 kHz.
    fid = read(PIPE, "nmr")
    assert len(fid) == 1500
    assert np.hypot(fid["real"], fid["imaginary"]).max() == pytest.approx(163704, rel=1e-5)
    drawing = draw([PIPE], "nmr")
    assert drawing.metadata["carrier_frequency_MHz"] == pytest.approx(125.681)
    assert drawing.metadata["spectral_window_Hz"] == 50000
    # nmrglue's pipe_proc.ft has its highest point at 30.7 ppm, without zero filling.
    assert drawing.computed["strongest_peak_ppm"] == pytest.approx(30.7, abs=0.3)


def test_a_truncated_nmrpipe_file_is_an_error(tmp_path: Path, read: Read):
    path = tmp_path / "half.fid"
    path.write_bytes(PIPE.read_bytes()[:7000])
    with pytest.raises(UnreadableFile, match="cut short"):
        read(path, "nmr")


def test_a_jcamp_fid_has_its_own_times_and_both_parts(read: Read):
    # The file says ##LAST= 1.7102808, and nmrglue 0.12 finds 8192 points up to 699919.
    fid = read(ASPIRIN, "nmr")
    assert [column.name for column in fid] == ["time", "real", "imaginary"]
    assert len(fid) == 8192
    assert fid["time"][-1] == pytest.approx(1.7102808)
    assert fid["real"].max() == 699919
    assert fid["imaginary"].max() == 1007953  # ##MAX= of the file


def test_the_digital_filter_of_an_old_console_is_removed(draw: Draw, points: Points):
    # Acetylsalicylic acid in CDCl3: its methyl group at 2.3 ppm is the strongest line.
    drawing = draw([ASPIRIN], "nmr", line_broadening=0.3)
    _, intensity = points(drawing.figure["data"][0])
    assert drawing.computed["strongest_peak_ppm"] == pytest.approx(2.3, abs=0.05)
    assert intensity.min() > -0.02 * intensity.max()


def test_a_jcamp_fid_gives_the_spectrum_that_the_spectrometer_made_of_it(
    shared_data: Path, read: Read, draw: Draw, points: Points
):
    processed = read(shared_data / "nmr/aspirin_1h.dx", "nmr")
    drawing = draw([ASPIRIN], "nmr", line_broadening=0.3, screen=Screen(width=20_000))
    shift, intensity = points(drawing.figure["data"][0])
    order = np.argsort(shift)
    ours = np.interp(processed["chemical_shift"], shift[order], intensity[order])
    assert np.corrcoef(ours, processed["intensity"])[0, 1] > 0.97


@pytest.mark.parametrize(
    ("name", "count", "highest", "first", "nucleus", "frequency"),
    [
        ("13c.jdx", 32768, 4.08939e8, 218.6927, "13C", 100.695689),
        ("1h.dx", 32768, 5.07213e8, 13.99587, "1H", 400.4224),
        ("aspirin_1h.dx", 32768, 4.40519e8, 15.47866, "1H", 300.132250975),
        ("chem-spectra-app_1H.dx", 65536, 3.70324e8, 16.01277, "1H", 400.13240078),
    ],
)
def test_jcamp_spectra_are_read_with_the_shifts_of_their_reference(
    shared_data: Path, read: Read, name: str, count: int, highest: float, first: float,
    nucleus: str, frequency: float,
):  # fmt: skip
    # Points and heights by nmrglue 0.12; the first shift is ##.SHIFT REFERENCE= of each file.
    spectrum = read(shared_data / "nmr" / name, "nmr")
    assert len(spectrum) == count
    assert spectrum["intensity"].max() == pytest.approx(highest, rel=1e-5)
    assert spectrum["chemical_shift"][0] == pytest.approx(first)
    assert spectrum.header["nucleus"] == nucleus
    assert spectrum.header["carrier_frequency_MHz"] == frequency
    assert spectrum.column("frequency").unit == "Hz"


def test_carbon_of_deuterochloroform_is_where_it_belongs(shared_data: Path, draw: Draw):
    # CDCl3 77.16 ppm, G. R. Fulmer et al., Organometallics 29 (2010) 2176; the set reference differs.
    for name in ("13c.jdx", "13C.fid.zip"):
        drawing = draw([shared_data / "nmr" / name], "nmr")
        assert drawing.computed["strongest_peak_ppm"] == pytest.approx(77.16, abs=0.5)


def test_a_linked_jcamp_file_gives_its_spectrum_or_its_fid(shared_data: Path, read: Read):
    path = shared_data / "nmr/chem-spectra-app_1H.dx"
    assert len(read(path, "nmr")["intensity_imaginary"]) == 65536
    fid = read(path, "nmr", source="fid")
    assert len(fid) == 32768
    assert fid["time"][-1] == pytest.approx(4.0893216)


def jcamp(*records: str) -> bytes:
    start = (
        "##TITLE= made",
        "##JCAMP-DX= 5.00",
        "##DATA TYPE= NMR SPECTRUM",
        "##.OBSERVE NUCLEUS= ^19F",
    )
    return "\n".join([*start, *records, "##END=", ""]).encode()


def test_jcamp_in_ppm_or_with_decimal_commas_is_read(tmp_path: Path, read: Read):
    path = tmp_path / "ppm.jdx"
    table = ("##XUNITS= PPM", "##YUNITS= A", "##FIRSTX= 1,5", "##LASTX= 0,5", "##NPOINTS= 3")
    path.write_bytes(jcamp(*table, "##XYDATA= (X++(Y..Y))", "1,5 1 2 3"))
    spectrum = read(path, "nmr")
    np.testing.assert_allclose(spectrum["chemical_shift"], [1.5, 1.0, 0.5])
    np.testing.assert_array_equal(spectrum["intensity"], [1, 2, 3])
    assert spectrum.column("chemical_shift").title == "δ(¹⁹F) (ppm)"


def test_jcamp_in_hz_without_a_reference_counts_from_zero(tmp_path: Path, read: Read):
    path = tmp_path / "hz.jdx"
    table = ("##.OBSERVE FREQUENCY= 400", "##XUNITS= HZ", "##YUNITS= A", "##FIRSTX= 800",
             "##LASTX= 400", "##NPOINTS= 2")  # fmt: skip
    path.write_bytes(jcamp(*table, "##XYDATA= (X++(Y..Y))", "800 1 2"))
    np.testing.assert_allclose(read(path, "nmr")["chemical_shift"], [2.0, 1.0])


def test_spectra_of_one_title_are_not_taken_for_parts_of_one(tmp_path: Path, read: Read):
    path = tmp_path / "linked.jdx"
    spectrum = jcamp("##XUNITS= PPM", "##YUNITS= A", "##FIRSTX= 2", "##LASTX= 1", "##NPOINTS= 2",
                     "##XYDATA= (X++(Y..Y))", "2 1 2")  # fmt: skip
    start = b"##TITLE= both\n##JCAMP-DX= 5.00\n##DATA TYPE= LINK\n##BLOCKS= 2\n"
    path.write_bytes(start + spectrum + spectrum + b"##END=\n")
    columns = [column.name for column in read(path, "nmr")]
    assert columns == ["chemical_shift", "intensity"]


def test_a_list_of_peaks_is_no_spectrum(tmp_path: Path, read: Read):
    path = tmp_path / "peaks.jdx"
    path.write_bytes(
        jcamp("##XUNITS= PPM", "##YUNITS= A", "##PEAK TABLE= (XY..XY)", "7.26, 1 2.3, 3")
    )
    with pytest.raises(NoData, match="list of peaks"):
        read(path, "nmr")


def test_pages_of_a_two_dimensional_jcamp_spectrum_make_a_map(
    tmp_path: Path, read: Read, draw: Draw
):
    path = tmp_path / "map.jdx"
    names = ("##NTUPLES= nD NMR SPECTRUM", "##VAR_NAME= F1, F2, SPECTRUM", "##SYMBOL= F1, F2, Y",
             "##VAR_DIM= 3, 2, 2", "##UNITS= PPM, PPM, A", "##FIRST= 90, 2, 1", "##LAST= 70, 1, 6",
             "##FACTOR= 1, 1, 1")  # fmt: skip
    pages = (f"##PAGE= F1={shift}\n##DATA TABLE= (F2++(Y..Y)), PROFILE\n2 {n} {n + 10}"
             for n, shift in enumerate((90, 80, 70)))  # fmt: skip
    path.write_bytes(jcamp(*names, *pages, "##END NTUPLES= nD NMR SPECTRUM"))
    spectrum = read(path, "nmr")
    np.testing.assert_array_equal(spectrum["intensity"], [[0, 1, 2], [10, 11, 12]])
    np.testing.assert_array_equal(spectrum["chemical_shift"], [2, 1])
    assert spectrum.across is not None
    np.testing.assert_array_equal(spectrum.across.values, [90, 80, 70])
    figure = draw([path], "nmr").figure
    assert figure["data"][0]["type"] == "contour"
    assert figure["layout"]["yaxis"]["autorange"] == "reversed"


def test_a_series_of_jcamp_fids_gives_both_parts_of_the_first(tmp_path: Path, read: Read):
    # As Nanalysis writes a series of delays: the pages of both parts are named by the delay.
    path = tmp_path / "series.jdx"
    names = ("##DATA TYPE= NDNMRFID", "##.OBSERVE FREQUENCY= 60", "##NTUPLES= NDNMRFID",
             "##VAR_NAME= TIME1, TIME2, FID/REAL, FID/IMAG", "##SYMBOL= T1, T2, R, I",
             "##VAR_DIM= 2, 4, 8, 8", "##UNITS= SECONDS, SECONDS, A, A", "##FIRST= 0.1, 0, 1, 1",
             "##LAST= 60, 0.3, 1, 1", "##FACTOR= 1, 1, 1, 1")  # fmt: skip
    pages = (f"##PAGE= T1={delay}\n##DATATABLE= (T2++({part}..{part})), PROFILE\n{rows}"
             for delay in (0.1, 60)
             for part, rows in (("R", "0 7 8\n0.2 9 9"), ("I", "0 4 5\n0.2 6 6")))  # fmt: skip
    path.write_bytes(jcamp(*names, *pages, "##END NTUPLES= NDNMRFID"))
    fid = read(path, "nmr")
    np.testing.assert_array_equal(fid["real"], [7, 8, 9, 9])
    np.testing.assert_array_equal(fid["imaginary"], [4, 5, 6, 6])
    np.testing.assert_allclose(fid["time"], [0, 0.1, 0.2, 0.3])


def test_a_truncated_jcamp_file_is_an_error(tmp_path: Path, read: Read):
    path = tmp_path / "half.dx"
    path.write_bytes(ASPIRIN.read_bytes()[:60_000])
    with pytest.raises(UnreadableFile, match="stops early"):
        read(path, "nmr")


@pytest.mark.parametrize(
    ("name", "count", "highest", "nucleus", "frequency", "scans"),
    [
        ("SW20AP_proton.jdf.gz", 65536, 82.3083, "1H", 500.15991520961255, 16),
        ("fluorine.jdf", 32768, 152.305, "19F", 470.3635083723063, 16),
        ("Rutin_3080ug200uL_DMSOd6_13CNMR_400MHz_Jeol.jdf", 32768, 0.380679, "13C", 100.5253033251654, 4096),
    ],
)  # fmt: skip
def test_jeol_fids_are_read_and_put_in_phase(
    shared_data: Path, read: Read, draw: Draw, points: Points, name: str, count: int,
    highest: float, nucleus: str, frequency: float, scans: int,
):  # fmt: skip
    path = shared_data / "nmr" / name
    fid = read(path, "nmr")
    assert len(fid) == count
    assert np.hypot(fid["real"], fid["imaginary"]).max() == pytest.approx(highest, rel=1e-5)
    assert fid.header["nucleus"] == nucleus
    assert fid.header["carrier_frequency_MHz"] == pytest.approx(frequency)
    assert fid.header["nscans"] == scans
    # Filters of 54 and 73 coefficients that thin by 8 and 2; the FIDs rise at point 20.
    assert fid.header["direct_axis"]["group_delay"] == pytest.approx(53 / 32 + 72 / 4)
    _, intensity = points(draw([path], "nmr").figure["data"][0])
    assert intensity.min() > -0.05 * intensity.max()


def test_solvents_in_jeol_files_are_where_they_belong(shared_data: Path, draw: Draw):
    # HDO 4.8 and (CD3)2SO 39.5 ppm (Gottlieb et al. 1997); neither spectrum was referenced.
    water = draw([shared_data / "nmr/SW20AP_proton.jdf.gz"], "nmr")
    assert water.computed["strongest_peak_ppm"] == pytest.approx(4.8, abs=0.3)
    rutin = draw([shared_data / "nmr/Rutin_3080ug200uL_DMSOd6_13CNMR_400MHz_Jeol.jdf"], "nmr")
    assert rutin.computed["strongest_peak_ppm"] == pytest.approx(39.5, abs=0.7)


def test_a_truncated_jeol_file_is_an_error(shared_data: Path, tmp_path: Path, read: Read):
    path = tmp_path / "half.jdf"
    path.write_bytes((shared_data / "nmr/fluorine.jdf").read_bytes()[:200_000])
    with pytest.raises(UnreadableFile, match="cut short"):
        read(path, "nmr")


@pytest.mark.parametrize(
    ("name", "highest", "nucleus", "frequency", "scans", "solvent"),
    [
        ("13C.fid.zip", 3579.02, "13C", 150.8341007, 4096, "cdcl3"),
        ("proton.zip", 765240, "1H", 599.8311617, 160, "cd3od"),
    ],
)
def test_varian_fids_are_read(
    shared_data: Path, read: Read, name: str, highest: float, nucleus: str, frequency: float,
    scans: int, solvent: str,
):  # fmt: skip
    fid = read(shared_data / "nmr" / name, "nmr")
    assert len(fid) == 32768
    assert np.hypot(fid["real"], fid["imaginary"]).max() == pytest.approx(highest, rel=1e-5)
    said = fid.header
    assert (said["nucleus"], said["nscans"], said["solvent"]) == (nucleus, scans, solvent)
    assert said["carrier_frequency_MHz"] == frequency


def test_methanol_is_where_it_belongs_in_a_varian_spectrum(
    shared_data: Path, draw: Draw, points: Points
):
    # CHD2OD 3.31 and HDO 4.87 ppm in CD3OD (Gottlieb et al. 1997).
    drawing = draw([shared_data / "nmr/proton.zip"], "nmr")
    assert drawing.computed["strongest_peak_ppm"] == pytest.approx(4.87, abs=0.02)
    shift, intensity = points(drawing.figure["data"][0])
    near = (shift > 3.1) & (shift < 3.5)
    assert shift[near][intensity[near].argmax()] == pytest.approx(3.31, abs=0.01)
    assert intensity.min() > -0.02 * intensity.max()


def test_a_varian_archive_without_numbers_is_no_data(tmp_path: Path, read: Read):
    path = tmp_path / "empty.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.fid/procpar", "")
    with pytest.raises(NoData, match="no Varian data"):
        read(path, "nmr")


def test_a_damaged_varian_experiment_is_an_error(tmp_path: Path, read: Read):
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.fid/procpar", "sw 1 1\n1 5000\n")
        archive.writestr("a.fid/fid", b"\0" * 20)
    with pytest.raises(UnreadableFile, match="damaged or cut short"):
        read(path, "nmr")


def test_every_real_file_is_known_and_files_of_others_are_not(
    shared_data: Path, head: Callable[[Path], FileHead]
):
    nmr = technique("nmr")
    for path in sorted((shared_data / "nmr").iterdir()):
        found = nmr.format_of(head(path))
        assert found, path.name
        expected = Match.LIKELY if path.name == "multi_nuclei.zip" else Match.CERTAIN
        assert found[1] is expected, path.name
    for folder in ("xrd", "echem", "ftir", "raman", "ms", "chrom", "tabular", "uvvis", "em"):
        for path in (shared_data / folder).iterdir():
            assert nmr.format_of(head(path)) is None, path.name


def test_several_files_are_overlaid_by_name(draw: Draw):
    figure = draw([PIPE, ASPIRIN], "nmr").figure
    assert [trace["name"] for trace in figure["data"]] == [PIPE.name, ASPIRIN.name]
    assert figure["layout"]["xaxis"]["title"]["text"] == "δ (ppm)"  # of different nuclei


@pytest.mark.parametrize(
    ("written", "nucleus"),
    [("^13C", "13C"), ("C13", "13C"), ("Carbon13", "13C"), ("Proton", "1H"), ("<7Li>", "7Li"),
     ("Fluorine19", "19F"), ("H1", "1H"), ("off", ""), ("lk", "lk")],
)  # fmt: skip
def test_nuclei_are_written_in_one_way(written: str, nucleus: str):
    assert nucleus_named(written) == nucleus
