"""Incremental backups: each file once, each snapshot alone, nothing that was cut counts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from pydatalab.backups.exporting import exported
from pydatalab.backups.records import find_records
from pydatalab.backups.repository import find_snapshots, stored_blobs
from pydatalab.backups.runs import run_strategy
from pydatalab.backups.strategies import at_place
from pydatalab.backups.verify import Verdict, verify_archive
from pydatalab.errors import Cancelled, Invalid
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent

Open = Callable[..., Lab]
Fill = Callable[..., list[str]]

QUIET = Silent()


def run(lab: Lab) -> dict[str, Any]:
    return run_strategy(lab, "steps", progress=QUIET)


def verify(lab: Lab, record: dict[str, Any], identity: str | None = None) -> Verdict:
    with (
        at_place(lab, record["location"]) as place,
        exported(place, record["name"], identity) as stream,
    ):
        return verify_archive(stream, identity=identity, progress=QUIET)


@pytest.fixture(params=["folder", "sftp", "s3"])
def lab(request: pytest.FixtureRequest, open_with: Open, tmp_path: Path) -> Lab:
    """A lab whose strategy ``steps`` is incremental and keeps two."""
    location, settings = str(tmp_path / "kept"), {}
    if request.param == "sftp":
        ssh = request.getfixturevalue("ssh")
        location = ssh.url(tmp_path / "kept")
        settings = {"SSH_KEY_FILE": ssh.keys.key_file, "SSH_KNOWN_HOSTS": ssh.keys.known_hosts}
    elif request.param == "s3":
        location = request.getfixturevalue("s3").url("steps")
    steps = {"location": location, "incremental": True, "retention": 2}
    return open_with(steps=steps, **settings)


def test_the_second_run_moves_only_what_is_new_and_each_snapshot_stands_alone(lab: Lab, fill: Fill):
    fill(lab, 10)
    first = run(lab)
    fill(lab, 1)
    second = run(lab)
    assert first["moved"] > 10 * 20_000
    assert 20_000 < second["moved"] < 40_000
    for record, items in ((first, 10), (second, 11)):
        verdict = verify(lab, record)
        assert verdict.ok, verdict.problem
        assert verdict.manifest is not None
        assert verdict.manifest.counts["items"] == items


def test_what_no_snapshot_needs_is_removed_and_what_one_needs_stays(lab: Lab, fill: Fill):
    fill(lab, 3)
    run(lab)
    for file in everything(lab):
        lab.store.files.replace(file | {"checksums": {}})
    fill(lab, 2)
    second = run(lab)
    third = run(lab)
    with at_place(lab, second["location"]) as place:
        assert find_snapshots(place) == [second["name"], third["name"]]
        assert len(stored_blobs(place)) == 2
    assert verify(lab, second).ok
    assert verify(lab, third).ok


def everything(lab: Lab) -> list[dict[str, Any]]:
    from pydatalab.store.query import Query

    return lab.store.files.find(Query(limit=1_000)).documents


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
@pytest.mark.parametrize("encrypted", [False, True])
def test_bytes_are_stored_as_asked_and_come_back(
    open_with: Open, fill: Fill, tmp_path: Path, compression: str, encrypted: bool
):
    key = pyrage.x25519.Identity.generate()
    steps: dict[str, Any] = {"incremental": True, "compression": compression}
    if encrypted:
        steps["encryption"] = [str(key.to_public())]
    lab = open_with(steps=steps)
    fill(lab, 2)
    fill(lab, 1, 9_000_000)
    record = run(lab)
    assert verify(lab, record, str(key) if encrypted else None).ok
    if encrypted:
        with pytest.raises(Invalid, match="encrypted"):
            verify(lab, record)
    with at_place(lab, record["location"]) as place:
        endings = {one.place[71:] for one in stored_blobs(place).values()}
    plain = "" if compression == "none" else f".{compression}"
    assert endings == {f"{plain or '.zst'}.age" if encrypted else plain}


def test_a_run_that_was_cut_leaves_no_snapshot_and_the_next_one_goes_on(
    open_with: Open, fill: Fill, tmp_path: Path
):
    class Cut(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            if doing.startswith("Storing") and done >= 100_000:
                raise Cancelled("Stopped.")

    lab = open_with(steps={"incremental": True})
    fill(lab, 10)
    with pytest.raises(Cancelled):
        run_strategy(lab, "steps", progress=Cut())
    with at_place(lab, str(tmp_path / "kept" / "steps")) as place:
        assert find_snapshots(place) == []
        assert len(stored_blobs(place)) >= 5
    record = run(lab)
    assert record["moved"] < 6 * 20_000 + 10_000
    assert verify(lab, record).ok


def test_what_a_cut_run_left_and_nobody_needs_goes_with_the_next(
    open_with: Open, fill: Fill, tmp_path: Path
):
    class Cut(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            if doing.startswith("Storing") and done >= 100_000:
                raise Cancelled("Stopped.")

    lab = open_with(steps={"incremental": True})
    fill(lab, 10)
    with pytest.raises(Cancelled):
        run_strategy(lab, "steps", progress=Cut())
    for file in everything(lab):
        lab.store.files.replace(file | {"checksums": {}})
    record = run(lab)
    with at_place(lab, record["location"]) as place:
        assert stored_blobs(place) == {}


def test_bytes_that_were_altered_in_the_repository_are_noticed(
    open_with: Open, fill: Fill, tmp_path: Path
):
    lab = open_with(steps={"incremental": True, "compression": "none"})
    fill(lab, 2)
    record = run(lab)
    blob = next((tmp_path / "kept" / "steps" / "blobs").rglob("??*/*"))
    raw = bytearray(blob.read_bytes())
    raw[100] ^= 1
    blob.write_bytes(raw)
    with pytest.raises(Invalid, match="its bytes are others"):
        verify(lab, record)
    blob.unlink()
    with pytest.raises(Invalid, match="is gone"):
        verify(lab, record)


@pytest.mark.parametrize("part", [".blobs", ".documents", ".json"])
@pytest.mark.parametrize("harm", ["cut", "flipped"])
def test_a_snapshot_that_was_cut_or_altered_is_refused(
    open_with: Open, fill: Fill, tmp_path: Path, part: str, harm: str
):
    lab = open_with(steps={"incremental": True})
    fill(lab, 2)
    record = run(lab)
    stem = record["name"].removesuffix(".json")
    path = tmp_path / "kept" / "steps" / f"{stem}{part}"
    raw = bytearray(path.read_bytes())
    if harm == "cut":
        del raw[len(raw) // 2 :]
    else:
        raw[raw.index(b'"counts"') + 1 if part == ".json" else len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(Invalid):
        verify(lab, record)


def test_files_that_the_lab_lost_are_named_and_the_rest_is_kept(open_with: Open, fill: Fill):
    lab = open_with(steps={"incremental": True})
    fill(lab, 3)
    lost = everything(lab)[0]
    lab.vault.remove(lost["checksums"]["sha256"])
    record = run(lab)
    assert [warning for warning in record["warnings"] if "pattern.xy" in warning]
    assert verify(lab, record).ok


def test_the_repository_still_has_what_the_lab_lost(open_with: Open, fill: Fill):
    lab = open_with(steps={"incremental": True})
    fill(lab, 3)
    run(lab)
    lab.vault.remove(everything(lab)[0]["checksums"]["sha256"])
    record = run(lab)
    assert record["warnings"] == []
    assert find_records(lab)[0]["counts"] == record["counts"]
    assert verify(lab, record).ok
