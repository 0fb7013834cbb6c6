"""Which files are taken for Raman spectra, and how surely."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pydatalab.techniques.raman import TECHNIQUE
from pydatalab.techniques.registry import FileHead, Match

CERTAIN = {
    "6x6.wdf": "wdf", "depth.wdf": "wdf", "sp.wdf": "wdf", "raman_example.wdf": "wdf",
    "tannic_acid.jdx": "jcamp", "RAMAN.SPC": "spc", "labspec_raman_example.txt": "labspec",
    "Si-wafer-Raman-Spectrum-1.txt": "witec", "PST10_iR532_Probe_100_3000msx7.txt": "bwtek",
    "raman_example.txt": "renishaw_text", "rod_file_1000679.rod": "rod",
}  # fmt: skip


@pytest.mark.parametrize("name", CERTAIN)
def test_each_format_is_certain_of_its_files(
    shared_data: Path, head: Callable[[Path], FileHead], name: str
):
    found = TECHNIQUE.format_of(head(shared_data / "raman" / name))
    assert found is not None
    assert (found[0].id, found[1]) == (CERTAIN[name], Match.CERTAIN)


def test_bare_columns_are_only_possible(shared_data: Path, head: Callable[[Path], FileHead]):
    found = TECHNIQUE.format_of(head(shared_data / "raman" / "testDW38C_pos1.txt"))
    assert found is not None
    assert found[1] == Match.POSSIBLE


@pytest.mark.parametrize(
    "folder",
    ["chrom", "echem", "eis", "em", "ftir", "ms", "nmr", "tabular", "thermal", "uvvis", "xrd"],
)
def test_files_of_other_techniques_are_not_claimed(
    shared_data: Path, head: Callable[[Path], FileHead], folder: str
):
    for path in (shared_data / folder).iterdir():
        found = TECHNIQUE.format_of(head(path))
        assert found is None or found[1] == Match.POSSIBLE, path.name


def test_the_wrong_ending_does_not_matter(head: Callable[[Path], FileHead]):
    path = Path(__file__).parents[2] / "data" / "raman" / "wdf" / "sp.wdf"
    found = TECHNIQUE.format_of(FileHead("a.txt", head(path).start))
    assert found is not None
    assert found[0].id == "wdf"


@pytest.mark.parametrize(
    "start", [b"", b"\0", b"WDF", b"\xff\xfe", b"K" * 40, b"aK" + b"\xff" * 40]
)
def test_scraps_raise_nothing(start: bytes):
    for suffix in (".wdf", ".spc", ".txt", ".0", ".spa"):
        TECHNIQUE.format_of(FileHead("a" + suffix, start))
