"""Blocks of items: a technique, its files and parameters, and what it draws."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError

from pydatalab.compute.figures import FigureRequest, Finished, InputFile
from pydatalab.errors import Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_block_id
from pydatalab.models.people import Person
from pydatalab.models.words import meant
from pydatalab.services import access, files, items
from pydatalab.store.query import Document, Is
from pydatalab.techniques.registry import Technique, technique

OWN_FIELDS = frozenset(
    {
        "block_id", "blocktype", "item_id", "collection_id", "title", "freeform_comment", "file_id",
        "file_ids", "errors", "warnings", "computed", "metadata", "bokeh_plot_data",
        "b64_encoded_image", "collapsed",
    }
)  # fmt: skip
"""What a stored block has besides its parameters, which lie flat beside these."""


def add_block(
    lab: Lab,
    who: Person,
    refcode: str,
    technique_id: str,
    *,
    file_ids: Sequence[str] = (),
    parameters: Mapping[str, Any] | None = None,
    title: str | None = None,
    index: int | None = None,
) -> tuple[Document, Document]:
    """Add a block to an item, at the end or at a place.

    Returns:
        The item and the stored block.

    Raises:
        NotFound: ``who`` can see no such item or file, or there is no such technique.
        Forbidden: ``who`` may see the item, but not change it.
        Invalid: a parameter is unknown, or breaks a rule of the technique.
    """
    one = _technique(technique_id)
    given = {name: value for name, value in (parameters or {}).items() if value is not None}
    _refuse_unknown(one, given)
    given = _as_meant(one, given)
    for file_id in file_ids:
        files.get_file(lab, who, file_id)
    block_id = new_block_id()
    block: Document = {
        **given,
        "block_id": block_id,
        "blocktype": one.id,
        "title": title or one.name,
        "freeform_comment": None,
        **_files_of_block(file_ids),
    }

    def with_block(item: Document) -> Document:
        access.require(access.may_change(who, item), "add blocks to it")
        order = list(item["display_order"])
        order.insert(len(order) if index is None else index, block_id)
        stored = block | {"item_id": item["item_id"]}
        blocks = {**item["blocks_obj"], block_id: stored}
        return item | {"blocks_obj": blocks, "display_order": order}

    item = items.edit_item(lab, who, refcode, with_block)
    return item, item["blocks_obj"][block_id]


def _technique(technique_id: str) -> Technique:
    try:
        return technique(technique_id)
    except NotFound as exc:
        raise Invalid(exc.message) from None


def _refuse_unknown(
    one: Technique, parameters: Mapping[str, Any], there: Mapping[str, Any] | None = None
) -> None:
    """Go on only with parameters that the technique has, or that came ``there`` with an older database."""
    reserved = OWN_FIELDS & parameters.keys()
    if reserved:
        raise Invalid(f"{', '.join(sorted(reserved))} cannot be a parameter.")
    known = one.parameters.model_fields
    for name in parameters:
        if name not in known and name not in (there or {}):
            raise Invalid(f"{one.name} has no parameter {name}.{meant(name, known)}")


def _as_meant(one: Technique, given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters in the types that the technique gives them: a number that came as text is one."""
    checked = checked_parameters(one, given).model_dump(mode="json")
    return {
        name: None if value is None else checked.get(name, value) for name, value in given.items()
    }


def _files_of_block(file_ids: Sequence[str]) -> dict[str, Any]:
    """Files of a block as existing databases keep them: one, or several."""
    first = file_ids[0] if file_ids else None
    return {"file_id": first, "file_ids": list(file_ids)}


def checked_parameters(one: Technique, parameters: Mapping[str, Any]) -> Any:
    """Parameters as the technique knows them; those that are null count as not given.

    Raises:
        Invalid: with what is wrong with each.
    """
    given = {name: value for name, value in parameters.items() if value is not None}
    try:
        return one.parameters.model_validate(given)
    except ValidationError as exc:
        raise items.invalid(exc) from exc


def change_block(
    lab: Lab, who: Person, refcode: str, block_id: str, changes: Mapping[str, Any]
) -> tuple[Document, Document]:
    """Change a block: title, comment, files or parameters; an absent key is kept, null clears.

    Raises:
        NotFound: ``who`` can see no such item, or it has no such block.
        Forbidden: ``who`` may see it, but not change it.
        Invalid: a parameter breaks a rule of the technique.
    """
    for file_id in changes.get("file_ids") or []:
        files.get_file(lab, who, file_id)

    def changed(item: Document) -> Document:
        access.require(access.may_change(who, item), "change its blocks")
        block = merged(block_of(item, block_id), changes)
        return item | {"blocks_obj": {**item["blocks_obj"], block_id: block}}

    item = items.edit_item(lab, who, refcode, changed)
    return item, item["blocks_obj"][block_id]


def put_block(
    lab: Lab, who: Person, refcode: str, block_id: str, edit: Callable[[Document], Document]
) -> Document:
    """Store a block as a client changes it, parameters unchecked until it is drawn. The item."""

    def changed(item: Document) -> Document:
        access.require(access.may_change(who, item), "change its blocks")
        before = block_of(item, block_id)
        after = edit(before)
        for file_id in set(file_ids_of(after)) - set(file_ids_of(before)):
            files.get_file(lab, who, file_id)
        return item | {"blocks_obj": {**item["blocks_obj"], block_id: after}}

    return items.edit_item(lab, who, refcode, changed)


def merged(block: Document, changes: Mapping[str, Any]) -> Document:
    """A block as changes leave it; what stays is kept though nobody here knows it.

    Raises:
        Invalid: a parameter breaks a rule of the technique.
    """
    own = {
        name: changes[name]
        for name in ("title", "freeform_comment", "collapsed")
        if name in changes
    }
    if "file_ids" in changes:
        own |= _files_of_block(changes["file_ids"] or [])
    given = changes.get("parameters") or {}
    if not given:
        return {**block, **own}
    one = _technique(block["blocktype"])
    _refuse_unknown(one, given, block)
    parameters = {**parameters_of(block), **given}
    kept = {name: block[name] for name in OWN_FIELDS & block.keys()}
    left = {
        name: value for name, value in parameters.items() if value is not None or name not in given
    }
    return {**kept, **own, **_as_meant(one, left)}


def block_of(item: Document, block_id: str) -> Document:
    """A block of an item, as stored.

    Raises:
        NotFound: the item has no such block.
    """
    block: Document | None = item["blocks_obj"].get(block_id)
    if block is None:
        raise NotFound(f"{item['refcode']} has no block {block_id}.")
    return block


def parameters_of(block: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a stored block."""
    return {name: value for name, value in block.items() if name not in OWN_FIELDS}


def file_ids_of(block: Mapping[str, Any]) -> list[str]:
    """The files of a stored block, in their order."""
    many = block.get("file_ids") or []
    one = block.get("file_id")
    return list(many) if many else [one] if one else []


def delete_block(lab: Lab, who: Person, refcode: str, block_id: str) -> Document:
    """Hide a block; ``restore_block`` brings it back. The item."""

    def without(item: Document) -> Document:
        access.require(access.may_change(who, item), "delete its blocks")
        block = block_of(item, block_id)
        place = item["display_order"].index(block_id) if block_id in item["display_order"] else None
        return item | {
            "blocks_obj": {k: v for k, v in item["blocks_obj"].items() if k != block_id},
            "display_order": [one for one in item["display_order"] if one != block_id],
            "deleted_blocks": {
                **(item.get("deleted_blocks") or {}),
                block_id: {"block": block, "place": place},
            },
        }

    return items.edit_item(lab, who, refcode, without)


def restore_block(lab: Lab, who: Person, refcode: str, block_id: str) -> tuple[Document, Document]:
    """Bring a deleted block back to its place.

    Raises:
        NotFound: the item has no such deleted block.
    """

    def again(item: Document) -> Document:
        access.require(access.may_change(who, item), "change its blocks")
        deleted = dict(item.get("deleted_blocks") or {})
        if block_id not in deleted:
            raise NotFound(f"{item['refcode']} has no deleted block {block_id}.")
        found = deleted.pop(block_id)
        order = list(item["display_order"])
        order.insert(len(order) if found["place"] is None else found["place"], block_id)
        return item | {
            "blocks_obj": {**item["blocks_obj"], block_id: found["block"]},
            "display_order": order,
            "deleted_blocks": deleted,
        }

    item = items.edit_item(lab, who, refcode, again)
    return item, item["blocks_obj"][block_id]


def order_blocks(lab: Lab, who: Person, refcode: str, display_order: Sequence[str]) -> Document:
    """Put the blocks of an item in another order; those not named follow in theirs. The item."""

    def ordered(item: Document) -> Document:
        access.require(access.may_change(who, item), "order its blocks")
        return item | {"display_order": true_order(item["blocks_obj"], display_order)}

    return items.edit_item(lab, who, refcode, ordered)


def true_order(blocks: Mapping[str, Any], wanted: Sequence[str]) -> list[str]:
    """An order of blocks without those that are not there, and with those that it left out."""
    known = [one for one in dict.fromkeys(wanted) if one in blocks]
    return known + [one for one in blocks if one not in known]


def shown(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block as the page and scripts see it."""
    return {
        "block_id": block["block_id"],
        "technique": block["blocktype"],
        "title": block.get("title"),
        "file_ids": file_ids_of(block),
        "parameters": parameters_of(block),
        "freeform_comment": block.get("freeform_comment"),
        "collapsed": bool(block.get("collapsed")),
    }


def figure(
    lab: Lab,
    who: Person,
    item: Document,
    block: Mapping[str, Any],
    *,
    width: int | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Finished:
    """What a block draws, for a screen of that width and a part of its x axis.

    Raises:
        UnreadableFile: a file cannot be drawn, with the reason.
        Invalid: the block has no file, or a parameter that breaks a rule.
        NotFound: a file is gone, or ``who`` may not see it.
    """
    return lab.compute.figure(_request(lab, who, item, block, width, low, high))


def figure_at_hand(
    lab: Lab,
    who: Person,
    item: Document,
    block: Mapping[str, Any],
    *,
    width: int | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Finished | None:
    """As ``figure``, but ``None`` where it would have to be made first."""
    return lab.compute.figure_at_hand(_request(lab, who, item, block, width, low, high))


def measurement(
    lab: Lab, who: Person, item: Document, block: Mapping[str, Any], file_id: str | None, form: str
) -> Finished:
    """All points of one file of a block, as ``csv``, ``parquet`` or ``netcdf``; errors as ``figure``.

    Without ``file_id`` it is the block's first file.
    """
    ids = file_ids_of(block)
    if file_id is not None and file_id not in ids:
        raise NotFound(f"The block has no file {file_id}.")
    chosen = {**block, "file_ids": [file_id] if file_id else ids[:1], "file_id": None}
    return lab.compute.measurement(_request(lab, who, item, chosen, None, None, None), form)


def name_of_measurement(
    lab: Lab, item: Document, block: Mapping[str, Any], file_id: str | None
) -> str:
    """What a measurement is called outside, without an ending; several of a block bear their files' names."""
    name = f"{item['item_id']}-{block.get('title') or block['blocktype']}"
    ids = file_ids_of(block)
    if len(ids) < 2:
        return name
    file = lab.store.files.get(Is("immutable_id", file_id or ids[0]))
    return f"{name}-{PurePath(file['name']).stem}"


def _request(
    lab: Lab,
    who: Person,
    item: Document,
    block: Mapping[str, Any],
    width: int | None,
    low: float | None,
    high: float | None,
) -> FigureRequest:
    one = _technique(block["blocktype"])
    if one.figure is None:
        raise Invalid(f"A block of the kind {one.name} has no plot.")
    ids = file_ids_of(block)
    if not ids:
        raise Invalid("The block has no file yet. Choose one of the item's files.")
    parameters = checked_parameters(one, parameters_of(block))
    return FigureRequest(
        technique_id=one.id,
        files=tuple(_input(lab, who, item, file_id) for file_id in ids),
        parameters=parameters.model_dump(mode="json"),
        item={name: item.get(name) for name in one.item_fields},
        width=width,
        low=low,
        high=high,
    )


def _input(lab: Lab, who: Person, item: Document, file_id: str) -> InputFile:
    """A file of this item, or of another that ``who`` may see."""
    if file_id in item["file_ObjectIds"]:
        file = lab.store.files.get(Is("immutable_id", file_id))
    else:
        file = files.get_file(lab, who, file_id)
    name = file.get("original_name") or file["name"]
    return InputFile(file_id=file_id, name=name, sha256=file["checksums"]["sha256"])
