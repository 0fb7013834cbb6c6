"""Looking after a lab: files that are lost or wrong, bytes that nobody needs, links, space."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.errors import Cancelled, Conflict, Invalid
from pydatalab.files.vault import Blob
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.models.progress import Silent
from pydatalab.services import creation, files, items, people
from pydatalab.services.maintenance.blobs import (
    DAY,
    SEEN,
    list_unused_blobs,
    remove_unused_blobs,
)
from pydatalab.services.maintenance.copies import FolderOfCopies
from pydatalab.services.maintenance.files import check_files
from pydatalab.services.maintenance.rebuild import rebuild
from pydatalab.services.maintenance.space import show_space
from pydatalab.store.query import Document, Is, Mentions, Query, Scope

SILENT = Silent()
ALL = Scope.all()


@pytest.fixture
def lab(tmp_path: Path, engine: dict[str, str]) -> Iterator[Lab]:
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data", **engine)) as opened:
        yield opened


@pytest.fixture
def ada(lab: Lab) -> Person:
    return people.person(lab, people.add_person(lab, "Ada")["immutable_id"])


@pytest.fixture
def item(lab: Lab, ada: Person) -> Document:
    return creation.create_item(lab, ada, {"type": "samples", "item_id": "S-1", "name": "Quartz"})


def kept(lab: Lab, content: bytes) -> Blob:
    with lab.vault.writer() as writer:
        writer.write(content)
        return writer.finish()


def attached(lab: Lab, who: Person, item: Document, name: str, content: bytes) -> Document:
    return files.attach_file(lab, who, item["refcode"], name, kept(lab, content))[0]


def path_of(lab: Lab, file: Document) -> Path:
    path = lab.vault.path(file["checksums"]["sha256"])
    assert path
    path.chmod(0o600)
    return path


def age(lab: Lab, blob: Blob, days: float, *, seen: float | None = None) -> None:
    """Let a blob have come, and been seen unused, so many days ago."""
    path = lab.vault.path(blob.sha256)
    assert path
    then = time.time() - days * DAY
    os.utime(path, (then, then))
    if seen is not None:
        at = time.time() - seen * DAY
        (lab.folder / SEEN).write_text(f'{{"{blob.sha256}": {at}}}')


class Impatient:
    """A progress of somebody who stops at once."""

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        raise Cancelled("enough")


def test_missing_and_altered_files_are_listed_with_their_items(
    lab: Lab, ada: Person, item: Document
):
    good, cut, changed, gone = (
        attached(lab, ada, item, f"{name}.txt", name.encode() * 10)
        for name in ("good", "cut", "changed", "gone")
    )
    path_of(lab, cut).write_bytes(b"cut")
    path_of(lab, changed).write_bytes(b"CHANGED" * 10)
    path_of(lab, gone).unlink()
    found = check_files(lab, SILENT)
    assert found["checked"] == 4
    faults = {one["name"]: one["problem"] for one in found["faults"]}
    assert faults == {"cut.txt": "altered", "changed.txt": "altered", "gone.txt": "missing"}
    assert found["faults"][0]["items"] == [item["refcode"]]
    assert found["summary"] == "4 files read. 2 altered, 1 missing."
    assert good["immutable_id"] not in {one["file_id"] for one in found["faults"]}


def test_earlier_revisions_are_checked_too(lab: Lab, ada: Person, item: Document):
    file = attached(lab, ada, item, "a.txt", b"first")
    path = path_of(lab, file)
    files.replace_file(lab, ada, item["refcode"], file["immutable_id"], kept(lab, b"second"))
    path.unlink()
    assert [one["problem"] for one in check_files(lab, SILENT)["faults"]] == ["missing"]


def test_right_bytes_are_found_in_a_folder_whatever_they_are_called_there(
    lab: Lab, ada: Person, item: Document, tmp_path: Path
):
    changed, gone, lost = (
        attached(lab, ada, item, f"{name}.txt", name.encode() * 10)
        for name in ("changed", "gone", "lost")
    )
    path_of(lab, changed).write_bytes(b"CHANGED" * 10)
    for file in (gone, lost):
        path_of(lab, file).unlink()
    copies = tmp_path / "copies" / "deep"
    copies.mkdir(parents=True)
    (copies / "one.bak").write_bytes(b"changed" * 10)
    (copies / "another").write_bytes(b"gone" * 10)
    (copies / "of the same size").write_bytes(b"LOST" * 10)
    found = check_files(lab, SILENT, FolderOfCopies(tmp_path / "copies"))
    assert (found["num_repaired"], found["num_faults"]) == (2, 1)
    assert found["faults"][0]["name"] == "lost.txt"
    assert check_files(lab, SILENT)["num_faults"] == 1
    with pytest.raises(Invalid, match="no folder"):
        FolderOfCopies(tmp_path / "nowhere")


def test_records_that_came_without_bytes_are_named(lab: Lab, ada: Person, item: Document):
    file = attached(lab, ada, item, "lost.raw", b"whatever")
    known = lab.store.files.get(Is("immutable_id", file["immutable_id"]))
    lab.store.files.replace(known | {"checksums": {"md5": None, "sha256": ""}}, was=known["edit"])
    found = check_files(lab, SILENT)
    assert (found["num_faults"], found["num_unknown"], found["checked"]) == (0, 1, 0)
    assert [(one["name"], one["items"]) for one in found["unknown"]] == [
        ("lost.raw", [item["refcode"]])
    ]
    assert found["summary"].endswith("1 record of a file came without its bytes.")


def test_only_what_no_file_refers_to_is_unused(lab: Lab, ada: Person, item: Document):
    first = attached(lab, ada, item, "a.txt", b"first")
    files.replace_file(lab, ada, item["refcode"], first["immutable_id"], kept(lab, b"second"))
    detached = attached(lab, ada, item, "b.txt", b"detached")
    files.detach_file(lab, ada, item["refcode"], detached["immutable_id"])
    items.delete_item(lab, ada, item["refcode"])
    unused = kept(lab, b"unused")
    found = list_unused_blobs(lab, SILENT)
    assert [one["sha256"] for one in found["blobs"]] == [unused.sha256]
    assert (found["num_unused"], found["unused_bytes"], found["num_removable"]) == (1, 6, 0)


@pytest.mark.parametrize(
    ("days", "seen", "gone"), [(40, 31, True), (40, 29, False), (29, 31, False), (40, None, False)]
)
def test_the_grace_counts_from_when_it_came_and_from_when_it_was_seen_unused(
    lab: Lab, days: float, seen: float | None, gone: bool
):
    blob = kept(lab, b"unused")
    age(lab, blob, days, seen=seen)
    assert remove_unused_blobs(lab, SILENT)["num_removed"] == gone
    assert lab.vault.exists(blob.sha256) is not gone


def test_a_file_that_comes_back_into_use_begins_its_grace_anew(
    lab: Lab, ada: Person, item: Document
):
    blob = kept(lab, b"unused")
    age(lab, blob, 100, seen=100)
    file = attached(lab, ada, item, "a.txt", b"unused")
    assert list_unused_blobs(lab, SILENT)["num_unused"] == 0
    lab.store.files.remove(Is("immutable_id", file["immutable_id"]))
    age(lab, blob, 100)
    assert remove_unused_blobs(lab, SILENT)["num_removed"] == 0
    assert lab.vault.exists(blob.sha256)


def test_nothing_is_removed_at_once_or_before_a_restore_is_confirmed(lab: Lab):
    with pytest.raises(Invalid, match="grace"):
        remove_unused_blobs(lab, SILENT, days=0)
    lab.store.restores.add({"immutable_id": "a" * 24, "state": "unconfirmed", "edit": 1})
    with pytest.raises(Conflict, match="restore"):
        remove_unused_blobs(lab, SILENT)


def test_what_was_wrong_beside_an_item_is_right_again(lab: Lab, ada: Person, item: Document):
    stored = lab.store.items.get(Is("refcode", item["refcode"]), scope=ALL)
    wrong = stored["derived"] | {"text": "nothing", "principals": ["person:nobody"]}
    lab.store.items.replace(stored | {"derived": wrong}, was=stored["edit"], scope=ALL)
    assert not lab.store.items.count(Mentions("quartz"), scope=ALL)
    found = rebuild(lab, SILENT)
    assert found["differing"] == [item["refcode"]]
    assert lab.store.items.count(Mentions("quartz"), scope=ALL) == 1
    assert items.get_item(lab, ada, item["refcode"]) == stored
    again = rebuild(lab, SILENT)
    assert (again["num_items"], again["num_items_differing"], again["index_differences"]) == (
        1,
        0,
        0,
    )


def test_what_is_no_item_any_more_is_named_and_stops_nothing(lab: Lab, ada: Person, item: Document):
    stored = lab.store.items.get(Is("refcode", item["refcode"]), scope=ALL)
    lab.store.items.replace(stored | {"blocks_obj": {"x": 5}}, was=stored["edit"], scope=ALL)
    creation.create_item(lab, ada, {"type": "samples", "item_id": "S-2"})
    found = rebuild(lab, SILENT)
    assert (found["num_items"], found["malformed"]) == (2, [item["refcode"]])
    assert "all were right, but for 1 that cannot be read." in found["summary"]


def test_space_is_added_up_by_place_type_and_person(lab: Lab, ada: Person, item: Document):
    attached(lab, ada, item, "large.txt", b"x" * 5_000)
    attached(lab, ada, item, "small.txt", b"x" * 50)
    cell = creation.create_item(lab, ada, {"type": "cells", "item_id": "C-1"})
    attached(lab, ada, cell, "cell.txt", b"y" * 7)
    found = show_space(lab, SILENT)
    assert found["places"]["files"] == {"bytes": 5_057, "number": 3}
    assert found["places"]["database"]["bytes"] > 4_096
    assert found["by_type"] == {
        "cells": {"bytes": 7, "number": 1},
        "samples": {"bytes": 5_050, "number": 1},
    }
    assert found["by_creator"] == [{"name": "Ada", "bytes": 5_057, "number": 3}]
    assert [one["name"] for one in found["largest"]] == ["large.txt", "small.txt", "cell.txt"]
    assert found["largest"][0]["items"] == [item["refcode"]]
    assert 0 < found["disk"]["free"] <= found["disk"]["total"]


@pytest.mark.parametrize("work", [check_files, list_unused_blobs, rebuild, show_space])
def test_everything_can_be_cancelled(
    lab: Lab, ada: Person, item: Document, work: Callable[..., Any]
):
    attached(lab, ada, item, "a.txt", b"some")
    with pytest.raises(Cancelled):
        work(lab, Impatient())
    assert lab.store.files.find(Query()).documents
