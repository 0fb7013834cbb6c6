"""A lab of its own, and inventories that are written for a test."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services.inventory import imports
from pydatalab.services.inventory.headings import CHEMINVENTORY
from pydatalab.services.inventory.imports import Outcome
from pydatalab.store.query import Is, Query, Scope

sys.path.insert(0, str(Path(__file__).parent))  # for rows_of_exports.py

Row = dict[str, Any]


@pytest.fixture
def lab(tmp_path: Path, engine: dict[str, str]) -> Iterator[Lab]:
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data", **engine)) as opened:
        yield opened


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """``export({"Barcode": "B1"}, …)``: a workbook with these rows, of which the first names the columns."""

    def written(*rows: Row, headings: tuple[str, ...] | None = None) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet
        names = headings or tuple(dict.fromkeys(name for row in rows for name in row))
        sheet.append(names)
        for row in rows:
            sheet.append([row.get(name) for name in names])
        path = tmp_path / "export.xlsx"
        book.save(path)
        return path

    return written


@pytest.fixture
def take(lab: Lab) -> Callable[..., Outcome]:
    """``take(path)``: import a file as ChemInventory's; ``dry=True`` only looks."""

    def taken(path: Path, *, dry: bool = False, **more: Any) -> Outcome:
        fields = {"source": "cheminventory", "columns": dict(CHEMINVENTORY)} | more
        request = imports.Request(path, path.name, **fields)
        work = imports.dry_run if dry else imports.run
        return work(lab, request, Silent())

    return taken


@pytest.fixture
def bottles(lab: Lab) -> Callable[[], dict[str, Any]]:
    """``bottles()``: all starting materials that are not deleted, by their id."""

    def found() -> dict[str, Any]:
        query = Query(Is("type", "starting_materials"), limit=1_000)
        everything = lab.store.items.find(query, scope=Scope.all()).documents
        return {one["item_id"]: one for one in everything if not one.get("deleted_at")}

    return found
