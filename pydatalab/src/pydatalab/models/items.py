"""What items are: samples, cells, starting materials and equipment.

A model here is what people write. What the lab adds (ids, owners, files, blocks, counters) is
kept beside it in the same document, under the names that existing databases have.
"""

from functools import cache
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from pydatalab.models.base import (
    Line,
    Model,
    Moment,
    Number,
    PositiveNumber,
    Prose,
    Quantity,
)

ItemType = Literal["samples", "cells", "starting_materials", "equipment"]


class ItemReference(Model):
    """Another item, as it was called when it was named here."""

    model_config = ConfigDict(extra="allow")

    type: str = ""
    """Type of the other item."""
    refcode: str | None = None
    """Its permanent name; decides when both ids are given."""
    item_id: str | None = None
    """Its id in the lab."""
    name: str | None = None
    chemform: str | None = None

    @model_validator(mode="after")
    def _names_something(self) -> "ItemReference":
        if not (self.refcode or self.item_id):
            raise ValueError("an item is named by its refcode or its item_id")
        return self


class Substance(Model):
    """Something that was used, but is no item of the lab."""

    model_config = ConfigDict(extra="ignore")

    name: str = Field(min_length=1, max_length=2_000)
    chemform: str | None = None


class Constituent(Model):
    """A part of an item: what, and how much of it."""

    item: ItemReference | Substance = Field(union_mode="left_to_right")
    quantity: Quantity = None
    """How much, in ``unit``; ``None`` if nobody measured it."""
    unit: str = Field(default="g", max_length=100)
    """Any unit of amount: ``g``, ``mg``, ``mL``, ``mol``. Never converted."""


Constituents = Annotated[tuple[Constituent, ...], Field(max_length=1_000)]


class ItemFields(Model):
    """What people write about any item."""

    status: str

    name: Line = None
    """What people call it. Need not be unique."""
    description: Prose = None
    """Free text, as HTML."""
    date: Moment = None
    """When it was made or acquired."""


class SubstanceFields(Model):
    """What people write about a substance."""

    chemform: Line = None
    """Chemical formula, free in form: ``LiNi0.8Mn0.1Co0.1O2``."""
    molar_mass: PositiveNumber = None
    """In g/mol; worked out from the formula while nobody gives it."""
    smiles: Line = None
    inchi: Line = None
    inchi_key: Line = None
    GHS_codes: Line = None
    """Hazard codes, separated by commas: ``H302, H319``."""
    CAS: Line = None
    """CAS registry number."""


class SynthesisFields(Model):
    """How a substance was made."""

    synthesis_constituents: Constituents = ()
    """What it was made from."""
    synthesis_description: Prose = None
    """The procedure, as HTML."""


class Sample(ItemFields, SubstanceFields, SynthesisFields):
    """A substance somebody made, and can hold, split or use up."""

    type: Literal["samples"] = "samples"
    status: Literal["active", "planned", "disposed", "completed", "failed", "other"] = "active"


class Cell(ItemFields):
    """An electrochemical cell put together from items."""

    type: Literal["cells"] = "cells"
    status: Literal["active", "planned", "disposed", "cycled", "shorted", "dismantled", "other"] = (
        "active"
    )

    cell_format: (
        Literal[
            "coin",
            "pouch",
            "in situ (XRD)",
            "in situ (NMR)",
            "in situ (SQUID)",
            "in situ (optical)",
            "swagelok",
            "cylindrical",
            "other",
        ]
        | None
    ) = None
    cell_format_description: Line = None
    """More on the format: 18650, CR2032."""
    cell_preparation_description: Prose = None
    """How it was put together, as HTML."""
    characteristic_mass: PositiveNumber = None
    """Mass of active material in mg; capacities are given per gram of it."""
    characteristic_chemical_formula: Line = None
    """Formula of the active material."""
    characteristic_molar_mass: PositiveNumber = None
    """Of the active material, in g/mol; worked out from its formula while nobody gives it."""
    active_ion_charge: Number = 1
    """Charge of the ion that moves, in elementary charges."""
    positive_electrode: Constituents = ()
    negative_electrode: Constituents = ()
    electrolyte: Constituents = ()


class StartingMaterial(ItemFields, SubstanceFields, SynthesisFields):
    """A container of the chemical inventory."""

    type: Literal["starting_materials"] = "starting_materials"
    status: Literal[
        "available", "ordered", "disposed", "planned", "unavailable", "exhausted", "other"
    ] = "available"

    barcode: Line = None
    date_opened: Moment = None
    chemical_purity: Line = None
    """As on the label: ``99.5%``."""
    full_percent: Line = None
    """How much is left, in percent."""
    size: Line = None
    """Amount in the full container, in ``size_unit``."""
    size_unit: Line = None
    supplier: Line = None
    location: Line = None
    """Where it stands, from the building down to the shelf."""
    comment: Prose = None


class Equipment(ItemFields):
    """An instrument or a tool."""

    type: Literal["equipment"] = "equipment"
    status: Literal["working", "broken", "being_fixed", "defunct", "not_being_fixed", "other"] = (
        "working"
    )

    serial_numbers: Line = None
    manufacturer: Line = None
    location: Line = None
    contact: Line = None
    """Who looks after it: e-mail or telephone."""


AnyItem = Sample | Cell | StartingMaterial | Equipment

ITEM_TYPES: dict[str, type[Sample] | type[Cell] | type[StartingMaterial] | type[Equipment]] = {
    "samples": Sample,
    "cells": Cell,
    "starting_materials": StartingMaterial,
    "equipment": Equipment,
}

CONSTITUENT_FIELDS: dict[str, str] = {
    "synthesis_constituents": "made_from",
    "positive_electrode": "part_of",
    "negative_electrode": "part_of",
    "electrolyte": "part_of",
}
"""Fields that name other items, and what that makes of the two: this one was made from them, or
they are parts of it. Names are those of ``derived``."""

FORMULA_FIELDS: dict[str, str] = {
    "molar_mass": "chemform",
    "characteristic_molar_mass": "characteristic_chemical_formula",
}
"""Masses that follow from a formula while nobody gives them."""

COMMUNITY_TYPES = frozenset({"starting_materials", "equipment"})
"""Types that belong to the whole lab: whoever may see one may edit it."""


SEARCHED_FIELDS = (
    "refcode", "item_id", "name", "chemform", "characteristic_chemical_formula", "description",
    "synthesis_description", "CAS", "GHS_codes", "barcode", "cell_format",
    "cell_format_description", "cell_preparation_description", "chemical_purity", "comment",
    "contact", "full_percent", "inchi", "inchi_key", "location", "manufacturer",
    "serial_numbers", "size", "size_unit", "smiles", "supplier",
)  # fmt: skip
"""Fields of items of which the words are searched."""


@cache
def content_fields(item_type: str) -> frozenset[str]:
    """Names of the fields of a type that people write."""
    return frozenset(ITEM_TYPES[item_type].model_fields) - {"type"}
