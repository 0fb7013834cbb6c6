"""Remote folders with a memory: what is read again when, and what one that is away does to others."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydatalab.errors import NotFound, Unavailable
from pydatalab.files.remotes import browser
from pydatalab.files.remotes.browser import RemoteFolders
from pydatalab.files.remotes.flights import Flights
from pydatalab.files.remotes.listings import KEPT_ENTRIES, Listing, Listings
from pydatalab.files.remotes.port import Entry
from pydatalab.models.remotes import RemoteFilesystem


def folders(root: Path, *, oldest: float = 3600, youngest: float = 60) -> RemoteFolders:
    here = RemoteFilesystem(name="here", path=str(root))
    away = RemoteFilesystem(name="away", path=str(root / "not mounted"))
    return RemoteFolders((here, away), oldest=oldest, youngest=youngest)


def names(found: Listing) -> list[str]:
    return [one.name for one in found.entries]


def test_a_listing_is_kept_until_it_is_old(tmp_path: Path):
    (tmp_path / "a").touch()
    known = folders(tmp_path)
    first = known.listing("here", "")
    (tmp_path / "b").touch()
    assert known.listing("here", "") is first
    old = folders(tmp_path, oldest=0, youngest=0)
    old.listing("here", "")
    (tmp_path / "c").touch()
    assert names(old.listing("here", "")) == ["a", "b", "c"]
    (tmp_path / "d").touch()
    assert names(old.listing("here", "", "any")) == ["a", "b", "c"]


def test_one_who_asks_for_a_fresh_listing_gets_it_unless_it_is_very_young(tmp_path: Path):
    known = folders(tmp_path, youngest=60)
    known.listing("here", "")
    (tmp_path / "a").touch()
    assert names(known.listing("here", "", "fresh")) == []
    eager = folders(tmp_path, youngest=0)
    eager.listing("here", "")
    (tmp_path / "b").touch()
    assert names(eager.listing("here", "", "fresh")) == ["a", "b"]


def test_folders_come_first_then_files_by_name(tmp_path: Path):
    for name in ("b.txt", "A.txt"):
        (tmp_path / name).touch()
    (tmp_path / "z").mkdir()
    assert names(folders(tmp_path).listing("here", "")) == ["z", "A.txt", "b.txt"]


def test_one_that_is_away_does_not_hold_up_the_others(tmp_path: Path):
    known = folders(tmp_path)
    with pytest.raises(Unavailable, match="mounted"):
        known.listing("away", "")
    assert names(known.listing("here", "")) == []
    (tmp_path / "not mounted").mkdir()
    with pytest.raises(Unavailable):
        known.listing("away", "")
    assert names(known.listing("away", "", "fresh")) == []
    assert names(known.listing("away", "")) == []


def test_what_the_settings_do_not_name_is_not_there(tmp_path: Path):
    with pytest.raises(NotFound):
        folders(tmp_path).listing("elsewhere", "")


def test_a_huge_folder_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(browser, "MOST_ENTRIES", 10)
    for number in range(12):
        (tmp_path / str(number)).touch()
    found = folders(tmp_path).listing("here", "")
    assert (len(found.entries), found.is_whole) == (10, False)


def test_who_waits_for_a_machine_that_does_not_answer_goes_away_after_a_while():
    asked: list[str] = []
    until = threading.Event()

    def slow() -> str:
        asked.append("once")
        until.wait(10)
        return "at last"

    flights: Flights[str] = Flights()
    for _ in range(3):
        with pytest.raises(Unavailable, match="has not answered"):
            flights.ask("a", slow, seconds=0.01, who="the furnace")
    assert flights.ask("b", lambda: "quick", seconds=1, who="another") == "quick"
    waiting = threading.Timer(0.05, until.set)
    waiting.start()
    assert flights.ask("a", slow, seconds=5, who="the furnace") == "at last"
    waiting.join()
    assert asked == ["once"]


def test_the_memory_has_an_end(tmp_path: Path):
    listings = Listings()
    many = tuple(Entry(str(number), "file") for number in range(KEPT_ENTRIES // 4))
    for name in "abcde":
        listings.put("r", name, Listing(many, time.time()))
    assert listings.get("r", "a") is None
    assert listings.get("r", "e") is not None
    assert len(listings.ages("r")) == 3


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[Path]:
    """A pipe where a folder should be: opening it never ends, if it is opened like a file."""
    os.mkfifo(tmp_path / "pipe")
    yield tmp_path


def test_a_pipe_holds_nobody_up(hung: Path):
    known = folders(hung)
    with pytest.raises(NotFound), known.opened("here", "pipe"):
        pass
    with pytest.raises(NotFound):
        known.listing("here", "pipe")
