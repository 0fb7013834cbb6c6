"""Rigaku files. Numbers of the real ones: another reader's, and the text in the files."""

import bz2
import zipfile

import pytest

from pydatalab.errors import NoData, UnreadableFile

HEADER = """*RAS_HEADER_START
*FILE_SAMPLE "LaB6"
*HW_XG_TARGET_NAME "Cu"
*HW_XG_WAVE_LENGTH_ALPHA1 "1.540593"
*MEAS_COND_AXIS_NAME_INTERNAL-0 "Chi"
*MEAS_COND_AXIS_POSITION-0 "{chi}"
*MEAS_SCAN_AXIS_X_INTERNAL "{axis}"
*MEAS_SCAN_SPEED "2.0"
*MEAS_SCAN_SPEED_UNIT "deg/min"
*MEAS_SCAN_STEP "0.5"
*MEAS_SCAN_UNIT_X "deg"
*MEAS_SCAN_UNIT_Y "{unit}"
*RAS_HEADER_END
*RAS_INT_START
{rows}
*RAS_INT_END
"""


def ras(*rows: str, axis: str = "TwoThetaTheta", unit: str = "counts") -> str:
    scans = "".join(
        HEADER.format(axis=axis, unit=unit, rows=part, chi=place) for place, part in enumerate(rows)
    )
    return f"*RAS_DATA_START\n{scans}*RAS_DATA_END\n"


def test_a_ras_file_of_two_scans_is_read_below_each_other(read, shared_data):
    pattern = read(shared_data / "xrd" / "inas_layer_radial_002_004.ras.bz2", "xrd")
    scan, two_theta, intensity = (pattern[name] for name in ("scan", "two_theta", "intensity"))
    assert [(scan == n).sum() for n in (1, 2)] == [1501, 2501]
    assert two_theta[scan == 1][[0, -1]] == pytest.approx([26.5, 32.5])
    assert two_theta[scan == 2][[0, -1]] == pytest.approx([56.0, 66.0])
    assert intensity[scan == 1].min() == pytest.approx(16.9973)
    assert intensity[scan == 1].max() == pytest.approx(2.55407e8, rel=1e-5)
    assert two_theta[scan == 1][intensity[scan == 1].argmax()] == pytest.approx(29.448)
    assert pattern.header["counting_time"] == pytest.approx(0.004 / 0.040111 * 60, rel=1e-5)


def test_a_ras_file_keeps_what_the_absorber_did(read, saved):
    pattern = read(saved("a.ras", ras("20.0 100 1.0\n20.5 50 8.0\n21.0 10 1.0")), "xrd")
    assert pattern["two_theta"].tolist() == [20, 20.5, 21]
    assert pattern["counts"].tolist() == [100, 50, 10]
    assert pattern["intensity"].tolist() == [100, 400, 10]
    assert pattern.header["sample_name"] == "LaB6"
    assert pattern.header["counting_time"] == 15
    assert pattern.header["wavelength"] == 1.540593


def test_scans_at_several_tilts_stand_side_by_side(read, saved):
    pattern = read(saved("tilts.ras", ras("20 1 1\n21 2 1", "20 3 1\n21 4 1", unit="cps")), "xrd")
    assert pattern.across is not None
    assert (pattern.across.name, pattern.across.values.tolist()) == ("chi", [0, 1])
    assert pattern["intensity"].tolist() == [[1, 3], [2, 4]]
    assert pattern.column("intensity").unit == "cps"


def test_a_ras_file_that_stops_early_gives_its_complete_rows(read, saved):
    text = ras("20.0 100 1\n20.5 50 1\n21.0 10 1")
    pattern = read(saved("cut.ras", text[: text.index("21.0 10") + 5]), "xrd")
    assert pattern["intensity"].tolist() == [100, 50]


def test_japanese_text_and_both_line_ends_are_understood(read, saved):
    text = ras("20 1 1\n21 2 1").replace("LaB6", "六ホウ化ランタン").replace("\n", "\r\n")
    pattern = read(saved("ja.ras", text.encode("cp932")), "xrd")
    assert pattern.header["sample_name"] == "六ホウ化ランタン"


def test_the_scanned_axis_is_known_by_the_name_that_people_see(read, saved):
    text = ras("20 1 1\n21 2 1").replace("_AXIS_X_INTERNAL", "_AXIS_X")
    text = text.replace("TwoThetaTheta", "Theta/2-Theta")
    pattern = read(saved("seen.ras", text), "xrd")
    assert pattern["two_theta"].tolist() == [20, 21]
    assert "d_spacing" in pattern


def test_a_ras_file_without_header_is_read(read, saved):
    text = "*RAS_DATA_START\n*RAS_INT_START\n20 1\n21 2\n*RAS_INT_END\n*RAS_DATA_END\n"
    pattern = read(saved("bare.ras", text), "xrd")
    assert pattern["two_theta"].tolist() == [20, 21]
    assert pattern["intensity"].tolist() == [1, 2]


def test_a_ras_file_without_a_scan_is_no_data(read, saved):
    with pytest.raises(NoData):
        read(saved("none.ras", "*RAS_DATA_START\n*RAS_DATA_END\n"), "xrd")


def test_a_rasx_file_is_read(read, real):
    pattern = read(real("JO_KL_16_ZF_3_60deg_0.02step_12degpermin_001.rasx"), "xrd")
    two_theta, intensity = pattern["two_theta"], pattern["intensity"]
    assert len(pattern) == 2851
    assert two_theta[[0, -1]] == pytest.approx([3, 60])
    assert list(intensity[:5]) == [2589, 2684, 2505, 2435, 2448]
    assert (intensity.min(), intensity.max()) == (53, 34423)
    assert two_theta[intensity.argmax()] == pytest.approx(7.38)
    assert pattern.header["sample_name"] == "JO_KL_16_ZF"
    assert pattern.header["start_time"] == "2025-03-07T13:28:15Z"
    assert pattern.header["counting_time"] == pytest.approx(0.1)


def test_a_second_rasx_file_is_read(read, shared_data):
    pattern = read(shared_data / "xrd" / "TwoTheta_scan_powder.rasx", "xrd")
    assert len(pattern) == 2726
    assert pattern["intensity"].max() == pytest.approx(1698.51, abs=0.01)
    assert pattern.header["wavelength"] == pytest.approx(1.54059, abs=1e-5)


def test_the_profiles_of_a_rasx_map_are_sorted_by_number(read, tmp_path):
    path = tmp_path / "map.rasx"
    with zipfile.ZipFile(path, "w") as archive:
        for n in (0, 10, 2):
            archive.writestr(f"Data{n}/Profile0.txt", f"\ufeff20.0\t{n}\t1\r\n20.1\t{n}\t1\r\n")
    pattern = read(path, "xrd")
    assert pattern["intensity"].tolist() == [[0, 2, 10], [0, 2, 10]]


def test_a_rasx_file_of_frames_alone_is_no_data(read, tmp_path):
    path = tmp_path / "frames.rasx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Data0/Image0.bin", b"\0" * 100)
    with pytest.raises(NoData, match="no profile"):
        read(path, "xrd")


def test_a_truncated_rasx_file_is_an_error(read, real, saved):
    raw = real("JO_KL_16_ZF_3_60deg_0.02step_12degpermin_001.rasx").read_bytes()
    with pytest.raises(UnreadableFile, match="cut short"):
        read(saved("cut.rasx", raw[: len(raw) // 2]), "xrd")


def test_a_compressed_file_is_read_like_a_plain_one(read, saved):
    file = saved("a.ras.bz2", bz2.compress(ras("20 1 1\n21 2 1").encode()))
    assert read(file, "xrd")["intensity"].tolist() == [1, 2]
