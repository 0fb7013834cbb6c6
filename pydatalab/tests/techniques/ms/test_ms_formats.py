"""Mass spectra, chromatograms and TGA-MS as their makers write them."""

import base64
import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.io import netcdf_file

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import FileHead, Match, technique, techniques_for
from pydatalab.techniques.shared.measurement import Measurement

Read = Callable[..., Measurement]

DATA = Path(__file__).parents[2] / "data/ms"
QUADERA = DATA / "quadera/tga_ms_first_60_rows.asc"
TINY = DATA / "mzml/tiny.pwiz.1.1.mzML"
CHROMATOGRAMS = DATA / "mzml/mini.chrom.mzML"
MZXML = DATA / "mzxml/two_scans.mzXML"
MGF = DATA / "mgf/test.mgf"
ANDI = DATA / "andi/agilent-gcms-tic.cdf"
ETHANOL = DATA / "jcamp/ethanol_ms.jdx"


def test_each_mass_of_a_quadera_file_keeps_its_own_times(read: Read):
    run = read(QUADERA, "ms")
    assert len(run) == 60
    assert len(run.columns) == 7 * 3
    # The first row of the file.
    assert run["time_14"][0] == "28/11/2022 13:51:12"
    assert run["time_relative_14"][0] == 0.0
    assert run["partial_pressure_14"][0] == 1.083137e-11
    assert run["time_relative_water"][0] == 0.445
    assert run["partial_pressure_water"][0] == -1.415928e-13
    assert run["partial_pressure_nitrogen_carbonmonoxide"][0] == 3.765051e-13
    assert run.column("time_relative_14").unit == "s"
    assert run.column("partial_pressure_14").unit == "mbar"
    assert run.header["start_time"] == "28/11/2022 13:51:12"


def test_a_quadera_run_that_stops_within_a_row_is_read_to_its_end(shared_data: Path, read: Read):
    # 1366 rows by a plain reading of the text; in the last one the fourth gas is missing.
    run = read(next((shared_data / "tga-ms").glob("*.asc")), "ms")
    assert len(run) == 1366
    assert run["partial_pressure_14"].max() == pytest.approx(1.13165e-11)
    assert run["time_relative_14"][-1] == pytest.approx(5431.151)
    assert run["partial_pressure_water"][-1] == 4.948199e-14
    assert np.isnan(run["partial_pressure_argon"][-1])


def test_a_german_quadera_file_is_read(tmp_path: Path, read: Read):
    text = QUADERA.read_text("cp1252").replace(".", ",")
    text = text.replace("Time Relative", "Zeit Relativ").replace("Partial Pressure", "Partialdruck")
    text = text.replace("Time\t", "Zeit\t")
    path = tmp_path / "deutsch.asc"
    path.write_bytes(text.encode("utf-16"))
    german, english = read(path, "ms"), read(QUADERA, "ms")
    for name in ("time_relative_argon", "partial_pressure_argon"):
        np.testing.assert_array_equal(german[name], english[name])


def test_a_quadera_file_without_rows_is_no_data(tmp_path: Path, read: Read):
    path = tmp_path / "titles.asc"
    path.write_text("\n".join(QUADERA.read_text("cp1252").splitlines()[:8]))
    with pytest.raises(NoData):
        read(path, "ms")


def test_a_quadera_file_with_an_infinite_pressure_is_an_error(tmp_path: Path, read: Read):
    path = tmp_path / "infinite.asc"
    path.write_text(QUADERA.read_text("cp1252").replace("1.083137e-011", "inf"))
    with pytest.raises(UnreadableFile, match="partial_pressure_14 holds infinite numbers"):
        read(path, "ms")


def test_a_quadera_file_with_text_among_its_numbers_is_an_error(tmp_path: Path, read: Read):
    path = tmp_path / "damaged.asc"
    path.write_text(QUADERA.read_text("cp1252").replace("1.083137e-011", "fault"))
    with pytest.raises(UnreadableFile, match="fault"):
        read(path, "ms")


def test_spectra_of_an_mzml_file_stand_one_below_the_other(read: Read):
    # From the text of the file: 15 + 10 + 0 + 15 points; 445.34 m/z was broken; the first
    # scan at 5.8905 minutes, the last at 42.05 seconds.
    run = read(TINY, "ms")
    assert [column.name for column in run] == [
        "scan", "retention_time", "mz", "intensity", "ms_level", "precursor_mz",
    ]  # fmt: skip
    np.testing.assert_array_equal(np.unique_counts(run["scan"]).values, [1, 2, 4])
    np.testing.assert_array_equal(np.unique_counts(run["scan"]).counts, [15, 10, 15])
    first, last = run["scan"] == 1, run["scan"] == 4
    np.testing.assert_array_equal(run["mz"][first], np.arange(15))
    np.testing.assert_array_equal(run["intensity"][first], np.arange(15, 0, -1))
    assert run["retention_time"][first][0] == pytest.approx(5.8905 * 60)  # units differ: seconds
    assert run["retention_time"][last][0] == pytest.approx(42.05)
    np.testing.assert_array_equal(run["ms_level"][run["scan"] == 2], 2)
    np.testing.assert_allclose(run["precursor_mz"][run["scan"] == 2], 445.34)
    assert run.header["scans"] == 4
    assert run.header["instrument"].startswith("LCQ Deca")


def test_chromatograms_of_an_mzml_file_can_be_taken_instead(read: Read):
    run = read(TINY, "ms", source="chromatograms")
    np.testing.assert_array_equal(np.unique_counts(run["trace"]).counts, [15, 10])
    assert [trace["name"] for trace in run.header["traces"]] == ["tic", "sic"]
    assert run.column("retention_time").unit == "s"


def test_an_mzml_file_of_chromatograms_alone_is_read(read: Read):
    # defaultArrayLength of the three: 175, 176 and 176.
    run = read(CHROMATOGRAMS, "ms")
    np.testing.assert_array_equal(np.unique_counts(run["trace"]).counts, [175, 176, 176])
    assert run.header["traces"][1]["name"] == "4092_IEVLDYQAGDEAGIK/2_y7"


def test_a_compressed_mzml_file_of_an_orbitrap_is_read(shared_data: Path, read: Read):
    # By pymzml 2.6.1: 11 spectra of level 1, highest 1.74425e7.
    run = read(shared_data / "ms/example.mzML", "ms")
    assert run.header["scans"] == 11
    assert run["intensity"].max() == pytest.approx(1.74425e7, rel=1e-5)
    assert "ms_level" not in run
    assert run.column("retention_time").unit == "min"
    assert run.header["representation"] == "centroid"


def test_a_gzipped_mzml_file_is_read(tmp_path: Path, read: Read):
    path = tmp_path / "tiny.mzML.gz"
    path.write_bytes(gzip.compress(TINY.read_bytes()))
    assert len(read(path, "ms")) == 40


def test_an_mzml_file_that_refers_outside_is_refused(tmp_path: Path, read: Read):
    path = tmp_path / "outside.mzML"
    entity = '<!DOCTYPE mzML [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    path.write_text(re.sub(r"(<\?xml[^>]*\?>)", rf"\1{entity}", TINY.read_text()))
    with pytest.raises(UnreadableFile):
        read(path, "ms")


def test_an_mzml_array_that_grows_without_end_is_refused(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pydatalab.techniques.ms.binary_arrays.MOST", 1000)
    packed = base64.b64encode(zlib.compress(b"\0" * 100_000)).decode()
    text = TINY.read_text().replace('MS:1000576" name="no compression', 'MS:1000574" name="zlib', 1)
    text = re.sub(r"<binary>[^<]*</binary>", f"<binary>{packed}</binary>", text, count=1)
    path = tmp_path / "bomb.mzML"
    path.write_text(text)
    with pytest.raises(UnreadableFile, match="beyond belief"):
        read(path, "ms")


def test_mzxml_spectra_are_read_in_their_order(read: Read):
    # The numbers that the file was written with: see PROVENANCE.md.
    run = read(MZXML, "ms")
    np.testing.assert_array_equal(run["scan"], [1, 1, 1, 2, 2])
    np.testing.assert_array_equal(run["mz"], [100.5, 200.25, 300.75, 50.5, 75.25])
    np.testing.assert_array_equal(run["intensity"], [10, 1000, 50, 5, 25])
    np.testing.assert_array_equal(run["retention_time"], [1.5, 1.5, 1.5, 63, 63])
    np.testing.assert_array_equal(run["ms_level"], [1, 1, 1, 2, 2])
    assert run["precursor_mz"][-1] == 200.25
    assert run.header["instrument"] == "Model 1"


def test_mgf_lists_are_read(read: Read):
    # From the text of the file.
    run = read(MGF, "ms")
    np.testing.assert_array_equal(run["scan"], [1] * 6 + [2] * 6)
    assert (run["mz"].min(), run["mz"].max(), run["intensity"].max()) == (345.1, 1895.5, 1007)
    assert run["precursor_mz"][0] == 983.6
    assert run["retention_time"][-1] == 25
    assert run.header["scan_titles"] == ["Spectrum 1", "Spectrum 2"]


def test_an_andi_chromatogram_without_an_interval_has_the_times_of_its_points(read: Read):
    # By scipy and netCDF4: 1645 points from 3.381 to 1800.92 s, highest 649746 at 1315.45 s.
    run = read(ANDI, "ms")
    time, intensity = run["retention_time"], run["intensity"]
    assert len(run) == 1645
    assert time[[0, -1]] == pytest.approx([3.381, 1800.92])
    assert intensity.max() == pytest.approx(649746)
    assert time[intensity.argmax()] == pytest.approx(1315.45, abs=0.01)
    assert (run.column("retention_time").unit, run.column("intensity").unit) == ("s", "counts")


def test_an_andi_chromatogram_with_an_interval_is_read(shared_data: Path, read: Read):
    # 4651 points every 0.4 s from 0.012 s, highest 119.024 mAU at point 2944.
    run = read(shared_data / "chrom/agilent-hplc.cdf", "ms")
    assert run["retention_time"][[0, -1]] == pytest.approx([0.012, 0.012 + 4650 * 0.4])
    assert run["intensity"].max() == pytest.approx(119.024)
    assert run["intensity"].argmax() == 2944
    assert run.column("intensity").unit == "mAU"


def test_andi_mass_spectra_are_read(tmp_path: Path, read: Read):
    path = tmp_path / "gcms.cdf"
    with netcdf_file(path, "w") as file:
        file.createDimension("point_number", 5)
        file.createDimension("scan_number", 2)
        file.experiment_type = "Centroided Mass Spectrum"
        for name, kind, dimension, values in (
            ("scan_index", "i", "scan_number", [0, 2]),
            ("point_count", "i", "scan_number", [2, 3]),
            ("scan_acquisition_time", "d", "scan_number", [10.5, 11.0]),
            ("mass_values", "f", "point_number", [18, 28, 18, 28, 44]),
            ("intensity_values", "f", "point_number", [5, 100, 6, 90, 50]),
        ):
            file.createVariable(name, kind, (dimension,))[:] = values
        file.variables["intensity_values"].scale_factor = 2.0
    run = read(path, "ms")
    np.testing.assert_array_equal(run["scan"], [1, 1, 2, 2, 2])
    np.testing.assert_array_equal(run["mz"], [18, 28, 18, 28, 44])
    np.testing.assert_array_equal(run["intensity"], [10, 200, 12, 180, 100])
    np.testing.assert_array_equal(run["retention_time"], [10.5, 10.5, 11, 11, 11])


def test_a_jcamp_mass_spectrum_is_read(read: Read):
    # From the text of the file.
    spectrum = read(ETHANOL, "ms")
    assert [column.name for column in spectrum] == ["mz", "intensity"]
    assert len(spectrum) == 12
    assert spectrum["mz"][spectrum["intensity"].argmax()] == 31
    assert spectrum.header["title"] == "ethanol"


def test_pages_of_a_jcamp_run_have_their_own_unit_of_time(tmp_path: Path, read: Read):
    path = tmp_path / "run.jdx"
    path.write_text(
        "##TITLE=a\n##JCAMP-DX=5.00\n##DATA TYPE=LC/MS\n##NTUPLES=MASS SPECTRUM\n##SYMBOL=X,Y,T\n"
        "##UNITS=M/Z, RELATIVE ABUNDANCE, MINUTES\n##PAGE=T=0.5\n##DATA TABLE=(XY..XY), PEAKS\n50,1;51,2\n"
        "##PAGE=T=1.5\n##DATA TABLE=(XY..XY), PEAKS\n50,3\n##END NTUPLES=\n##END=\n"
    )
    run = read(path, "ms")
    assert run.column("retention_time").unit == "min"
    np.testing.assert_array_equal(run["retention_time"], [0.5, 0.5, 1.5])


def test_a_jcamp_mass_spectrum_against_the_time_of_its_scan_is_a_curve_in_time(
    tmp_path: Path, read: Read
):
    path = tmp_path / "raw.dx"
    path.write_text(
        "##TITLE=PFK\n##JCAMP-DX=5.00\n##DATA TYPE=CONTINUOUS MASS SPECTRUM\n##XUNITS=SECONDS\n"
        "##YUNITS=COUNTS\n##FIRSTX=14\n##LASTX=12\n##NPOINTS=3\n##XYDATA=(X++(Y..Y))\n14 5 7 6\n##END=\n"
    )
    run = read(path, "ms")
    assert run.column("retention_time").unit == "s"
    np.testing.assert_array_equal(run["retention_time"], [14, 13, 12])


def test_a_jcamp_chromatogram_is_read(shared_data: Path, read: Read):
    run = read(shared_data / "chrom/chromatogram.jdx", "ms")
    assert len(run) == 101
    assert run["retention_time"][run["intensity"].argmax()] == 5
    assert (run.column("retention_time").unit, run.column("intensity").unit) == ("min", "mAU")


def test_text_columns_are_a_spectrum_or_currents_in_time(tmp_path: Path, read: Read):
    spectrum = tmp_path / "spectrum.txt"
    spectrum.write_text("m/z\tIntensity\n18\t100\n28\t35.5\n44\t2\n")
    np.testing.assert_array_equal(read(spectrum, "ms")["mz"], [18, 28, 44])
    currents = tmp_path / "currents.txt"
    currents.write_text("Time (s);m/z 18 (A);m/z 44 (A)\n0,0;1,5e-10;2e-12\n0,5;1,6e-10;3e-12\n")
    run = read(currents, "ms")
    np.testing.assert_array_equal(run["retention_time"], [0, 0.5])
    np.testing.assert_array_equal(run["m_z_44"], [2e-12, 3e-12])
    assert run.column("m_z_18").unit == "A"


@pytest.mark.parametrize(
    "text",
    [
        "Intensity (%),m/z\n100,18\n35.5,28\n2,44\n",
        "No.,m/z,Intensity (%)\n1,18,100\n2,28,35.5\n3,44,2\n",
        ",mz,intensity (%)\n0,18,100\n1,28,35.5\n2,44,2\n",
    ],
)
def test_masses_and_intensities_are_known_by_their_titles(tmp_path: Path, read: Read, text: str):
    file = tmp_path / "a.csv"
    file.write_text(text)
    spectrum = read(file, "ms")
    np.testing.assert_array_equal(spectrum["mz"], [18, 28, 44])
    np.testing.assert_array_equal(spectrum["intensity"], [100, 35.5, 2])
    assert spectrum.column("intensity").unit == "%"
    assert techniques_for(FileHead("a.csv", text.encode()))[0] == "ms"


@pytest.mark.parametrize("path", [TINY, MZXML, MGF, ANDI], ids=lambda path: path.suffix)
def test_a_truncated_file_is_an_error(tmp_path: Path, read: Read, path: Path):
    raw = path.read_bytes()
    half = tmp_path / path.name
    half.write_bytes(raw[: len(raw) * 3 // 5])
    with pytest.raises(UnreadableFile, match="cut short"):
        read(half, "ms")


def test_every_real_file_is_known_and_files_of_others_are_not(
    shared_data: Path, head: Callable[[Path], FileHead]
):
    ms = technique("ms")
    for path in [*(shared_data / "ms").iterdir(), *(shared_data / "tga-ms").iterdir()]:
        found = ms.format_of(head(path))
        assert found, path.name
        assert found[1] is Match.CERTAIN, path.name
    for folder in ("xrd", "echem", "ftir", "raman", "nmr", "tabular", "uvvis", "em", "thermal"):
        for path in (shared_data / folder).iterdir():
            found = ms.format_of(head(path))
            assert found is None or found[1] is Match.POSSIBLE, path.name
