"""Drills: only a backup that came back whole is called healthy."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyrage
import pytest

from pydatalab.backups.drill import drill_strategy
from pydatalab.backups.handlers import restore_item, verify_backup
from pydatalab.backups.records import find_records
from pydatalab.backups.runs import run_strategy
from pydatalab.backups.sources import opened_source
from pydatalab.backups.strategies import at_place
from pydatalab.commands.drills import drill_all, drill_backups, open_items, scratch_like
from pydatalab.errors import Invalid, NotFound, Unavailable
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.store.query import Is, Query, Scope

Open = Callable[..., Lab]
Fill = Callable[..., list[str]]

QUIET = Silent()
BOTH = pytest.mark.parametrize("fields", [{}, {"incremental": True}], ids=["archive", "repository"])


def drill(lab: Lab, name: str = "daily", look: Any = open_items, **more: Any) -> dict[str, Any]:
    return drill_strategy(
        lab, name, open_scratch=scratch_like(lab), look=look, identity=None, progress=QUIET, **more
    )


def flip(folder: Path, pattern: str) -> None:
    """Alter one byte in the middle of the first file of that name."""
    path = sorted(folder.rglob(pattern))[0]
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


@BOTH
def test_a_backup_is_healthy_after_its_drill_and_not_before(
    open_with: Open, fill: Fill, tmp_path: Path, fields: dict[str, Any]
):
    lab = open_with(daily=fields)
    fill(lab, 15)
    assert run_strategy(lab, "daily", progress=QUIET)["health"] == "untested"
    record = drill(lab)
    assert record["health"] == "healthy"
    assert record["drill"]["problems"] == []
    assert (record["drill"]["files"], record["drill"]["items_opened"]) == (15, 10)
    assert record["drill"]["counts"]["items"] == 15
    assert list((tmp_path / "data" / "drills").iterdir()) == []


@BOTH
def test_a_backup_that_was_altered_is_broken_and_said_to_be(
    open_with: Open, fill: Fill, tmp_path: Path, fields: dict[str, Any]
):
    lab = open_with(daily=fields)
    fill(lab, 3)
    run_strategy(lab, "daily", progress=QUIET)
    flip(tmp_path / "kept", "*.tar.zst" if not fields else "blobs/*/*")
    record = drill(lab)
    assert record["health"] == "broken"
    assert record["drill"]["problems"]


def test_what_a_drill_found_broken_in_a_repository_is_stored_anew(
    open_with: Open, fill: Fill, tmp_path: Path
):
    lab = open_with(daily={"incremental": True})
    fill(lab, 3)
    run_strategy(lab, "daily", progress=QUIET)
    flip(tmp_path / "kept", "blobs/*/*")
    assert len(drill(lab)["drill"]["broken_files"]) == 1
    run_strategy(lab, "daily", progress=QUIET)
    assert drill(lab)["health"] == "healthy"


def test_broken_backups_do_not_count_and_never_push_good_ones_out(
    open_with: Open, fill: Fill, tmp_path: Path
):
    lab = open_with(daily={"retention": 2})
    fill(lab, 2)
    good = run_strategy(lab, "daily", progress=QUIET)["name"]
    bad = run_strategy(lab, "daily", progress=QUIET)["name"]
    flip(tmp_path / "kept", bad)
    drill(lab)
    newest = run_strategy(lab, "daily", progress=QUIET)["name"]
    names = [path.name for path in (tmp_path / "kept" / "daily").iterdir()]
    assert sorted(names) == [good, bad, newest]
    last = run_strategy(lab, "daily", progress=QUIET)["name"]
    names = [path.name for path in (tmp_path / "kept" / "daily").iterdir()]
    assert sorted(names) == [newest, last]


def test_what_the_visitor_finds_wrong_makes_a_backup_broken(open_with: Open, fill: Fill):
    def look(lab: Lab, refcodes: Sequence[str]) -> list[str]:
        return [f"The item {refcodes[0]} cannot be opened."]

    lab = open_with(daily={})
    fill(lab, 1)
    run_strategy(lab, "daily", progress=QUIET)
    record = drill(lab, look=look)
    assert (record["health"], len(record["drill"]["problems"])) == ("broken", 1)


def test_items_that_cannot_be_opened_are_named(open_with: Open, fill: Fill):
    lab = open_with()
    good, bad = fill(lab, 2)
    item = lab.store.items.get(Is("refcode", bad), scope=Scope.all())
    broken = item | {"file_ObjectIds": 3, "edit": item["edit"] + 1}
    lab.store.items.replace(broken, was=item["edit"], scope=Scope.all())
    assert [one for one in open_items(lab, [good, bad]) if good in one] == []
    assert any(bad in one for one in open_items(lab, [good, bad]))


def test_a_drill_without_the_key_says_nothing_of_the_health(open_with: Open, fill: Fill):
    key = pyrage.x25519.Identity.generate()
    lab = open_with(daily={"encryption": str(key.to_public())})
    fill(lab, 1)
    run_strategy(lab, "daily", progress=QUIET)
    with pytest.raises(Unavailable, match="is encrypted"):
        drill(lab)
    assert find_records(lab)[0]["health"] == "untested"
    drilled, problems = drill_all(lab, ["daily"], str(key), QUIET)
    assert (drilled[0]["health"], problems) == ("healthy", [])


@BOTH
@pytest.mark.parametrize("has_other", [False, True], ids=["none", "another"])
def test_who_has_not_the_key_calls_no_backup_broken(
    open_with: Open, fill: Fill, tmp_path: Path, fields: dict[str, Any], has_other: bool
):
    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (tmp_path / "other").write_text(str(other))
    settings = {"BACKUP_IDENTITY_FILE": tmp_path / "other"} if has_other else {}
    lab = open_with(daily=fields | {"encryption": str(key.to_public())}, **settings)
    fill(lab, 1)
    record = run_strategy(lab, "daily", progress=QUIET)
    with pytest.raises(Invalid, match="key"):
        verify_backup(lab, {"backup_id": record["immutable_id"]}, QUIET)
    with pytest.raises(Unavailable, match="key"):
        drill_all(lab, ["daily"], str(other) if has_other else None, QUIET)
    assert (find_records(lab)[0]["health"], find_records(lab)[0]["drill"]) == ("untested", None)


def test_files_that_the_lab_had_lost_do_not_make_its_backup_broken(open_with: Open, fill: Fill):
    lab = open_with(daily={})
    fill(lab, 2)
    lost = lab.store.files.find(Query(limit=1)).documents[0]
    lab.vault.remove(lost["checksums"]["sha256"])
    assert run_strategy(lab, "daily", progress=QUIET)["warnings"]
    assert drill(lab)["health"] == "healthy"


def test_the_job_drills_every_active_strategy_and_names_what_failed(open_with: Open, fill: Fill):
    lab = open_with(daily={}, weekly={}, idle={"active": False})
    fill(lab, 1)
    run_strategy(lab, "daily", progress=QUIET)
    with pytest.raises(Invalid, match=r"weekly: There is no backup of weekly\. There is none yet"):
        drill_backups(lab, {}, QUIET)
    assert find_records(lab)[0]["health"] == "healthy"


def test_the_job_that_verifies_marks_what_is_broken(open_with: Open, fill: Fill, tmp_path: Path):
    lab = open_with(daily={})
    fill(lab, 1)
    record = run_strategy(lab, "daily", progress=QUIET)
    asked = {"backup_id": record["immutable_id"]}
    assert verify_backup(lab, asked, QUIET)["summary"]
    assert find_records(lab)[0]["health"] == "untested"
    flip(tmp_path / "kept", "*.tar.zst")
    with pytest.raises(Invalid):
        verify_backup(lab, asked, QUIET)
    assert find_records(lab)[0]["health"] == "broken"


@BOTH
def test_one_item_comes_back_from_a_backup(open_with: Open, fill: Fill, fields: dict[str, Any]):
    lab = open_with(daily=fields)
    refcode = fill(lab, 3)[0]
    record = run_strategy(lab, "daily", progress=QUIET)
    lab.store.items.remove(Is("refcode", refcode), scope=Scope.all())
    result = restore_item(lab, {"backup_id": record["immutable_id"], "item": refcode}, QUIET)
    assert result["refcode"] == refcode
    assert lab.store.items.get(Is("refcode", refcode), scope=Scope.all())["name"] == "LCO"


@BOTH
def test_a_source_is_a_strategy_a_time_a_path_or_an_address(
    open_with: Open, fill: Fill, tmp_path: Path, fields: dict[str, Any]
):
    lab = open_with(daily=fields)
    fill(lab, 1)
    first = run_strategy(lab, "daily", progress=QUIET)
    second = run_strategy(lab, "daily", progress=QUIET)

    def called(source: str, time: str | None = None) -> str:
        with opened_source(lab, source, time=time) as opened:
            return opened.called.rpartition("/")[2] if "/" in opened.called else opened.called

    def name(record: dict[str, Any]) -> str:
        return record["name"].rpartition("/")[2]

    with opened_source(lab, "daily") as opened:
        assert name(second) in opened.called
    with opened_source(lab, "daily", time=first["made_at"]) as opened:
        assert name(first) in opened.called
    with opened_source(lab, "daily", time="2999-01-01") as opened:
        assert name(second) in opened.called
    with opened_source(lab, str(tmp_path / "kept" / "daily" / first["name"])) as opened:
        assert name(first) in opened.called
    with pytest.raises(NotFound, match=r"up to 1999-01-01\. The first is of 20"):
        called("daily", "1999-01-01")
    with pytest.raises(Invalid, match="is no time"):
        called("daily", "yesterday")
    with pytest.raises(NotFound, match=r"no file and no strategy hourly\. There are: daily"):
        called("hourly")
    with pytest.raises(Invalid, match="A time is said with the name of a strategy"):
        called(str(tmp_path), "2026-11-22")


def test_a_source_may_be_an_address(open_with: Open, fill: Fill, s3: Any):
    lab = open_with(
        daily={"location": s3.url("a")}, steps={"location": s3.url("b"), "incremental": True}
    )
    fill(lab, 1)
    for strategy in ("daily", "steps"):
        record = run_strategy(lab, strategy, progress=QUIET)
        with opened_source(lab, f"{record['location']}/{record['name']}") as opened:
            assert not isinstance(opened.stream, Path)
            assert len(opened.stream.read(512)) == 512
            while opened.stream.read(1_000_000):
                pass
    with at_place(lab, s3.url("a")) as place:
        assert len(list(place.find())) == 1
