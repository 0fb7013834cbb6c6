"""Archives that were unpacked by tar and packed again: honest ones are taken, others refused."""

import io
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from backed_up import back_up, blobs, everything

from pydatalab.backups.restore import restore_archive
from pydatalab.backups.verify import verify_archive
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent

PACKED = {
    "names": "tar -cf {out} -C {folder} $(ls {folder})",
    "dot": "tar -cf {out} -C {folder} .",
    "folder": "tar -cf {out} -C {folder}/.. unpacked",
    "pax": "tar --format=pax -cf {out} -C {folder} .",
    "ustar": "tar --format=ustar --sort=name -cf {out} -C {folder} .",
    "nobody": "tar --owner=0 --group=0 --numeric-owner --mode=0600 -cf {out} -C {folder}"
    " $(ls -r {folder})",
    "late": "touch -d 2001-01-01 {folder}/README.txt && chmod 644 {folder}/*.json &&"
    " tar -cf {out} -C {folder} .",
}  # fmt: skip


@pytest.fixture
def unpacked(lab: Lab, tmp_path: Path) -> Path:
    """A backup of the lab, as ``tar xf`` leaves it in a folder."""
    back_up(lab, tmp_path / "b.tar")
    folder = tmp_path / "unpacked"
    folder.mkdir()
    subprocess.run(["tar", "-xf", tmp_path / "b.tar", "-C", folder], check=True)
    return folder


def packed(folder: Path, how: str = "dot") -> Path:
    out = folder.parent / "again.tar"
    subprocess.run(["sh", "-c", PACKED[how].format(out=out, folder=folder)], check=True)
    return out


def problem(source: Path | io.BytesIO) -> str:
    return verify_archive(source, progress=Silent()).problem or ""


@pytest.mark.parametrize("how", PACKED)
def test_an_archive_that_tar_unpacked_and_packed_again_is_restored_whole(
    lab: Lab, unpacked: Path, new_lab: Callable[[str], Lab], how: str
):
    path = packed(unpacked, how)
    assert problem(path) == ""
    other = new_lab("other")
    restore_archive(other, path, progress=Silent())
    assert everything(other) == everything(lab)
    assert blobs(other) == blobs(lab)


def test_one_item_comes_back_from_it(lab: Lab, unpacked: Path, new_lab: Callable[[str], Lab]):
    refcode = everything(lab)["items"][1]["refcode"]
    other = new_lab("other")
    restore_archive(other, packed(unpacked), item=refcode, progress=Silent())
    assert [one["refcode"] for one in everything(other)["items"]] == [refcode]
    assert blobs(other)


def test_one_in_which_something_changed_or_is_missing_is_refused(unpacked: Path):
    items = unpacked / "documents" / "items.jsonl"
    was = items.read_bytes()
    items.write_bytes(was.replace(b"grey", b"gray"))
    assert "not what was written" in problem(packed(unpacked))
    items.unlink()
    assert "items.jsonl is not as its manifest says" in problem(packed(unpacked))
    items.write_bytes(was)
    (unpacked / "notes.txt").write_text("mine")
    assert "'notes.txt', which is no part" in problem(packed(unpacked))


def test_one_that_is_cut_is_refused(unpacked: Path):
    raw = packed(unpacked).read_bytes()
    for length in (1024, len(raw) // 3, len(raw) // 2):
        assert problem(io.BytesIO(raw[:length]))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_links_and_devices_in_it_are_refused(unpacked: Path, kind: bytes):
    (unpacked / "settings.json").unlink()
    path = packed(unpacked)
    with tarfile.open(path, "a") as tape:
        info = tarfile.TarInfo("settings.json")
        info.type, info.linkname = kind, "/etc/passwd"
        tape.addfile(info)
    assert "neither file nor folder" in problem(path)


@pytest.mark.parametrize("name", ["/etc/passwd", "../outside", "documents/../../x", "README.txt"])
def test_hostile_names_and_doubles_in_it_are_refused(unpacked: Path, name: str):
    path = packed(unpacked)
    with tarfile.open(path, "a") as tape:
        tape.addfile(tarfile.TarInfo(name))
    assert problem(path)


def test_a_compressed_one_is_refused_and_the_message_says_what_to_do(unpacked: Path):
    path = packed(unpacked)
    subprocess.run(["gzip", "-k", path], check=True)
    assert "plain .tar" in problem(path.with_name("again.tar.gz"))
