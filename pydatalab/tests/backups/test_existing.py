"""Archives of the datalab before this one: ``files/``, ``mongodb/`` as dumped BSON, ``config/``."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson
import pytest
from backed_up import blobs, everything
from bson import ObjectId

from pydatalab.backups.restore import restore_archive
from pydatalab.backups.verify import verify_archive
from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services import accounts, collections, files, items, people, versions
from pydatalab.services.presentation import with_masses
from pydatalab.store.query import Is, Query, Scope

QUIET = Silent()
ALL = Scope.all()

ADA, BOB, LAB_GROUP = ObjectId("65a0000000000000000000a1"), ObjectId(), ObjectId()
BATCH, SCAN, LOST = ObjectId(), ObjectId(), ObjectId()
SAMPLE, CELL, OLD = ObjectId(), ObjectId(), ObjectId("5f0000000000000000000001")
SCAN_BYTES = b"10 5\n20 7\n"
KEY, OLD_KEY, TOKEN = "key of Ada", "older key of Bob", "token of the sample"


def digest(secret: str) -> str:
    return hashlib.sha512(secret.encode()).hexdigest()


def database() -> dict[str, list[dict[str, Any]]]:
    """What such a lab's database holds, as MongoDB gives it."""
    made = datetime(2024, 3, 1, 12, 30, 0, 123000, tzinfo=UTC)
    sample = {
        "_id": SAMPLE, "type": "samples", "item_id": "jdb-1", "refcode": "grey:ABCDEF",
        "name": "Rock salt", "chemform": "NaCl", "date": made, "last_modified": "2024-03-02T08:00:00",
        "status": "active", "creator_ids": [ADA], "group_ids": [LAB_GROUP], "version": 2,
        "file_ObjectIds": [SCAN, LOST], "display_order": ["b1", "gone"],
        "blocks_obj": {
            "b1": {"block_id": "b1", "blocktype": "xrd", "file_id": SCAN, "title": "XRD",
                   "wavelength": 1.54, "item_id": "jdb-1"},
            "b2": {"block_id": "b2", "blocktype": "comment", "freeform_comment": "<p>grey</p>"},
        },
        "relationships": [{"type": "collections", "relation": None, "immutable_id": BATCH}],
        "synthesis_constituents": [
            {"item": {"type": "starting_materials", "refcode": "grey:QQQQQQ", "item_id": "m"},
             "quantity": 1.5, "unit": "g"},
            {"item": {"name": "water"}, "quantity": None, "unit": "mL"},
            {"item": {"name": "nothing"}, "quantity": -5, "unit": "g"},
        ],
        "colour_of_label": "red",
    }  # fmt: skip
    return {
        "items": [
            sample,
            {"_id": CELL, "type": "cells", "item_id": "cell-1", "refcode": "grey:CELLAA",
             "creator_ids": [BOB], "characteristic_chemical_formula": "LiCoO2",
             "cell_format": "coin", "status": "exploded", "date": "the other day",
             "blocks_obj": {}, "display_order": [], "file_ObjectIds": []},
            {"_id": OLD, "type": "equipment", "item_id": "furnace", "name": "Furnace"},
        ],
        "collections": [
            {"_id": BATCH, "collection_id": "batch-3", "title": "Batch 3", "creator_ids": [ADA],
             "type": "collections", "last_modified": made},
        ],
        "files": [
            {"_id": SCAN, "type": "files", "name": "my_scan.xy", "original_name": "my scan.xy",
             "extension": ".xy", "size": 3, "location": "/app/files/x/my_scan.xy",
             "time_added": made, "last_modified": made, "item_ids": ["jdb-1"], "revision": 1,
             "source": "uploaded", "is_live": False, "creator_ids": [ADA], "blocks": []},
            {"_id": LOST, "type": "files", "name": "lost.raw", "extension": ".raw",
             "item_ids": ["jdb-1"], "time_added": made, "revision": 1, "revisions": None},
        ],
        "users": [
            {"_id": ADA, "type": "people", "display_name": "Ada", "contact_email": "Ada@Lab.example",
             "account_status": "active", "groups": [{"immutable_id": LAB_GROUP}],
             "identities": [{"identity_type": "orcid", "identifier": "0000-0001", "name": "0000-0001",
                             "verified": True}], "managers": []},
            {"_id": BOB, "type": "people", "display_name": "Bob", "account_status": "active",
             "contact_email": "bob@lab.example", "identities": [], "managers": [ADA]},
        ],
        "roles": [{"_id": ADA, "role": "admin"}, {"_id": BOB, "role": "emperor"}],
        "groups": [
            {"_id": LAB_GROUP, "type": "groups", "group_id": "greys", "display_name": "Grey lab",
             "managers": [ADA], "description": None},
        ],
        "api_keys": [
            {"_id": ObjectId(), "type": "api_key", "user": ADA, "hash": digest(KEY), "name": "laptop",
             "created_at": made, "expires_at": None, "version": 1, "digest": "key...Ada"},
            {"_id": BOB, "hash": digest(OLD_KEY)},
            {"_id": ObjectId(), "type": "access_token", "refcode": "grey:ABCDEF",
             "token": digest(TOKEN), "user": ADA, "active": True, "created_at": made, "version": 1},
        ],
        "item_versions": [
            {"_id": ObjectId(), "refcode": "grey:ABCDEF", "version": number, "timestamp": made,
             "action": "manual_save", "user_id": ADA, "datalab_version": "0.7.0",
             "user_agent": None, "data": sample | {"name": f"Salt {number}"}}
            for number in (1, 2)
        ],
        "version_counters": [{"_id": ObjectId(), "refcode": "grey:ABCDEF", "counter": 5}],
        "magic_links": [{"_id": ObjectId(), "jwt": "x"}],
        "wishes": [{"_id": ObjectId(), "wish": "a pony"}],
    }  # fmt: skip


def archive(path: Path, documents: dict[str, list[dict[str, Any]]], **more: bytes) -> Path:
    """An archive of such a lab; ``more`` files by their names."""
    parts: dict[str, bytes] = {
        "config/config.json": json.dumps({"IDENTIFIER_PREFIX": "grey"}).encode(),
        f"files/{SCAN}/my_scan.xy": SCAN_BYTES,
        "files/65b000000000000000000001/nobody.txt": b"nobody speaks of me",
    }
    for name, found in documents.items():
        parts[f"mongodb/datalabvue/{name}.bson"] = b"".join(map(bson.encode, found))
        parts[f"mongodb/datalabvue/{name}.metadata.json"] = b'{"indexes": []}'
    packing: Any = path.suffix.removeprefix(".").removesuffix("tar")
    with tarfile.open(path, f"w:{packing}") as tape:
        for folder in ("config", "files", "mongodb", "mongodb/datalabvue"):
            info = tarfile.TarInfo(folder)
            info.type = tarfile.DIRTYPE
            tape.addfile(info)
        for name, content in (parts | more).items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tape.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture
def adopted(new_lab: Callable[[str], Lab], tmp_path: Path) -> Lab:
    """A lab into which such an archive was restored."""
    lab = new_lab("adopted")
    restore_archive(lab, archive(tmp_path / "old.tar.gz", database()), progress=QUIET)
    return lab


def ada(lab: Lab) -> Any:
    return people.person(lab, str(ADA))


def test_items_come_with_their_owners_dates_blocks_and_collections(adopted: Lab):
    item = items.get_item(adopted, ada(adopted), "grey:ABCDEF")
    assert item["immutable_id"] == str(SAMPLE)
    assert item["date"] == "2024-03-01T12:30:00.123000+00:00"
    assert item["last_modified"] == "2024-03-02T08:00:00.000000+00:00"
    assert item["creator_ids"] == [str(ADA)]
    assert item["display_order"] == ["b1", "b2"]
    assert item["blocks_obj"]["b1"]["wavelength"] == 1.54
    assert item["blocks_obj"]["b1"]["file_id"] == str(SCAN)
    assert item["colour_of_label"] == "red"
    assert with_masses(item)["molar_mass"] == pytest.approx(58.44, abs=0.01)  # NaCl, IUPAC 2021
    batch = collections.get_collection(adopted, ada(adopted), "batch-3")
    found = items.find_items(adopted, ada(adopted), Query(collections.members(batch))).documents
    assert [one["item_id"] for one in found] == ["jdb-1"]


def test_what_breaks_a_rule_is_put_aside_and_kept(adopted: Lab):
    sample = items.get_item(adopted, ada(adopted), "grey:ABCDEF")
    assert [part["item"].get("name") for part in sample["synthesis_constituents"]] == [
        None,
        "water",
    ]
    assert sample["not_adopted"]["synthesis_constituents"][0]["quantity"] == -5
    cell = adopted.store.items.get(Is("refcode", "grey:CELLAA"), scope=ALL)
    assert (cell["status"], cell["date"]) == ("active", None)
    assert cell["not_adopted"] == {"status": "exploded", "date": "the other day"}


def test_an_old_item_without_refcode_or_times_gets_both(adopted: Lab):
    furnace = items.get_item_by_id(adopted, ada(adopted), "furnace")
    assert furnace["refcode"].startswith("lab:")
    assert furnace["last_modified"].startswith("2020-07-04")  # 0x5f000000 seconds after 1970
    assert furnace["status"] == "working"


def test_saving_goes_on_after_the_adoption(adopted: Lab):
    item, changed = items.change_item(
        adopted, ada(adopted), "grey:ABCDEF", {"name": "Halite"}, action="manual_save"
    )
    assert changed and item["version"] == 6  # behind the counter, which had reached 5
    numbers = [one["version"] for one in versions.versions(adopted, item)]
    assert {1, 2, 6} <= set(numbers)
    assert versions.version(adopted, item, 1)["data"]["name"] == "Salt 1"


def test_files_come_under_their_hashes(adopted: Lab):
    item = items.get_item(adopted, ada(adopted), "grey:ABCDEF")
    scan, lost = files.files_of(adopted, item)
    assert scan["checksums"] == {
        "sha256": hashlib.sha256(SCAN_BYTES).hexdigest(),
        "md5": hashlib.md5(SCAN_BYTES).hexdigest(),
    }
    assert scan["size"] == len(SCAN_BYTES)
    assert list(blobs(adopted).values()) == [SCAN_BYTES]
    assert item["file_names"][str(SCAN)] == "my scan.xy"
    assert lost["original_name"] == "lost.raw"


def test_keys_work_roles_and_groups_hold(adopted: Lab):
    who = accounts.person_of_key(adopted, KEY)
    assert who and (who.display_name, who.role) == ("Ada", "admin")
    assert str(LAB_GROUP) in who.group_ids
    older = accounts.person_of_key(adopted, OLD_KEY)
    assert older and (older.display_name, older.role) == ("Bob", "user")
    assert str(BOB) in who.managed_ids
    tokens = adopted.store.api_keys.find(Query(Is("type", "access_token"))).documents
    assert [one["hash"] for one in tokens] == [digest(TOKEN)]


def test_what_was_left_out_is_said(new_lab: Callable[[str], Lab], tmp_path: Path):
    path = archive(tmp_path / "old.tar", database())
    notes = restore_archive(new_lab("other"), path, progress=QUIET).notes
    said = "\n".join(notes)
    for word in ("lost.raw", "nobody.txt", "wishes", "grey:CELLAA"):
        assert word in said
    verdict = verify_archive(path, progress=QUIET)
    assert verdict.ok and verdict.counts["items"] == 3
    assert set(verdict.notes) <= set(notes)


def test_one_item_of_such_an_archive_comes_back_alone(
    new_lab: Callable[[str], Lab], tmp_path: Path
):
    lab = new_lab("other")
    path = archive(tmp_path / "old.tar", database())
    restore_archive(lab, path, item="grey:ABCDEF", progress=QUIET)
    found = everything(lab)
    assert [one["item_id"] for one in found["items"]] == ["jdb-1"]
    assert (len(found["item_versions"]), len(found["files"]), found["users"]) == (2, 2, [])


def test_dumps_that_are_compressed_and_lie_deeper_are_read(
    new_lab: Callable[[str], Lab], tmp_path: Path
):
    documents = database()
    raw = gzip.compress(b"".join(map(bson.encode, documents.pop("items"))))
    lab = new_lab("other")
    extra = {"./mongodb/datalabvue/items.bson.gz": raw}
    restore_archive(lab, archive(tmp_path / "old.tar", documents, **extra), progress=QUIET)
    assert len(everything(lab)["items"]) == 3


def test_one_that_was_packed_from_above_with_the_dumps_of_the_whole_server_is_read(
    new_lab: Callable[[str], Lab], tmp_path: Path
):
    system = {
        "mongodb/oplog.bson": b"",
        "mongodb/datalabvue/system.views.bson": bson.encode({"_id": "a view"}),
        "mongodb/admin/system.version.bson": bson.encode({"_id": "version"}),
    }
    flat, deep = archive(tmp_path / "old.tar", database(), **system), tmp_path / "deep.tar"
    with tarfile.open(flat) as found, tarfile.open(deep, "w") as packed:
        for info in found:
            content = found.extractfile(info)
            info.name = f"srv/backups/2024/{info.name}"
            packed.addfile(info, content)
    lab = new_lab("other")
    restored = restore_archive(lab, deep, progress=QUIET)
    assert (restored.counts["items"], restored.files) == (3, 1)
    assert not any("system" in note or "oplog" in note for note in restored.notes)


def test_names_that_are_no_utf8_are_those_of_an_older_machine(
    new_lab: Callable[[str], Lab], tmp_path: Path
):
    documents = database()
    documents["files"][0] |= {"name": "Mässung.xy", "original_name": "Mässung.xy"}
    path = archive(tmp_path / "old.tar", documents)
    older = tmp_path / "older.tar"
    strange = {f"files/{SCAN}/Mässung.xy": b"1 2\n", "Nächtlich/log": b""}
    with (
        tarfile.open(path) as found,
        tarfile.open(older, "w", format=tarfile.GNU_FORMAT, encoding="latin-1") as packed,
    ):
        for info in found:
            packed.addfile(info, found.extractfile(info))
        for name, content in strange.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    lab = new_lab("other")
    restored = restore_archive(lab, older, progress=QUIET)
    file = lab.store.files.get(Is("immutable_id", str(SCAN)))
    assert file["checksums"]["sha256"] == hashlib.sha256(b"1 2\n").hexdigest()
    assert any("Nächtlich/log" in note for note in restored.notes)


@pytest.mark.parametrize(
    "name",
    ["../outside", "/etc/passwd", "files/../../x", f"files/{SCAN}/my_scan.xy", "mongodb/other/items.bson"],
    ids=["above", "absolute", "further above", "a file twice", "another database"],
)  # fmt: skip
def test_hostile_names_are_refused(new_lab: Callable[[str], Lab], tmp_path: Path, name: str):
    path = archive(tmp_path / "old.tar", database())
    with tarfile.open(path, "a") as tape:
        tape.addfile(tarfile.TarInfo(name))
    assert not verify_archive(path, progress=QUIET).ok
    lab = new_lab("other")
    with pytest.raises(Invalid):
        restore_archive(lab, path, progress=QUIET)
    assert not any(everything(lab).values())
    assert blobs(lab) == {}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes):
    path = archive(tmp_path / "old.tar", database())
    with tarfile.open(path, "a") as tape:
        info = tarfile.TarInfo("files/x/y")
        info.type, info.linkname = kind, "/etc/passwd"
        tape.addfile(info)
    assert "neither file nor folder" in str(verify_archive(path, progress=QUIET).problem)


@pytest.mark.parametrize("ending", [".tar.bz2", ".tar.xz"])
@pytest.mark.parametrize("streams", [1, 3])
def test_it_is_packed_by_whatever_tar_packs_with(
    new_lab: Callable[[str], Lab], tmp_path: Path, ending: str, streams: int
):
    plain = archive(tmp_path / "old.tar", database()).read_bytes()
    pack = {".tar.bz2": bz2.compress, ".tar.xz": lzma.compress}[ending]
    size = len(plain) // streams
    parts = [plain[at * size : (at + 1) * size] for at in range(streams - 1)]
    parts.append(plain[(streams - 1) * size :])
    path = tmp_path / f"old.{ending}"
    path.write_bytes(b"".join(map(pack, parts)))
    assert verify_archive(path, progress=QUIET).counts["items"] == 3
    restore_archive(lab := new_lab("adopted"), path, progress=QUIET)
    assert list(blobs(lab).values()) == [SCAN_BYTES]


@pytest.mark.parametrize("ending", [".tar.bz2", ".tar.xz"])
def test_one_wrong_byte_in_such_a_packing_is_noticed(tmp_path: Path, ending: str):
    raw = archive(tmp_path / f"old{ending}", database()).read_bytes()
    wrong = bytearray(raw)
    wrong[len(raw) // 2] ^= 1
    for damaged in (bytes(wrong), raw + b"more"):
        (tmp_path / "damaged").write_bytes(damaged)
        problem = str(verify_archive(tmp_path / "damaged", progress=QUIET).problem)
        assert "its compression" in problem


@pytest.mark.parametrize("packer", [bz2.BZ2Compressor(), lzma.LZMACompressor(preset=0)])
def test_zeros_packed_without_end_take_little_memory(tmp_path: Path, packer: Any):
    import resource

    zeros = [packer.compress(bytes(1_000_000)) for _ in range(150)]
    (tmp_path / "zeros.tar").write_bytes(b"".join(zeros) + packer.flush())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert verify_archive(tmp_path / "zeros.tar", progress=QUIET).problem
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80_000  # kB


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_one_that_is_cut_is_refused(tmp_path: Path, ending: str):
    raw = archive(tmp_path / f"old{ending}", database()).read_bytes()
    end = len(raw.rstrip(b"\0")) if ending == ".tar" else len(raw)
    for length in (0, 100, end // 3, end // 2, end - 1):
        assert not verify_archive(io.BytesIO(raw[:length]), progress=QUIET).ok


@pytest.mark.parametrize(
    "damaged", [b"\xff\xff\xff\x7f", b"\x05\x00\x00", b"\x10\x00\x00\x00" + b"x" * 12, b"\0" * 9]
)
def test_documents_that_are_no_bson_are_refused(tmp_path: Path, damaged: bytes):
    documents = database()
    del documents["items"]
    path = archive(tmp_path / "old.tar", documents, **{"mongodb/datalabvue/items.bson": damaged})
    assert "items.bson" in str(verify_archive(path, progress=QUIET).problem)


def test_an_archive_without_a_database_is_none(tmp_path: Path):
    assert "neither items nor people" in str(
        verify_archive(archive(tmp_path / "old.tar", {}), progress=QUIET).problem
    )
