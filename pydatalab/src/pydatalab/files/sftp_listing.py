"""What stands in a folder of another machine.

Names are bytes there. paramiko's own listing ends at the first one that is no UTF-8, and leaves the
folder open; here such a name has a replacement character instead.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import paramiko
from paramiko.sftp import CMD_CLOSE, CMD_HANDLE, CMD_NAME, CMD_OPENDIR, CMD_READDIR, SFTPError

ITSELF = frozenset({".", ".."})


def listed(client: paramiko.SFTPClient, folder: str) -> list[paramiko.SFTPAttributes]:
    """What a folder holds, in any order.

    Raises:
        OSError, SFTPError: it cannot be looked into.
    """
    sftp: Any = client
    kind, opened = sftp._request(CMD_OPENDIR, folder)
    if kind != CMD_HANDLE:
        raise SFTPError("The host did not open the folder")
    handle = opened.get_binary()
    found: list[paramiko.SFTPAttributes] = []
    try:
        with suppress(EOFError):
            while True:
                found += _told(*sftp._request(CMD_READDIR, handle))
    finally:
        sftp._request(CMD_CLOSE, handle)
    return found


def _told(kind: int, answer: Any) -> Iterator[paramiko.SFTPAttributes]:
    attributes: Any = paramiko.SFTPAttributes
    if kind != CMD_NAME:
        raise SFTPError("The host did not say what is in the folder")
    for _ in range(answer.get_int()):
        name, line = (answer.get_string().decode(errors="replace") for _ in range(2))
        found = attributes._from_msg(answer, name, line)
        if name not in ITSELF:
            yield found
