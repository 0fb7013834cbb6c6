"""Which files are a cycler's."""

import subprocess
import sys

import pytest

from pydatalab.techniques.registry import FileHead, Match, technique

CERTAIN = {
    "20160805_test001_45_cc_01.res": "arbin_res",
    "arbin_example.res": "arbin_res",
    "46_1_5_60_ZZZZZZZZTEST_20250924092922.ndax": "neware",
    "TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax": "neware",
    "navani_test.ndax": "neware",
    "navani_test.nda": "neware",
    "TestFile.nda": "neware",
    "neware_uio.csv": "neware_csv",
    "SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv": "landt",
    "SINTEF__LiGrR2032__2024-04-30__25degC__Landt.bdf.csv": "bdf",
    "arbin_example.bdf.csv": "bdf",
    "bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx": "workbook",
    "maccor_002.txt": "maccor",
    "sample_data_maccor.csv": "maccor",
    "sample_data_arbin.csv": "arbin",
    "sample_data_basytec.txt": "basytec",
    "sample_data_novonix.csv": "novonix",
    "Test25209.csv": "pec",
    "Sample_data_biologic_01_MB_CA1.txt": "mpt",
    "00_test_02_MB_C01.mpr": "mpr",
    "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr": "mpr",
    "jdb11-1_e1_s3_squidTest_data_C15.mpr": "mpr",
    "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data.mps": "mps",
}
SHOWN_AGAINST_TIME = {
    "ca.mpr", "ca.mpt", "cp.mpr", "cp.mpt", "ocv.mpr", "ocv.mpt", "wait.mpr", "00_test_01_OCV_C01.mpr",
    "chronoa_data.dta", "ocp_data.dta",
}  # fmt: skip


@pytest.mark.parametrize(("name", "format_id"), CERTAIN.items())
def test_the_files_of_cyclers_are_known(name, format_id, shared_data, head):
    found = technique("cycle").format_of(head(shared_data / "echem" / name))
    assert found is not None
    assert found[0].id == format_id
    assert found[1] >= Match.LIKELY


def test_files_of_other_techniques_are_left_to_them(shared_data, head):
    for path in sorted(shared_data.glob("*/*")):
        found = technique("cycle").format_of(head(path))
        if path.name in CERTAIN:
            continue
        expected = Match.LIKELY if path.name in SHOWN_AGAINST_TIME else Match.POSSIBLE
        assert found is None or found[1] <= expected, path
        if found and path.name not in SHOWN_AGAINST_TIME:
            assert path.suffix in (".xlsx", ".xls"), path


@pytest.mark.parametrize(
    "start", [b"", b"\0" * 100, b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 200, b"EXPLAIN\nTAG\t", b"\xff\xfe\xff"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.ndax", "a.res", "a.bdf.parquet", "a"])
def test_recognition_never_fails(start, name):
    technique("cycle").format_of(FileHead(name=name, start=start, members=("xl/workbook.xml",)))
    technique("cycle").format_of(FileHead(name=name, start=start))


@pytest.mark.parametrize(
    ("tag", "match"),
    [("PWR800_CHARGE", Match.CERTAIN), ("CHRONOP", Match.CERTAIN), ("CORPOT", Match.LIKELY), ("CV", None)],
)  # fmt: skip
def test_gamrys_tag_decides(tag, match):
    head = FileHead(name="run.dta", start=f"EXPLAIN\nTAG\t{tag}\nTITLE\tLABEL\tx\n".encode())
    found = technique("cycle").format_of(head)
    assert (found[1] if found else None) is match


def test_the_declaration_loads_no_science():
    code = (
        "import sys, pydatalab.techniques.cycle;"
        "print(sorted({'numpy', 'pandas', 'scipy', 'polars', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
