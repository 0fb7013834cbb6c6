"""What a file's record says of its bytes."""

from collections.abc import Iterator, Mapping
from typing import Any


def held_blobs(file: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The bytes that a file has or had: SHA-256 and size, the present ones first.

    All of these must stay in the file store as long as the record does. Of a revision that was but
    the beginning of the next, the bytes are there: it has ``beginning_sha256`` in place of checksums.
    """
    for state in (file, *(file.get("revisions") or ())):
        sha256 = (state.get("checksums") or {}).get("sha256")
        if sha256:
            yield sha256, int(state.get("size") or 0)


def revisions_of(file: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a file was, the newest first and what it is before all: number, SHA-256, size and time."""
    states = (file, *reversed(file.get("revisions") or ()))
    return [
        {
            "revision": state.get("revision", 1),
            "sha256": state.get("beginning_sha256") or (state.get("checksums") or {}).get("sha256"),
            "size": state.get("size"),
            "last_modified": state.get("last_modified"),
        }
        for state in states
    ]


def bytes_at(file: Mapping[str, Any], revision: int) -> tuple[str, int] | None:
    """Where the bytes of a revision are: the SHA-256 of a blob that begins with them, and how many
    these are; ``None`` where there was no such revision."""
    states = sorted((file, *(file.get("revisions") or ())), key=lambda one: one.get("revision", 1))
    for index, state in enumerate(states):
        if state.get("revision", 1) == revision:
            whole = next(one for one in states[index:] if one.get("checksums"))
            return whole["checksums"]["sha256"], int(state.get("size") or 0)
    return None
