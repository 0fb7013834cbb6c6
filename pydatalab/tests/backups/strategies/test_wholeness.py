"""Whether a file is a backup, as its two ends tell."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from pydatalab.backups.runs import run_strategy
from pydatalab.backups.wholeness import damage_of
from pydatalab.files.destinations import LocalFolder
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent

Open = Callable[..., Lab]


class Far(LocalFolder):
    """A place from which it takes hours to read an archive."""

    def open(self, name: str) -> BinaryIO:
        raise AssertionError(f"{name} would be read from its beginning to its end")


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
def test_no_more_is_read_of_an_archive_than_its_ends(
    open_with: Open, fill: Callable[..., list[str]], tmp_path: Path, compression: str
):
    lab = open_with(daily={"compression": compression})
    fill(lab, 2)
    name = run_strategy(lab, "daily", progress=Silent())["name"]
    place = Far(tmp_path / "kept" / "daily")
    (stored,) = place.find()
    assert damage_of(place, stored, None) is None
    file = tmp_path / "kept" / "daily" / name
    file.write_bytes(file.read_bytes()[: stored.size // 2])
    (cut,) = place.find()
    assert damage_of(place, cut, None) == "does not end as a whole archive does"
