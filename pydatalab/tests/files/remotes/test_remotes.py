"""Places that files are attached from: a mounted folder, SFTP, S3, SMB. All keep one promise."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from instrument import CONTENT, Place

from pydatalab.errors import DatalabError, Forbidden, NotFound, Unavailable
from pydatalab.files.remotes.port import Remote
from pydatalab.models.remotes import RemoteFilesystem

LINKED = ("folder", "sftp")
"""Kinds whose links can be followed."""


def read(remote: Remote, path: str) -> bytes:
    _, stream = remote.open(path)
    with stream:
        return stream.read()


def test_a_folder_is_listed_one_level_deep(remote: Remote):
    found = {one.name: (one.kind, one.size) for one in remote.entries("")}
    assert found == {"scan.xy": ("file", 7), "empty.txt": ("file", 0), "runs": ("folder", None)}
    assert {one.name for one in remote.entries("runs")} == {"May 3", "deep"}
    (scan,) = [one for one in remote.entries("") if one.name == "scan.xy"]
    assert (scan.modified_at or "")[:2] == "20"


@pytest.mark.parametrize("path", CONTENT)
def test_a_file_is_read_whole_with_its_size(remote: Remote, path: str):
    entry, stream = remote.open(path)
    with stream:
        assert stream.read() == CONTENT[path]
    assert (entry.name, entry.size) == (path.rpartition("/")[2], len(CONTENT[path]))
    assert remote.look(path) == entry


@pytest.mark.parametrize(
    "path",
    [
        "..", "../secret.txt", "runs/../../secret.txt", "runs/..", "./scan.xy", "/etc/passwd", "//scan.xy",
        "scan.xy/", "a\0b", "runs//deep", "../instrument-2/secret.txt", "..\\secret.txt", "missing", "missing/a",
        "scan.xy/a", "x" * 300, "x/" * 3_000, "C:\\windows", "\ud800",
    ],
)  # fmt: skip
def test_what_leads_out_looks_like_what_is_not_there(remote: Remote, path: str):
    for ask in (remote.look, remote.open, lambda path: list(remote.entries(path))):
        with pytest.raises(NotFound, match="There is no"):
            ask(path)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.sampled_from(
            ["..", ".", "", "scan.xy", "runs", "deep", "secret.txt", "instrument", "instrument-2", "out",
             "in", "up", "~", "\0", "%2e%2e", "..\\", "proc", "self", "cwd"]
        ),
        max_size=7,
    )
)  # fmt: skip
@example(["out", "secret.txt"])
@example(["up", "instrument-2", "secret.txt"])
def test_no_path_leads_to_a_secret(remote: Remote, place: Place, kind: str, parts: list[str]):
    if kind in LINKED and not (place.root / "out").is_symlink():
        (place.root / "out").symlink_to(place.root.parent / "instrument-2")
        (place.root / "up").symlink_to("..")
        (place.root / "in").symlink_to("runs")
    try:
        content = read(remote, "/".join(parts))
    except DatalabError as refused:
        assert isinstance(refused, NotFound)
    else:
        assert content in CONTENT.values()


def test_links_are_followed_within_the_folder_alone(remote: Remote, place: Place, kind: str):
    if kind not in LINKED:
        pytest.skip("there are no links there, or they are not followed")
    inside, outside = place.root / "inside.xy", place.root / "outside.txt"
    inside.symlink_to("runs/deep/er/still.txt")
    outside.symlink_to(place.root.parent / "secret.txt")
    (place.root / "nowhere").symlink_to("gone")
    (place.root / "folder").symlink_to(place.root / "runs")
    found = {one.name: (one.kind, one.is_link) for one in remote.entries("")}
    assert found["inside.xy"] == ("file", True)
    assert found["folder"] == ("folder", True)
    assert found["outside.txt"] == found["nowhere"] == ("other", True)
    assert read(remote, "inside.xy") == b"x"
    assert read(remote, "folder/deep/er/still.txt") == b"x"
    with pytest.raises(NotFound):
        remote.open("outside.txt")


def test_what_is_no_file_is_not_opened(remote: Remote, place: Place, kind: str):
    with pytest.raises(NotFound):
        remote.open("runs")
    with pytest.raises(NotFound):
        remote.open("")
    if kind in LINKED:
        os.mkfifo(place.root / "pipe")
        assert {one.name: one.kind for one in remote.entries("")}["pipe"] == "other"
        with pytest.raises(NotFound):
            remote.open("pipe")


def test_a_name_that_is_no_text_is_shown_but_leads_nowhere(place: Place, kind: str):
    if kind not in LINKED:
        pytest.skip("the others speak UTF-8")
    (place.root / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    remote = place.open()
    (odd,) = [one for one in remote.entries("") if one.kind == "other"]
    assert odd.name == "caf\N{REPLACEMENT CHARACTER}.txt"
    with pytest.raises(NotFound):
        remote.open(odd.name)


def test_a_file_that_grows_while_it_is_read_has_the_size_that_it_had(
    remote: Remote, place: Place, kind: str
):
    if kind == "s3":
        pytest.skip("objects do not grow")
    growing = place.root / "growing.txt"
    growing.write_bytes(b"a" * 3_000_000)
    entry, stream = remote.open("growing.txt")
    with stream, growing.open("ab") as more:
        begun = stream.read(10)
        more.write(b"b" * 3_000_000)
        more.flush()
        assert begun + stream.read() == b"a" * 3_000_000
    assert entry.size == 3_000_000


def test_a_link_put_in_the_way_leads_nowhere(place: Place, kind: str):
    """What is swapped between the judging and the opening of a path is judged again."""
    if kind != "folder":
        pytest.skip("only this machine says where an open file is")
    remote = place.open()
    swapped = place.root / "runs"
    swapped.rename(place.root / "was")
    swapped.symlink_to(place.root.parent)
    with pytest.raises(NotFound):
        remote.open("runs/secret.txt")
    with pytest.raises(NotFound):
        list(remote.entries("runs"))


def test_a_place_that_is_away_says_so(place: Place, kind: str, request: pytest.FixtureRequest):
    if kind == "folder":
        place.root.rename(place.root.with_name("unmounted"))
    else:
        server: Any = request.getfixturevalue({"sftp": "ssh"}.get(kind, kind))
        server.end()
        if kind == "s3":
            request.addfinalizer(server.start)
    with pytest.raises(Unavailable) as away:
        list(place.open().entries(""))
    assert "\n" not in away.value.message


def test_a_place_that_goes_away_while_a_file_is_read_says_so(
    place: Place, kind: str, request: pytest.FixtureRequest
):
    if kind == "folder":
        pytest.skip("an open file stays")
    (place.root / "large").write_bytes(os.urandom(1_000_000) * 24)
    remote = place.open()
    server: Any = request.getfixturevalue({"sftp": "ssh"}.get(kind, kind))
    _, stream = remote.open("large")
    with stream:
        stream.read(10)
        server.end()
        with pytest.raises(Unavailable):
            stream.read()
    remote.close()
    if kind == "s3":
        server.start()


def test_what_the_account_may_not_read_is_said_to_be_so(tmp_path: Path):
    if os.getuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "closed").mkdir(0o000)
    remote = Place(RemoteFilesystem(name="x", path=str(tmp_path)), tmp_path).open()
    with pytest.raises(Forbidden):
        list(remote.entries("closed"))


def test_an_unknown_host_is_refused_with_its_fingerprint(ssh: Any, tmp_path: Path):
    import subprocess

    (tmp_path / "known").write_text("")
    place = Place(
        RemoteFilesystem(name="x", hostname=f"root@127.0.0.1:{ssh.port}", path=str(tmp_path)),
        tmp_path,
        type(ssh.keys)(ssh.keys.key_file, tmp_path / "known"),
    )
    shown = subprocess.run(
        ["ssh-keygen", "-lf", ssh.folder / "host.pub"], capture_output=True, text=True, check=True
    )
    with pytest.raises(Unavailable, match="is not known") as refused:
        place.open()
    assert shown.stdout.split()[1] in refused.value.message


def test_keys_of_s3_with_dots_lead_nowhere(s3: Any):
    place = Place(RemoteFilesystem(name="x", path=s3.url("a")), s3.folder / s3.bucket / "a")
    (place.root).mkdir()
    (place.root / "..b").write_text("x")
    (s3.folder / s3.bucket / "secret").write_text("secret")
    remote = place.open()
    assert [one.name for one in remote.entries("")] == ["..b"]
    for path in ("../secret", "..", "%2e%2e/secret"):
        with pytest.raises(NotFound):
            remote.open(path)


def test_a_bucket_that_does_not_let_us_in_is_not_called_away(s3: Any, monkeypatch: Any):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    settings_ = RemoteFilesystem(name="Archive", path=s3.url())
    with pytest.raises(Unavailable, match="does not let this server in"):
        list(Place(settings_, s3.folder).open().entries(""))


def test_a_wrong_password_is_not_told(smb: Any, tmp_path: Path):
    (tmp_path / "secret").write_text("another")
    settings_ = RemoteFilesystem(
        name="Furnace",
        path=f"smb://127.0.0.1:{smb.port}/share",
        username="root",
        secret_file=tmp_path / "secret",
    )
    with pytest.raises(Unavailable, match="does not let this server in") as refused:
        Place(settings_, tmp_path).open()
    assert "another" not in refused.value.message
