"""Files from remote folders: attached, followed while they grow, and kept whatever becomes of them."""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.errors import NotFound, TooLarge, Unavailable
from pydatalab.lab import Lab
from pydatalab.models.files import bytes_at, held_blobs, revisions_of
from pydatalab.models.people import Person
from pydatalab.models.progress import Silent
from pydatalab.models.remotes import RemoteFilesystem
from pydatalab.services import creation, files, items, people, remotes
from pydatalab.services.following import follow_files
from pydatalab.store.query import Document, Is

REMOTE = "XRD"
SCAN = b"".join(b"%.2f %d\n" % (10 + n / 50, 100 + n % 7) for n in range(500))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mounted folder with a file in it."""
    root = tmp_path / "mounted"
    (root / "runs").mkdir(parents=True)
    (root / "runs" / "scan.xy").write_bytes(SCAN)
    return root


@pytest.fixture
def lab(tmp_path: Path, folder: Path, engine: dict[str, str]) -> Iterator[Lab]:
    places = (
        RemoteFilesystem(name=REMOTE, path=str(folder)),
        RemoteFilesystem(name="away", path=str(tmp_path / "not mounted")),
    )
    config = Config(
        DATA_DIRECTORY=tmp_path / "data",
        REMOTE_FILESYSTEMS=places,
        REMOTE_CACHE_MIN_AGE=0,
        **engine,
    )
    with open_lab(config) as opened:
        yield opened


def person(lab: Lab, name: str) -> Person:
    made = people.add_person(
        lab, name, contact_email=f"{name}@lab.example", account_status="active"
    )
    return Person(made["immutable_id"], name, role="user", account_status="active")


@pytest.fixture
def ada(lab: Lab) -> Person:
    return person(lab, "ada")


@pytest.fixture
def item(lab: Lab, ada: Person) -> Document:
    return creation.create_item(lab, ada, {"type": "samples", "item_id": "S-1"})


def attached(lab: Lab, ada: Person, item: Document, path: str = "runs/scan.xy") -> Document:
    file, _ = remotes.attach_remote_file(lab, ada, item["refcode"], REMOTE, path)
    return file


def as_it_is(lab: Lab, file: Document) -> Document:
    return lab.store.files.get(Is("immutable_id", file["immutable_id"]))


def content(lab: Lab, sha256: str, size: int | None = None) -> bytes:
    return b"".join(lab.vault.read_range(sha256, 0, size))


def age(path: Path, hours: float) -> None:
    """Let a file be changed so many hours ago."""
    os.utime(path, (time.time() - hours * 3600,) * 2)


def test_a_file_is_attached_with_its_origin(lab: Lab, ada: Person, item: Document):
    file = attached(lab, ada, item)
    assert content(lab, file["checksums"]["sha256"]) == SCAN
    assert (file["source"], file["source_server_name"], file["source_path"]) == (
        "remote",
        REMOTE,
        "runs/scan.xy",
    )
    assert file["is_live"] is True
    assert file["last_modified_remote"][:2] == "20"
    assert "xrd" in file["techniques"]
    assert items.get_item(lab, ada, item["refcode"])["file_ObjectIds"] == [file["immutable_id"]]


def test_the_same_file_attached_again_is_brought_up_to_date(
    lab: Lab, ada: Person, item: Document, folder: Path
):
    first = attached(lab, ada, item)
    (folder / "runs" / "scan.xy").write_bytes(b"20 1\n")
    again, new = remotes.attach_remote_file(lab, ada, item["refcode"], REMOTE, "runs/scan.xy")
    assert (new, again["immutable_id"], again["revision"]) == (False, first["immutable_id"], 2)


def test_two_files_that_are_empty_so_far_are_two_files(
    lab: Lab, ada: Person, item: Document, folder: Path
):
    for name in ("a.txt", "b.txt"):
        (folder / name).touch()
    made = {attached(lab, ada, item, name)["immutable_id"] for name in ("a.txt", "b.txt")}
    assert len(made) == 2


def test_attaching_needs_write_to_the_item_before_anything_is_copied(
    lab: Lab, item: Document, folder: Path
):
    stranger = person(lab, "bob")
    with pytest.raises(NotFound):
        attached(lab, stranger, item)
    assert list(lab.vault.blobs()) == []


@pytest.mark.parametrize(
    ("remote", "path", "error"),
    [
        (REMOTE, "../secret.txt", NotFound),
        (REMOTE, "runs", NotFound),
        (REMOTE, "gone.xy", NotFound),
        ("elsewhere", "a", NotFound),
        ("away", "a", Unavailable),
    ],
)
def test_what_cannot_be_attached_leaves_nothing(
    lab: Lab, ada: Person, item: Document, remote: str, path: str, error: type[Exception]
):
    with pytest.raises(error):
        remotes.attach_remote_file(lab, ada, item["refcode"], remote, path)
    assert lab.store.files.count(Is("source", "remote")) == 0


def test_a_file_that_is_too_large_is_refused(lab: Lab, ada: Person, item: Document, folder: Path):
    with (folder / "large").open("wb") as out:
        out.truncate(lab.vault.largest + 1)
    with pytest.raises(TooLarge):
        attached(lab, ada, item, "large")


def test_a_growing_file_is_kept_in_step_with_its_versions_by_hash(
    lab: Lab, ada: Person, item: Document, folder: Path
):
    scan = folder / "runs" / "scan.xy"
    file = attached(lab, ada, item)
    states = [scan.read_bytes()]
    for more in (b"13 130\n", b"14 140\n"):
        scan.write_bytes(scan.read_bytes() + more)
        states.append(scan.read_bytes())
        told = follow_files(lab, Silent())
        assert (told["num_looked_at"], told["num_updated"]) == (1, 1)
    now = as_it_is(lab, file)
    assert (now["revision"], now["size"]) == (3, len(states[-1]))
    hashes = {one["revision"]: one["sha256"] for one in revisions_of(now)}
    assert hashes == {n + 1: hashlib.sha256(one).hexdigest() for n, one in enumerate(states)}
    for number, state in enumerate(states):
        place = bytes_at(now, number + 1)
        assert place is not None
        assert content(lab, *place) == state
    assert len(list(held_blobs(now))) == 1


def test_a_file_that_was_written_anew_keeps_what_it_was(
    lab: Lab, ada: Person, item: Document, folder: Path
):
    scan = folder / "runs" / "scan.xy"
    before = scan.read_bytes()
    file = attached(lab, ada, item)
    scan.write_bytes(b"another\nand longer than the one before\n")
    follow_files(lab, Silent())
    now = as_it_is(lab, file)
    place = bytes_at(now, 1)
    assert place is not None
    assert content(lab, *place) == before
    assert len(list(held_blobs(now))) == 2
    assert bytes_at(now, 3) is None


def test_items_show_that_their_file_changed_and_others_stay(
    lab: Lab, ada: Person, item: Document, folder: Path
):
    attached(lab, ada, item)
    edit = items.get_item(lab, ada, item["refcode"])["edit"]
    follow_files(lab, Silent())
    assert items.get_item(lab, ada, item["refcode"])["edit"] == edit
    (folder / "runs" / "scan.xy").write_bytes(b"10 1\n")
    follow_files(lab, Silent())
    assert items.get_item(lab, ada, item["refcode"])["edit"] > edit


def test_a_file_that_did_not_change_for_long_is_taken_to_be_finished(
    lab: Lab, ada: Person, item: Document, folder: Path
):
    age(folder / "runs" / "scan.xy", hours=24 * 30)
    old = attached(lab, ada, item)
    assert (old["is_live"], old["following"]["ended"]) == (False, "unchanged")
    (folder / "new.txt").write_text("x")
    new = attached(lab, ada, item, "new.txt")
    assert follow_files(replace(lab, live_hours=1e-9), Silent())["num_ended"] == 1
    assert as_it_is(lab, new)["following"]["ended"] == "unchanged"
    assert follow_files(lab, Silent())["num_looked_at"] == 0


def test_a_file_that_vanished_is_kept_and_said_to_have(
    lab: Lab, ada: Person, item: Document, folder: Path
):
    file = attached(lab, ada, item)
    (folder / "runs" / "scan.xy").unlink()
    follow_files(lab, Silent())
    missing = as_it_is(lab, file)
    assert (missing["is_live"], missing["following"]["problem"]) == (
        True,
        "It is not there at the moment.",
    )
    assert follow_files(lab, Silent())["num_ended"] == 1
    gone = as_it_is(lab, file)
    assert (gone["is_live"], gone["following"]["ended"]) == (False, "vanished")
    assert content(lab, gone["checksums"]["sha256"]) == SCAN


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_folder_that_is_not_mounted_ends_nothing(
    lab: Lab, ada: Person, item: Document, folder: Path, how: str
):
    file = attached(lab, ada, item)
    folder.rename(folder.with_name("elsewhere"))
    if how == "empty":
        folder.mkdir()
    for _ in range(3):
        told = follow_files(lab, Silent())
        assert "mounted" in told["problems"][REMOTE]
    assert as_it_is(lab, file)["is_live"] is True
    if how == "empty":
        folder.rmdir()
    folder.with_name("elsewhere").rename(folder)
    (folder / "runs" / "scan.xy").write_bytes(SCAN + b"20.00 130\n")
    assert follow_files(lab, Silent())["num_updated"] == 1
    assert as_it_is(lab, file)["following"]["problem"] is None


def test_bytes_that_somebody_put_in_place_are_not_overwritten(
    lab: Lab, ada: Person, item: Document, folder: Path
):
    file = attached(lab, ada, item)
    with lab.vault.writer() as writer:
        writer.write(b"mine")
        mine = writer.finish()
    files.replace_file(lab, ada, item["refcode"], file["immutable_id"], mine)
    (folder / "runs" / "scan.xy").write_bytes(b"theirs")
    follow_files(lab, Silent())
    assert as_it_is(lab, file)["checksums"]["sha256"] == mine.sha256


def test_a_file_that_no_item_shows_is_not_followed(
    lab: Lab, ada: Person, item: Document, folder: Path
):
    file = attached(lab, ada, item)
    files.detach_file(lab, ada, item["refcode"], file["immutable_id"])
    assert follow_files(lab, Silent())["num_looked_at"] == 0
    files.reattach_file(lab, ada, item["refcode"], file["immutable_id"])
    assert follow_files(lab, Silent())["num_looked_at"] == 1
