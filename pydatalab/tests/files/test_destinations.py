"""Where backups go: a folder, another machine by SFTP, S3. All keep one promise."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pydatalab.errors import NotFound, Unavailable
from pydatalab.files.destinations import Destination, open_destination
from pydatalab.files.sftp_keys import SSHKeys

Open = Callable[[], Destination]

LARGE = os.urandom(1_000_003) * 40
"""More than one part, and no multiple of anything."""


@pytest.fixture(params=["folder", "sftp", "s3"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_it(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """``open_it()``: the same place, each time anew."""
    url, keys = str(tmp_path / "kept" / "here"), SSHKeys()
    if kind == "sftp":
        ssh = request.getfixturevalue("ssh")
        url, keys = ssh.url(tmp_path / "kept" / "here"), ssh.keys
    elif kind == "s3":
        url = request.getfixturevalue("s3").url("kept/here")
    return lambda: open_destination(url, base=tmp_path, keys=keys)


@pytest.fixture
def place(open_it: Open) -> Iterator[Destination]:
    opened = open_it()
    yield opened
    opened.close()


def put(place: Destination, name: str, content: bytes) -> None:
    with place.writer(name, expected=len(content)) as out:
        for start in range(0, len(content), 3_000_000):
            out.write(content[start : start + 3_000_000])


def got(place: Destination, name: str) -> bytes:
    with place.open(name) as stream:
        return stream.read()


def test_a_name_of_others_that_is_no_text_is_no_obstacle(
    kind: str, place: Destination, tmp_path: Path
):
    if kind == "s3":
        pytest.skip("names are UTF-8 there")
    put(place, "daily-1.tar", b"x")
    (tmp_path / "kept" / "here" / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    assert "daily-1.tar" in [one.name for one in place.find()]
    place.sweep("daily")


def test_what_is_put_can_be_read_again(place: Destination, open_it: Open):
    put(place, "daily-1.tar.zst", LARGE)
    again = open_it()
    with again.open("daily-1.tar.zst") as stream:
        assert stream.read(7) == LARGE[:7]
        assert stream.read() == LARGE[7:]
    assert again.size("daily-1.tar.zst") == len(LARGE)
    again.close()


def test_a_part_is_read_from_anywhere(place: Destination):
    put(place, "daily-1.tar.zst", LARGE)
    end = len(LARGE)
    for start, stop in ((0, 1024), (7_000_001, 12_000_002), (end - 16, end)):
        assert place.read("daily-1.tar.zst", start, stop) == LARGE[start:stop]
    with pytest.raises(NotFound):
        place.read("daily-2.tar.zst", 0, 1)


def test_an_empty_file_is_a_file(place: Destination):
    put(place, "nothing", b"")
    assert [(one.name, one.size) for one in place.find()] == [("nothing", 0)]
    assert got(place, "nothing") == b""


def test_files_are_listed_with_their_folders_only_when_asked(place: Destination):
    for name in ("b", "a", "blobs/ab/cd", "blobs/ab/ef"):
        put(place, name, name.encode())
    assert sorted(one.name for one in place.find()) == ["a", "b"]
    assert sorted(one.name for one in place.find("blobs", deep=True)) == [
        "blobs/ab/cd",
        "blobs/ab/ef",
    ]
    assert [one.name for one in place.find("nowhere", deep=True)] == []
    assert {one.modified_at[:2] for one in place.find()} == {"20"}


def test_what_others_remove_while_it_is_listed_is_left_out(place: Destination):
    for name in ("a", "b", "c"):
        put(place, name, b"x")
    listed = place.find()
    names = [next(listed).name]
    place.remove("b")
    assert {"a", "c"} <= {*names, *(one.name for one in listed)}


def test_a_place_where_nothing_was_put_is_empty(place: Destination):
    assert list(place.find(deep=True)) == []


def test_a_file_that_fails_in_the_middle_never_appears(place: Destination, tmp_path: Path):
    with pytest.raises(RuntimeError, match="broke"), place.writer("a.tar") as out:
        out.write(LARGE)
        assert list(place.find(deep=True)) == []
        raise RuntimeError("broke")
    assert list(place.find(deep=True)) == []
    assert [path for path in (tmp_path / "kept").rglob("*") if path.is_file()] == []


def test_what_is_being_written_has_no_tar_in_its_name(
    place: Destination, kind: str, tmp_path: Path
):
    if kind == "s3":
        pytest.skip("nothing has a name there before it is whole")
    with place.writer("daily-1.tar.gz", label="daily") as out:
        out.write(b"x")
        names = [path.name for path in (tmp_path / "kept" / "here").iterdir()]
        assert names and not any(".tar" in name for name in names)


def test_a_file_replaces_one_of_its_name(place: Destination):
    put(place, "a", b"old and longer")
    put(place, "a", b"new")
    assert got(place, "a") == b"new"


def test_what_is_removed_is_gone_and_removing_it_again_does_nothing(place: Destination):
    put(place, "a", b"1")
    place.remove("a")
    place.remove("a")
    assert list(place.find()) == []
    with pytest.raises(NotFound, match="no a in"):
        got(place, "a")
    with pytest.raises(NotFound):
        place.size("a")


def test_what_dead_processes_left_is_swept_by_its_label_alone(
    place: Destination, kind: str, tmp_path: Path
):
    if kind == "s3":
        pytest.skip("nothing is left there")
    put(place, "daily/a", b"1")
    folder = tmp_path / "kept" / "here" / "daily"
    ours, others = folder / f".daily-{'0' * 16}.part", folder / f".daily-x-{'0' * 16}.part"
    ours.touch()
    others.touch()
    assert [one.name for one in place.find(deep=True)] == ["daily/a"]
    place.sweep("daily")
    assert ours.exists()
    place.sweep("daily", deep=True)
    assert not ours.exists()
    assert others.exists()


def test_free_space_is_told_where_somebody_knows(place: Destination, kind: str):
    free = place.free()
    assert free is None if kind == "s3" else free is not None and free > 1_000_000


def test_files_are_for_their_owner_alone(place: Destination, kind: str, tmp_path: Path):
    if kind == "s3":
        pytest.skip("the bucket says who may read")
    put(place, "blobs/a", b"secret")
    path = tmp_path / "kept" / "here" / "blobs" / "a"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_place_that_goes_away_in_the_middle_says_so(
    place: Destination, kind: str, request: pytest.FixtureRequest
):
    if kind == "folder":
        pytest.skip("a folder stays")
    server: Any = request.getfixturevalue("ssh" if kind == "sftp" else "s3")
    with pytest.raises(Unavailable, match="is away"), place.writer("a") as out:
        out.write(LARGE)
        server.end()
        for _ in range(5):
            out.write(LARGE)
    server.start()
    fresh = open_destination(place.url, base=Path(), keys=getattr(server, "keys", SSHKeys()))
    assert list(fresh.find()) == []
    fresh.close()


def test_a_reader_whose_place_goes_away_says_so(
    place: Destination, kind: str, request: pytest.FixtureRequest
):
    if kind == "folder":
        pytest.skip("a folder stays")
    put(place, "a", LARGE)
    server: Any = request.getfixturevalue("ssh" if kind == "sftp" else "s3")
    with place.open("a") as stream:
        stream.read(10)
        server.end()
        with pytest.raises(Unavailable):
            stream.read()


def test_a_host_that_is_not_known_is_not_talked_to(ssh: Any, tmp_path: Path):
    (tmp_path / "known").write_text("")
    keys = SSHKeys(ssh.keys.key_file, tmp_path / "known")
    with pytest.raises(Unavailable, match=r"host key of 127\.0\.0\.1 is not known.*ssh-keyscan"):
        open_destination(ssh.url(tmp_path), base=tmp_path, keys=keys)


def test_a_host_that_shows_another_key_is_not_talked_to(ssh: Any, tmp_path: Path):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "k"], check=True
    )
    (tmp_path / "known").write_text(f"[127.0.0.1]:{ssh.port} {(tmp_path / 'k.pub').read_text()}")
    keys = SSHKeys(ssh.keys.key_file, tmp_path / "known")
    with pytest.raises(Unavailable, match="shows another key"):
        open_destination(ssh.url(tmp_path), base=tmp_path, keys=keys)


def test_a_host_that_does_not_know_our_key_lets_nobody_in(ssh: Any, tmp_path: Path):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "k"], check=True
    )
    keys = SSHKeys(tmp_path / "k", ssh.keys.known_hosts)
    with pytest.raises(Unavailable, match=r"does not let this server in.*authorized_keys"):
        open_destination(ssh.url(tmp_path), base=tmp_path, keys=keys)


def test_a_host_that_is_away_is_an_error_in_a_sentence(ssh: Any, tmp_path: Path):
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 is not reached by SSH"):
        open_destination("sftp://127.0.0.1:1/x", base=tmp_path, keys=ssh.keys)


def test_a_wrong_secret_of_s3_is_an_error_in_a_sentence(s3: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not the secret")
    place = open_destination(s3.url(), base=Path(), keys=SSHKeys())
    with pytest.raises(Unavailable, match=r"test-.* may not be used") as refused:
        put(place, "a", b"1")
    assert "\n" not in refused.value.message
    with pytest.raises(Unavailable, match="AWS_SECRET_ACCESS_KEY"):
        list(place.find())


def test_a_full_disk_is_called_that(tmp_path: Path, request: pytest.FixtureRequest, ssh: Any):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small]
    if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("mounting is refused here")
    request.addfinalizer(lambda: subprocess.run(["umount", "-l", small], check=True))
    for url in (str(small), ssh.url(small)):
        place = open_destination(url, base=tmp_path, keys=ssh.keys)
        with pytest.raises(Unavailable, match="is full"):
            put(place, "a", LARGE)
        assert list(small.iterdir()) == []
        place.close()
