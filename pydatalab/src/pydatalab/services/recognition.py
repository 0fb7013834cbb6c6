"""Which techniques can read a file, told from its name and content."""

from contextlib import suppress
from typing import Any

from pydatalab.compute.heads import head_of
from pydatalab.errors import Conflict, NotFound, Unavailable
from pydatalab.files.vault import Vault
from pydatalab.lab import Lab
from pydatalab.store.query import Document
from pydatalab.techniques.registry import FileHead, fingerprint, techniques_for


def file_head(vault: Vault, sha256: str, name: str) -> FileHead:
    """What can be known of a stored file without reading all of it.

    Raises:
        NotFound: its bytes are not in the store.
    """
    with vault.open(sha256) as stream:
        return head_of(stream, name)


def recognised(vault: Vault, sha256: str, name: str) -> dict[str, Any]:
    """The techniques that can read a stored file, best first, and which registry said so.

    Raises:
        NotFound: its bytes are not in the store.
    """
    found = techniques_for(file_head(vault, sha256, name))
    return {"techniques": found, "recognised_by": fingerprint()}


def techniques_of(lab: Lab, file: Document) -> list[str]:
    """Ids of the techniques that can read a file, best first, as they are known today.

    What is kept with the file may be from before an upgrade: then the file is looked at again.
    """
    kept: list[str] = file.get("techniques") or []
    sha256 = (file.get("checksums") or {}).get("sha256")
    if file.get("recognised_by") == fingerprint() or not sha256:
        return kept
    name = file.get("original_name") or file["name"]
    try:
        today = recognised(lab.vault, sha256, name)
    except NotFound:
        return kept
    with suppress(Conflict, NotFound, Unavailable):  # it is only remembered for the next time
        lab.store.files.replace(file | today, was=file.get("edit"))
    return list(today["techniques"])
