"""Remote folders as trees, and files attached from them."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import JsonObject, required
from pydatalab.api.compat.envelope import bare, error, ok
from pydatalab.api.deps import Anybody, OpenLab
from pydatalab.api.deps import CurrentPerson as Somebody
from pydatalab.errors import Forbidden, Invalid, NotFound
from pydatalab.files.remotes.browser import Wanted
from pydatalab.files.remotes.port import Entry
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import access, accounts, files, items, remote_trees, remotes
from pydatalab.services.remote_trees import Branch, Tree

router = APIRouter()

WANTED: dict[str | None, Wanted] = {None: "recent", "0": "any", "1": "fresh"}
KINDS = {"folder": "directory", "file": "file", "other": "other"}


@router.get("/remotes")
@router.get("/list-remote-directories")
def list_remotes(lab: OpenLab, who: Anybody, invalidate_cache: str | None = None) -> Response:
    """All remote folders with everything in them, within limits."""
    if refused := _refused(who):
        return refused
    wanted = _wanted(invalidate_cache)
    trees = [remote_trees.tree(lab, name, wanted) for name in lab.remotes.places]
    oldest = min((one.read_at for one in trees if one.read_at), default=None)
    meta = {"remotes": _remotes(lab), "oldest_cache_update": _time(oldest)}
    return bare({"meta": meta, **({"data": [_toplevel(one) for one in trees]} if trees else {})})


@router.get("/remotes/{name:path}")
def get_remote(
    name: str, lab: OpenLab, who: Anybody, invalidate_cache: str | None = None
) -> Response:
    """One remote folder with everything in it."""
    if refused := _refused(who):
        return refused
    wanted = _wanted(invalidate_cache)
    try:
        found = remote_trees.tree(lab, name, wanted)
    except NotFound as exc:
        return _problem(404, "Not Found", exc.message)
    remote = next(one for one in _remotes(lab) if one["name"] == name)
    return bare({"meta": {"remote": remote}, "data": _toplevel(found)})


@router.post("/add-remote-file-to-sample")
def attach(body: JsonObject, lab: OpenLab, who: Somebody) -> Response:
    """Copy a file of a remote folder and attach it to an item."""
    item_id, entry = required(body, "item_id"), required(body, "file_entry", dict)
    remote, path = required(entry, "toplevel_name"), required(entry, "relative_path")
    document = items.get_item_by_id(lab, who, item_id)
    access.require(access.may_change(who, document), "attach files to it")
    file, _ = remotes.attach_remote_file(lab, who, document["refcode"], remote, _relative(path))
    held_by = [one["item_id"] for one in files.holders(lab, who, file["immutable_id"])]
    information = wire.file(file) | {"item_ids": held_by}
    return ok({"file_id": file["immutable_id"], "file_information": information}, 201)


def _relative(path: str) -> str:
    """A path as these clients write it, which may begin with ``./``."""
    return path.removeprefix("./")


def _refused(who: Person | None) -> Response | None:
    """What those are told whose account is not active."""
    try:
        accounts.require_active(who)
    except Forbidden as exc:
        return _problem(401, "Not Authorized", exc.message)
    return None


def _problem(status: int, title: str, detail: str) -> Response:
    return error(status, detail, title=title, detail=detail)


def _wanted(given: str | None) -> Wanted:
    if given not in WANTED:
        raise Invalid("invalidate_cache may be 0 or 1.")
    return WANTED[given]


def _remotes(lab: Lab) -> list[dict[str, Any]]:
    names = ("name", "hostname", "path")
    return [{name: one[name] for name in names} for one in remotes.list_remotes(lab)]


def _toplevel(tree: Tree) -> dict[str, Any]:
    status = "error" if tree.problem else "updated" if tree.is_new else "cached"
    contents = [_node(one) for one in tree.branches]
    if tree.problem:
        contents = [{"type": "error", "name": tree.name, "details": tree.problem}]
    return {
        "name": tree.name,
        "type": "toplevel",
        "status": status,
        "last_updated": _time(tree.read_at),
        "contents": contents,
    }


def _node(branch: Branch) -> dict[str, Any]:
    if branch.problem:
        return {"type": "error", "name": branch.entry.name, "details": branch.problem}
    node: dict[str, Any] = {
        "type": _kind(branch.entry),
        "name": branch.entry.name,
        "relative_path": branch.path,
        "size": branch.entry.size,
        "time": _seconds(branch.entry.modified_at),
    }
    if branch.contents is not None:
        node["contents"] = [_node(one) for one in branch.contents]
    return {name: value for name, value in node.items() if value is not None}


def _kind(entry: Entry) -> str:
    if entry.is_link and entry.kind != "file":
        return "link"
    return KINDS[entry.kind]


def _seconds(moment: str | None) -> str | None:
    """Seconds since 1970, as text."""
    return str(int(datetime.fromisoformat(moment).timestamp())) if moment else None


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
