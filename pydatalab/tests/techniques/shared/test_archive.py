"""Zip archives, honest and hostile."""

import stat
import zipfile
from pathlib import Path

import pytest

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.archive import MOST_MEMBERS, member, opened, unpack
from pydatalab.techniques.shared.source import SourceFile


def packed(folder: Path, members: dict[str, bytes]) -> SourceFile:
    path = folder / "data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return SourceFile(path)


def test_files_are_unpacked_below_the_folder_without_what_macos_adds(tmp_path):
    file = packed(
        tmp_path, {"run/1/fid": b"abc", "__MACOSX/run/._fid": b"x", "run/.DS_Store": b"x"}
    )
    into = unpack(file, tmp_path / "out")
    assert [p.relative_to(into).as_posix() for p in into.rglob("*") if p.is_file()] == ["run/1/fid"]
    assert (into / "run/1/fid").read_bytes() == b"abc"


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/etc/evil", "..\\evil", "C:\\evil"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path, name):
    file = packed(tmp_path, {"fine": b"x", name: b"evil"})
    with pytest.raises(UnreadableFile, match="forbidden name"):
        unpack(file, tmp_path / "deep" / "out")
    assert not list(tmp_path.rglob("*evil*"))


def test_links_are_left_out(tmp_path):
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("real", b"abc")
    into = unpack(SourceFile(path), tmp_path / "out")
    assert [found.name for found in into.iterdir()] == ["real"]


def test_an_archive_that_grows_beyond_a_limit_is_refused(tmp_path):
    file = packed(tmp_path, {"a": b"\0" * 5_000, "b": b"\0" * 5_000})
    with pytest.raises(UnreadableFile, match="grow"):
        unpack(file, tmp_path / "out", largest=9_999)
    with pytest.raises(UnreadableFile, match="grow"):
        member(file, "a", largest=4_999)
    assert len(member(file, "a", largest=5_000)) == 5_000


def test_an_archive_that_grows_beyond_belief_is_refused(tmp_path):
    file = packed(tmp_path, {"zeros": b"\0" * 120_000_000})
    with pytest.raises(UnreadableFile, match="beyond belief"):
        unpack(file, tmp_path / "out")


def test_an_archive_with_too_many_files_is_refused(tmp_path):
    file = packed(tmp_path, {str(n): b"" for n in range(MOST_MEMBERS + 1)})
    with pytest.raises(UnreadableFile, match="more than"):
        unpack(file, tmp_path / "out")


def test_a_truncated_or_foreign_file_is_an_error(tmp_path):
    whole = packed(tmp_path, {"a": bytes(range(256)) * 100}).raw
    for name, raw in (("cut", whole[: len(whole) // 2]), ("text", b"no zip"), ("empty", b"")):
        path = tmp_path / name
        path.write_bytes(raw)
        with pytest.raises(UnreadableFile):
            unpack(SourceFile(path), tmp_path / "out")


def test_a_damaged_member_is_an_error(tmp_path):
    file = packed(tmp_path, {"a": bytes(range(256)) * 100})
    raw = bytearray(file.raw)
    raw[60:70] = bytes(10)
    file.path.write_bytes(raw)
    with pytest.raises(UnreadableFile, match="damaged"):
        member(SourceFile(file.path), "a")


def test_several_members_are_read_from_one_opening(tmp_path):
    with opened(packed(tmp_path, {"a": b"1", "b": b"2", "__MACOSX/a": b"x"})) as archive:
        assert archive.names == ["a", "b"]
        assert archive.read("b") == b"2"
        with pytest.raises(UnreadableFile, match="holds no file 'c'"):
            archive.read("c")
