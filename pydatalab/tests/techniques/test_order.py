"""Which techniques are offered for a file, best first."""

import bz2
import gzip
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pydatalab.compute import heads
from pydatalab.compute.heads import head_of
from pydatalab.techniques.registry import FileHead, techniques_for

WORKBOOK = Path(__file__).parents[1] / "data/tabular/simple.xlsx"
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PACKED = [(gzip.compress, ".gz"), (bz2.compress, ".bz2")]

Pack = Callable[[bytes], bytes]


def offered(name: str, raw: bytes) -> list[str]:
    return techniques_for(head_of(io.BytesIO(raw), name))


@pytest.mark.parametrize(("pack", "ending"), PACKED)
def test_a_packed_workbook_is_offered_as_the_workbook_is(pack: Pack, ending: str):
    raw = WORKBOOK.read_bytes()
    assert offered("simple.xlsx", raw) == ["tabular"]
    assert offered(f"simple.xlsx{ending}", pack(raw)) == ["tabular"]


@pytest.mark.parametrize(("pack", "ending"), PACKED)
def test_what_is_packed_is_offered_as_what_it_holds(pack: Pack, ending: str, shared_data: Path):
    folders = ("echem", "sorption", "particle-size", "cheminventory", "nmr", "xrd")
    paths = [path for name in folders for path in (shared_data / name).iterdir()]
    paths = [path for path in paths if path.suffix not in (".gz", ".bz2")]
    small = [path for path in paths if path.stat().st_size < 200_000]
    assert len(small) > 40
    for path in small:
        raw = path.read_bytes()
        assert offered(f"{path.name}{ending}", pack(raw)) == offered(path.name, raw), path


@pytest.mark.parametrize(("pack", "ending"), PACKED)
def test_a_packed_workbook_that_is_too_large_to_look_into_is_a_table_first(
    pack: Pack, ending: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(heads, "LARGEST_PACKED", 1000)
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(range(256)) * 1000)
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert offered(f"large.xlsx{ending}", pack(large.getvalue()))[0] == "tabular"
    torn = WORKBOOK.read_bytes()[:2000]
    assert offered(f"torn.xlsx{ending}", pack(torn))[0] == "tabular"
    assert offered("torn.xlsx", torn)[0] == "tabular"


@pytest.mark.parametrize(("pack", "ending"), [*PACKED, (bytes, "")])
def test_an_old_workbook_is_a_table_first(pack: Pack, ending: str, shared_data: Path):
    old = (shared_data / "sorption/Sample_A.xls").read_bytes()
    assert offered(f"a.xls{ending}", pack(old))[0] == "tabular"
    # The list of its streams may lie behind what is looked at.
    long = COMPOUND_FILE + bytes(200_000) + "Workbook".encode("utf-16-le")
    assert offered(f"a.xls{ending}", pack(long))[0] == "tabular"


PATTERN = "\n".join(f"{10 + n * 0.002:.3f} {100 + n % 7}" for n in range(4000))


@pytest.mark.parametrize("ending", ["xy", "xye", "dat", "txt", "csv"])
@pytest.mark.parametrize(
    "header",
    [
        "# Wavelength: 0.4137 A",
        "# Wavelength: 0,4137 A",
        "# Wavelength = 0.4137 Å",
        "# Wavelength (Å): 0.4137",
        "# Wavelength\t0.4137\tÅ",
        "# Wavelength: 0.4137 Angstrom, exposure time 5 s",
        "# 11-BM, wavelength: 0.413700 A\n# Energy: 30 keV",
        "# Wavelength: 0.15406 nm",
        "# λ = 1.54056",
        "# Wavelength: 4.5 Å",
        "# Wavelength: 0.4137 Å, temperature: 300 K",
        "# Wavelength: 0.4137 \u212b, energy: 30 keV",
        "# Wavelength (Å): 0.4137, temperature: 300 K",
        "# Wavelength (nm): 0.15406",
        "# Wavelength: 4.137e-11 m, temperature: 300 K",
        "# Wavelength: 154.06 pm",
        "# λ = 1.54056 (Cu)",
    ],
)
def test_columns_with_the_wavelength_of_x_rays_are_diffraction_first(header: str, ending: str):
    head = FileHead(f"scan.{ending}", f"{header}\n{PATTERN}".encode()[:65536])
    assert techniques_for(head)[0] == "xrd"
    if ending in ("xy", "xye") and "\t" not in header:
        assert techniques_for(head) == ["xrd"]


@pytest.mark.parametrize(
    ("header", "first"),
    [
        ("# Wavelength (nm) Absorbance", "uv-vis"),
        ("Wavelength (Å)\tCounts", "uv-vis"),
        ("Excitation wavelength: 350 nm\nWavelength (nm)\tIntensity", "uv-vis"),
        ("Raman shift\tIntensity\nLaser wavelength: 785.0", "raman"),
        ("Raman shift\tIntensity\nLaser wavelength: 0.785 um", "raman"),
    ],
)
def test_other_wavelengths_say_nothing_of_diffraction(header: str, first: str):
    rows = "\n".join(f"{300 + n}\t{n % 7 / 10}" for n in range(500))
    head = FileHead("scan.txt", f"{header}\n{rows}".encode())
    assert techniques_for(head)[0] == first
    assert "xrd" not in techniques_for(head)


@pytest.mark.parametrize(
    "header",
    [
        "Raman shift\tIntensity\nλ = 0.532",
        "Raman shift\tIntensity\nLaser wavelength: 0.532 um",
        "Raman shift\tIntensity\nLaser wavelength: 532.0 nm",
    ],
)
def test_low_raman_shifts_beside_a_laser_are_no_diffraction(header: str):
    rows = "\n".join(f"{20 + n * 0.3:.1f}\t{n % 7 + 10}" for n in range(520))
    head = FileHead("scan.txt", f"{header}\n{rows}".encode())
    assert techniques_for(head)[0] == "raman"
    assert "xrd" not in techniques_for(head)


@pytest.mark.parametrize("ending", ["xy", "dat", "txt", "csv"])
def test_a_line_of_nothing_but_digits_is_looked_at_quickly(ending: str):
    begun = time.process_time()
    techniques_for(FileHead(f"scan.{ending}", b"1" * 60_000 + b"\n1 2\n2 3\n3 4\n"))
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("line", [b"\n", b" \n", b"\t\n", b",\n", b"\r\n"])
@pytest.mark.parametrize("ending", ["csv", "txt", "cif"])
def test_nothing_but_empty_lines_is_looked_at_quickly(ending: str, line: bytes):
    begun = time.process_time()
    techniques_for(FileHead(f"scan.{ending}", line * (65_000 // len(line))))
    assert time.process_time() - begun < 2
