"""RO-Crate descriptions of exported items.

Source
    RO-Crate Metadata Specification 1.1.
"""

import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson

from pydatalab import __version__
from pydatalab.models.times import now
from pydatalab.store.query import Document

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
SOFTWARE = "#datalab"
KINDS = {
    "samples": "sample",
    "cells": "cell",
    "starting_materials": "starting material",
    "equipment": "equipment",
}


class Crate:
    """The description of an archive, gathered item by item."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parts: list[str] = []
        self._entities: dict[str, dict[str, Any]] = {}

    def add(
        self, item: Document, shown: Mapping[str, Any], held: Sequence[tuple[str, Document]]
    ) -> None:
        """Describe an item, of which ``shown`` goes into its ``metadata.json``, and its files."""
        place = f"./{quote(item['item_id'])}/"
        made = [_metadata_file(place), *(_file(place, name, file) for name, file in held)]
        authors = [_person(one) for one in shown.get("creators") or []]
        self._parts.append(place)
        for entity in (_dataset(place, item, authors, made), *made, *authors):
            self._entities[entity["@id"]] = entity

    def metadata(self) -> bytes:
        """The content of ``ro-crate-metadata.json``."""
        described = {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": SPECIFICATION},
            "dateCreated": now(),
            "sdPublisher": {"@id": SOFTWARE},
        }
        root = {
            "@id": "./",
            "@type": "Dataset",
            "name": self._name,
            "description": f"Items exported from datalab: {self._name}",
            "datePublished": now(),
            "hasPart": [{"@id": one} for one in self._parts],
        }
        software = {
            "@id": SOFTWARE,
            "@type": "SoftwareApplication",
            "name": "datalab",
            "version": __version__,
        }
        made = {
            "@id": "#export",
            "@type": "CreateAction",
            "name": "Export from datalab",
            "endTime": now(),
            "instrument": {"@id": SOFTWARE},
            "result": {"@id": "./"},
        }
        graph = [described, root, *self._entities.values(), software, made]
        return orjson.dumps({"@context": CONTEXT, "@graph": graph}, option=orjson.OPT_INDENT_2)


def _dataset(
    place: str, item: Document, authors: list[dict[str, Any]], parts: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "@id": place,
        "@type": "Dataset",
        "name": item.get("name") or item["item_id"],
        "identifier": item["refcode"],
        "keywords": KINDS[item["type"]],
        "text": item.get("description") or "",
        "dateCreated": item.get("date"),
        "dateModified": item["last_modified"],
        "author": [{"@id": one["@id"]} for one in authors],
        "hasPart": [{"@id": one["@id"]} for one in parts],
    }


def _metadata_file(place: str) -> dict[str, Any]:
    return {
        "@id": f"{place}metadata.json",
        "@type": "File",
        "name": "metadata.json",
        "description": "All that the item holds",
        "encodingFormat": "application/json",
    }


def _file(place: str, name: str, file: Document) -> dict[str, Any]:
    return {
        "@id": f"{place}{quote(name)}",
        "@type": "File",
        "name": name,
        "encodingFormat": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "contentSize": str(file["size"]),
        "sha256": file["checksums"]["sha256"],
        "dateModified": file.get("last_modified"),
    }


def _person(summary: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"#person-{summary['immutable_id']}",
        "@type": "Person",
        "name": summary["display_name"],
    }
