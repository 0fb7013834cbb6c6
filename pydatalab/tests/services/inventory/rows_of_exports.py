"""Rows of exports, for the tests of inventories."""

from typing import Any

BOTTLE: dict[str, Any] = {
    "Container Name": "Acetone",
    "Barcode": "B1",
    "Substance CAS": "67-64-1",
    "Location": "Lab 1 > Cabinet A",
    "Supplier": "Alpha",
    "Container Size": 500,
    "Unit": "mL",
    "Full %": 80,
}


def bottle(**changes: Any) -> dict[str, Any]:
    """A row of an export; a heading's blanks are written ``_``, ``Full__`` is ``Full %``."""
    return BOTTLE | {name.replace("__", " %").replace("_", " "): v for name, v in changes.items()}
