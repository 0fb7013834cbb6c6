"""An import that is killed at any moment is completed by the next, and doubles nothing."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.services import versions
from pydatalab.store.query import Is, Query, Scope

KILLS = 4
BOTTLES = 1_200
PROGRAM = Path(sys.executable).with_name("pydatalab")


@pytest.fixture
def exports(tmp_path: Path) -> tuple[Path, Path]:
    """Two exports as text: every second bottle has no barcode; the later one has all moved."""
    paths = []
    for place in ("Shelf 1", "Shelf 2"):
        lines = ["Container Name,Barcode,Substance CAS,Location,Container Size,Unit"]
        lines += [
            f"Acetone {n % 50},{f'B{n}' if n % 2 else ''},67-64-1,{place} > {n},{n % 7 + 1},mL"
            for n in range(BOTTLES)
        ]
        paths.append(tmp_path / f"{place}.csv")
        paths[-1].write_text("\n".join(lines), encoding="utf-8")
    return paths[0], paths[1]


def started(tmp_path: Path, task: str, *words: str) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYDATALAB_DATA_DIRECTORY": str(tmp_path / "data")}
    return subprocess.Popen(
        [PROGRAM, task, *words, "--json"], env=environment, cwd=tmp_path,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def finished(tmp_path: Path, task: str, *words: str) -> dict[str, Any]:
    said, wrong = started(tmp_path, task, *words).communicate()
    assert wrong == b""
    answer: dict[str, Any] = orjson.loads(said)
    return answer


def killed(tmp_path: Path, seconds: float, task: str, *words: str) -> None:
    """Let a task write, and kill it some time after its first write."""
    process = started(tmp_path, task, *words)
    log = tmp_path / "data" / "datalab.db-wal"
    while process.poll() is None and not (log.exists() and log.stat().st_size > 300_000):
        time.sleep(0.01)
    time.sleep(seconds)
    process.kill()
    process.communicate()


def shown(lab: Lab) -> list[dict[str, Any]]:
    query = Query(Is("type", "starting_materials"), limit=10 * BOTTLES)
    everything = lab.store.items.find(query, scope=Scope.all()).documents
    return [one for one in everything if not one.get("deleted_at")]


def test_a_killed_import_is_completed_by_the_next(tmp_path: Path, exports: tuple[Path, Path]):
    chance = random.Random(4)
    completing = []
    for export in map(str, exports):
        for _ in range(KILLS // 2):
            killed(tmp_path, chance.uniform(0, 0.4), "admin.import-cheminventory", export)
        done = finished(tmp_path, "admin.import-cheminventory", export)
        completing.append(done["import_id"])
        assert (
            sum(done["counts"].get(name, 0) for name in ("new", "changed", "same", "adopted"))
            >= BOTTLES
        )
        with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")) as lab:
            items = shown(lab)
            assert len(items) == BOTTLES
            assert len({one["location"] for one in items}) == BOTTLES
            assert_versions_are_whole(lab, items)
        assert finished(tmp_path, "admin.import-cheminventory", export)["counts"]["same"] == BOTTLES
    assert {one["location"].split(" >")[0] for one in items} == {"Shelf 2"}
    states = Counter(one["state"] for one in finished(tmp_path, "admin.list-imports")["imports"])
    assert set(states) <= {"done", "interrupted"}
    for import_id, left in zip(reversed(completing), ({"Shelf 1"}, set()), strict=True):
        finished(tmp_path, "admin.undo-import", import_id)
        with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")) as lab:
            assert {one["location"].split(" >")[0] for one in shown(lab)} == left


def assert_versions_are_whole(lab: Lab, items: list[dict[str, Any]]) -> None:
    """Every tenth item has the snapshot of each of its versions, and the last is its state."""
    for item in items[::100]:
        kept = versions.versions(lab, item)
        assert [one["version"] for one in kept] == list(range(item["version"], 0, -1))
        newest = versions.version(lab, item, item["version"])["data"]
        assert newest["location"] == item["location"]


def test_a_killed_undo_is_completed_by_the_next(tmp_path: Path, exports: tuple[Path, Path]):
    first = finished(tmp_path, "admin.import-cheminventory", str(exports[0]))
    second = finished(tmp_path, "admin.import-cheminventory", str(exports[1]))
    undo_in_spite_of_death(tmp_path, second["import_id"])
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")) as lab:
        assert {one["location"].split(" >")[0] for one in shown(lab)} == {"Shelf 1"}
    undo_in_spite_of_death(tmp_path, first["import_id"])
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")) as lab:
        assert shown(lab) == []


def undo_in_spite_of_death(tmp_path: Path, import_id: str) -> None:
    """Kill the undoing of an import, then finish it, unless it was quicker than its death."""
    killed(tmp_path, 0.05, "admin.undo-import", import_id)
    listed = finished(tmp_path, "admin.list-imports")["imports"]
    if {one["immutable_id"]: one["state"] for one in listed}[import_id] != "undone":
        finished(tmp_path, "admin.undo-import", import_id)
