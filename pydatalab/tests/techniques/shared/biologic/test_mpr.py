"""EC-Lab's binary files, against EC-Lab's own exports of the same runs."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.biologic.mpr import read_mpr
from pydatalab.techniques.shared.biologic.mpt import read_mpt
from pydatalab.techniques.shared.biologic.recognise import mpr_holds_frequencies, mpr_technique
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

DATA = Path(__file__).parents[3] / "data" / "biologic"
PAIRS = ("ca", "cp", "cv", "lsv", "ocv")


def mpr(path: Path) -> Measurement:
    return read_mpr(SourceFile(path)).checked()


def built(
    folder: Path,
    ids: Sequence[int],
    records: bytes,
    count: int,
    version: int = 3,
    loop: bytes = b"",
) -> Path:
    """An ``.mpr`` with these columns, laid out as the description of that version says."""
    ids_as, room = {0: ("B", 100), 3: ("H", 406), 11: ("H", 1007)}[version]
    start = struct.pack("<IH" if version == 11 else "<IB", count, len(ids))
    body = (start + struct.pack(f"<{len(ids)}{ids_as}", *ids)).ljust(room, b"\0") + records
    raw = b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4)
    for name, content in (("data", body), ("loop", loop)):
        raw += f"MODULEVMP {name:6}{'VMP ' + name:25}".encode()
        length = (
            struct.pack("<IQI", 0xFFFFFFFF, len(content), version)
            if version == 11
            else struct.pack("<II", len(content), version)
        )
        raw += length + b"01/02/23" + content
    path = folder / "built.mpr"
    path.write_bytes(raw)
    return path


def assert_agree(binary: Measurement, export: Measurement) -> None:
    """Each stored column stands in the export too, in the same words and with the same numbers."""
    for column in binary:
        told = export.column(column.name)
        assert (told.unit, told.label) == (column.unit, column.label)
        rows = told.values != 0 if column.name == "ewe_mean" else slice(None)
        # EC-Lab exports 0 for some <Ewe> that it has stored; every other number agrees.
        np.testing.assert_allclose(column.values[rows], told.values[rows], rtol=1e-6)


def test_the_binary_file_gives_the_numbers_and_names_of_its_export():
    assert_agree(mpr(DATA / "cp.mpr"), read_mpt(SourceFile(DATA / "cp.mpt")))


@pytest.mark.parametrize("run", PAIRS)
def test_every_shared_run_agrees_with_its_export(shared_data: Path, run: str):
    echem = shared_data / "echem"
    assert_agree(mpr(echem / f"{run}.mpr"), read_mpt(SourceFile(echem / f"{run}.mpt")))


def test_flags_are_unpacked_from_their_byte_as_the_export_shows_them():
    binary, export = mpr(DATA / "cp.mpr"), read_mpt(SourceFile(DATA / "cp.mpt"))
    for flag in ("mode", "ox_red", "error", "control_changes", "ns_changes", "counter_inc"):
        np.testing.assert_array_equal(binary[flag], export[flag])
    assert set(binary["mode"].tolist()) == {1}


@pytest.mark.parametrize(
    ("name", "rows", "last_time", "column", "low", "high"),
    [  # as read by other programs, see MANIFEST.tsv
        (
            "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr",
            46102,
            456310,
            "ewe",
            1.9999,
            3.80006,
        ),
        ("jdb11-1_e1_s3_squidTest_data_C15.mpr", 32917, 323834, "ewe", 1.99983, 3.80011),
        ("ca.mpr", 721, 152074, "ewe", 0.146432, 0.298822),
        ("cp.mpr", 121, 447.365, "ewe_mean", -3.59443, -3.24632),
        ("cv.mpr", 5103, 149651, "ewe", 1.4992, 5.4991),
        ("lsv.mpr", 1186, 197.207, "ewe", -4.00081, -0.0616875),
        ("ocv.mpr", 602, 36000, "ewe", 0.255945, 0.466683),
        ("zir.mpr", 1, 43203, "ewe_mean", 2.25997, 2.25997),
        ("00_test_01_OCV_C01.mpr", 2, 5.5932, "ewe", -0.373809, -0.373282),
        ("00_test_02_MB_C01.mpr", 11, 16.1658, "ewe", -1.65019, -1.65013),
    ],
)
def test_every_shared_file_gives_the_numbers_that_other_programs_read(
    shared_data: Path, name: str, rows: int, last_time: float, column: str, low: float, high: float
):
    measurement = mpr(shared_data / "echem" / name)
    assert len(measurement) == rows
    assert measurement["time"][-1] == pytest.approx(last_time, rel=1e-5)
    assert measurement[column].min() == pytest.approx(low, rel=1e-5)
    assert measurement[column].max() == pytest.approx(high, rel=1e-5)


def test_a_file_since_version_11_50_has_long_lengths_and_numbers():
    measurement = mpr(DATA / "00_test_02_MB_C01.mpr")
    assert len(measurement) == 11
    assert measurement.header["technique"] == "MB"
    assert measurement["half_cycle"].max() == 0
    assert [c.unit for c in measurement if c.name in ("time", "current", "dq")] == [
        "s",
        "mA",
        "mA.h",
    ]


def test_the_header_says_what_the_export_says():
    binary = mpr(DATA / "cp.mpr").header
    export = read_mpt(SourceFile(DATA / "cp.mpt")).header
    for key in ("technique", "started", "serial_number", "software"):
        assert binary[key] == export[key]
    assert export["reference_electrode"].startswith(binary["reference_electrode"])
    assert binary["channel"] == 1  # "Run on channel : 1"
    assert "electrode_area" not in binary  # 0.001 cm² is what stands there when none was entered


def test_area_and_comment_are_read_where_they_were_entered(shared_data: Path):
    binary = mpr(shared_data / "echem" / "ocv.mpr").header
    export = read_mpt(SourceFile(shared_data / "echem" / "ocv.mpt")).header
    for key in ("electrode_area", "comment", "electrode_material", "electrolyte", "started"):
        assert binary[key] == export[key]
    assert binary["electrode_area"] == 1.13


def test_a_run_without_points_says_so():
    with pytest.raises(NoData, match="WAIT"):
        mpr(DATA / "wait.mpr")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(tmp_path: Path, part: float):
    whole = (DATA / "00_test_02_MB_C01.mpr").read_bytes()
    data_ends = whole.index(b"MODULEVMP LOG")
    path = tmp_path / "cut.mpr"
    path.write_bytes(whole[: int(data_ends * part)])
    with pytest.raises(UnreadableFile, match="stops before the end"):
        mpr(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path):
    path = tmp_path / "picture.mpr"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    with pytest.raises(UnreadableFile, match="does not start"):
        mpr(path)


def test_ids_of_one_byte_are_read_in_files_of_version_0(tmp_path: Path):
    records = b"".join(struct.pack("<Bdf", 0b101, t, 0.5 * t) for t in (1.0, 2.0))
    measurement = mpr(built(tmp_path, (1, 2, 4, 6), records, 2, version=0))
    assert measurement["ox_red"].tolist() == [1, 1]
    assert measurement["mode"].tolist() == [1, 1]
    assert measurement["time"].tolist() == [1.0, 2.0]
    assert measurement["ewe"].tolist() == [0.5, 1.0]


def test_an_unknown_column_whose_width_is_sure_is_left_out_and_named(tmp_path: Path):
    records = b"".join(struct.pack("<dfqf", t, 9.0, 7, 0.5) for t in (1.0, 2.0, 3.0))
    measurement = mpr(built(tmp_path, (4, 6, 9999, 8), records, 3, version=11))
    assert [column.name for column in measurement] == ["time", "ewe", "current"]
    assert measurement["current"].tolist() == [0.5, 0.5, 0.5]
    assert "9999" in measurement.header["warnings"][0]


def test_unknown_columns_whose_widths_are_not_sure_are_an_error_that_names_them(tmp_path: Path):
    records = bytes(2 * (8 + 12 + 4))
    with pytest.raises(UnreadableFile, match=r"9998, 9999"):
        mpr(built(tmp_path, (4, 9998, 9999, 6), records, 2))


def test_records_that_do_not_fit_their_columns_are_an_error(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="do not fit"):
        mpr(built(tmp_path, (4, 6), bytes(26), 2))


def test_a_known_column_of_untold_width_takes_what_the_record_leaves(tmp_path: Path):
    records = struct.pack("<dd", 1.0, 2.5) + struct.pack("<dd", 2.0, 3.5)
    measurement = mpr(built(tmp_path, (4, 40), records, 2))
    assert measurement["q_charge"].tolist() == [2.5, 3.5]
    assert measurement.column("q_charge").unit == "mA.h"


def test_starts_of_loops_stand_in_the_header(tmp_path: Path):
    records = struct.pack("<4d", 1, 2, 3, 4)
    loop = struct.pack("<3I", 2, 0, 2)
    assert mpr(built(tmp_path, (4,), records, 4, loop=loop)).header["loop_starts"] == [0, 2]


@pytest.mark.parametrize(
    ("name", "technique", "frequencies"),
    [
        ("zir.mpr", "ZIR", True),
        ("cp.mpr", "CP", False),
        ("wait.mpr", "WAIT", False),
        ("00_test_02_MB_C01.mpr", "MB", False),
    ],
)
def test_the_technique_is_told_from_the_first_bytes(name: str, technique: str, frequencies: bool):
    head = FileHead(name, (DATA / name).read_bytes()[: 64 * 1024])
    assert mpr_technique(head) == technique
    assert mpr_holds_frequencies(head) is frequencies


def test_a_head_that_stops_anywhere_raises_nothing():
    raw = (DATA / "00_test_02_MB_C01.mpr").read_bytes()
    for end in range(0, 8000, 7):
        head = FileHead("a.mpr", raw[:end])
        assert mpr_technique(head) in (None, "MB")
        assert mpr_holds_frequencies(head) is False
