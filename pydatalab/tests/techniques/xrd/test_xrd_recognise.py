"""Which files are taken for diffraction patterns, and which are not."""

import pytest

from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.xrd import TECHNIQUE

EXPECTED = {
    "BT86.raw": ("raw", Match.CERTAIN),
    "BT86_.UXD": ("uxd", Match.CERTAIN),
    "CG20396_jdb12-1.xrdml": ("xrdml", Match.CERTAIN),
    "D1A5.dat": ("blocks", Match.LIKELY),
    "HL1-2_5-90_60min.xrdml": ("xrdml", Match.CERTAIN),
    "JO_KL_16_ZF_3_60deg_0.02step_12degpermin_001.rasx": ("rasx", Match.CERTAIN),
    "PSI_DMC.dat": ("blocks", Match.LIKELY),
    "Scan_C1.xrdml": ("xrdml", Match.CERTAIN),
    "Scan_C2.xrdml": ("xrdml", Match.CERTAIN),
    "Test_data_op_001_XRD.jdx": ("jcamp", Match.CERTAIN),
    "TiO2.raw": ("raw", Match.CERTAIN),
    "TiOF.brml": ("brml", Match.CERTAIN),
    "TwoTheta_scan_powder.rasx": ("rasx", Match.CERTAIN),
    "cod_9004112.cif": ("cif", Match.CERTAIN),
    "empyrean.xrdml": ("xrdml", Match.CERTAIN),
    "example_bmb.xye": ("xy", Match.LIKELY),
    "example_evadiffract.xy": ("xy", Match.LIKELY),
    "example_mac.xye": ("xy", Match.POSSIBLE),
    "example_mythen.dat": ("xy", Match.POSSIBLE),
    "example_mythen.xye": ("xy", Match.POSSIBLE),
    "example_ocx.xy": ("xy", Match.LIKELY),
    "inas_layer_radial_002_004.ras.bz2": ("ras", Match.CERTAIN),
    "m54313_om2th_10.xrdml": ("xrdml", Match.CERTAIN),
}


def test_every_diffraction_file_is_known(head, shared_data):
    found = {}
    for path in (shared_data / "xrd").iterdir():
        format_of = TECHNIQUE.format_of(head(path))
        found[path.name] = (format_of[0].id, format_of[1]) if format_of else None
    assert found == EXPECTED


def test_no_other_file_is_taken_for_diffraction(head, shared_data):
    others = [
        path
        for path in shared_data.rglob("*")
        if path.is_file() and path.parent.name not in ("xrd", "structure")
    ]
    assert len(others) > 100
    assert [path.name for path in others if TECHNIQUE.format_of(head(path))] == []


def test_the_ending_does_not_hide_the_content(head, real, saved):
    for name, id_ in (("TiO2.raw", "raw"), ("CG20396_jdb12-1.xrdml", "xrdml")):
        found = TECHNIQUE.format_of(head(saved("renamed.bin", real(name).read_bytes())))
        assert found is not None
        assert found[0].id == id_


ROWS = "\n".join(f"{10 + n / 50:.2f}{{0}}{100 + n}" for n in range(50))


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        ("a.xy", ROWS.format(" "), Match.POSSIBLE),
        ("a.txt", ROWS.format("\t"), Match.POSSIBLE),
        ("a.dat", ROWS.format("\t").replace(".", ","), Match.POSSIBLE),
        ("a.csv", ROWS.format(","), None),
        ("a.csv", "2Theta,Intensity\n" + ROWS.format(","), Match.LIKELY),
        ("a.txt", "Raman shift\tIntensity\n" + ROWS.format("\t"), None),
        ("a.txt", "time/s\tEwe/V\n" + ROWS.format("\t"), None),
        ("a.txt", "\n".join(f"{400 + n} {n}" for n in range(50)), None),
        ("a.txt", "\n".join(f"{n * n / 20} {n}" for n in range(50)), None),
        ("a.txt", "words and words\n" * 30, None),
        ("a.xy", "", None),
        ("a.raw", "RAW text that is none", None),
        ("a.rasx", "PK\3\4 no list of members", Match.POSSIBLE),
        ("a.cif", "data_x\n_journal_year 1976\n", Match.POSSIBLE),
        ("a.aif", "data_x\n_adsorp_pressure 1\n", None),
        ("a.jdx", "##TITLE=x\n##DATA TYPE=INFRARED SPECTRUM\n", None),
    ],
)
def test_text_is_told_apart_by_its_words_and_numbers(name, text, match):
    found = TECHNIQUE.format_of(FileHead(name, text.encode()))
    assert (found and found[1]) == match
