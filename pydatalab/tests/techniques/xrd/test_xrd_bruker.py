"""Bruker and Siemens files. Numbers: sibling exports, other readers, and the text in the files."""

import struct
import zipfile

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile

COUNTS = struct.pack("<3f", 5, 6, 7)


def test_a_raw4_file_is_read(read, real):
    pattern = read(real("TiO2.raw"), "xrd")
    two_theta, intensity = pattern["two_theta"], pattern["intensity"]
    assert len(pattern) == 1647
    assert two_theta[[0, -1]] == pytest.approx([10, 70.0411], abs=1e-4)
    assert (intensity[0], intensity.min(), intensity.max()) == (557, 131, 11493)
    assert two_theta[intensity.argmax()] == pytest.approx(27.4725, abs=1e-4)
    assert pattern.header["sample_name"] == "TiO2"
    assert pattern.header["wavelength"] == pytest.approx(1.5406)
    assert (pattern.header["anode"], pattern.header["start_time"]) == ("Cu", "07/11/2018 15:55:31")


def test_rutile_stands_where_it_should_in_the_raw4_file(draw, real):
    # Rutile (110), a = 4.5937 Å: d = a / √2 = 3.2482 Å, 27.437° at 1.5406 Å; sample height shifts it.
    peaks = draw([real("TiO2.raw")], "xrd").computed["peak_data"]["0"]
    strongest = peaks["positions"][int(np.argmax(peaks["intensities"]))]
    assert strongest == pytest.approx(27.437, abs=0.06)


def raw4_with_longer_points(raw: bytes) -> bytes:
    """The same scan, twice, each point with four more bytes that mean nothing."""
    start = raw.index(b"Locked Coupled") - 32
    size, extra = struct.unpack_from("<II", raw, start + 136)
    header = bytearray(raw[start : start + 160 + extra])
    struct.pack_into("<I", header, 136, 8)
    counts = raw[start + 160 + extra :]
    points = b"".join(counts[n : n + size] + b"\1\0\0\0" for n in range(0, len(counts), size))
    return raw[:start] + 2 * (bytes(header) + points)


def test_raw4_points_may_be_longer_and_scans_several(read, real, saved):
    raw = real("TiO2.raw").read_bytes()
    pattern = read(saved("long.raw", raw4_with_longer_points(raw)), "xrd")
    assert pattern["intensity"].shape == (1647, 2)
    once = read(real("TiO2.raw"), "xrd")["intensity"]
    np.testing.assert_array_equal(pattern["intensity"], np.stack([once, once], axis=1))


def test_a_raw1_file_agrees_with_bruker_s_own_text_of_it(read, shared_data):
    binary = read(shared_data / "xrd" / "BT86.raw", "xrd")
    text = read(shared_data / "xrd" / "BT86_.UXD", "xrd")
    assert len(binary) == len(text) == 2374
    np.testing.assert_array_equal(binary["intensity"], text["intensity"])
    np.testing.assert_allclose(binary["two_theta"], text["two_theta"], atol=0.006)
    assert (text["intensity"].min(), text["intensity"].max()) == (145, 5774)
    for key in (
        "sample_name",
        "anode",
        "wavelength",
        "wavelength_k_alpha2",
        "counting_time",
        "voltage",
    ):
        assert binary.header[key] == pytest.approx(text.header[key])


def test_the_second_kind_of_raw_is_read(read, saved):
    head = bytearray(256)
    struct.pack_into("<4sH2x32s", head, 0, b"RAW2", 1, b"cobalt blue")
    struct.pack_into("<2sfff", head, 188, b"Co", 1.78897, 1.79285, 0.5)
    scan = struct.pack("<HH4xfff", 48, 3, 2.0, 0.02, 10.0).ljust(48, b"\0") + COUNTS
    pattern = read(saved("second.raw", bytes(head) + scan), "xrd")
    assert pattern["two_theta"].tolist() == [10, 10.02, 10.04]
    assert pattern["intensity"].tolist() == [5, 6, 7]
    assert (pattern.header["anode"], pattern.header["wavelength"]) == ("Co", 1.78897)
    assert (pattern.header["sample_name"], pattern.header["counting_time"]) == ("cobalt blue", 2.0)


@pytest.mark.parametrize("mark", [b"RAW ", b""])
def test_the_first_kind_of_raw_is_read_with_all_its_scans(read, saved, mark):
    def scan(start: float, *, follows: int) -> bytes:
        text = struct.pack("<Iff8xf12x32sff", 3, 1.5, 0.05, start, b"quartz", 1.5406, 1.5444)
        return text.ljust(148, b"\0") + struct.pack("<I", follows) + COUNTS

    raw = b"RAW " + scan(20, follows=1) + mark + scan(60, follows=0)
    pattern = read(saved("first.raw", raw), "xrd")
    assert pattern["two_theta"] == pytest.approx([20, 20.05, 20.1, 60, 60.05, 60.1])
    assert pattern["intensity"].tolist() == [5, 6, 7] * 2
    assert (pattern.header["sample_name"], pattern.header["wavelength"]) == ("quartz", 1.5406)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_a_truncated_raw_file_is_an_error(read, real, saved, share):
    raw = real("TiO2.raw").read_bytes()
    with pytest.raises(UnreadableFile, match="cut short"):
        read(saved("cut.raw", raw[: int(len(raw) * share)]), "xrd")


UXD = """; made up
_FILEVERSION=2
_SAMPLE='quartz'
_ANODE='Cu'
_WL1=1.540600
_DRIVE='COUPLED'
_STEPTIME=1.5
_STEPSIZE=0.02
_START=10.0
_COUNTS
1 2 3
4
; (Data for Range number 2)
_DRIVE='COUPLED'
_START=50.0
_2THETACPS
50.00\t7.5
50.02\t8.5
"""


def test_uxd_scans_with_and_without_angles_are_read(read, saved):
    pattern = read(saved("two.uxd", UXD), "xrd")
    assert pattern["scan"].tolist() == [1, 1, 1, 1, 2, 2]
    assert pattern["two_theta"] == pytest.approx([10, 10.02, 10.04, 10.06, 50, 50.02])
    assert pattern["intensity"].tolist() == [1, 2, 3, 4, 7.5, 8.5]
    assert (pattern.header["sample_name"], pattern.header["counting_time"]) == ("quartz", 1.5)


def test_a_damaged_row_of_a_uxd_file_is_an_error(read, saved):
    with pytest.raises(UnreadableFile, match="number"):
        read(saved("bad.uxd", UXD.replace("50.02\t8.5", "50.02\t8,x")), "xrd")


def test_a_uxd_file_without_intensities_is_no_data(read, saved):
    with pytest.raises(NoData):
        read(saved("none.uxd", UXD[: UXD.index("_COUNTS")]), "xrd")


RAW_DATA = """<?xml version="1.0"?><RawData xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<TimeStampStarted>2025-02-26T10:47:52+00:00</TimeStampStarted><DataRoutes>
<DataRoute RouteFlag="Measured"><ScanInformation VisibleName="{name}"><ScanAxes>
<ScanAxisInfo AxisName="TwoTheta"><Reference>0</Reference><Start>20</Start><Stop>22</Stop></ScanAxisInfo>
</ScanAxes></ScanInformation>{data}<DataViews>
<RawDataView Start="0" Length="1" LogicName="MeasuredTime"/>{views}
<RawDataView Start="{counter}" Length="{length}"><Recording LogicName="ScanCounter"/></RawDataView>
</DataViews></DataRoute></DataRoutes><FixedInformation><Drives><InfoData LogicName="Theta">
<Position Unit="°" Value="{theta}"/></InfoData></Drives></FixedInformation></RawData>"""


def brml(path, *members: str):
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in enumerate(members):
            archive.writestr(f"Experiment0/RawData{place}.xml", text)
    return path


def test_a_brml_file_is_read(read, shared_data):
    pattern = read(shared_data / "xrd" / "TiOF.brml", "xrd")
    two_theta, intensity = pattern["two_theta"], pattern["intensity"]
    assert len(pattern) == 2469
    assert two_theta[[0, -1]] == pytest.approx([9.99884, 60.0128], abs=1e-4)
    assert list(intensity[:3]) == [4471, 4545, 4595]
    assert (intensity.min(), intensity.max()) == (645, 8170)
    assert two_theta[intensity.argmax()] == pytest.approx(27.0417, abs=1e-4)
    assert pattern.header["sample_name"] == "TiOF 18F.2"
    assert (pattern.header["anode"], pattern.header["wavelength"]) == ("Cu", 1.5406)
    assert pattern.header["counting_time"] == 0.65


def test_the_numbers_of_a_brml_point_are_told_apart_by_its_views(read, tmp_path):
    views = (
        '<RawDataView Start="1" Length="2"><Varying><FieldDefinitions FieldName="TwoTheta"/>'
        '<FieldDefinitions FieldName="Theta"/></Varying></RawDataView>'
    )
    data = "<Datum>0.5,20,10,7</Datum><Datum>0.5,21,10.5,8</Datum>"
    text = RAW_DATA.format(name="x", data=data, views=views, counter=3, length=1, theta=0)
    pattern = read(brml(tmp_path / "a.brml", text), "xrd")
    assert pattern["two_theta"].tolist() == [20, 21]
    assert pattern["theta"].tolist() == [10, 10.5]
    assert pattern["intensity"].tolist() == [7, 8]


ROCKED = (
    '<RawDataView Start="1" Length="2"><Varying><FieldDefinitions FieldName="TwoTheta"/>'
    '<FieldDefinitions FieldName="Theta"/></Varying></RawDataView>'
)


def test_a_brml_scan_runs_along_the_axis_that_moved(read, tmp_path):
    data = "<Datum>0.5,30,14,7</Datum><Datum>0.5,30.0002,15,9</Datum><Datum>0.5,30,16,8</Datum>"
    text = RAW_DATA.format(name="x", data=data, views=ROCKED, counter=3, length=1, theta=0)
    pattern = read(brml(tmp_path / "rocked.brml", text), "xrd")
    assert pattern.axis == "theta"
    assert pattern["theta"].tolist() == [14, 15, 16]
    assert pattern["two_theta"].tolist() == [30, 30.0002, 30]


def test_a_brml_scan_in_which_nothing_moved_is_numbered(read, tmp_path):
    data = "<Datum>0.5,30,15,7</Datum><Datum>0.5,30,15,9</Datum>"
    text = RAW_DATA.format(name="x", data=data, views=ROCKED, counter=3, length=1, theta=0)
    pattern = read(brml(tmp_path / "waited.brml", text), "xrd")
    assert pattern.axis == "point"
    assert pattern["intensity"].tolist() == [7, 9]


def test_a_brml_map_of_a_detector_at_rest_stands_side_by_side(read, tmp_path):
    texts = [
        RAW_DATA.format(
            name="PSD fixed",
            data=f"<Datum>1,{n},5,6</Datum>",
            views="",
            counter=1,
            length=3,
            theta=t,
        )
        for n, t in ((4, 10.0), (9, 10.5))
    ]
    pattern = read(brml(tmp_path / "map.brml", *texts), "xrd")
    assert pattern["two_theta"].tolist() == [20, 21, 22]
    assert pattern["intensity"].tolist() == [[4, 9], [5, 5], [6, 6]]
    assert pattern.across is not None
    assert (pattern.across.name, pattern.across.values.tolist()) == ("theta", [10.0, 10.5])


def test_a_brml_file_without_measured_data_is_no_data(read, tmp_path):
    path = tmp_path / "method.brml"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Experiment0/DataContainer.xml", "<DataContainer/>")
    with pytest.raises(NoData):
        read(path, "xrd")
