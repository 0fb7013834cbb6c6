"""Runs of strategies, from the settings to what is in the folder, the other machine or the bucket."""

import re
import subprocess
import tarfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest

from pydatalab.backups import records, runs, strategies
from pydatalab.backups.handlers import create_backup, verify_backup
from pydatalab.backups.records import find_records
from pydatalab.backups.runs import run_strategy
from pydatalab.backups.verify import verify_archive
from pydatalab.commands.drills import drill_all
from pydatalab.errors import Cancelled, Conflict, NotFound, Unavailable
from pydatalab.jobs.leases import lease
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.store.query import Is

Open = Callable[..., Lab]
Fill = Callable[..., list[str]]

QUIET = Silent()


def names(folder: Path) -> list[str]:
    """All files in a folder and below."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Set the clock that names are made from."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return moment

    monkeypatch.setattr(runs, "datetime", Clock)


def test_a_run_leaves_one_whole_archive_and_nothing_else(
    open_with: Open, fill: Fill, tmp_path: Path
):
    lab = open_with(daily={})
    fill(lab, 3)
    record = run_strategy(lab, "daily", progress=QUIET)
    assert names(tmp_path / "kept") == [record["name"]]
    path = tmp_path / "kept" / "daily" / record["name"]
    assert record["name"].startswith("daily-20")
    assert record["name"].endswith("Z.tar.zst")
    assert path.stat().st_mode & 0o777 == 0o600
    assert (record["state"], record["health"], record["size"]) == (
        "done", "untested", path.stat().st_size,
    )  # fmt: skip
    assert record["counts"]["items"] == 3
    verdict = verify_archive(path, progress=QUIET)
    assert verdict.ok
    assert verdict.manifest is not None
    assert verdict.manifest.digest == record["digest"]


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
def test_an_archive_is_compressed_as_asked(
    open_with: Open, fill: Fill, tmp_path: Path, compression: str
):
    lab = open_with(daily={"compression": compression})
    fill(lab, 1)
    name = run_strategy(lab, "daily", progress=QUIET)["name"]
    assert name.endswith(".tar" if compression == "none" else f".tar.{compression}")
    assert verify_archive(tmp_path / "kept" / "daily" / name, progress=QUIET).ok
    if compression != "zst":
        with tarfile.open(tmp_path / "kept" / "daily" / name) as archive:
            assert "documents/items.jsonl" in archive.getnames()


def test_an_encrypted_archive_opens_with_the_key_and_by_the_tool_age(
    open_with: Open, fill: Fill, tmp_path: Path
):
    key = pyrage.x25519.Identity.generate()
    lab = open_with(daily={"encryption": str(key.to_public()), "compression": "none"})
    fill(lab, 1)
    name = run_strategy(lab, "daily", progress=QUIET)["name"]
    path = tmp_path / "kept" / "daily" / name
    assert name.endswith(".tar.age")
    assert not verify_archive(path, progress=QUIET).ok
    assert verify_archive(path, identity=str(key), progress=QUIET).ok
    (tmp_path / "key").write_text(f"{key}\n")
    try:
        subprocess.run(
            ["age", "-d", "-i", tmp_path / "key", "-o", tmp_path / "plain.tar", path], check=True
        )
    except FileNotFoundError:
        pytest.skip("no age here: apt-get install age")
    with tarfile.open(tmp_path / "plain.tar") as archive:
        assert "manifest.json" in archive.getnames()


@pytest.mark.parametrize("where", ["sftp", "s3"])
def test_a_backup_goes_elsewhere_and_the_old_ones_there_are_removed(
    open_with: Open, fill: Fill, tmp_path: Path, request: pytest.FixtureRequest, where: str
):
    settings: dict[str, Any] = {}
    if where == "sftp":
        ssh = request.getfixturevalue("ssh")
        location = ssh.url(tmp_path / "far")
        settings = {"SSH_KEY_FILE": ssh.keys.key_file, "SSH_KNOWN_HOSTS": ssh.keys.known_hosts}
    else:
        location = request.getfixturevalue("s3").url("lab one/daily")
    lab = open_with(daily={"location": location, "retention": 2}, **settings)
    fill(lab, 2)
    made = [run_strategy(lab, "daily", progress=QUIET)["name"] for _ in range(3)]
    with strategies.at_place(lab, location) as place:
        assert [one.name for one in place.find()] == made[1:]
        with place.open(made[2]) as stream:
            assert verify_archive(stream, progress=QUIET).ok


def test_a_hostname_means_ssh(open_with: Open, tmp_path: Path, ssh: Any):
    lab = open_with(
        daily={"hostname": f"root@127.0.0.1:{ssh.port}", "location": str(tmp_path / "far")},
        SSH_KEY_FILE=ssh.keys.key_file,
        SSH_KNOWN_HOSTS=ssh.keys.known_hosts,
    )
    record = run_strategy(lab, "daily", progress=QUIET)
    assert names(tmp_path / "far") == [record["name"]]


def test_retention_counts_every_whole_archive(open_with: Open, tmp_path: Path):
    lab = open_with(daily={"retention": 3})
    made = [run_strategy(lab, "daily", progress=QUIET)["name"] for _ in range(5)]
    assert names(tmp_path / "kept" / "daily") == made[2:]
    gone = [record["removed_at"] is not None for record in find_records(lab)]
    assert sorted(gone) == [False, False, False, True, True]


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
def test_what_is_no_whole_archive_neither_counts_nor_goes_and_is_named(
    open_with: Open, tmp_path: Path, compression: str
):
    lab = open_with(daily={"retention": 2, "compression": compression})
    made = [run_strategy(lab, "daily", progress=QUIET)["name"] for _ in range(2)]
    folder, ending = tmp_path / "kept" / "daily", made[0].partition(".")[2]
    raw = (folder / made[0]).read_bytes()
    odd = {"20210101T000000Z": b"", "20210102T000000Z": raw[: len(raw) // 2], "20350101T000000Z": b"",
           "20210103T000000Z": b"notes" * 900}  # fmt: skip
    others = {f"daily-{time}.{ending}": content for time, content in odd.items()}
    for name, content in others.items():
        (folder / name).write_bytes(content)
    (folder / f"daily-20220101T000000Z.{ending}").write_bytes(raw)  # of another server, and whole
    record = run_strategy(lab, "daily", progress=QUIET)
    assert names(folder) == sorted([*others, made[1], record["name"]])
    assert sorted(warning.split()[0] for warning in record["warnings"]) == sorted(others)
    again = run_strategy(lab, "daily", progress=QUIET)
    assert len(again["warnings"]) == len(others)
    (folder / again["name"]).write_bytes(raw[:700])
    last = run_strategy(lab, "daily", progress=QUIET)
    assert any("700 bytes instead of" in warning for warning in last["warnings"])
    assert {record["name"], again["name"], last["name"]} <= set(names(folder))


def test_a_snapshot_that_is_empty_neither_counts_nor_goes_and_is_named(
    open_with: Open, tmp_path: Path
):
    lab = open_with(steps={"retention": 1, "incremental": True})
    made = [run_strategy(lab, "steps", progress=QUIET)["name"] for _ in range(2)]
    assert not (tmp_path / "kept" / "steps" / made[0]).exists()
    (tmp_path / "kept" / "steps" / made[1]).write_bytes(b"")
    record = run_strategy(lab, "steps", progress=QUIET)
    assert record["warnings"] == [
        f"{made[1]} is empty: it counts as no backup, and was left alone."
    ]
    assert (tmp_path / "kept" / "steps" / made[1]).exists()


@pytest.mark.parametrize("incremental", [False, True])
def test_a_backup_that_was_cut_short_counts_again_once_it_is_what_it_was(
    open_with: Open, tmp_path: Path, incremental: bool
):
    lab = open_with(daily={"retention": 5, "incremental": incremental})
    name = run_strategy(lab, "daily", progress=QUIET)["name"]
    file = tmp_path / "kept" / "daily" / name
    raw = file.read_bytes()
    file.write_bytes(b"")
    assert len(run_strategy(lab, "daily", progress=QUIET)["warnings"]) == 1
    file.write_bytes(raw)
    assert run_strategy(lab, "daily", progress=QUIET)["warnings"] == []
    (record,) = (one for one in find_records(lab) if one["name"] == name)
    assert (record["damage"], record["health"]) == (None, "untested")


def test_retention_leaves_files_of_others_alone(open_with: Open, tmp_path: Path):
    folder = tmp_path / "kept" / "daily"
    folder.mkdir(parents=True)
    others = ["daily-20200101T000000Z.txt", "daily-x-20200101T000000Z.tar", "notes.tar.gz"]
    for name in others:
        (folder / name).touch()
    lab = open_with(daily={"retention": 1})
    name = run_strategy(lab, "daily", progress=QUIET)["name"]
    assert names(folder) == sorted([*others, name])


def test_a_clock_that_was_set_back_neither_overwrites_nor_removes_the_wrong_one(
    open_with: Open, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lab = open_with(daily={"retention": 2})
    today = datetime(2026, 11, 22, 4, 5, tzinfo=UTC)
    made = []
    for moment in (today, today - timedelta(days=400), today - timedelta(days=399), today):
        fill(lab, 1)
        at(monkeypatch, moment)
        made.append(run_strategy(lab, "daily", progress=QUIET))
    assert [record["name"] for record in made] == sorted({record["name"] for record in made})
    assert names(tmp_path / "kept" / "daily") == [record["name"] for record in made[2:]]


def test_backups_of_another_database_are_found_and_counted(open_with: Open, tmp_path: Path):
    lab = open_with(daily={"retention": 2})
    first = run_strategy(lab, "daily", progress=QUIET)["name"]
    for record in find_records(lab):
        lab.store.backups.remove(Is("immutable_id", record["immutable_id"]))
    second = run_strategy(lab, "daily", progress=QUIET)["name"]
    assert {record["name"] for record in find_records(lab)} == {first, second}
    run_strategy(lab, "daily", progress=QUIET)
    assert first not in names(tmp_path / "kept" / "daily")


def test_an_unknown_strategy_is_an_error_that_lists_the_names(open_with: Open):
    lab = open_with(daily={}, weekly={})
    with pytest.raises(NotFound, match=r"'hourly'\. There are: daily, weekly"):
        run_strategy(lab, "hourly", progress=QUIET)


def test_two_runs_of_a_strategy_never_overlap(open_with: Open, tmp_path: Path):
    lab = open_with(daily={})
    with (
        lease(lab.store, "backup daily"),
        pytest.raises(Conflict, match="is at this"),
    ):
        run_strategy(lab, "daily", progress=QUIET)
    assert not (tmp_path / "kept").exists()


def test_a_job_that_comes_due_while_the_strategy_runs_is_skipped_without_a_failure(
    open_with: Open, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "REPOSITORY_PATIENCE", 0.5)
    lab = open_with(daily={"incremental": True, "notification_email_address": "robin@lab.example"})
    with lease(lab.store, "backup daily"):
        result = create_backup(lab, {"strategy": "daily"}, QUIET)
    assert re.fullmatch(
        r"skipped: daily is running already since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d UTC",
        result["summary"],
    )
    assert find_records(lab) == []
    with (
        lease(lab.store, f"repository {lab.backup_plan.strategies['daily'].url}"),
        pytest.raises(Conflict, match="repository"),
    ):
        create_backup(lab, {"strategy": "daily"}, QUIET)
    failed = find_records(lab)[0]
    assert (failed["state"], "repository" in failed["error"]) == ("failed", True)
    assert "robin@lab.example" in failed["warnings"][0]  # nobody could be told


def test_two_strategies_of_one_repository_wait_for_each_other(
    open_with: Open, fill: Fill, tmp_path: Path
):
    both = {"incremental": True, "location": str(tmp_path / "steps")}
    lab = open_with(daily=both, weekly=both)
    fill(lab, 2)
    inside, waiting = threading.Event(), threading.Event()

    class First(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            if doing.startswith("Storing"):
                inside.set()
                assert waiting.wait(20)

    class Second(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            if doing.startswith("Waiting for the repository"):
                waiting.set()

    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(run_strategy, lab, "daily", progress=First())
        assert inside.wait(20)
        try:
            second = run_strategy(lab, "weekly", progress=Second())
        finally:
            waiting.set()
    assert [first.result()["state"], second["state"]] == ["done", "done"]
    assert (tmp_path / "steps" / second["name"]).is_file()


def test_of_two_that_run_at_once_one_is_made_and_the_other_refused(
    open_with: Open, fill: Fill, tmp_path: Path
):
    first, second = open_with(daily={}), open_with(daily={})
    fill(first, 2, 2_000_000)
    inside, outcome = threading.Event(), []

    class Waiting(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            inside.set()
            if doing.startswith("Copying"):
                until.wait(20)

    until = threading.Event()
    thread = threading.Thread(
        target=lambda: outcome.append(run_strategy(first, "daily", progress=Waiting()))
    )
    thread.start()
    inside.wait(20)
    with pytest.raises(Conflict, match="is at this"):
        run_strategy(second, "daily", progress=QUIET)
    until.set()
    thread.join()
    assert names(tmp_path / "kept") == [outcome[0]["name"]]


def test_a_run_that_is_cancelled_leaves_nothing(open_with: Open, fill: Fill, tmp_path: Path):
    class Stop(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            if doing.startswith("Copying"):
                raise Cancelled("Stopped.")

    lab = open_with(daily={})
    fill(lab, 2, 2_000_000)
    with pytest.raises(Cancelled):
        run_strategy(lab, "daily", progress=Stop())
    assert names(tmp_path / "kept") == []
    assert find_records(lab)[0]["state"] == "cancelled"


def test_a_run_whose_place_is_away_fails_and_says_why(open_with: Open):
    lab = open_with(daily={"location": "sftp://127.0.0.1:1/x"})
    with pytest.raises(Unavailable, match="is not reached"):
        run_strategy(lab, "daily", progress=QUIET)
    record = find_records(lab)[0]
    assert (record["state"], "is not reached" in record["error"]) == ("failed", True)


def test_a_place_that_cannot_be_used_is_named_and_why(open_with: Open, tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    for location in (tmp_path / "file", tmp_path / ("long" * 80)):
        lab = open_with(daily={"location": str(location)})
        with pytest.raises(Unavailable, match=f"{location} cannot be used: "):
            run_strategy(lab, "daily", progress=QUIET)
        with pytest.raises(Unavailable, match="cannot be used"):
            drill_all(lab, ["daily"], None, QUIET)
        assert "cannot be used" in find_records(lab)[0]["error"]


def test_the_disk_is_looked_at_first(
    open_with: Open, fill: Fill, tmp_path: Path, request: pytest.FixtureRequest
):
    small = tmp_path / "kept"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small]
    if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("mounting is refused here")
    request.addfinalizer(lambda: subprocess.run(["umount", "-l", small], check=True))
    lab = open_with(daily={"compression": "none"}, steps={"incremental": True})
    fill(lab, 2, 1_000_000)
    for name in ("daily", "steps"):
        with pytest.raises(Unavailable, match=r"1\.05 MB free, and about 2\S* MB are needed"):
            run_strategy(lab, name, progress=QUIET)
    assert names(small) == []


@pytest.mark.parametrize("where", ["sftp", "s3"])
def test_a_place_that_goes_away_in_the_middle_gets_no_half_backup(
    open_with: Open, fill: Fill, tmp_path: Path, request: pytest.FixtureRequest, where: str
):
    server = request.getfixturevalue("ssh" if where == "sftp" else "s3")
    settings = {}
    location = server.url("daily") if where == "s3" else server.url(tmp_path / "far")
    if where == "sftp":
        settings = {
            "SSH_KEY_FILE": server.keys.key_file,
            "SSH_KNOWN_HOSTS": server.keys.known_hosts,
        }

    class Cut(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            if doing.startswith("Copying") and done > 3_000_000 and server.process:
                server.end()

    lab = open_with(daily={"location": location}, **settings)
    fill(lab, 8, 2_000_000)
    with pytest.raises(Unavailable):
        run_strategy(lab, "daily", progress=Cut())
    server.start()
    with strategies.at_place(lab, location) as place:
        assert list(place.find()) == []
    assert run_strategy(lab, "daily", progress=QUIET)["state"] == "done"
    with strategies.at_place(lab, location) as place:
        assert len(list(place.find())) == 1
    assert not list((tmp_path / "far").glob(".*"))


def test_runs_of_which_nothing_is_left_are_forgotten_in_the_end(
    open_with: Open, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(records, "KEPT", 3)
    lab = open_with(daily={"retention": 5}, away={"location": "sftp://127.0.0.1:1/x"})
    made = [run_strategy(lab, "daily", progress=QUIET)["name"] for _ in range(7)]
    assert [one["name"] for one in find_records(lab)] == list(reversed(made[2:]))


@pytest.mark.parametrize("incremental", [False, True])
def test_the_progress_of_a_look_at_a_backup_has_its_size_as_total(
    open_with: Open, fill: Fill, incremental: bool
):
    told: list[tuple[int, int | None]] = []

    class Heard(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            if doing.startswith("Reading the archive"):
                told.append((done, total))

    lab = open_with(daily={"incremental": incremental})
    fill(lab, 3, 300_000)
    record = run_strategy(lab, "daily", progress=QUIET)
    verify_backup(lab, {"backup_id": record["immutable_id"]}, Heard())
    expected = record["content_size"] if incremental else record["size"]
    assert {total for _, total in told} == {expected}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert 0.9 * expected < told[-1][0] <= expected
