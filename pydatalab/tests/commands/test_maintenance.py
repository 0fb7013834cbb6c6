"""Tasks that look after a lab, as one meets them in a terminal."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.services import creation, files, people

PYDATALAB = Path(sys.executable).parent / "pydatalab"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path, engine_variables: dict[str, str]) -> Run:
    """``run("admin.check-files")``: a task over a lab of its own."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYDATALAB_")}

    def running(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [PYDATALAB, *words],
            env=kept | {"PYDATALAB_DATA_DIRECTORY": str(tmp_path / "data")} | engine_variables,
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return running


def test_a_file_that_is_lost_is_named_and_the_status_says_so(
    run: Run, tmp_path: Path, engine: dict[str, Any]
):
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data", **engine)) as lab:
        ada = people.person(lab, people.add_person(lab, "Ada")["immutable_id"])
        item = creation.create_item(lab, ada, {"type": "samples", "item_id": "S-1"})
        with lab.vault.writer() as writer:
            writer.write(b"10 100\n")
            blob = writer.finish()
        files.attach_file(lab, ada, item["refcode"], "pattern.xy", blob)
        assert run("admin.check-files").returncode == 0
        lab.vault.remove(blob.sha256)
    lost = run("admin.check-files")
    assert lost.returncode == 1
    assert f"pattern.xy is missing ({item['refcode']}" in lost.stdout
    assert json.loads(run("admin.check-files", "--json").stdout)["num_faults"] == 1
    (tmp_path / "copy").write_bytes(b"10 100\n")
    mended = run("admin.check-files", "--repair-from", str(tmp_path))
    assert mended.returncode == 0
    assert "1 put right. All are right." in mended.stdout
    assert run("admin.create-backup", "--output-path", "lab.tar.zst").returncode == 0
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data", **engine)) as lab:
        lab.vault.remove(blob.sha256)
    assert "1 put right." in run("admin.check-files", "--repair-from", "lab.tar.zst").stdout
    nowhere = run("admin.check-files", "--repair-from", "lab.tar.zts")
    assert (nowhere.returncode, nowhere.stdout) == (1, "")
    assert "no file and no strategy lab.tar.zts" in nowhere.stderr


def test_nothing_is_removed_without_a_word(run: Run, tmp_path: Path, engine: dict[str, Any]):
    with (
        open_lab(Config(DATA_DIRECTORY=tmp_path / "data", **engine)) as lab,
        lab.vault.writer() as writer,
    ):
        writer.write(b"unused")
        writer.finish()
    listed = run("admin.remove-unused-blobs")
    assert "1 stored file without use" in listed.stdout
    assert "Say --yes" in listed.stdout
    refused = run("admin.remove-unused-blobs", "--older-than", "0", "--yes")
    assert refused.returncode == 1
    assert "grace" in refused.stderr


def test_the_layout_of_the_database_is_told_and_brought_up_to_date(
    run: Run, tmp_path: Path, engine: dict[str, Any]
):
    assert "no database yet" in run("migration.status").stdout
    assert not (tmp_path / "data").exists()
    assert "now it has" in run("migration.upgrade").stdout
    assert json.loads(run("migration.status", "--json").stdout)["up_to_date"] is True
    assert "already" in run("migration.upgrade").stdout
