"""Tables of any kind, and files that are none."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pydatalab.errors import UnreadableFile
from pydatalab.models.progress import Silent
from pydatalab.services.inventory.entries import read_inventory
from pydatalab.services.inventory.headings import guess, key_of
from pydatalab.services.inventory.tables import open_sheet

GERMAN = (
    "Inventar der Arbeitsgruppe;;;\n\n"
    "Stoff;CAS-Nr.;Menge;Einheit;Lagerort;Eingangsdatum;Reinheit;Projekt\n"
    "Aceton;67-64-1;2,5;l;Schrank > 2;01.03.2024;> 99 %;X1\n"
    ";;;;;;;\n"
    'Wasser;7732-18-5;500 g;;"Regal; oben";31.12.23;;\n'
)


def rows(path: Path, sheet: str | None = None) -> list[tuple[int, tuple[object, ...]]]:
    with open_sheet(path, sheet) as table:
        return [(row.number, row.cells) for row in table.rows]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_text_is_read_in_any_encoding(tmp_path: Path, encoding: str, line_end: str):
    path = tmp_path / "lager.csv"
    path.write_bytes(GERMAN.replace("Stoff", "Stoff ü").replace("\n", line_end).encode(encoding))
    found = rows(path)
    assert found[1][1][0] == "Stoff ü"
    assert found[3] == (6, ("Wasser", "7732-18-5", "500 g", None, "Regal; oben", "31.12.23"))


def test_columns_are_guessed_by_their_headings_and_cells(tmp_path: Path):
    path = tmp_path / "lager.csv"
    path.write_text(GERMAN, encoding="utf-8")
    with open_sheet(path) as table:
        layout, columns = guess(list(table.rows))
    assert layout.number == 3
    assert {one.heading: one.field for one in columns} == {
        "Stoff": "name", "CAS-Nr.": "CAS", "Menge": "size", "Einheit": "size_unit", "Lagerort": "location",
        "Eingangsdatum": "date", "Reinheit": "chemical_purity", "Projekt": None,
    }  # fmt: skip


def test_cells_tell_what_a_column_is_where_its_heading_does_not(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("Product,Ref,Warn\nAcetone,67-64-1,H225 H319\nWater,7732-18-5,H302\n")
    with open_sheet(path) as table:
        _, columns = guess(list(table.rows))
    assert [one.field for one in columns] == ["name", "CAS", "GHS_codes"]


def test_a_text_becomes_entries(tmp_path: Path):
    path = tmp_path / "lager.csv"
    path.write_text(GERMAN, encoding="utf-8")
    with open_sheet(path) as table:
        names = {
            "Stoff": "name",
            "cas nr": "CAS",
            "Menge": "size",
            "Einheit": "size_unit",
            "Preis": "comment",
        }
        inventory = read_inventory(table, names, Silent())
    first, second = (slip.entry() for slip in inventory.entries)
    assert (first.said["size"], first.said["size_unit"]) == ("2.5", "L")
    assert (second.row, second.said["size"], second.said["size_unit"]) == (6, "500", "g")
    assert first.extra["Projekt"] == "X1"
    assert inventory.missing == ["Preis"]


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Menge [g]", "g"), ("Quantity (mL)", "mL"), ("Amount, in kg", "kg"), ("Inhalt (ml) ", "mL"),
        ("Amount (total)", None), ("Amount", None), ("Stock in store", None),
    ],
)  # fmt: skip
def test_a_heading_may_tell_the_unit_of_what_has_none(
    tmp_path: Path, heading: str, unit: str | None
):
    path = tmp_path / "a.csv"
    path.write_text(f'Name;"{heading}";Left\nA;5;1\nB;2 L;1\nC;;1\n')
    with open_sheet(path) as table:
        found = read_inventory(table, {"Name": "name", heading: "size"}, Silent()).entries
    said = [slip.entry().said for slip in found]
    assert [one.get("size_unit") for one in said] == [unit, "L", None]
    assert [one["size"] for one in said] == ["5", "2", None]


def test_formulas_follow_from_structures(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("Name,SMILES,InChI\nethanol,CCO,\nethane,,InChI=1S/C2H6/c1-2/h1-2H3\n")
    with open_sheet(path) as table:
        names = {"Name": "name", "SMILES": "smiles", "InChI": "inchi"}
        entries = [slip.entry() for slip in read_inventory(table, names, Silent()).entries]
    assert [one.said["chemform"] for one in entries] == ["C2H6O", "C2H6"]
    assert entries[1].said["smiles"] == "CC"


def test_the_first_sheet_with_a_table_is_read_unless_one_is_named(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active["A1"] = "Read me"  # type: ignore[index]
    sheet = book.create_sheet("Bottles")
    sheet["B3"], sheet["C3"], sheet["B4"], sheet["C4"] = "Name", "CAS", "Water", "7732-18-5"
    book.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx") == [(3, ("Name", "CAS")), (4, ("Water", "7732-18-5"))]
    with pytest.raises(UnreadableFile, match="Sheet, Bottles"):
        rows(tmp_path / "a.xlsx", "nope")


def test_a_formula_that_nobody_worked_out_is_a_bad_cell(tmp_path: Path):
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "A & B"
    book.active["B3"], book.active["C3"], book.active["D3"] = "name", "supplier", "size"
    book.active["B4"], book.active["C4"], book.active["D4"] = "Acetone", "Acme", "=250*2"
    book.save(tmp_path / "a.xlsx")
    fields = {"name": "name", "supplier": "supplier", "size": "size"}
    with open_sheet(tmp_path / "a.xlsx") as table:
        inventory = read_inventory(table, fields, Silent())
    assert [(one.row, one.column, one.cell) for one in inventory.faults] == [
        (4, "size", "#FORMULA!")
    ]
    assert "size" not in inventory.entries[0].entry().said


def test_cells_made_one_downwards_say_the_same_in_each_row(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Store", None],
        ["name", "location"],
        ["A", "Shelf 1"],
        ["B", None],
        [None, None],
        ["C", None],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("B3:B5")
    book.save(tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx")[1:] == [
        (2, ("name", "location")), (3, ("A", "Shelf 1")), (4, ("B", "Shelf 1")), (6, ("C",)),
    ]  # fmt: skip


def test_an_opendocument_sheet_is_read(tmp_path: Path):
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = "".join(
        f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>"
        for row in (("Name", "CAS"), ("Water", "7732-18-5"))
    )
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="m"/>')
    assert rows(tmp_path / "a.ods")[1] == (2, ("Water", "7732-18-5"))


def bomb() -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"<a>" + b" " * 200_000_000)
    return raw.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"), (b"PK\x03\x04 cut short", "damaged"), (b"\x7fELF\0\0\0", "neither"),
        (b"<html><table>", "neither"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_in_words(tmp_path: Path, raw: bytes, said: str):
    (tmp_path / "a.xlsx").write_bytes(raw)
    with pytest.raises(UnreadableFile, match=said):
        rows(tmp_path / "a.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path):
    (tmp_path / "a.xlsx").write_bytes(bomb())
    with pytest.raises(UnreadableFile, match="unpacks to 200 MB"):
        rows(tmp_path / "a.xlsx")


def test_a_sheet_that_takes_all_memory_ends_its_reader_alone(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Name", "CAS"  # type: ignore[index]
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableFile, match="more memory"):
        rows(tmp_path / "a.xlsx")


def test_a_file_that_cannot_be_opened_is_said_to_be(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="cannot be opened: Is a directory"):
        rows(tmp_path)


def test_a_workbook_cut_short_is_refused(tmp_path: Path, shared_data: Path):
    raw = (shared_data / "cheminventory" / "export-2025-03.xlsx").read_bytes()
    (tmp_path / "a.xlsx").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(UnreadableFile, match="cut short"):
        rows(tmp_path / "a.xlsx")


def test_headings_are_compared_without_case_marks_and_brackets():
    assert key_of("CAS-Nr.") == key_of("cas nr") == "cas nr"
    assert key_of("Molecular Weight [g/mol]") == key_of("molecular_weight") == "molecular weight"
    assert key_of("Größe") == key_of("GROSSE".replace("SS", "ß")) == "grosse"
