"""Labs to back up and to restore into."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.lab import Lab

sys.path.insert(0, str(Path(__file__).parent))  # for backed_up.py

from backed_up import fill

NewLab = Callable[[str], Lab]


@pytest.fixture
def new_lab(tmp_path: Path, engine_of: Callable[[Path], dict[str, str]]) -> Iterator[NewLab]:
    """``new_lab("other")``: an empty lab in a folder of its own."""
    with ExitStack() as until_done:
        yield lambda name: until_done.enter_context(
            open_lab(Config(DATA_DIRECTORY=tmp_path / name, **engine_of(tmp_path / name)))
        )


@pytest.fixture
def lab(new_lab: NewLab) -> Lab:
    """A lab with two people, three items, and files in one of them."""
    filled = new_lab("lab")
    fill(filled)
    return filled
