"""Molar masses that follow from the formulas of an item."""

from collections.abc import Mapping
from typing import Any

from pydatalab.chemistry.formulas import molar_mass
from pydatalab.models.items import FORMULA_FIELDS


def masses_of(item: Mapping[str, Any]) -> dict[str, float]:
    """Molar masses in g/mol by the fields they stand for, where they can be worked out."""
    masses = {
        name: molar_mass(item[formula])
        for name, formula in FORMULA_FIELDS.items()
        if item.get(formula)
    }
    return {name: mass for name, mass in masses.items() if mass is not None}
