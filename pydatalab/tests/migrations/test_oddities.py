"""Databases in which anything may be missing or of another type: all of it is taken over or put aside."""

import copy
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from bson import Binary, Decimal128, Int64, ObjectId, Regex, Timestamp

from existing_lab import Source, documents, write_database, write_files
from pydatalab.api.checking import check_items
from pydatalab.app import open_lab
from pydatalab.chemistry.masses import masses_of
from pydatalab.config import Config
from pydatalab.databases import existing_database
from pydatalab.migrations.adopt import adopt
from pydatalab.migrations.stored_files import StoredFiles
from pydatalab.models.adopting import Adoption
from pydatalab.models.progress import Silent

ODD: tuple[Any, ...] = (
    None, "", 0, -1, 3.5, float("nan"), float("inf"), True, "x" * 50, "\x00", "2024-13-45", b"raw", [], {},
    [None], [[1]], [{"a": 1}], {"a.b": 1}, {"": 2}, {"$x": 3}, ["a", 1, None], ObjectId(), datetime(1, 1, 1),
    Decimal128("1.5"), Binary(b"ab"), Regex("a"), Int64(2**62), 2**63 - 1, Timestamp(1, 1),
)  # fmt: skip
"""Values that a field may have which nobody thought of."""


def spoilt(seed: int, changes: int) -> Source:
    """A database to adopt of which some fields are missing or odd."""
    content = copy.deepcopy(documents())
    chance = random.Random(seed)
    for _ in range(changes):
        kind = chance.choice([kind for kind, found in content.items() if found])
        spoil(chance.choice(content[kind]), chance)
    return Source(content)


def spoil(document: Any, chance: random.Random) -> None:
    """Let one field of a document, at whatever depth, be missing or odd; its id stays."""
    found = [path for path in paths(document) if path != ("_id",)]
    if not found:  # an earlier change took all there was
        return
    *way, last = chance.choice(found)
    for name in way:
        document = document[name]
    if isinstance(document, dict) and chance.random() < 0.2:
        del document[last]
    else:
        document[last] = copy.deepcopy(chance.choice(ODD))


def paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all fields and elements of a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in list(inner):
        yield (*above, name)
        if isinstance(one, dict | list):
            yield from paths(one, (*above, name))


@pytest.mark.parametrize("changes", [1, 4])
def test_whatever_a_field_holds_each_document_is_taken_over_and_the_same_each_time(changes: int):
    for seed in range(150):
        source = spoilt(seed, changes)
        adoption = Adoption(source, "grey", masses_of)
        found = orjson.dumps(list(adoption.documents()))
        assert orjson.dumps(list(Adoption(source, "grey", masses_of).documents())) == found
        counts = dict.fromkeys(("items", "files", "users", "collections", "groups"), 0)
        for kind, _ in adoption.documents():
            counts[kind] = counts.get(kind, 0) + 1
        for kind in ("items", "files", "users", "collections", "groups"):
            assert counts[kind] == len(source.content[kind]), (seed, kind, adoption.notes)


@pytest.mark.parametrize("seed", range(2000, 2003))
def test_an_odd_database_is_adopted_in_place_once(seed: int, mongo_uri: str, tmp_path: Path):
    write_database(mongo_uri, spoilt(seed, changes=6).content)
    files = write_files(tmp_path / "files")
    config = Config(DATA_DIRECTORY=tmp_path / "data", FILE_DIRECTORY=files, MONGO_URI=mongo_uri)
    for again in (False, True):
        with (
            existing_database(mongo_uri) as source,
            open_lab(config, adopting=not again) as lab,
        ):
            stored = StoredFiles(files, Silent())
            did = adopt(lab, source, stored, in_place=True, progress=Silent())
            assert did.changed is not again
            assert check_items(lab, {}, Silent())["failures"] == []


@pytest.mark.parametrize("seed", range(1000, 1010))
def test_what_was_taken_over_opens(seed: int, tmp_path: Path):
    adoption = Adoption(spoilt(seed, changes=6), "grey", masses_of)
    with open_lab(Config(DATA_DIRECTORY=tmp_path)) as lab:
        lab.store.load(adoption.documents())
        checked = check_items(lab, {}, Silent())
    assert checked["failures"] == []
    assert checked["num_items"] == 4
