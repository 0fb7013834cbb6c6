"""Workbooks and Parquet files."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Measurement

DATA = Path(__file__).parents[2] / "data" / "tabular"

Read = Callable[..., Measurement]

ODS = "urn:oasis:names:tc:opendocument:xmlns:"
CELL = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
WORD = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def write_ods(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A workbook by OpenDocument 1.3, part 3: the least that it asks for."""
    body = "".join(
        f'<table:table table:name="{name}">'
        + "".join(
            "<table:table-row>"
            + "".join((WORD if isinstance(cell, str) else CELL).format(cell) for cell in row)
            + "</table:table-row>"
            for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    names = " ".join(f'xmlns:{one}="{ODS}{one}:1.0"' for one in ("office", "table", "text"))
    content = f"<office:document-content {names}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def test_a_sheet_has_its_titles_and_rows(read: Read):
    # MANIFEST: one sheet of 5 x 4 cells; the first row is of titles.
    found = read(DATA / "simple.xlsx", "tabular")
    assert [one.name for one in found] == ["#", "x", "y", "z"]
    assert found["z"].tolist() == [9, 10, 11, 12]
    assert found.header["sheets"] == ["Sheet1"]


def test_the_first_sheet_with_numbers_is_shown_and_others_on_demand(read: Read, tmp_path: Path):
    cover = [["Report", "of a cycler"], ["by", "Robin"]]
    rows = [["t (s)", "U (V)"], [0, 1.5], [1, 1.6], [2, 1.7]]
    path = write_ods(tmp_path / "book.ods", {"Cover": cover, "Data": rows, "More": rows[:3]})
    found = read(path, "tabular")
    assert (found.header["sheet"], found.header["sheets"]) == ("Data", ["Cover", "Data", "More"])
    assert [(one.name, one.unit) for one in found] == [("t", "s"), ("U", "V")]
    assert len(read(path, "tabular", sheet="More")) == 2
    assert read(path, "tabular", sheet="Cover").column("Report").values.tolist() == ["by"]


def test_an_unknown_sheet_is_refused_with_the_names_there_are(read: Read):
    with pytest.raises(UnreadableFile, match=r"'Tabelle1'.*Sheet1"):
        read(DATA / "simple.xlsx", "tabular", sheet="Tabelle1")


def test_rows_above_and_mixed_columns_of_a_sheet(read: Read, tmp_path: Path):
    rows = [["Lab book 7"], [], ["name", "mass (mg)"], ["A", 1.5], ["B", "lost"], [7, 2.5]]
    found = read(write_ods(tmp_path / "book.ods", {"S": rows}), "tabular")
    assert found["name"].tolist() == ["A", "B", "7"]
    assert found["mass"].tolist() == ["1.5", "lost", "2.5"]


def test_real_workbooks_give_the_sheet_with_data(read: Read, shared_data: Path):
    found = read(
        shared_data / "echem" / "bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx", "tabular"
    )
    assert found["Date_Time"].dtype.kind == "M"
    assert found.column("Voltage").unit == "V"
    old = read(shared_data / "sorption" / "adsorption-file-parser_Sample_C.xls", "tabular")
    assert [one.title for one in old][1:3] == ["pi (kPa)", "pe (kPa)"]


def test_parquet_keeps_every_column_and_row(read: Read, shared_data: Path):
    # MANIFEST: 6670 rows, 12 columns.
    found = read(shared_data / "tabular" / "TestFile.parquet", "tabular")
    assert (len(found), len(found.columns)) == (6670, 12)
    assert found.column("Voltage").unit == "mV"
    assert isinstance(found["Step Type"][0], str)


def test_parquet_types_become_numbers_dates_and_text(read: Read, tmp_path: Path):
    path = tmp_path / "types.parquet"
    columns = {
        "whole": pa.array([1, None, 3]),
        "when": pa.array([datetime(2024, 2, 29), None, datetime(2024, 3, 1)]),
        "long": pa.array([1_500_000, 0, None], pa.duration("us")),
        "list": pa.array([[1, 2], [], None]),
        "word": pa.array(["a", None, "c"]).dictionary_encode(),
        "yes": pa.array([True, None, False]),
    }
    parquet.write_table(pa.table(columns), path)
    found = read(path, "tabular")
    np.testing.assert_array_equal(found["whole"], [1, np.nan, 3])
    np.testing.assert_array_equal(found["long"], [1.5, 0, np.nan])
    assert str(found["when"][2])[:10] == "2024-03-01"
    assert found["list"].tolist() == ["[1, 2]", "[]", ""]
    assert found["word"].tolist() == ["a", "", "c"]
    assert found["yes"].tolist() == ["True", "", "False"]


@pytest.mark.parametrize("name", ["simple.xlsx", "whole.ods", "types.parquet"])
def test_half_of_a_file_is_refused(read: Read, tmp_path: Path, name: str):
    write_ods(tmp_path / "whole.ods", {"S": [["a", "b"], [1, 2], [3, 4]]})
    parquet.write_table(pa.table({"a": list(range(1000))}), tmp_path / "types.parquet")
    whole = DATA / name if name == "simple.xlsx" else tmp_path / name
    half = tmp_path / f"half{whole.suffix}"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(UnreadableFile, match="cut short"):
        read(half, "tabular")


def test_an_empty_workbook_has_no_data(read: Read, tmp_path: Path):
    with pytest.raises(NoData):
        read(write_ods(tmp_path / "book.ods", {"S": [], "T": [[""]]}), "tabular")
    with pytest.raises(NoData):
        read(write_ods(tmp_path / "titles.ods", {"S": [["a", "b"]]}), "tabular")
