"""Archives that are cut, damaged, hostile or lying: each is refused, and changes nothing."""

import io
import json
import random
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backed_up import back_up, blobs, everything

from pydatalab.backups.restore import restore_archive
from pydatalab.backups.verify import verify_archive
from pydatalab.errors import Invalid, NotFound
from pydatalab.files.lane import TOGETHER
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent

ENDINGS = (".tar", ".tar.gz", ".tar.zst")

PLACES = 60
"""How many cuts, and flips, are tried of each archive."""


def refused(raw: bytes) -> str:
    """Why an archive of these bytes is refused; empty if it is not."""
    return verify_archive(io.BytesIO(raw), progress=Silent()).problem or ""


def rebuilt(
    path: Path,
    change: Callable[[dict[str, bytes]], None],
    extra: Callable[[tarfile.TarFile], None] = lambda _: None,
) -> bytes:
    """The archive with other parts, under a manifest that says just what ``change`` leaves of it."""
    with tarfile.open(path) as tape:
        parts = {one.name: tape.extractfile(one).read() for one in tape}  # type: ignore[union-attr]
    change(parts)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tape:
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o600
            tape.addfile(info, io.BytesIO(content))
        extra(tape)
    return out.getvalue()


def with_manifest(parts: dict[str, bytes], /, **changes: Any) -> None:
    """Let the manifest, and its checksum, say something else."""
    import hashlib

    manifest = json.loads(parts["manifest.json"]) | changes
    parts["manifest.json"] = json.dumps(manifest).encode()
    digest = hashlib.sha256(parts["manifest.json"]).hexdigest()
    parts["manifest.sha256"] = f"{digest}  manifest.json\n".encode()


def honest(parts: dict[str, bytes]) -> None:
    """Let the manifest say what the other parts are."""
    import hashlib

    with_manifest(
        parts,
        parts={
            name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in parts.items()
            if not name.startswith("manifest.")
        },
    )


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_archive_that_is_cut_anywhere_is_refused(lab: Lab, tmp_path: Path, ending: str):
    back_up(lab, tmp_path / f"b{ending}")
    raw = (tmp_path / f"b{ending}").read_bytes()
    assert not refused(raw)
    chance = random.Random(1)
    lengths = {0, 1, 511, 512, len(raw) - 1, len(raw) - 16, len(raw) - 30, len(raw) - 512}
    lengths |= {chance.randrange(len(raw)) for _ in range(PLACES)}
    assert [length for length in lengths if not refused(raw[:length])] == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_archive_with_one_wrong_byte_is_refused(lab: Lab, tmp_path: Path, ending: str):
    back_up(lab, tmp_path / f"b{ending}")
    raw = bytearray((tmp_path / f"b{ending}").read_bytes())
    chance = random.Random(2)
    unnoticed = []
    for place in [*range(20), *(chance.randrange(len(raw)) for _ in range(PLACES)), len(raw) - 1]:
        raw[place] ^= 1 << chance.randrange(8)
        if not refused(bytes(raw)):
            unnoticed.append(place)
        raw = bytearray((tmp_path / f"b{ending}").read_bytes())
    assert unnoticed == []


def test_something_behind_the_end_is_refused(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    raw = (tmp_path / "b.tar").read_bytes()
    assert refused(raw + raw)
    assert refused(raw + b"x")


@pytest.mark.parametrize("name", ["a.tar", "a.tar.zst", "a.tar.gz"])
def test_what_is_no_archive_is_refused(tmp_path: Path, name: str):
    for content in (
        b"",
        b"hello\n" * 500,
        b"\x28\xb5\x2f\xfd" + b"x" * 99,
        b"\x1f\x8b" + b"y" * 99,
    ):
        assert refused(content)
    with pytest.raises(NotFound, match=name):
        verify_archive(tmp_path / name, progress=Silent())


def test_an_archive_built_anew_is_taken_if_it_is_honest(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    assert not refused(rebuilt(tmp_path / "b.tar", lambda _: None))
    assert not refused(rebuilt(tmp_path / "b.tar", honest))


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd", "../outside", "documents/../../outside", "files/blobs/../x", "README.txt/",
        "./README.txt", "documents/wishes.jsonl", "documents/leases.jsonl", "files/blobs/ab/cd",
        "notes", "files\\blobs", "documents/items.jsonl\n", "",
    ],
)  # fmt: skip
def test_names_that_no_backup_has_are_refused(lab: Lab, tmp_path: Path, name: str):
    back_up(lab, tmp_path / "b.tar")

    def change(parts: dict[str, bytes]) -> None:
        ends = [(one, parts.pop(one)) for one in ("manifest.json", "manifest.sha256")]
        parts[name] = b'{"immutable_id": "1"}\n'
        parts.update(ends)
        honest(parts)

    assert refused(rebuilt(tmp_path / "b.tar", change))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE]
)
def test_links_and_devices_are_refused(lab: Lab, tmp_path: Path, kind: bytes):
    back_up(lab, tmp_path / "b.tar")

    def change(parts: dict[str, bytes]) -> None:
        del parts["settings.json"]
        honest(parts)

    def extra(tape: tarfile.TarFile) -> None:
        info = tarfile.TarInfo("settings.json")
        info.type, info.linkname = kind, "/etc/passwd"
        tape.addfile(info)

    assert refused(rebuilt(tmp_path / "b.tar", change, extra))


def test_a_part_that_is_there_twice_is_refused(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tape:
        info = tape.getmember("settings.json")
        content = tape.extractfile(info).read()  # type: ignore[union-attr]
    raw = (tmp_path / "b.tar").read_bytes()
    at = info.offset
    twice = raw[:at] + raw[at : at + 1024] + raw[at:]
    assert len(content) < 512
    assert "twice" in refused(twice)


def lies(parts: dict[str, bytes]) -> dict[str, Callable[[], None]]:
    """What a manifest may say that is not so, each with the parts as they are."""
    manifest = json.loads(parts["manifest.json"])
    first_blob = next(name for name in parts if name.startswith("files/blobs/"))

    def without(name: str) -> None:
        del parts[name]
        honest(parts)

    def other_content(size: int) -> None:
        parts[first_blob] = bytes(size)
        honest(parts)

    def other_documents() -> None:
        parts["documents/items.jsonl"] += b'{"immutable_id": "1", "derived": {"principals": []}}\n'
        honest(parts)

    def moved(parts_said: dict[str, Any]) -> None:
        with_manifest(parts, parts=parts_said)

    said = manifest["parts"]
    return {
        "counts": lambda: with_manifest(parts, counts=manifest["counts"] | {"items": 7}),
        "fewer kinds": lambda: with_manifest(parts, counts={"items": 3}),
        "hash": lambda: moved(said | {first_blob: said[first_blob] | {"sha256": "0" * 64}}),
        "size": lambda: moved(said | {first_blob: said[first_blob] | {"size": 1}}),
        "part that is not there": lambda: moved(said | {"files/blobs/aa/" + "b" * 62: said[first_blob]}),
        "part that is not said": lambda: moved({k: v for k, v in said.items() if k != first_blob}),
        "blob that is gone": lambda: without(first_blob),
        "documents that are gone": lambda: without("documents/users.jsonl"),
        "bytes under the hash of others": lambda: other_content(11),
        "many bytes under the hash of others": lambda: other_content(3 * TOGETHER),
        "more documents": other_documents,
        "missing that is there": lambda: with_manifest(
            parts, missing={first_blob.removeprefix("files/blobs/").replace("/", ""): ["x"]}
        ),
        "newer schema": lambda: with_manifest(parts, schema_version=999),
        "newer format": lambda: with_manifest(parts, format_version=2),
        "other format": lambda: with_manifest(parts, format="tarball"),
        "no format": lambda: with_manifest(parts, parts=None),
        "nonsense": lambda: with_manifest(parts, counts={"items": "many"}),
        "deleted": lambda: with_manifest(parts, deleted_items=1),
        "more than it may": lambda: with_manifest(parts, colour="blue"),
    }  # fmt: skip


LIES = (
    "counts", "fewer kinds", "hash", "size", "part that is not there", "part that is not said",
    "blob that is gone", "documents that are gone", "bytes under the hash of others",
    "many bytes under the hash of others", "more documents", "missing that is there", "newer schema", "newer format", "other format",
    "no format", "nonsense", "deleted", "more than it may",
)  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_manifest_that_lies_is_refused_and_nothing_changes(
    lab: Lab, tmp_path: Path, new_lab: Callable[[str], Lab], lie: str
):
    back_up(lab, tmp_path / "b.tar")

    def change(parts: dict[str, bytes]) -> None:
        lies(parts)[lie]()

    raw = rebuilt(tmp_path / "b.tar", change)
    assert refused(raw)
    other = new_lab("other")
    with pytest.raises(Invalid):
        restore_archive(other, io.BytesIO(raw), progress=Silent())
    assert not any(everything(other).values())
    assert blobs(other) == {}
    assert list((other.folder / "files" / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        b"not json\n", b"[1]\n", b'{"a": 1}\n', b'{"immutable_id": 5}\n', b'{"immutable_id": "1"}\n',
        b'{"immutable_id": "1", "derived": {}}', b"\n",
    ],
)  # fmt: skip
def test_documents_that_are_none_are_refused(lab: Lab, tmp_path: Path, line: bytes):
    back_up(lab, tmp_path / "b.tar")

    def change(parts: dict[str, bytes]) -> None:
        parts["documents/items.jsonl"] = line
        honest(parts)

    assert refused(rebuilt(tmp_path / "b.tar", change))


def test_a_broken_archive_leaves_a_full_lab_as_it_was(lab: Lab, tmp_path: Path):
    back_up(lab, tmp_path / "b.tar.zst")
    raw = (tmp_path / "b.tar.zst").read_bytes()
    before, bytes_before = everything(lab), blobs(lab)
    for cut in (len(raw) // 3, len(raw) - 3):
        with pytest.raises(Invalid):
            restore_archive(lab, io.BytesIO(raw[:cut]), replace=True, progress=Silent())
    assert everything(lab) == before
    assert blobs(lab) == bytes_before
    assert list((lab.folder / "before-restore").iterdir()) == []


def test_two_documents_that_clash_change_nothing(
    lab: Lab, tmp_path: Path, new_lab: Callable[[str], Lab]
):
    back_up(lab, tmp_path / "b.tar")

    def change(parts: dict[str, bytes]) -> None:
        first = parts["documents/items.jsonl"].splitlines(keepends=True)[0]
        parts["documents/items.jsonl"] += first
        honest(parts)
        counts = json.loads(parts["manifest.json"])["counts"]
        with_manifest(parts, counts=counts | {"items": counts["items"] + 1})

    raw = rebuilt(tmp_path / "b.tar", change)
    before = everything(lab)
    with pytest.raises(Invalid, match="clash"):
        restore_archive(lab, io.BytesIO(raw), replace=True, progress=Silent())
    assert everything(lab) == before
    assert list((lab.folder / "before-restore").iterdir()) == []


def test_zeros_that_decompress_without_end_take_little_memory(tmp_path: Path):
    import resource

    import zstandard

    bomb = zstandard.ZstdCompressor().compress(bytes(500_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000  # kB


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.zst"])
def test_an_archive_that_others_compress_anew_is_cut_or_not(lab: Lab, tmp_path: Path, ending: str):
    """Nobody can tell: unpacked to a plain tar, it is taken."""
    back_up(lab, tmp_path / f"b{ending}")
    tool = {".tar.gz": "gzip", ".tar.zst": "zstd"}[ending]
    plain = subprocess.check_output([tool, "-dc", tmp_path / f"b{ending}"])
    anew = subprocess.run([tool, "-c"], input=plain, capture_output=True, check=True).stdout
    assert "end is missing" in refused(anew)
    assert not refused(plain)
