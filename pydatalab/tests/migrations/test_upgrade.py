"""Upgrades: a backup first, then numbered steps; newer databases are refused, and there is a way back."""

import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from upgrading import TOMORROW

from pydatalab.app import open_lab
from pydatalab.backups import before_upgrade
from pydatalab.backups.archive import create_archive
from pydatalab.backups.restore import restore_archive
from pydatalab.config import Config
from pydatalab.databases import standing_of
from pydatalab.errors import Unavailable
from pydatalab.lab import Lab
from pydatalab.models import steps
from pydatalab.models.progress import Silent
from pydatalab.models.steps import Step
from pydatalab.services import creation, people
from pydatalab.store.query import Every, Is, Query, Scope

ALL = Scope.all()
NAMES = ["sample 1", "sample 2", "sample 3"]


@pytest.fixture(params=["sqlite", "mongo"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Those of a lab of each engine."""
    uri = request.getfixturevalue("mongo_uri") if request.param == "mongo" else None
    return Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=uri)


@pytest.fixture
def worked_in(settings: Config) -> Config:
    """Those of a lab that people have worked in."""
    with open_lab(settings) as lab:
        fill(lab)
    return settings


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this be the datalab of tomorrow, until the end of the test."""
    monkeypatch.setattr(steps, "STEPS", TOMORROW)


@contextmanager
def today() -> Iterator[None]:
    """Let this be the datalab of today, in a test of tomorrow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "STEPS", ())
        yield


def fill(lab: Lab) -> None:
    ada = people.person(lab, people.add_person(lab, "Ada")["immutable_id"])
    for name in NAMES:
        creation.create_item(lab, ada, {"type": "samples", "name": name, "item_id": name[-1]})


def names_in(lab: Lab) -> list[str]:
    found = lab.store.items.find(Query(limit=100), scope=ALL).documents
    return sorted(item["name"] for item in found)


def backups_of(settings: Config) -> list[Path]:
    return sorted((settings.DATA_DIRECTORY / before_upgrade.FOLDER).glob("*"))


def test_an_upgrade_makes_a_backup_names_it_and_changes_all_documents(
    worked_in: Config, tomorrow: None, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING), open_lab(worked_in) as lab:
        assert names_in(lab) == [name.upper() for name in NAMES]
        items = lab.store.items.find(Query(limit=9), scope=ALL).documents
        assert {item["edit"] for item in items} == {2}  # whoever read the old one saves in vain
        assert lab.store.people.get(Is("badge", "grey"))
        assert lab.store.items.count(Every(()), scope=ALL) == 3
        (backup,) = backups_of(worked_in)
        assert str(backup) in caplog.text
    with open_lab(worked_in):
        assert backups_of(worked_in) == [backup]


def test_a_lab_without_documents_needs_no_backup(settings: Config):
    with today(), open_lab(settings):
        pass
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "STEPS", TOMORROW)
        with open_lab(settings):
            pass
        standing = standing_of(settings)
    assert standing.found
    assert standing.found.documents == 2
    assert not backups_of(settings)


def test_nothing_changes_where_no_backup_can_be_made(worked_in: Config, tomorrow: None):
    (worked_in.DATA_DIRECTORY / before_upgrade.FOLDER).write_text("in the way")
    with pytest.raises(Unavailable, match="nothing was changed"), open_lab(worked_in):
        pass
    with today(), open_lab(worked_in) as lab:
        assert names_in(lab) == NAMES


def test_a_full_disk_is_noticed_before_anything_changes(
    worked_in: Config, tomorrow: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pydatalab.backups.output.shutil.disk_usage", lambda _: FullDisk())
    with pytest.raises(Unavailable, match="0 bytes free"), open_lab(worked_in):
        pass
    monkeypatch.undo()
    with today(), open_lab(worked_in) as lab:
        assert names_in(lab) == NAMES


class FullDisk:
    free = 0


def test_documents_of_a_newer_datalab_are_refused_by_a_sentence(worked_in: Config):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "STEPS", TOMORROW)
        with open_lab(worked_in):
            pass
    refused = r"documents of version 2\).*documents of version 1\).*deploy\.md#going-back"
    with pytest.raises(Unavailable, match=refused), open_lab(worked_in):
        pass


def test_a_newer_layout_is_refused_by_a_sentence(worked_in: Config, mongo_address: str):
    if worked_in.MONGO_URI:
        with MongoClient(worked_in.MONGO_URI) as client:  # type: ignore[var-annotated]
            client.get_default_database()["about"].update_one({}, {"$set": {"layout": 99}})
    else:
        with closing(sqlite3.connect(worked_in.DATA_DIRECTORY / "datalab.db")) as db:
            db.execute("PRAGMA user_version = 99")
    with pytest.raises(Unavailable, match=r"layout 99, .*go-back"), open_lab(worked_in):
        pass


def test_a_datalab_that_notes_more_of_itself_is_refused_by_a_sentence_too(worked_in: Config):
    if worked_in.MONGO_URI:
        with MongoClient(worked_in.MONGO_URI) as client:  # type: ignore[var-annotated]
            noted = {"documents": 7, "shards": [1, 2]}
            client.get_default_database()["about"].update_one({}, {"$set": noted})
    else:
        with closing(sqlite3.connect(worked_in.DATA_DIRECTORY / "datalab.db")) as db, db:
            noted = '{"documents": 7, "by": "9.0", "shards": [1, 2]}'
            db.execute("UPDATE about SET value = ?", (noted,))
    with pytest.raises(Unavailable, match=r"version 7\).*go-back"), open_lab(worked_in):
        pass


def test_an_older_layout_of_sqlite_is_backed_up_before_it_is_brought_up(tmp_path: Path):
    settings = Config(DATA_DIRECTORY=tmp_path)
    with open_lab(settings) as lab:
        fill(lab)
    with closing(sqlite3.connect(tmp_path / "datalab.db")) as db:
        for part in ("", "_bodies", "_values"):
            db.execute(f"DROP TABLE inventory_mappings{part}")
        db.executescript("DROP TABLE about; PRAGMA user_version = 3")
    with open_lab(settings) as lab:
        assert names_in(lab) == NAMES
        lab.store.mappings.add({"immutable_id": "0" * 24, "name": "bottles"})
    assert len(backups_of(settings)) == 1


def test_an_upgrade_that_was_interrupted_is_completed_by_a_newer_datalab(
    worked_in: Config, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(steps, "STEPS", (replace(TOMORROW[0], changed=interrupted),))
    with pytest.raises(InterruptedError), open_lab(worked_in):
        pass
    monkeypatch.setattr(steps, "STEPS", (*TOMORROW, Step(3, "wave", with_a_wave)))
    with open_lab(worked_in) as lab:
        assert names_in(lab) == [f"{name.upper()}~" for name in NAMES]
    assert standing_of(worked_in).is_known
    assert len(backups_of(worked_in)) == 1


def interrupted(kind: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    raise InterruptedError


def with_a_wave(kind: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Names of items end with a wave."""
    if kind != "items":
        return document
    return {**document, "name": f"{document['name'].removesuffix('~')}~"}


def test_an_older_archive_is_brought_up_as_it_is_restored(
    worked_in: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    archive = tmp_path / "old.tar.zst"
    with open_lab(worked_in) as lab:
        create_archive(lab, archive, settings={}, compression="zst", progress=Silent())
    monkeypatch.setattr(steps, "STEPS", TOMORROW)
    with open_lab(worked_in) as lab:
        restore_archive(lab, archive, replace=True, progress=Silent())
        assert names_in(lab) == [name.upper() for name in NAMES]


def test_an_upgraded_lab_goes_back_to_the_older_datalab(worked_in: Config):
    from pydatalab.databases import set_newer_aside

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "STEPS", TOMORROW)
        with open_lab(worked_in) as lab:
            creation.create_item(
                lab, people.person(lab, lab.store.people.get(Every(()))["immutable_id"]),
                {"type": "samples", "item_id": "after"},
            )  # fmt: skip
    backup = before_upgrade.newest_for(worked_in.DATA_DIRECTORY)
    aside = set_newer_aside(worked_in)
    assert aside.exists()
    with open_lab(worked_in) as lab:
        restore_archive(lab, backup, progress=Silent())
        assert names_in(lab) == NAMES
    assert standing_of(worked_in).is_known
