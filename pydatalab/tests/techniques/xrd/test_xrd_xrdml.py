"""PANalytical files. Numbers: the files themselves, and what two other readers found in them."""

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile


def test_counts_and_angles_are_those_of_the_file(read, real):
    pattern = read(real("CG20396_jdb12-1.xrdml"), "xrd")
    assert len(pattern) == 7181
    assert pattern.axis == "two_theta"
    two_theta, intensity = pattern["two_theta"], pattern["intensity"]
    assert two_theta[[0, -1]] == pytest.approx([5.00835563, 124.99526689])
    assert list(intensity[:4]) == [1678, 1648, 1730, 1826]
    assert (intensity.min(), intensity.max()) == (67, 13036)
    assert two_theta[intensity.argmax()] == pytest.approx(41.6729, abs=1e-4)
    assert pattern.column("intensity").unit == "counts"
    np.testing.assert_allclose(pattern["omega"], two_theta / 2, atol=1e-6)


def test_the_header_says_how_it_was_measured(read, real):
    header = read(real("CG20396_jdb12-1.xrdml"), "xrd").header
    assert header["wavelength"] == 1.540598
    assert header["wavelength_k_alpha2"] == 1.544426
    assert header["wavelength_k_alpha_mean"] == pytest.approx(
        (2 * 1.540598 + 1.544426) / 3, abs=1e-6
    )
    assert (header["anode"], header["scan_axis"]) == ("Cu", "two_theta")
    assert header["start_time"] == "2020-10-08T14:14:22+01:00"
    assert header["counting_time"] == 62.23
    assert header["step"] == pytest.approx(0.016711, abs=1e-6)
    assert header["positions"] == {"phi": 131.1}


def test_counts_behind_an_absorber_are_kept_and_corrected(read, real):
    pattern = read(real("m54313_om2th_10.xrdml"), "xrd")
    assert len(pattern) == 1800
    assert pattern["two_theta"][[0, -1]] == pytest.approx([26.025, 79.995])
    assert pattern["intensity"].max() == 352876
    assert pattern["two_theta"][pattern["intensity"].argmax()] == pytest.approx(66.105)
    np.testing.assert_allclose(pattern["intensity"], pattern["counts"] * pattern["attenuation"])
    assert pattern["attenuation"].max() == 188
    assert pattern.column("intensity").computed
    assert not pattern.column("counts").computed


@pytest.mark.parametrize(
    ("name", "points", "lowest", "highest"),
    [
        ("HL1-2_5-90_60min.xrdml", 6474, 863, 10841),
        ("Scan_C1.xrdml", 7181, 110, 24224),
        ("Scan_C2.xrdml", 7181, 111, 24034),
        ("empyrean.xrdml", 196, 1, 22),
    ],
)
def test_other_instruments_are_read(read, shared_data, name, points, lowest, highest):
    pattern = read(shared_data / "xrd" / name, "xrd")
    intensity = pattern["intensity"]
    assert (len(pattern), intensity.min(), intensity.max()) == (points, lowest, highest)


def test_scans_on_one_axis_stand_side_by_side_named_by_what_was_moved(
    read, saved, xrdml, positions
):
    scans = [
        ([positions("2Theta", 20, 22), positions("Omega", omega)], [1, 2 + place, 3])
        for place, omega in enumerate((10.0, 10.5))
    ]
    pattern = read(saved("rsm.xrdml", xrdml(scans)), "xrd")
    assert pattern["intensity"].tolist() == [[1, 1], [2, 3], [3, 3]]
    assert pattern["two_theta"].tolist() == [20, 21, 22]
    assert pattern.across is not None
    assert (pattern.across.name, pattern.across.values.tolist()) == ("omega", [10.0, 10.5])


def test_repeated_scans_are_numbered(read, saved, xrdml, positions):
    scans = [([positions("2Theta", 20, 22), positions("Omega", 10, 11)], [1, 2, n]) for n in (3, 4)]
    pattern = read(saved("twice.xrdml", xrdml(scans)), "xrd")
    assert pattern.across is not None
    assert (pattern.across.name, pattern.across.values.tolist()) == ("scan", [1, 2])
    assert pattern["intensity"][-1].tolist() == [3, 4]
    assert pattern["omega"].tolist() == [10, 10.5, 11]


def test_scans_on_different_axes_stand_below_each_other(read, saved, xrdml, positions):
    scans = [
        ([positions("2Theta", 20, 21), positions("Omega", 10.0)], [1, 2]),
        ([positions("2Theta", 30, 32), positions("Omega", 15.0)], [3, 4, 5]),
    ]
    pattern = read(saved("pieces.xrdml", xrdml(scans)), "xrd")
    assert pattern.across is None
    assert pattern["scan"].tolist() == [1, 1, 2, 2, 2]
    assert pattern["two_theta"].tolist() == [20, 21, 30, 31, 32]
    assert pattern["omega"].tolist() == [10, 10, 15, 15, 15]
    assert pattern["intensity"].tolist() == [1, 2, 3, 4, 5]


def test_a_rocking_curve_runs_along_omega(read, draw, saved, xrdml, positions):
    scan = [positions("Omega", 10, 12), positions("2Theta", 20.0)]
    file = saved("rocking.xrdml", xrdml([(scan, [1, 9, 1])], "Omega"))
    pattern = read(file, "xrd")
    assert pattern.axis == "omega"
    assert pattern["omega"].tolist() == [10, 11, 12]
    assert draw([file], "xrd").figure["layout"]["xaxis"]["title"]["text"] == "ω (°)"


def test_an_axis_that_starts_where_it_ends_stood_still(read, saved, xrdml, positions):
    scan = [positions("2Theta", 20.0, 20.0), positions("Omega", 10, 12)]
    pattern = read(saved("rocking.xrdml", xrdml([(scan, [1, 9, 1])], "Omega")), "xrd")
    assert pattern.axis == "omega"
    assert pattern.header["positions"] == {"two_theta": 20.0}
    waited = [positions("2Theta", 20.0, 20.0), positions("Omega", 10, 10)]
    pattern = read(saved("waited.xrdml", xrdml([(waited, [1, 9, 1])], "Still")), "xrd")
    assert pattern["point"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_file_is_an_error(read, real, saved, share):
    raw = real("CG20396_jdb12-1.xrdml").read_bytes()
    with pytest.raises(UnreadableFile, match="cut short"):
        read(saved("cut.xrdml", raw[: int(len(raw) * share)]), "xrd")


def test_an_xml_that_refers_outside_is_left_alone(read, saved, xrdml, positions):
    text = xrdml([([positions("2Theta", 20, 21)], [1, 2])]).replace(
        "?>", '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1
    )
    with pytest.raises(UnreadableFile, match="left alone"):
        read(saved("hostile.xrdml", text), "xrd")


def test_a_list_of_wrong_length_is_an_error(read, saved, xrdml):
    listed = '<positions axis="2Theta" unit="deg"><listPositions>20 21</listPositions></positions>'
    with pytest.raises(UnreadableFile, match="3 intensities"):
        read(saved("short.xrdml", xrdml([([listed], [1, 2, 3])])), "xrd")


def test_a_file_without_points_is_no_data(read, saved, xrdml, positions):
    with pytest.raises(NoData):
        read(saved("none.xrdml", xrdml([([positions("2Theta", 20, 21)], [])])), "xrd")


@pytest.mark.parametrize(
    ("said", "written"), [("UTF-8", "utf-16"), ("utf-16", "utf-8"), ("UTF-16", "utf-16")]
)
def test_bytes_go_before_the_encoding_that_the_first_line_speaks_of(
    read, saved, real, said: str, written: str
):
    original = real("CG20396_jdb12-1.xrdml")
    text = original.read_text("utf-8").replace('encoding="UTF-8"', f'encoding="{said}"', 1)
    assert f'encoding="{said}"' in text
    pattern = read(saved("saved anew.xrdml", text.encode(written)), "xrd")
    np.testing.assert_array_equal(pattern["intensity"], read(original, "xrd")["intensity"])
