"""Tasks that look after what is stored: whether it is whole, and what it takes."""

from collections.abc import Mapping
from typing import Any

from pydatalab.commands.desk import Desk, Report, in_columns, lab_task

GRACE = 30
"""Days; as ``services.maintenance.blobs`` has it."""


@lab_task(figures="draw the figure of each block that has files, too")
def check_items(desk: Desk, figures: bool = False) -> Report:
    """Open every item and collection through the API, as their pages and existing clients do."""
    from pydatalab.api.checking import check_items

    found = check_items(desk.lab, {"figures": figures}, desk.progress)
    failed = [f"{one['name']}: {one['what']}: {one['reason']}" for one in found["failures"]]
    return Report(found, (*failed, found["summary"]), ok=not found["num_failed"])


@lab_task(
    repair_from="copies to put right what is wrong: a folder with files of any names, or a backup"
    " (an archive, a repository's snapshot, a strategy)",
    identity="file with the secret key of age, for a backup that is encrypted",
)
def check_files(desk: Desk, repair_from: str = "", identity: str = "") -> Report:
    """Read every file and compare it with what it was when it came; list what is missing or altered."""
    from pydatalab.commands.repairs import copies_at
    from pydatalab.services.maintenance.files import check_files

    copies = copies_at(desk.lab, repair_from, identity) if repair_from else None
    found = check_files(desk.lab, desk.progress, copies)
    lines = [
        f"{one['name']} is {one['problem']} ({_holders(one)}; SHA-256 {one['sha256']})"
        for one in found["faults"]
    ]
    lines += [
        f"{one['name']} came without its bytes, and nobody knows their SHA-256 ({_holders(one)})"
        for one in found["unknown"]
    ]
    notes = [f"Note: {one}" for one in found["notes"]]
    return Report(found, (*lines, *notes, found["summary"]), ok=not found["num_faults"])


def _holders(fault: Mapping[str, Any]) -> str:
    return ", ".join(fault["items"]) or "of no item"


@lab_task(older_than="days that they must have belonged to nothing, to be counted as removable")
def list_unused_blobs(desk: Desk, older_than: int = GRACE) -> Report:
    """List stored bytes that no file refers to any more."""
    from pydatalab.services.maintenance.blobs import list_unused_blobs

    found = list_unused_blobs(desk.lab, desk.progress, older_than)
    return Report(found, (*_blob_lines(found), found["summary"]))


@lab_task(
    older_than="days that they must have belonged to nothing",
    yes="remove them; without this they are only listed",
)
def remove_unused_blobs(desk: Desk, older_than: int = GRACE, yes: bool = False) -> Report:
    """Remove stored bytes that no file has referred to for a while."""
    from pydatalab.services.maintenance.blobs import list_unused_blobs, remove_unused_blobs

    if yes:
        found = remove_unused_blobs(desk.lab, desk.progress, older_than)
        return Report(found, (found["summary"],))
    found = list_unused_blobs(desk.lab, desk.progress, older_than)
    said = "Nothing was removed. Say --yes to remove those that are old enough."
    return Report(found, (*_blob_lines(found), found["summary"], said))


@lab_task()
def rebuild(desk: Desk) -> Report:
    """Work out links, owners and search words of all items anew, and everything that finds them."""
    from pydatalab.services.maintenance.rebuild import rebuild

    found = rebuild(desk.lab, desk.progress)
    lines = (
        *(f"{name} differed." for name in found["differing"]),
        *(f"{name} cannot be read: bring it back from a backup." for name in found["malformed"]),
        found["summary"],
    )
    return Report(found, lines, ok=not found["malformed"])


@lab_task()
def show_space(desk: Desk) -> Report:
    """Show what uses the space: places, types of items, people, and the largest files."""
    from pydatalab.files.writer import readable_size
    from pydatalab.services.maintenance.space import show_space

    found = show_space(desk.lab, desk.progress)

    def table(head: str, uses: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
        rows = [
            (name, readable_size(use["bytes"]), f"{use['number']:,}") for name, use in uses.items()
        ]
        return in_columns([(head, "size", "number"), *rows])

    creators = {one["name"]: one for one in found["by_creator"]}
    largest = [
        (one["name"], readable_size(one["bytes"]), ", ".join(one["items"]))
        for one in found["largest"]
    ]
    lines = (
        *table("place", found["places"]), "",
        *table("type", found["by_type"]), "",
        *table("uploaded by", creators), "",
        *in_columns([("largest files", "size", "items"), *largest]), "",
        found["summary"],
    )  # fmt: skip
    return Report(found, lines)


def _blob_lines(found: Mapping[str, Any]) -> tuple[str, ...]:
    from datetime import UTC, datetime

    return tuple(
        f"{one['sha256']}  {one['size']:,} bytes, without a file since"
        f" {datetime.fromtimestamp(one['unused_since'], UTC):%Y-%m-%d}"
        for one in found["blobs"]
    )
