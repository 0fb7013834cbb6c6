"""What an archive is, seen with other tools than ours."""

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import threading
from pathlib import Path

import pytest
import zstandard
from backed_up import CONTENTS, back_up, blobs, everything

from pydatalab.backups.archive import compression_of, create_archive
from pydatalab.backups.verify import verify_archive
from pydatalab.errors import Cancelled, Conflict, Invalid, Unavailable
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services import creation, people
from pydatalab.store.query import Query

ENDINGS = (".tar", ".tar.gz", ".tar.zst")


@pytest.mark.parametrize("ending", ENDINGS)
def test_plain_tar_opens_an_archive(lab: Lab, tmp_path: Path, ending: str):
    path = tmp_path / "backups" / f"my.lab.2026{ending}"
    manifest = back_up(lab, path)
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run(["tar", "-C", out, "-xf", path], check=True)
    for kind, documents in everything(lab).items():
        lines = (out / "documents" / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == documents
        assert manifest.counts[kind] == len(documents)
    for sha256, content in blobs(lab).items():
        assert (out / "files" / "blobs" / sha256[:2] / sha256[2:]).read_bytes() == content
    assert "tar -xf" in (out / "README.txt").read_text(encoding="utf-8")
    subprocess.run(["sha256sum", "--quiet", "-c", "manifest.sha256"], cwd=out, check=True)


def test_the_manifest_has_the_hash_of_each_part_and_stands_behind_them(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tape:
        names = tape.getnames()
        contents = {name: tape.extractfile(name).read() for name in names}  # type: ignore[union-attr]
    assert names[-2:] == ["manifest.json", "manifest.sha256"]
    manifest = json.loads(contents["manifest.json"])
    assert manifest["parts"] == {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
        if not name.startswith("manifest.")
    }
    assert manifest["datalab_version"] and manifest["schema_version"] == 1


def test_names_of_files_stand_beside_their_hashes(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tape:
        lines = tape.extractfile("files/names.jsonl").read().splitlines()  # type: ignore[union-attr]
    found = [json.loads(line) for line in lines]
    holder = next(one["refcode"] for one in everything(lab)["items"] if one["item_id"] == "S-1")
    assert {one["sha256"] for one in found} == blobs(lab).keys()
    assert {one["name"] for one in found} == CONTENTS.keys()
    assert all(one["items"] == [holder] for one in found)
    before = hashlib.sha256(CONTENTS["notes.txt"]).hexdigest()
    assert [one["sha256"] for one in found if one["replaced"]] == [before]


def test_the_settings_are_there_without_secrets(lab: Lab, tmp_path: Path):
    settings = {
        "SECRET_KEY": "hidden",
        "MAX_CONTENT_LENGTH": 5,
        "MAIL": {"MAIL_PASSWORD": "hidden", "MAIL_SERVER": "mail.example"},
        "BACKUPS": [{"location": "sftp://joe:hidden@host/backups", "encryption": "age1abc"}],
    }
    create_archive(
        lab, tmp_path / "b.tar", settings=settings, compression="none", progress=Silent()
    )
    with tarfile.open(tmp_path / "b.tar") as tape:
        kept = tape.extractfile("settings.json").read()  # type: ignore[union-attr]
    assert b"hidden" not in kept
    assert json.loads(kept) == {
        "MAX_CONTENT_LENGTH": 5,
        "MAIL": {"MAIL_SERVER": "mail.example"},
        "BACKUPS": [{"location": "sftp://joe:…@host/backups", "encryption": "age1abc"}],
    }


def test_archive_and_folder_are_for_their_owner_alone(lab: Lab, tmp_path: Path):
    path = tmp_path / "new" / "deeper" / "b.tar.zst"
    back_up(lab, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["b.tar.zst"]


def test_a_file_that_is_there_is_left_alone(lab: Lab, tmp_path: Path):
    (tmp_path / "b.tar").write_text("mine")
    with pytest.raises(Conflict, match=r"b\.tar"):
        back_up(lab, tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "mine"


@pytest.mark.parametrize("name", ["b.zip", "b", ".tar", "b.tar.bz2", "b.tar.age.gz"])
def test_a_name_must_say_what_the_archive_is(name: str):
    with pytest.raises(Invalid, match=r"\.tar\.zst"):
        compression_of(name)


@pytest.mark.parametrize(
    ("name", "compression"),
    [("a.b.tar", "none"), ("x.tar.gz", "gz"), ("x.y.tar.zst.age", "zst"), ("x.tar.age", "none")],
)
def test_the_ending_of_a_name_says_how_it_is_compressed(name: str, compression: str):
    assert compression_of(name) == compression


def test_bytes_that_are_gone_or_altered_are_named_and_the_rest_is_kept(lab: Lab, tmp_path: Path):
    root = lab.folder / "files" / "blobs"
    gone, altered = (
        hashlib.sha256(CONTENTS[name]).hexdigest() for name in ("scan.xy", "notes.txt")
    )
    (root / gone[:2] / gone[2:]).unlink()
    bad = root / altered[:2] / altered[2:]
    bad.chmod(0o600)
    bad.write_bytes(b"something else")
    manifest = back_up(lab, tmp_path / "b.tar.zst")
    assert manifest.missing == {gone: ("scan.xy",)}
    assert manifest.altered == {altered: ("notes.txt",)}
    assert any("scan.xy" in warning for warning in manifest.warnings)
    verdict = verify_archive(tmp_path / "b.tar.zst", progress=Silent())
    assert verdict.ok and verdict.notes == manifest.warnings


def test_a_backup_shows_one_moment_though_people_go_on_writing(lab: Lab, tmp_path: Path):
    ada = people.person(lab, lab.store.people.find(Query(limit=1)).documents[0]["immutable_id"])
    done, made = threading.Event(), []

    def work() -> None:
        while not done.is_set():
            made.append(creation.create_item(lab, ada, {"type": "samples"})["refcode"])

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for number in range(4):
            path = tmp_path / f"{number}.tar"
            back_up(lab, path)
            with tarfile.open(path) as tape:
                kinds = {
                    kind: [
                        json.loads(line)
                        for line in tape.extractfile(f"documents/{kind}.jsonl").read().splitlines()  # type: ignore[union-attr]
                    ]
                    for kind in ("items", "item_versions")
                }
            # An item is written before its version: at any moment at most the last lacks it. A MongoDB
            # server on its own knows no moments: there, only what a version is of is sure to be there.
            items = [one["refcode"] for one in kinds["items"]]
            versions = {one["refcode"] for one in kinds["item_versions"]}
            assert versions <= set(items)
            assert lab.store.is_shared or set(items[:-1]) <= versions
            assert items[3:] == made[: len(items) - 3]
    finally:
        done.set()
        worker.join()


def test_a_stream_gets_the_same_as_a_file(lab: Lab, tmp_path: Path):
    stream = io.BytesIO()
    create_archive(lab, None, stream, settings={}, compression="zst", progress=Silent())
    with tarfile.open(fileobj=zstandard.open(io.BytesIO(stream.getvalue())), mode="r|") as tape:
        assert "manifest.json" in tape.getnames()
    assert verify_archive(io.BytesIO(stream.getvalue()), progress=Silent()).ok


class Impatient:
    """Cancels as soon as it hears of files."""

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        if "Copying" in doing:
            raise Cancelled("Enough.")


def test_a_backup_that_is_cancelled_leaves_nothing(lab: Lab, tmp_path: Path):
    with pytest.raises(Cancelled):
        create_archive(
            lab, tmp_path / "b" / "b.tar.gz", settings={}, compression="gz", progress=Impatient()
        )
    assert list((tmp_path / "b").iterdir()) == []


def test_a_disk_without_room_is_found_out_first(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(Unavailable, match="1 kB free"):
        back_up(lab, tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


@pytest.mark.parametrize("ending", [".tar.age", ".tar.gz.age", ".tar.zst.age"])
def test_an_encrypted_archive_opens_with_age_and_its_key_alone(
    lab: Lab, tmp_path: Path, ending: str
):
    import pyrage

    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    path = tmp_path / f"b{ending}"
    back_up(lab, path, recipients=(str(key.to_public()),))
    assert b"README" not in path.read_bytes()
    assert verify_archive(path, identity=f"# a comment\n{key}\n", progress=Silent()).ok
    for wrong, said in (
        (str(other), "another key"), (None, "--identity"), ("ssh-ed25519 AAAA", "holds no secret key of age"),
        ("AGE-SECRET-KEY-1QQ", "holds no secret key of age"),
    ):  # fmt: skip
        assert said in str(verify_archive(path, identity=wrong, progress=Silent()).problem)
    if shutil.which("age"):
        (tmp_path / "key").write_text(str(key))
        subprocess.run(
            ["age", "-d", "-i", tmp_path / "key", "-o", tmp_path / "plain.tar", path], check=True
        )
        assert "manifest.json" in subprocess.check_output(
            ["tar", "-tf", tmp_path / "plain.tar"], text=True
        )


def test_what_is_no_public_key_is_refused(lab: Lab, tmp_path: Path):
    with pytest.raises(Invalid, match="age1"):
        back_up(lab, tmp_path / "b.tar.age", recipients=("ssh-rsa AAAA",))
    assert not (tmp_path / "b.tar.age").exists()
