"""Files that the store has lost, brought back out of backups."""

import os
import tarfile
from pathlib import Path
from typing import Any

import bson
import pytest
from backed_up import CONTENTS, back_up, blobs, everything, lose

from pydatalab.backups.copies import BackupOfCopies
from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services.maintenance.files import check_files

QUIET = Silent()


def mended(lab: Lab, source: Path | str, **more: Any) -> dict[str, Any]:
    return check_files(lab, QUIET, BackupOfCopies(lab, str(source), **more))


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.zst"])
def test_lost_and_altered_files_come_back_out_of_an_archive(lab: Lab, tmp_path: Path, ending: str):
    before = blobs(lab)
    path = tmp_path / f"lab{ending}"
    back_up(lab, path)
    lose(lab, CONTENTS["scan.xy"], CONTENTS["empty.dat"])
    found = mended(lab, path)
    assert (found["num_repaired"], found["num_faults"]) == (2, 0)
    assert blobs(lab) == before


def test_what_stands_before_the_break_of_an_archive_is_used_and_the_break_is_told(
    lab: Lab, tmp_path: Path
):
    path = tmp_path / "lab.tar"
    back_up(lab, path)
    path.write_bytes(path.read_bytes()[: -20 * 512])  # its manifest is gone
    lose(lab, CONTENTS["scan.xy"])
    found = mended(lab, path)
    assert found["num_faults"] == 0
    assert "not whole" in found["notes"][0] and "cut short" in found["notes"][0]


def test_a_part_of_a_file_never_enters_the_store(lab: Lab, tmp_path: Path):
    path = tmp_path / "lab.tar"
    back_up(lab, path)
    with tarfile.open(path) as tape:
        scan = next(one for one in tape if one.size == len(CONTENTS["scan.xy"]))
    path.write_bytes(path.read_bytes()[: scan.offset_data + 100_000])
    lose(lab, CONTENTS["scan.xy"])
    was = blobs(lab)
    with pytest.raises(Invalid, match="cut short"):
        mended(lab, path)
    assert blobs(lab) == was


def test_a_byte_that_turned_over_in_the_archive_is_not_taken_for_the_file(lab: Lab, tmp_path: Path):
    path = tmp_path / "lab.tar"
    back_up(lab, path)
    raw = bytearray(path.read_bytes())
    raw[raw.find(CONTENTS["scan.xy"]) + 500] ^= 1
    path.write_bytes(raw)
    lose(lab, CONTENTS["scan.xy"])
    with pytest.raises(Invalid):
        mended(lab, path)
    assert check_files(lab, QUIET)["num_faults"] == 1


def test_an_archive_of_the_datalab_before_has_copies_too(lab: Lab, tmp_path: Path):
    file = next(one for one in everything(lab)["files"] if one["name"] == "scan.xy")
    path = tmp_path / "old.tar"
    folder = tmp_path / "old"
    (folder / "files" / file["immutable_id"]).mkdir(parents=True)
    (folder / "files" / file["immutable_id"] / "scan.xy").write_bytes(CONTENTS["scan.xy"])
    (folder / "files" / file["immutable_id"] / "others.xy").write_bytes(os.urandom(179_200))
    (folder / "mongodb" / "datalabvue").mkdir(parents=True)
    user = bson.encode({"_id": bson.ObjectId(), "display_name": "Ada"})
    (folder / "mongodb" / "datalabvue" / "users.bson").write_bytes(user)
    with tarfile.open(path, "w") as tape:
        tape.add(folder, arcname=".")
    before = blobs(lab)
    lose(lab, CONTENTS["scan.xy"])
    assert mended(lab, path)["num_faults"] == 0
    assert blobs(lab) == before
