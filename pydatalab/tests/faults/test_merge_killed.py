"""A merge of two accounts that is killed anywhere shuts nobody out, and is finished by another."""

import random
import subprocess
import sys
from pathlib import Path

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.services import access, creation, people
from pydatalab.store.query import EVERYTHING, Is, Query, Scope

ITEMS = 120
KILLS = 6
MERGER = Path(__file__).parent / "jobs" / "merger.py"


def test_a_killed_merge_is_finished_by_doing_it_again(tmp_path: Path):
    folder, chance = tmp_path / "data", random.Random(5)
    with open_lab(Config(DATA_DIRECTORY=folder)) as lab:
        people.add_person(lab, "Root", role="admin")
        kept, gone = (people.add_person(lab, name)["immutable_id"] for name in ("Ada", "Ada L."))
        fill(lab, kept, gone)
    stopped = 0
    for _ in range(KILLS):
        stopped += killed_merge(folder, kept, gone, after_lines=chance.randrange(2, 25))
        with open_lab(Config(DATA_DIRECTORY=folder)) as lab:
            assert_nobody_is_shut_out(lab, kept)
    assert stopped
    subprocess.run([sys.executable, MERGER, folder, kept, gone], check=True, capture_output=True)
    with open_lab(Config(DATA_DIRECTORY=folder)) as lab:
        assert_nobody_is_shut_out(lab, kept)
        assert lab.store.items.count(Is("creator_ids", gone), scope=Scope.all()) == 0
        assert lab.store.versions.count(Is("user_id", gone)) == 0
        document = lab.store.people.get(Is("immutable_id", gone))
        assert document["merged_into"] == kept
        assert document["merged_at"] is not None
        assert len([one for one in document["history"] if one["did"] == "merged"]) == 1


def fill(lab: Lab, kept: str, gone: str) -> None:
    """Items of both, and of the one that goes alone."""
    who = people.person(lab, gone)
    for number in range(ITEMS):
        shared = [kept] if number % 3 == 0 else []
        creation.create_item(lab, who, {"type": "samples", "creator_ids": shared})


def killed_merge(folder: Path, kept: str, gone: str, after_lines: int) -> bool:
    """Let a process merge and kill it after some words of progress; whether it was not done yet."""
    process = subprocess.Popen([sys.executable, MERGER, folder, kept, gone], stdout=subprocess.PIPE)
    assert process.stdout
    for _ in range(after_lines):
        process.stdout.readline()
    process.kill()
    process.communicate()
    return process.returncode != 0


def assert_nobody_is_shut_out(lab: Lab, kept: str) -> None:
    """Whoever is kept reaches everything, and no item was lost or has a creator twice."""
    scope = access.reading(people.person(lab, kept))
    assert lab.store.items.count(EVERYTHING, scope=scope) == ITEMS
    for item in lab.store.items.find(Query(limit=ITEMS), scope=scope).documents:
        assert len(item["creator_ids"]) == len(set(item["creator_ids"])) > 0
