"""Titles of a commercial inventory's export, which clients may send in place of our names, and which
documents of earlier years may have.
"""

from collections.abc import Mapping
from typing import Any

SUBSTANCE = {
    "Molecular Weight": "molar_mass",
    "GHS H-codes": "GHS_codes",
    "Substance CAS": "CAS",
}
"""Those of what a sample or a starting material is made of."""

CONTAINER = {
    "Barcode": "barcode",
    "Date Acquired": "date",
    "Date opened": "date_opened",
    "Chemical purity": "chemical_purity",
    "Full %": "full_percent",
    "Container Name": "name",
    "Container Size": "size",
    "Unit": "size_unit",
    "Supplier": "supplier",
    "Location": "location",
    "Comments": "comment",
}
"""Those of a starting material alone."""

_OF_TYPES = {"samples": SUBSTANCE, "starting_materials": SUBSTANCE | CONTAINER}


def without_titles(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The same with our names; where both are there, the title wins."""
    return _renamed(sent, SUBSTANCE | CONTAINER)


def without_titles_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """A stored item with our names for the titles that its type has; one without a value gives none."""
    titles = _OF_TYPES.get(str(item.get("type")), {})
    empty = {name for name in titles if item.get(name) is None}
    return _renamed({name: one for name, one in item.items() if name not in empty}, titles)


def _renamed(given: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    named = {titles[name]: value for name, value in given.items() if name in titles}
    return {name: value for name, value in given.items() if name not in titles} | named
