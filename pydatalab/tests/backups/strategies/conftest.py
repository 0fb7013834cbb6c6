"""A lab with a few items and files, and strategies that back it up."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.services import creation, files, people

Open = Callable[..., Lab]


@pytest.fixture
def open_with(tmp_path: Path, engine: dict[str, str]) -> Iterator[Open]:
    """``open_with(daily={…})``: the lab with these strategies; other settings in upper case."""
    with ExitStack() as stack:

        def opened(**given: Any) -> Lab:
            settings = {name: value for name, value in given.items() if name.isupper()}
            strategies = {name: value for name, value in given.items() if not name.isupper()}
            config = Config.model_validate(
                {
                    "DATA_DIRECTORY": tmp_path / "data",
                    **engine,
                    "BACKUP_STRATEGIES": {
                        name: {"location": str(tmp_path / "kept" / name), **fields}
                        for name, fields in strategies.items()
                    },
                    **settings,
                }
            )
            return stack.enter_context(open_lab(config))

        yield opened


@pytest.fixture
def fill() -> Callable[..., list[str]]:
    """``fill(lab, 3)``: three more items, each with a file of its own; their refcodes."""

    def filled(lab: Lab, number: int, size: int = 20_000) -> list[str]:
        found = people.find_people(lab)
        person = found[0] if found else people.add_person(lab, "Ada", role="admin")
        who = people.person(lab, person["immutable_id"])
        refcodes = []
        for _ in range(number):
            item = creation.create_item(lab, who, {"type": "samples", "name": "LCO"})
            with lab.vault.writer() as writer:
                writer.write(os.urandom(size))
                blob = writer.finish()
            files.attach_file(lab, who, item["refcode"], "pattern.xy", blob)
            refcodes.append(item["refcode"])
        return refcodes

    return filled
