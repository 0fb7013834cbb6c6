"""A lab comes back as its archive has it, and so does one item."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backed_up import CONTENTS, attach, back_up, blobs, everything, key_for

from pydatalab.app import open_lab
from pydatalab.backups.restore import confirm_restore, restore_archive, undo_restore
from pydatalab.config import Config
from pydatalab.errors import Cancelled, Conflict, NotFound
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services import accounts, creation, items, people
from pydatalab.store.query import EVERYTHING, Is, Query

NewLab = Callable[[str], Lab]
QUIET = Silent()


def ada(lab: Lab) -> Any:
    """The administrator of a lab."""
    found = lab.store.people.get(Is("contact_email", "ada@lab.example"))
    return people.person(lab, found["immutable_id"])


def rename(lab: Lab, item_id: str, name: str) -> None:
    """Save an item under another name."""
    refcode = items.get_item_by_id(lab, ada(lab), item_id)["refcode"]
    items.change_item(lab, ada(lab), refcode, {"name": name}, action="manual_save")


def name_of(lab: Lab, item_id: str) -> str:
    name: str = items.get_item_by_id(lab, ada(lab), item_id)["name"]
    return name


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz", "b.tar.zst"])
def test_an_empty_lab_is_complete_after_one_restore(
    lab: Lab, new_lab: NewLab, tmp_path: Path, name: str
):
    back_up(lab, tmp_path / name)
    other = new_lab("other")
    restored = restore_archive(other, tmp_path / name, progress=QUIET)
    assert everything(other) == everything(lab)
    assert blobs(other) == blobs(lab)
    assert (restored.counts["items"], restored.files, restored.kept) == (3, 4, None)
    assert items.find_items(other, ada(other), Query(Is("status", "active"))).documents
    with pytest.raises(NotFound):
        undo_restore(other, QUIET)


def test_keys_and_sessions_go_on_working(lab: Lab, new_lab: NewLab, tmp_path: Path):
    key, person = key_for(lab, "bob@lab.example"), ada(lab).immutable_id
    session = accounts.open_session(lab, person)
    back_up(lab, tmp_path / "b.tar")
    other = new_lab("other")
    restore_archive(other, tmp_path / "b.tar", progress=QUIET)
    assert accounts.person_of_key(other, key).display_name == "Bob"  # type: ignore[union-attr]
    assert accounts.person_of_session(other, session).display_name == "Ada"  # type: ignore[union-attr]


def test_a_lab_that_was_started_once_counts_as_empty(lab: Lab, new_lab: NewLab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    other = new_lab("other")
    accounts.make_first_run_link(other)
    restore_archive(other, tmp_path / "b.tar", progress=QUIET)
    assert everything(other)["items"] == everything(lab)["items"]


def test_a_full_lab_is_replaced_only_on_request(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    rename(lab, "S-0", "Changed")
    with pytest.raises(Conflict, match="--yes"):
        restore_archive(lab, tmp_path / "b.tar", progress=QUIET)
    assert name_of(lab, "S-0") == "Changed"


def test_a_restore_over_a_full_lab_can_be_undone_and_done_again(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    backed_up = everything(lab)
    rename(lab, "S-0", "Changed")
    attach(lab, ada(lab), items.get_item_by_id(lab, ada(lab), "S-2")["refcode"], "new.txt", b"new")
    changed = everything(lab)
    restored = restore_archive(lab, tmp_path / "b.tar", replace=True, progress=QUIET)
    assert everything(lab) == backed_up
    assert restored.kept and restored.kept.exists()
    undo_restore(lab, QUIET)
    assert everything(lab) == changed
    assert b"new" in blobs(lab).values()
    undo_restore(lab, QUIET)
    assert everything(lab) == backed_up


def test_what_was_there_is_kept_until_somebody_confirms(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    for _ in range(2):
        restore_archive(lab, tmp_path / "b.tar", replace=True, progress=QUIET)
    kept = lab.folder / "before-restore"
    assert len(list(kept.iterdir())) == 2
    assert confirm_restore(lab) == 2
    assert list(kept.iterdir()) == []
    assert confirm_restore(lab) == 0
    with pytest.raises(NotFound, match="no restore to undo"):
        undo_restore(lab, QUIET)


def test_whoever_is_signed_in_stays_so_if_the_archive_knows_them(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    key = key_for(lab, "ada@lab.example")
    people.add_person(lab, "Eve", contact_email="eve@lab.example")
    stranger = key_for(lab, "eve@lab.example")
    restore_archive(lab, tmp_path / "b.tar", replace=True, progress=QUIET)
    assert accounts.person_of_key(lab, key).display_name == "Ada"  # type: ignore[union-attr]
    assert accounts.person_of_key(lab, stranger) is None


def test_what_tells_of_the_server_is_neither_backed_up_nor_replaced(
    lab: Lab, new_lab: NewLab, tmp_path: Path
):
    lab.store.jobs.add({"immutable_id": "1" * 24, "key": "k", "name": "n", "state": "running"})
    manifest = back_up(lab, tmp_path / "b.tar")
    assert "jobs" not in manifest.counts
    restore_archive(lab, tmp_path / "b.tar", replace=True, progress=QUIET)
    assert lab.store.jobs.count(EVERYTHING) == 1


def test_bytes_that_were_lost_or_altered_since_come_back(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar.zst")
    before = blobs(lab)
    root = lab.folder / "files" / "blobs"
    lost, altered, *_ = sorted(before)
    (root / lost[:2] / lost[2:]).unlink()
    bad = root / altered[:2] / altered[2:]
    bad.chmod(0o600)
    bad.write_bytes(bytes(len(before[altered])) or b"x")
    restored = restore_archive(lab, tmp_path / "b.tar.zst", replace=True, progress=QUIET)
    assert blobs(lab) == before
    assert restored.files == 2


def test_files_that_the_archive_could_not_hold_are_named(lab: Lab, new_lab: NewLab, tmp_path: Path):
    gone = hashlib.sha256(CONTENTS["scan.xy"]).hexdigest()
    (lab.folder / "files" / "blobs" / gone[:2] / gone[2:]).unlink()
    back_up(lab, tmp_path / "b.tar")
    restored = restore_archive(new_lab("other"), tmp_path / "b.tar", progress=QUIET)
    assert any("scan.xy" in note for note in restored.notes)


def test_an_encrypted_archive_comes_back_with_its_key(lab: Lab, new_lab: NewLab, tmp_path: Path):
    import pyrage

    key = pyrage.x25519.Identity.generate()
    back_up(lab, tmp_path / "b.tar.zst.age", recipients=(str(key.to_public()),))
    other = new_lab("other")
    restore_archive(other, tmp_path / "b.tar.zst.age", identity=str(key), progress=QUIET)
    assert everything(other) == everything(lab)


class Impatient:
    """Cancels when it hears of a word."""

    def __init__(self, word: str) -> None:
        self.word = word

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        if self.word in doing:
            raise Cancelled("Enough.")


@pytest.mark.parametrize("word", ["Reading", "Writing"])
def test_a_restore_that_is_cancelled_changes_no_document(lab: Lab, tmp_path: Path, word: str):
    back_up(lab, tmp_path / "b.tar")
    rename(lab, "S-0", "Changed")
    before = everything(lab)
    with pytest.raises(Cancelled):
        restore_archive(lab, tmp_path / "b.tar", replace=True, progress=Impatient(word))
    assert everything(lab) == before
    assert list((lab.folder / "files" / "incoming").iterdir()) == []


def test_two_restores_at_once_are_refused(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    found = []

    class Second:
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            with pytest.raises(Conflict, match="under way"):
                restore_archive(lab, tmp_path / "b.tar", replace=True, progress=QUIET)
            found.append(doing)

    restore_archive(lab, tmp_path / "b.tar", replace=True, progress=Second())
    assert found


def test_one_item_comes_back_with_its_files_and_its_present_state_is_kept(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar.zst")
    before = items.get_item_by_id(lab, ada(lab), "S-1")
    rename(lab, "S-1", "Spoilt")
    rename(lab, "S-0", "Also changed")
    refcode = before["refcode"]
    with pytest.raises(Conflict, match="--yes"):
        restore_archive(lab, tmp_path / "b.tar.zst", item=refcode, progress=QUIET)
    restored = restore_archive(
        lab, tmp_path / "b.tar.zst", item=refcode.partition(":")[2], replace=True, progress=QUIET
    )
    now = items.get_item_by_id(lab, ada(lab), "S-1")
    assert (now["name"], now["file_ObjectIds"]) == ("Sample 1", before["file_ObjectIds"])
    assert name_of(lab, "S-0") == "Also changed"
    assert restored.counts["items"] == 1
    states = lab.store.versions.find(Query(Is("refcode", refcode), limit=50)).documents
    assert {one["version"]: one["data"]["name"] for one in states} == {
        1: "Sample 1", 2: "Spoilt", 3: "Sample 1",
    }  # fmt: skip
    assert now["version"] == 3
    rename(lab, "S-1", "Goes on")  # saves work on what was restored
    assert name_of(lab, "S-1") == "Goes on"


def test_a_state_that_no_version_has_is_kept_too(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    refcode = items.get_item_by_id(lab, ada(lab), "S-0")["refcode"]
    items.edit_item(lab, ada(lab), refcode, lambda one: one | {"description": "typed just now"})
    restore_archive(lab, tmp_path / "b.tar", item=refcode, replace=True, progress=QUIET)
    states = lab.store.versions.find(Query(Is("refcode", refcode), limit=50)).documents
    assert "typed just now" in [one["data"]["description"] for one in states]
    assert items.get_item_by_id(lab, ada(lab), "S-0")["description"] == "grey powder"


def test_a_deleted_item_comes_back_without_a_question(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    refcode = items.get_item_by_id(lab, ada(lab), "S-1")["refcode"]
    items.delete_item(lab, ada(lab), refcode)
    restore_archive(lab, tmp_path / "b.tar", item=refcode, progress=QUIET)
    assert name_of(lab, "S-1") == "Sample 1"


def test_one_item_comes_into_another_lab_with_its_bytes_alone(
    lab: Lab, new_lab: NewLab, tmp_path: Path
):
    attach(lab, ada(lab), items.get_item_by_id(lab, ada(lab), "S-2")["refcode"], "o.txt", b"other")
    back_up(lab, tmp_path / "b.tar")
    refcode = items.get_item_by_id(lab, ada(lab), "S-1")["refcode"]
    other = new_lab("other")
    restore_archive(other, tmp_path / "b.tar", item=refcode, progress=QUIET)
    assert [one["refcode"] for one in everything(other)["items"]] == [refcode]
    assert len(everything(other)["files"]) == len(CONTENTS)
    assert set(blobs(lab).values()) - set(blobs(other).values()) == {b"other"}


def test_a_file_that_was_replaced_since_has_its_bytes_of_then(lab: Lab, tmp_path: Path):
    from backed_up import put

    from pydatalab.services import files

    back_up(lab, tmp_path / "b.tar")
    item = items.get_item_by_id(lab, ada(lab), "S-1")
    file_id = item["file_ObjectIds"][1]
    was = lab.store.files.get(Is("immutable_id", file_id))["checksums"]["sha256"]
    blob = put(lab, b"newer bytes")
    files.replace_file(lab, ada(lab), item["refcode"], file_id, blob)
    restore_archive(lab, tmp_path / "b.tar", item=item["refcode"], replace=True, progress=QUIET)
    now = lab.store.files.get(Is("immutable_id", file_id))
    assert now["checksums"]["sha256"] == was
    assert now["revisions"][-1]["checksums"]["sha256"] == blob.sha256


def test_an_item_that_the_archive_has_not_is_not_found(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    with pytest.raises(NotFound, match="no item NOWHERE"):
        restore_archive(lab, tmp_path / "b.tar", item="NOWHERE", progress=QUIET)


def test_an_item_is_named_by_its_id_too(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    refcode = items.get_item_by_id(lab, ada(lab), "S-1")["refcode"]
    items.delete_item(lab, ada(lab), refcode)
    restored = restore_archive(lab, tmp_path / "b.tar", item="S-1", progress=QUIET)
    assert (restored.refcode, restored.counts["items"]) == (refcode, 1)
    assert items.get_item_by_id(lab, ada(lab), "S-1")["refcode"] == refcode


def test_an_id_means_the_item_that_has_it_rather_than_one_that_was_deleted(
    lab: Lab, tmp_path: Path, new_lab: Callable[[str], Lab]
):
    first = items.get_item_by_id(lab, ada(lab), "S-1")["refcode"]
    items.delete_item(lab, ada(lab), first)
    back_up(lab, tmp_path / "deleted.tar")
    other = new_lab("other")
    restored = restore_archive(other, tmp_path / "deleted.tar", item="S-1", progress=QUIET)
    assert restored.refcode == first
    assert any("deleted already then" in note for note in restored.notes)
    second = creation.create_item(lab, ada(lab), {"type": "samples", "item_id": "S-1"})["refcode"]
    back_up(lab, tmp_path / "both.tar")
    restored = restore_archive(new_lab("third"), tmp_path / "both.tar", item="S-1", progress=QUIET)
    assert restored.refcode == second
    assert any(first in note for note in restored.notes)


def test_an_unknown_item_is_answered_with_near_ones(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    refcode = items.get_item_by_id(lab, ada(lab), "S-1")["refcode"]
    with pytest.raises(NotFound, match=r"no item S-11 in.*S-1 \(" + refcode):
        restore_archive(lab, tmp_path / "b.tar", item="S-11", progress=QUIET)
    with pytest.raises(NotFound, match=r"no item s-1 in.*S-1 \(" + refcode):
        restore_archive(lab, tmp_path / "b.tar", item="s-1", progress=QUIET)
    with pytest.raises(NotFound, match=r"Almost so are called: " + refcode):
        typed = refcode.partition(":")[2][:-1] + "0"
        restore_archive(lab, tmp_path / "b.tar", item=typed, progress=QUIET)


def test_an_item_whose_id_another_one_has_now_is_refused(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    refcode = items.get_item_by_id(lab, ada(lab), "S-0")["refcode"]
    items.delete_item(lab, ada(lab), refcode)
    creation.create_item(lab, ada(lab), {"type": "samples", "item_id": "S-0"})
    with pytest.raises(Conflict, match="S-0"):
        restore_archive(lab, tmp_path / "b.tar", item=refcode, progress=QUIET)


def test_an_archive_of_one_engine_restores_into_another_and_back(
    lab: Lab, new_lab: NewLab, tmp_path: Path, mongo_uri: str
):
    back_up(lab, tmp_path / "b.tar.zst")
    config = Config(DATA_DIRECTORY=tmp_path / "mongo", MONGO_URI=mongo_uri)
    with open_lab(config) as other:
        restore_archive(other, tmp_path / "b.tar.zst", progress=QUIET)
        assert sorted_documents(other) == sorted_documents(lab)
        assert blobs(other) == blobs(lab)
        rename(other, "S-0", "Changed")
        restore_archive(other, tmp_path / "b.tar.zst", replace=True, progress=QUIET)
        assert name_of(other, "S-0") == "Sample 0"
        undo_restore(other, QUIET)
        assert name_of(other, "S-0") == "Changed"
        back_up(other, tmp_path / "back.tar.zst")
    restore_archive(lab, tmp_path / "back.tar.zst", replace=True, progress=QUIET)
    assert name_of(lab, "S-0") == "Changed"


def sorted_documents(lab: Lab) -> dict[str, list[Any]]:
    """All documents; each engine gives them in an order of its own."""
    return {
        kind: sorted(documents, key=lambda one: str(one["immutable_id"]))
        for kind, documents in everything(lab).items()
    }
