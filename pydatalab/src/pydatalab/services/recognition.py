"""Which techniques can read a file, told from its name and content."""

from pydatalab.compute.heads import head_of
from pydatalab.files.vault import Vault
from pydatalab.techniques.registry import FileHead, techniques_for


def file_head(vault: Vault, sha256: str, name: str) -> FileHead:
    """What can be known of a stored file without reading all of it.

    Raises:
        NotFound: its bytes are not in the store.
    """
    with vault.open(sha256) as stream:
        return head_of(stream, name)


def techniques_of(vault: Vault, sha256: str, name: str) -> list[str]:
    """Ids of the techniques that can read a stored file, best first.

    Raises:
        NotFound: its bytes are not in the store.
    """
    return techniques_for(file_head(vault, sha256, name))
