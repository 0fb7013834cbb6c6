"""Whether every item and collection can be opened, by the code that opens them for people."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson
from fastapi import FastAPI

from pydatalab.api.compat.server import build as build_for_existing_clients
from pydatalab.api.deps import anybody
from pydatalab.api.inside import get
from pydatalab.api.server import build_ours
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.words import counted
from pydatalab.services import access
from pydatalab.services.maintenance.rebuild import all_of
from pydatalab.store.query import EVERYTHING, Document

MOST_NAMED = 1_000
"""Failures of which more than their number is said."""

NO_PAGE = Path("no page")


class Failure(NamedTuple):
    """Something that cannot be opened."""

    name: str
    """The item's refcode, or the collection's id."""
    what: str
    """``item``, ``item for existing clients``, ``collection``, ``figure of Pattern`` …"""
    reason: str


def check_items(lab: Lab, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Open every item and collection as their pages and existing clients do.

    Args:
        lab: the lab.
        arguments: ``figures``: whether to draw each block that has files, too.
        progress: where it says how far it is.

    Returns:
        ``num_items`` and ``num_collections`` opened, ``num_figures`` drawn, ``num_failed`` and
        ``failures`` (the first of them), and a ``summary``.
    """
    with asyncio.Runner() as runner:
        opener = Opener(lab, runner, figures=bool(arguments.get("figures")))
        return _opened_all(lab, opener, progress)


def _opened_all(lab: Lab, opener: "Opener", progress: Progress) -> dict[str, Any]:
    shown = access.ALL_SHOWN
    total = lab.store.items.count(EVERYTHING, scope=shown)
    failures: list[Failure] = []
    num_failed = num_items = num_collections = 0
    for num_items, item in enumerate(all_of(lab.store.items, shown), 1):
        progress.tell("Opening items", num_items, total)
        found = list(opener.open_item(item))
        num_failed += len(found)
        failures += found[: MOST_NAMED - len(failures)]
    for num_collections, collection in enumerate(all_of(lab.store.collections, shown), 1):
        progress.tell("Opening collections", num_collections)
        found = list(opener.open_collection(collection))
        num_failed += len(found)
        failures += found[: MOST_NAMED - len(failures)]
    opened = f"{counted(num_items, 'item')} and {counted(num_collections, 'collection')} opened"
    failed = counted(num_failed, "failure") if num_failed else "all is well"
    return {
        "num_items": num_items,
        "num_collections": num_collections,
        "num_figures": opener.num_figures,
        "num_failed": num_failed,
        "failures": [one._asdict() for one in failures],
        "summary": f"{opened}; {failed}.",
    }


class Opener:
    """Opens things of a lab as an administrator who may see everything."""

    def __init__(self, lab: Lab, runner: asyncio.Runner, *, figures: bool = False) -> None:
        self._runner = runner
        self._ours = _as_operator(build_ours(lab, NO_PAGE))
        self._theirs = _as_operator(build_for_existing_clients(lab))
        self._figures = figures
        self.num_figures = 0

    def open_item(self, item: Document) -> Iterator[Failure]:
        """What of an item cannot be opened."""
        refcode = item["refcode"]
        address = f"/v1/items/{quote(refcode)}"
        yield from self._opened(refcode, "item", self._ours, address)
        theirs = f"/get-item-data/{quote(item['item_id'], safe='')}"
        yield from self._opened(refcode, "item for existing clients", self._theirs, theirs)
        for block_id, block in (item.get("blocks_obj") or {}).items() if self._figures else ():
            if block.get("file_id") or block.get("file_ids"):
                self.num_figures += 1
                what = f"figure of {block.get('title') or block.get('blocktype')}"
                at = f"{address}/blocks/{quote(block_id, safe='')}/figure"
                yield from self._opened(refcode, what, self._ours, at)

    def open_collection(self, collection: Document) -> Iterator[Failure]:
        """What of a collection cannot be opened."""
        name = collection["collection_id"]
        safe = quote(name, safe="")
        yield from self._opened(name, "collection", self._ours, f"/v1/collections/{safe}")
        theirs = f"/collections/{safe}"
        yield from self._opened(name, "collection for existing clients", self._theirs, theirs)

    def _opened(self, name: str, what: str, app: FastAPI, address: str) -> Iterator[Failure]:
        try:
            answer = get(app, f"{address}?sudo=1", "", self._runner)
        except Exception as error:  # the API has logged it
            yield Failure(name, what, f"The server made a mistake ({type(error).__name__}).")
            return
        if answer.status >= 400:
            yield Failure(name, what, _reason(answer.body, answer.status))


def _as_operator(app: FastAPI) -> FastAPI:
    """The application, where everybody who asks is whoever runs the server."""
    app.dependency_overrides[anybody] = lambda: access.OPERATOR
    return app


def _reason(body: bytes, status: int) -> str:
    """What an answer says of itself."""
    try:
        said = orjson.loads(body)
    except ValueError:
        return f"status {status}"
    reason = said.get("detail") or said.get("message") or f"status {status}"
    return str(reason)
