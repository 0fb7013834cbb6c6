"""What is said of an XML that cannot be read: where, and nothing of the parser's insides."""

from pathlib import Path

import pytest

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.registry import resolve, technique
from pydatalab.techniques.shared.source import SourceFile

OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
START = {
    "ms/mzml": b'<?xml version="1.0"?>\n<mzML>',
    "ms/mzxml": b'<?xml version="1.0"?>\n<mzXML>',
    "xrd/xrdml": b'<?xml version="1.0"?>\n<xrdMeasurements>',
}


def refused(path: Path, form: str, raw: bytes) -> str:
    """Why a reader refuses these bytes."""
    path.write_bytes(raw)
    technique_id, _, format_id = form.partition("/")
    reader = next(one.reader for one in technique(technique_id).formats if one.id == format_id)
    with pytest.raises(UnreadableFile) as found:
        resolve(reader)(SourceFile(path))
    return found.value.message


@pytest.mark.parametrize("form", START)
@pytest.mark.parametrize("rest", [b"\n<a></b>", b"\n<a", b"\n\x00<"])
def test_a_damaged_xml_says_at_which_line(tmp_path: Path, form: str, rest: bytes):
    said = refused(tmp_path / "file", form, START[form] + rest)
    assert "damaged or cut short at line 3" in said
    assert not {"token", "tag", "column", "invalid"} & set(said.replace(":", " ").split())


@pytest.mark.parametrize("form", START)
def test_an_xml_that_refers_outside_is_left_alone(tmp_path: Path, form: str):
    said = refused(tmp_path / "file", form, OUTSIDE + START[form].partition(b"\n")[2] + b"&a;")
    assert "left alone" in said
    assert "passwd" not in said


@pytest.mark.parametrize("form", START)
def test_an_xml_in_no_known_encoding_is_damaged(tmp_path: Path, form: str):
    raw = START[form].replace(b'"1.0"', b'"1.0" encoding="utf-99"')
    assert "utf-99" not in refused(tmp_path / "file", form, raw)


def test_numbers_that_are_none_are_damage(tmp_path: Path):
    raw = b"<mzXML><scan num='1' msLevel='x'></scan></mzXML>"
    said = refused(tmp_path / "file", "ms/mzxml", raw)
    assert said.startswith("The mzXML file is damaged or cut short")
    assert "literal" not in said


def test_a_damaged_cif_says_at_which_line(tmp_path: Path):
    said = refused(tmp_path / "file", "xrd/cif", b"data_x\nloop_\n_a\n_b\n1 2 3\n")
    assert "damaged at line" in said
    assert "string:" not in said
