"""Where the files of cyclers are, and how to make a workbook."""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

DATA = Path(__file__).parents[2] / "data"

Rows = Sequence[Sequence[object]]


@pytest.fixture
def data() -> Path:
    """Small files of cyclers; each folder says where they are from."""
    return DATA / "cycle"


@pytest.fixture
def biologic() -> Path:
    """Small files of BioLogic's."""
    return DATA / "biologic"


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """``workbook(name, {sheet: rows})``: an ``.xlsx`` with these cells, as plain as can be."""

    def make(name: str, sheets: dict[str, Rows]) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, text in parts_of(sheets).items():
                archive.writestr(member, text)
        return path

    return make


def parts_of(sheets: dict[str, Rows]) -> dict[str, str]:
    """The members of a workbook (ECMA-376), with the words in the cells themselves."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbered = list(enumerate(sheets.items(), 1))
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered
    )
    linked = "".join(
        f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{kinds}.worksheet+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r0" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{linked}</Relationships>',
    }
    for n, (_, rows) in numbered:
        cells = "".join(f"<row>{''.join(map(cell_of, row))}</row>" for row in rows)
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
        )
    return parts


def cell_of(value: object) -> str:
    """One cell: a number, or words."""
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
