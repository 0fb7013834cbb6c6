"""Backups by hand, as one meets them in a terminal."""

import io
import json
import os
import pty
import subprocess
import sys
import tarfile
from pathlib import Path

import pyrage
import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.services import creation, items, people

PYDATALAB = Path(sys.executable).parent / "pydatalab"


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A task over the lab in a folder, called from there."""
    folder.mkdir(exist_ok=True)
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYDATALAB_")}
    return subprocess.run(
        [PYDATALAB, *words],
        env=kept | {"PYDATALAB_SECRET_KEY": SECRET},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


SECRET = "k7Jw2pQx9ZrT4mVbN8sLdF3hG6yC1aEu"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a lab in it, and an archive of that: ``a.b.tar.gz``."""
    made = tmp_path_factory.mktemp("labs") / "lab"
    email = ("--contact-email", "ada@lab.example")
    assert run(made, "admin.create-user", "--display-name", "Ada", *email).returncode == 0
    done = run(made, "admin.create-backup", "--output-path", "kept/a.b.tar.gz", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["counts"]["users"] == 1
    return made


def test_a_whole_backup_is_said_to_be_and_a_broken_one_ends_with_status_1(folder: Path):
    whole = run(folder, "admin.verify-backup", "kept/a.b.tar.gz")
    assert (whole.returncode, whole.stdout) == (
        0,
        "kept/a.b.tar.gz is whole: 0 items, 0 files, 1 person.\n",
    )
    raw = (folder / "kept" / "a.b.tar.gz").read_bytes()
    (folder / "cut.tar.gz").write_bytes(raw[: len(raw) // 2])
    cut = run(folder, "admin.verify-backup", "cut.tar.gz", "--json")
    assert cut.returncode == 1
    assert "cut short" in json.loads(cut.stdout)["problem"]


def test_deleted_items_are_told_among_those_of_a_backup(tmp_path: Path):
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")) as lab:
        ada = people.person(lab, people.add_person(lab, "Ada", role="admin")["immutable_id"])
        for name in ("S-1", "S-2", "S-3"):
            item = creation.create_item(lab, ada, {"type": "samples", "item_id": name})
        items.delete_item(lab, ada, item["refcode"])
    made = run(tmp_path, "admin.create-backup", "--output-path", "b.tar")
    assert "holds 3 items (1 of them deleted) and 0 files" in made.stdout
    checked = run(tmp_path, "admin.verify-backup", "b.tar")
    assert checked.stdout == "b.tar is whole: 3 items (1 of them deleted), 0 files, 1 person.\n"
    told = json.loads(run(tmp_path, "admin.verify-backup", "b.tar", "--json").stdout)
    assert (told["counts"]["items"], told["deleted_items"]) == (3, 1)
    restored = run(tmp_path / "other", "admin.restore-backup", "../b.tar")
    assert "3 items (1 of them deleted)" in restored.stdout


def test_a_path_may_begin_with_the_home_folder_wherever_the_shell_leaves_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    key = pyrage.x25519.Identity.generate()
    made = run(
        tmp_path, "admin.create-backup", "--output-path=~/kept/b.tar.age",
        f"--encrypt-to={key.to_public()}",
    )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    assert [one.name for one in (tmp_path / "home" / "kept").iterdir()] == ["b.tar.age"]
    (tmp_path / "home" / "key").write_text(str(key))
    for task in ("admin.verify-backup", "admin.restore-backup"):
        done = run(tmp_path, task, "--source=~/kept/b.tar.age", "--identity=~/key")
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", [("admin.verify-backup",), ("admin.restore-backup", "--yes")])
def test_how_far_it_is_is_shown_in_a_terminal(folder: Path, tmp_path: Path, words: tuple[str, ...]):
    screen, terminal = pty.openpty()
    done = subprocess.run(
        [PYDATALAB, *words, "--source", folder / "kept" / "a.b.tar.gz"], cwd=tmp_path, stderr=terminal,
        stdout=subprocess.PIPE, env=os.environ | {"PYDATALAB_SECRET_KEY": SECRET}, timeout=120, check=True,
    )  # fmt: skip
    os.close(terminal)
    assert "Reading the archive, bytes" in os.read(screen, 100_000).decode()
    os.close(screen)
    assert b"Reading" not in done.stdout


def test_a_name_in_an_archive_gives_the_terminal_no_orders(tmp_path: Path):
    with tarfile.open(tmp_path / "strange.tar", "w") as tape:
        for name in ("mongodb/lab/items.bson", "nonsense \x1b[31m\r\x07.txt"):
            tape.addfile(tarfile.TarInfo(name), io.BytesIO())
    taken = run(tmp_path, "admin.verify-backup", "strange.tar")
    assert "nonsense \ufffd[31m\ufffd\ufffd.txt was left out" in taken.stdout


def test_no_secret_is_in_a_backup(folder: Path):
    run(folder, "admin.create-backup", "--output-path", "plain.tar")
    assert SECRET.encode() not in (folder / "plain.tar").read_bytes()


def test_an_empty_lab_is_restored_without_a_question(folder: Path):
    other = folder.parent / "other"
    done = run(other, "admin.restore-backup", str(folder / "kept" / "a.b.tar.gz"))
    assert (done.returncode, done.stderr) == (0, "")
    again = run(other, "admin.restore-backup", str(folder / "kept" / "a.b.tar.gz"))
    assert again.returncode == 1
    assert "--yes" in again.stderr


def test_a_restore_is_undone_and_confirmed_by_tasks(folder: Path):
    restored = run(folder, "admin.restore-backup", "kept/a.b.tar.gz", "--yes", "--json")
    assert Path(json.loads(restored.stdout)["kept"]).is_file()
    assert run(folder, "admin.undo-restore").returncode == 0
    assert run(folder, "admin.confirm-restore").stdout == "Confirmed: 1 restore.\n"
    assert run(folder, "admin.undo-restore").returncode == 1


@pytest.mark.parametrize("option", ["--item", "--time"])
def test_an_item_or_time_that_was_left_empty_restores_nothing_else(folder: Path, option: str):
    words = ["kept/a.b.tar.gz", option, "", "--yes"]
    assert run(folder, "admin.restore-backup", *words).returncode == 1
    assert run(folder, "admin.undo-restore").returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--output-path", "x.zip"], ".tar.zst"),
        (["--output-path", "kept/a.b.tar.gz"], "already"),
        (["--output-path", "x.tar.age"], "--encrypt-to"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(folder: Path, words: list[str], said: str):
    done = run(folder, "admin.create-backup", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
