"""What the doctor says of the file store, its folders and the clock."""

import os
import re
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from pydatalab.doctor.machine import Machine, Mount
from pydatalab.errors import Unavailable
from pydatalab.services import creation, files, people


def test_a_sample_of_files_is_compared_with_what_they_were(visit: Any):
    with visit.lab() as lab:
        ada = people.person(lab, people.add_person(lab, "Ada")["immutable_id"])
        item = creation.create_item(lab, ada, {"type": "samples", "item_id": "S-1"})
        blobs = []
        for number in range(3):
            with lab.vault.writer() as writer:
                writer.write(b"%d" % number)
                blobs.append(writer.finish())
            files.attach_file(lab, ada, item["refcode"], f"pattern-{number}.xy", blobs[-1])
        assert "3 files" in visit.of("files-whole", "files").said
        path = lab.vault.path(blobs[1].sha256)
        path.chmod(0o600)
        path.write_bytes(b"x")
        lab.vault.remove(blobs[2].sha256)
    found = visit.of("files-damaged", "files")
    assert found.level == "error"
    assert "pattern-1.xy" in found.said
    assert "pattern-2.xy" in found.said
    assert "pattern-0.xy" not in found.said
    assert "admin.check-files" in found.to_do


def test_a_folder_that_cannot_be_written_to_is_an_error(visit: Any):
    visit.settings["FILE_DIRECTORY"] = "/proc/1"
    found = visit.of("uploads-not-writable", "files")
    assert found.level == "error"
    assert "/proc/1" in found.said
    with pytest.raises(Unavailable, match="PYDATALAB_FILE_DIRECTORY"), visit.lab():
        pass


@pytest.mark.parametrize(
    ("free", "name", "level"),
    [
        (10**8, "uploads-no-room", "error"),
        (5 * 10**9, "uploads-little-room", "warning"),
        (10**12, "uploads-room", "ok"),
    ],
)
def test_room_is_told(
    visit: Any, monkeypatch: pytest.MonkeyPatch, free: int, name: str, level: str
):
    usage = namedtuple("usage", "total used free")(10**13, 0, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)  # no disk here is that full
    assert visit.of(name, "files").level == level


def test_the_clock_of_a_file_system_that_is_off_is_named(
    visit: Any, monkeypatch: pytest.MonkeyPatch
):
    with visit.lab():
        pass
    assert "clock" in visit.names("clock", level="ok")
    fstat = os.fstat

    def ahead(number: int) -> os.stat_result:
        found = list(fstat(number))
        found[8] += 3600
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", ahead)  # as a network drive of a machine that is an hour ahead
    assert re.search("[+](3599|3600) s", visit.of("clock-of-files", "clock").said)


def test_a_clock_that_was_set_back_is_named(visit: Any):
    with visit.lab() as lab:
        mark = {"immutable_id": "0" * 24, "edit": 1, "name": "x", "crontab": "0 * * * *"}
        lab.store.schedules.add(mark | {"made_to": "2099-01-01T00:00:00+00:00"})
    assert "2099-01-01" in visit.of("clock-set-back", "clock").said


def test_the_workers_draw(visit: Any):
    with visit.lab():
        pass
    assert visit.of("workers", "workers").level == "ok"
    left = [path.name for path in Path(visit.folder / "data").iterdir()]
    assert not [name for name in left if name.startswith("doctor")]


def test_a_volume_without_a_name_is_named(visit: Any):
    data = Mount(visit.folder / "data", "ext4", is_nameless=True)
    visit.machine = Machine(True, True, (Mount(Path("/"), "overlay"), data))
    found = [one for one in visit.found("files") if one.name == "volume-nameless"]
    assert {one.level for one in found} == {"warning"}
    assert "docker compose down" in found[0].said


def test_a_bucket_that_files_are_kept_in_is_tried(visit: Any, s3: Any):
    visit.settings["FILE_DIRECTORY"] = s3.url("lab")
    with visit.lab():
        pass
    assert visit.of("uploads-writable", "files").level == "ok"
    s3.end()
    assert visit.of("uploads-not-writable", "files").level == "error"


def test_a_data_folder_that_is_open_to_others_is_named(visit: Any):
    with visit.lab():
        pass
    assert "data-open" not in visit.names("files")
    (visit.folder / "data").chmod(0o755)
    assert "chmod 700" in visit.of("data-open", "files").to_do


def test_backups_that_cannot_be_written_are_an_error(visit: Any):
    visit.settings["BACKUP_STRATEGIES"] = {
        "nowhere": {"location": "/proc/backups"},
        "well": {"location": str(visit.folder / "backups")},
    }
    found = visit.of("backups-not-writable", "files")
    assert found.level == "error"
    assert "Backups (nowhere): /proc/backups" in found.said
    assert str(visit.folder / "backups") in visit.of("backups-writable", "files").said


def test_a_log_that_is_a_folder_is_an_error(visit: Any):
    visit.settings["LOG_FILE"] = str(visit.folder)
    assert "datalab.log" in visit.of("log-is-a-folder", "files").to_do


@pytest.mark.parametrize("name", ["SSH_KEY_FILE", "SSH_KNOWN_HOSTS", "BACKUP_IDENTITY_FILE"])
def test_a_file_that_a_setting_names_is_to_be_there(visit: Any, name: str):
    visit.settings[name] = str(visit.folder / "key")
    assert name in visit.of("named-file-missing", "files").to_do
    (visit.folder / "key").write_text("x")
    assert "named-file-missing" not in visit.names("files")


def test_the_secret_of_a_remote_folder_is_to_be_there(visit: Any):
    visit.settings["REMOTE_FILESYSTEMS"] = [
        {"name": "cycler", "path": "s3://runs", "secret_file": "/nowhere/key"}
    ]
    assert "cycler" in visit.of("named-file-missing", "files").said
