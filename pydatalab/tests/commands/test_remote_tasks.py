"""Tasks over remote folders, as one meets them in a terminal."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.services import creation, files, items, people

PYDATALAB = Path(sys.executable).parent / "pydatalab"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run("admin.list-remotes")``: over a lab with a mounted folder and one that is away."""
    (tmp_path / "mounted" / "runs").mkdir(parents=True)
    (tmp_path / "mounted" / "runs" / "scan.xy").write_text("10 100\n11 110\n")
    places = [
        {"name": "XRD", "hostname": None, "path": str(tmp_path / "mounted")},
        {"name": "away", "hostname": None, "path": str(tmp_path / "not mounted")},
    ]
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYDATALAB_")}
    own = {
        "PYDATALAB_DATA_DIRECTORY": str(tmp_path / "data"),
        "PYDATALAB_REMOTE_FILESYSTEMS": json.dumps(places),
    }

    def running(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [PYDATALAB, *words], env=kept | own, cwd=tmp_path, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip

    return running


def test_remote_folders_are_listed_with_how_they_do(run: Run):
    listed = run("admin.list-remotes")
    assert listed.returncode == 1  # one is away
    assert "XRD" in listed.stdout and "is not there" in listed.stdout
    found = json.loads(run("admin.list-remote-files", "XRD", "--path", "runs/", "--json").stdout)
    assert [(one["path"], one["size"]) for one in found["entries"]] == [("runs/scan.xy", 14)]
    away = run("admin.list-remote-files", "away")
    assert (away.returncode, away.stdout) == (1, "")


def test_a_file_is_attached_and_brought_up_to_date_by_a_task(run: Run, tmp_path: Path):
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")) as lab:
        ada = people.person(lab, people.add_person(lab, "Ada")["immutable_id"])
        refcode = creation.create_item(lab, ada, {"type": "samples", "item_id": "S"})["refcode"]
    attached = run("admin.attach-remote-file", refcode, "XRD", "runs/scan.xy", "Ada")
    assert (attached.returncode, attached.stderr) == (0, "")
    assert "scan.xy (14 bytes) is attached" in attached.stdout
    with (tmp_path / "mounted" / "runs" / "scan.xy").open("a") as scan:
        scan.write("12 120\n")
    assert "1 brought up to date" in run("admin.follow-remote-files").stdout
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")) as lab:
        (file,) = files.files_of(lab, items.get_item(lab, ada, refcode))
    assert (file["size"], file["revision"], file["creator_ids"]) == (21, 2, [ada.immutable_id])
