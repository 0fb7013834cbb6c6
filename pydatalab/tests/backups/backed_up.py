"""Labs with something in them, and what is in them, for the tests of backups."""

from pathlib import Path
from typing import Any

from pydatalab.backups.archive import compression_of, create_archive
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services import accounts, creation, files, items, people
from pydatalab.store.kinds import LASTING_KINDS

CONTENTS = {
    "notes.txt": b"weighed twice\n" * 40,
    "scan.xy": bytes(range(256)) * 700,
    "empty.dat": b"",
}


def fill(lab: Lab) -> None:
    """Put something of everything into a lab."""
    document = people.add_person(lab, "Ada", contact_email="ada@lab.example", role="admin")
    ada = people.person(lab, document["immutable_id"])
    people.add_person(lab, "Bob", contact_email="bob@lab.example")
    for number in range(3):
        new = {"type": "samples", "item_id": f"S-{number}", "name": f"Sample {number}"}
        creation.create_item(lab, ada, new | {"chemform": "NaCl", "description": "grey powder"})
    refcode = items.get_item_by_id(lab, ada, "S-1")["refcode"]
    for name, content in CONTENTS.items():
        attach(lab, ada, refcode, name, content)
    replaced = files.files_of(lab, items.get_item(lab, ada, refcode))[0]
    blob = put(lab, b"weighed a third time\n")
    files.replace_file(lab, ada, refcode, replaced["immutable_id"], blob)


def attach(lab: Lab, who: Any, refcode: str, name: str, content: bytes) -> Any:
    """Attach a file to an item."""
    return files.attach_file(lab, who, refcode, name, put(lab, content))


def put(lab: Lab, content: bytes) -> Any:
    """Put bytes into the file store."""
    with lab.vault.writer() as writer:
        writer.write(content)
        return writer.finish()


def everything(lab: Lab) -> dict[str, list[dict[str, Any]]]:
    """All documents of a lab that a backup is to hold."""
    with lab.store.snapshot() as snapshot:
        return {kind.name: list(snapshot.documents(kind.name)) for kind in LASTING_KINDS}


def blobs(lab: Lab) -> dict[str, bytes]:
    """All bytes in the file store of a lab, by their hashes."""
    root = lab.folder / "files" / "blobs"
    return {
        path.parent.name + path.name: path.read_bytes()
        for path in root.glob("*/*")
        if path.is_file()
    }


def back_up(lab: Lab, path: Path, **more: Any) -> Any:
    """Make an archive."""
    return create_archive(
        lab, path, settings={}, compression=compression_of(path.name), progress=Silent(), **more
    )


def key_for(lab: Lab, email: str) -> str:
    """A new API key of a person."""
    found = [one for one in everything(lab)["users"] if one["contact_email"] == email]
    key: str = accounts.make_api_key(lab, found[0]["immutable_id"], "test")["key"]
    return key


def lose(lab: Lab, *contents: bytes) -> None:
    """Take away the bytes of some files, and alter those of the first."""
    for sha256, content in blobs(lab).items():
        if content in contents:
            path = lab.vault.path(sha256)
            assert path
            path.unlink()
            if content == contents[0]:
                path.write_bytes(b"?" * len(content))
