"""A remote that goes away in the middle of an attachment leaves nothing behind."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.errors import Unavailable
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.models.remotes import RemoteFilesystem
from pydatalab.services import creation, items, people, remotes
from pydatalab.services.maintenance.blobs import list_unused_blobs
from pydatalab.store.query import Query

SIZE = 48_000_000


@pytest.fixture
def lab(tmp_path: Path, ssh: Any, engine: dict[str, str]) -> Iterator[Lab]:
    root = tmp_path / "instrument"
    root.mkdir()
    (root / "large.raw").write_bytes(os.urandom(1_000_000) * (SIZE // 1_000_000))
    config = Config(
        DATA_DIRECTORY=tmp_path / "data",
        REMOTE_FILESYSTEMS=(
            RemoteFilesystem(name="XRD", hostname=f"root@127.0.0.1:{ssh.port}", path=str(root)),
        ),
        SSH_KEY_FILE=ssh.folder / "client",
        SSH_KNOWN_HOSTS=ssh.folder / "known_hosts",
        **engine,
    )
    with open_lab(config) as opened:
        yield opened


def arriving(lab: Lab) -> int:
    """Bytes of uploads that are not whole yet."""
    return sum(path.stat().st_size for path in lab.vault.incoming.glob("*"))


def test_a_remote_that_goes_away_within_a_file_leaves_nothing_and_may_be_asked_again(
    lab: Lab, ssh: Any
):
    ada = people.person(lab, people.add_person(lab, "Ada")["immutable_id"])
    item = creation.create_item(lab, ada, {"type": "samples", "item_id": "S-1"})

    def attach() -> Any:
        return remotes.attach_remote_file(lab, ada, item["refcode"], "XRD", "large.raw")

    with ThreadPoolExecutor(1) as thread:
        attaching = thread.submit(attach)
        until = monotonic() + 20
        while not arriving(lab) and monotonic() < until and not attaching.done():
            sleep(0.001)
        ssh.end()
        with pytest.raises(Unavailable) as gone:
            attaching.result()
    assert "XRD" in gone.value.message or "large.raw" in gone.value.message
    assert items.get_item(lab, ada, item["refcode"]) == item
    assert not lab.store.files.find(Query()).documents
    assert arriving(lab) == 0
    assert list_unused_blobs(lab, Silent())["num_unused"] == 0
    ssh.start()
    file, _ = attach()
    assert file["size"] == SIZE
