"""What a file's record says of its bytes."""

from collections.abc import Iterator, Mapping
from typing import Any


def held_blobs(file: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The bytes that a file has or had: SHA-256 and size, the present ones first.

    All of these must stay in the file store as long as the record does.
    """
    for state in (file, *(file.get("revisions") or ())):
        sha256 = (state.get("checksums") or {}).get("sha256")
        if sha256:
            yield sha256, int(state.get("size") or 0)
