"""The example lab of ``pydatalab demo``, told in ``lab.yaml``."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.errors import Conflict, NotFound
from pydatalab.lab import Lab
from pydatalab.models.identifiers import PUBLIC_ID
from pydatalab.models.people import Person
from pydatalab.models.times import as_text
from pydatalab.services import blocks, collections, creation, files, people
from pydatalab.store.query import EVERYTHING, Document

HERE = Path(__file__).parent
HOST = "robin@demo.example"
"""Whose lab it is: the first visitor signs in as this person."""

NOT_FIELDS = frozenset({"by", "days", "made_from", "parts", "files", "blocks", "collections"})


def fill_once(config: Config) -> str:
    """Fill an empty lab with the example; the id of the person whose lab it is.

    The example lab of an earlier start is left as it is.

    Raises:
        Conflict: the folder holds somebody's own lab.
    """
    with open_lab(config) as lab:
        if not lab.store.people.count(EVERYTHING, at_most=1):
            _fill(lab, yaml.safe_load((HERE / "lab.yaml").read_text(encoding="utf-8")))
        try:
            host: str = people.person_called(lab, HOST)["immutable_id"]
        except NotFound:
            raise Conflict(
                f"{config.DATA_DIRECTORY} holds a lab of your own. The example wants an empty folder:"
                " set PYDATALAB_DATA_DIRECTORY to another one."
            ) from None
        return host


def _fill(lab: Lab, told: Mapping[str, Any]) -> None:
    staff = {one["name"]: _person(lab, one) for one in told["people"]}
    host = next(iter(staff.values()))
    owners = [*(one.immutable_id for one in staff.values()), PUBLIC_ID]
    filled = {one["id"]: _collection(lab, host, one, owners) for one in told["collections"]}
    made: dict[str, Document] = {}
    kept: dict[str, str] = {}
    for one in told["items"]:
        who = staff.get(one.get("by", ""), host)
        new = _item(one, made) | {"collections": [filled[c] for c in one.get("collections", ())]}
        made[one["item_id"]] = creation.create_item(lab, who, new)
        refcode = made[one["item_id"]]["refcode"]
        for name in one.get("files", ()):
            kept[name] = _file(lab, who, refcode, name)
        for block in one.get("blocks", ()):
            _block(lab, who, refcode, block, kept)


def _person(lab: Lab, told: Mapping[str, str]) -> Person:
    document = people.add_person(lab, told["name"], contact_email=told["email"])
    return people.person(lab, document["immutable_id"])


def _collection(lab: Lab, host: Person, told: Mapping[str, str], owners: list[str]) -> str:
    new = {"collection_id": told["id"], "title": told["title"], "description": told["description"]}
    made = collections.create_collection(lab, host, new, creator_ids=owners)
    immutable_id: str = made["immutable_id"]
    return immutable_id


def _item(told: Mapping[str, Any], made: Mapping[str, Document]) -> dict[str, Any]:
    fields = {name: value for name, value in told.items() if name not in NOT_FIELDS}
    date = datetime.now(UTC) - timedelta(days=told["days"])
    linked = {name: _parts(parts, made) for name, parts in told.get("parts", {}).items()}
    if "made_from" in told:
        linked["synthesis_constituents"] = _parts(told["made_from"], made)
    return {**fields, **linked, "date": as_text(date), "creator_ids": [PUBLIC_ID]}


def _parts(told: list[Any], made: Mapping[str, Document]) -> list[dict[str, Any]]:
    return [
        {"item": {"refcode": made[name]["refcode"]}, "quantity": quantity, "unit": unit}
        for name, quantity, unit in told
    ]


def _file(lab: Lab, who: Person, refcode: str, name: str) -> str:
    with lab.vault.writer() as writer:
        writer.write((HERE / "files" / name).read_bytes())
        blob = writer.finish()
    file, _ = files.attach_file(lab, who, refcode, name, blob)
    file_id: str = file["immutable_id"]
    return file_id


def _block(
    lab: Lab, who: Person, refcode: str, told: Mapping[str, Any], kept: Mapping[str, str]
) -> None:
    _, block = blocks.add_block(
        lab,
        who,
        refcode,
        told["technique"],
        file_ids=[kept[name] for name in told.get("files", ())],
        parameters=told.get("parameters"),
        title=told.get("title"),
    )
    if "comment" in told:
        change = {"freeform_comment": told["comment"]}
        blocks.change_block(lab, who, refcode, block["block_id"], change)
