"""Files from remote folders, kept in step with what they are there while they grow.

What is copied again becomes the file's next revision; those before are kept. A file is followed until
it did not change for the time that the settings say, or is gone: what was copied stays.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pydatalab.errors import DatalabError, Forbidden, NotFound, TooLarge, Unavailable
from pydatalab.files.remotes.port import Entry
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.times import now
from pydatalab.models.words import counted
from pydatalab.services import access, files, remotes
from pydatalab.services.edits import edit_document
from pydatalab.store.query import Document, Is, Query

PATIENCE = 30
"""Seconds that a remote folder may take to say how a file is."""

PAGE = 500

GONE_AFTER = 2
"""Looks in a row at which a file must be missing to be gone: it may be renamed at the moment."""


def follow_files(lab: Lab, progress: Progress) -> dict[str, Any]:
    """Look at every file that is followed, and copy anew what changed.

    Returns:
        ``num_looked_at``, ``num_updated``, ``num_ended``, ``problems`` by remote folder, ``summary``.
    """
    outcomes: Counter[str] = Counter()
    problems: dict[str, str] = {}
    followed = [file for file in live_files(lab) if _is_held(lab, file)]
    for number, file in enumerate(followed):
        progress.tell("Looking at remote files", number, len(followed))
        outcomes[_followed(lab, file, problems, progress)] += 1
    return {
        "num_looked_at": len(followed),
        "num_updated": outcomes["updated"],
        "num_ended": outcomes["ended"],
        "problems": problems,
        "summary": _summary(len(followed), outcomes, problems),
    }


def follow(lab: Lab, _: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """The job that does so."""
    return follow_files(lab, progress)


def live_files(lab: Lab) -> Iterator[Document]:
    """The files that are followed."""
    after: str | None = None
    while True:
        page = lab.store.files.find(Query(Is("is_live", True), limit=PAGE, after=after))
        yield from (file for file in page.documents if file.get("following"))
        after = page.next_cursor
        if after is None:
            return


def _is_held(lab: Lab, file: Document) -> bool:
    """Whether an item shows the file."""
    held = Is("file_ObjectIds", file["immutable_id"])
    return bool(lab.store.items.count(held, scope=access.ALL_SHOWN, at_most=1))


def _followed(lab: Lab, file: Document, problems: dict[str, str], progress: Progress) -> str:
    """What became of a file; one whose remote folder was just found to be away is left for later."""
    name, path = file["source_server_name"], file["source_path"]
    if name in problems:
        return _noted(lab, file, problem=problems[name])
    try:
        return _brought_up_to_date(
            lab, file, lab.remotes.look(name, path, seconds=PATIENCE), progress
        )
    except NotFound:
        return _missing(lab, file, problems)
    except (Forbidden, TooLarge) as exc:
        return _noted(lab, file, problem=exc.message)
    except Unavailable as exc:
        problems[name] = exc.message
        return _noted(lab, file, problem=exc.message)


def _brought_up_to_date(lab: Lab, file: Document, there: Entry, progress: Progress) -> str:
    if (there.size, there.modified_at) == (file["size"], file["last_modified_remote"]):
        changed_at = file["following"]["changed_at"]
        if remotes.is_finished(lab, there.modified_at, changed_at):
            return _noted(lab, file, ended="unchanged")
        return _noted(lab, file)
    name, path = file["source_server_name"], file["source_path"]
    copied = remotes.copy_in(lab, name, path, progress, before=file)
    origin = remotes.origin_of(lab, name, path, copied.entry)
    after = files.renew_copy(
        lab, file["immutable_id"], copied.blob, origin, is_beginning=copied.begins_as_before
    )
    return "updated" if after["revision"] != file["revision"] else "unchanged"


def _missing(lab: Lab, file: Document, problems: dict[str, str]) -> str:
    name = file["source_server_name"]
    if name not in lab.remotes.places:
        return _noted(lab, file, problem=f"The settings have no remote folder {name!r} any more.")
    if _is_bare(lab, name):
        problems[name] = f"{name} is empty. Look whether it is mounted."
        return _noted(lab, file, problem=problems[name])
    missing = file["following"]["missing"] + 1
    if missing >= GONE_AFTER:
        return _noted(lab, file, missing=missing, ended="vanished")
    return _noted(lab, file, missing=missing, problem="It is not there at the moment.")


def _is_bare(lab: Lab, name: str) -> bool:
    """Whether nothing at all is in a remote folder: then it is rather away than tidied up."""
    try:
        return not lab.remotes.listing(name, "", "fresh").entries
    except DatalabError:
        return True


def _noted(
    lab: Lab,
    file: Document,
    *,
    problem: str | None = None,
    missing: int = 0,
    ended: str | None = None,
) -> str:
    """Write down what was seen; not an edit of the file."""
    seen = {"checked_at": now(), "problem": problem, "missing": missing, "ended": ended}

    def noted(now_: Document) -> Document:
        if not now_["is_live"]:
            return now_
        return now_ | {"following": now_["following"] | seen, "is_live": ended is None}

    edit_document(lab.store.files, file["immutable_id"], noted, counted=False, dated=False)
    return "ended" if ended else "unchanged"


def _summary(looked_at: int, outcomes: Counter[str], problems: Mapping[str, str]) -> str:
    said = (
        f"{counted(looked_at, 'file')} looked at, {outcomes['updated']} brought up to date,"
        f" {outcomes['ended']} not followed any more."
    )
    return " ".join([said, *(f"{name}: {problem}" for name, problem in problems.items())])
