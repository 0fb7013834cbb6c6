"""The example lab: it is filled once, everything in it is linked, and every block of it can be drawn."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydatalab.app import open_lab
from pydatalab.commands import demonstration
from pydatalab.config import Config
from pydatalab.errors import Conflict
from pydatalab.lab import Lab
from pydatalab.services import blocks, items, people
from pydatalab.store.query import EVERYTHING, Query, Scope
from pydatalab.techniques.registry import technique


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    filled = Config(DATA_DIRECTORY=tmp_path_factory.mktemp("demo") / "data")
    demonstration.fill_once(filled)
    return filled


@pytest.fixture
def lab(config: Config) -> Iterator[Lab]:
    with open_lab(config) as opened:
        yield opened


def test_it_has_items_of_all_types_and_three_collections(lab: Lab):
    found = lab.store.items.find(Query(limit=200), scope=Scope.all()).documents
    types = Counter(item["type"] for item in found)
    assert 35 <= len(found) <= 50
    assert set(types) == {"samples", "cells", "starting_materials", "equipment"}
    assert lab.store.collections.count(EVERYTHING, scope=Scope.all()) == 3


def test_everybody_of_the_lab_sees_all_of_it(lab: Lab):
    newcomer = people.add_person(lab, "Newcomer")
    who = people.person(lab, newcomer["immutable_id"])
    everything = lab.store.items.count(EVERYTHING, scope=Scope.all())
    assert len(items.everything(lab, who)) == everything


def test_every_block_can_be_drawn(lab: Lab):
    host = people.person_called(lab, demonstration.HOST)["immutable_id"]
    who = people.person(lab, host)
    drawn = 0
    for item in items.everything(lab, who):
        for block in item["blocks_obj"].values():
            if technique(block["blocktype"]).figure:
                assert blocks.figure(lab, who, item, block).path.stat().st_size
                drawn += 1
    assert drawn >= 20


def test_a_second_filling_adds_nothing(config: Config, lab: Lab):
    before = lab.store.items.count(EVERYTHING, scope=Scope.all())
    demonstration.fill_once(config)
    assert lab.store.items.count(EVERYTHING, scope=Scope.all()) == before


def test_somebodys_own_lab_is_not_filled(tmp_path: Path):
    own = Config(DATA_DIRECTORY=tmp_path)
    with open_lab(own) as opened:
        people.add_person(opened, "Ada")
    with pytest.raises(Conflict, match="of your own"):
        demonstration.fill_once(own)


def test_every_file_says_where_it_comes_from():
    folder = Path(demonstration.__file__).parent / "files"
    told = (folder / "PROVENANCE.md").read_text(encoding="utf-8")
    names = {path.name for path in folder.iterdir()} - {"PROVENANCE.md"}
    assert {name for name in names if f"`{name}`" not in told} == set()
