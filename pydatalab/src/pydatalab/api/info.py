"""What this server is and knows: ``/v1/info``, ``/v1/techniques``, ``/v1/search`` and the like."""

from pathlib import Path
from typing import Any, get_args

from fastapi.responses import FileResponse

from pydatalab import __version__
from pydatalab.api import item_schemas, schemas
from pydatalab.api.answers import Json, listed
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.listing import Limit, Several, several
from pydatalab.api.routing import Router
from pydatalab.chemistry import formulas
from pydatalab.errors import Invalid
from pydatalab.models.items import ITEM_TYPES
from pydatalab.services import graphs, people, search
from pydatalab.techniques.registry import Technique, techniques

router = Router()

DOCUMENT = Path(__file__).with_name("openapi.json")
"""The API's document, as ``commands.openapi`` made it."""

TYPE_NAMES = {
    "samples": "Sample",
    "cells": "Cell",
    "starting_materials": "Starting material",
    "equipment": "Equipment",
}


@router.get("/info", tags=["info"], response_model=schemas.Info)
def info(lab: OpenLab) -> Json:
    """What this server is. Open to all."""
    return Json(
        {
            "version": __version__,
            "identifier_prefix": lab.prefix,
            "max_upload_bytes": lab.vault.largest,
            "item_types": {name: _type(name) for name in ITEM_TYPES},
            "first_run": not people.has_administrator(lab),
        }
    )


def _type(item_type: str) -> dict[str, Any]:
    status = ITEM_TYPES[item_type].model_fields["status"]
    return {
        "name": TYPE_NAMES[item_type],
        "statuses": list(get_args(status.annotation)),
        "default_status": status.default,
    }


@router.get("/techniques", tags=["info"], response_model=schemas.listed(schemas.TechniqueInfo))
def list_techniques(_: CurrentPerson) -> Json:
    """The techniques that a block can have, with the JSON Schema of their parameters."""
    return listed([_technique(one) for one in techniques().values()])


def _technique(one: Technique) -> dict[str, Any]:
    suffixes = dict.fromkeys(suffix for form in one.formats for suffix in form.suffixes)
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "suffixes": list(suffixes),
        "multiple_files": one.multiple_files,
        "has_figure": one.figure is not None,
        "parameters": one.parameters.model_json_schema(),
    }


@router.get("/search", tags=["search"], response_model=item_schemas.Found)
def find_anything(lab: OpenLab, who: CurrentPerson, q: str, limit: Limit = 20) -> Json:
    """Items, collections and files that mention all of these words, best first."""
    return Json(search.search_everything(lab, who, q, limit=limit))


@router.get("/graph", tags=["items"], response_model=item_schemas.Graph)
def graph(
    lab: OpenLab, who: CurrentPerson, collection: str | None = None, type: Several = ()
) -> Json:
    """All items that you may see and their links; only those of a collection or of some types."""
    return Json(graphs.whole_graph(lab, who, collection=collection, types=several(type)))


@router.post("/formula", tags=["info"], response_model=schemas.FormulaAnswer)
def understand_formula(asked: schemas.Formula, _: CurrentPerson) -> Json:
    """The molar mass that follows from a chemical formula, or why there is none."""
    try:
        mass, problem = formulas.mass_of(asked.formula), None
    except Invalid as exc:
        mass, problem = None, exc.message
    return Json({"formula": asked.formula, "molar_mass": mass, "problem": problem})


@router.get("/openapi.json", include_in_schema=False)
def document() -> FileResponse:
    """The document of the resource API."""
    return FileResponse(DOCUMENT, media_type="application/json")
