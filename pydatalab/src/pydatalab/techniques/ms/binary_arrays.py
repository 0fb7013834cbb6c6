"""Arrays of numbers as text: base64, perhaps compressed."""

import base64
import binascii
import zlib

import numpy as np
import numpy.typing as npt

from pydatalab.errors import UnreadableFile

MOST = 200_000_000
"""Bytes that one array may have when it is unpacked."""


def decoded_array(text: str | None, dtype: str, *, compressed: bool) -> npt.NDArray[np.generic]:
    """The numbers of one array, in the machine's byte order.

    Args:
        text: base64; nothing for an empty array.
        dtype: as in the file, with its byte order: ``<f8``.
        compressed: whether by zlib.

    Raises:
        UnreadableFile: it is damaged, or grows beyond belief.
    """
    if not text or not text.strip():
        return np.empty(0, np.dtype(dtype).newbyteorder("="))
    try:
        raw = base64.b64decode(text)
        if compressed:
            unpacker = zlib.decompressobj()
            raw = unpacker.decompress(raw, MOST)
            if unpacker.unconsumed_tail:
                raise UnreadableFile("An array of the file grows beyond belief when unpacked.")
        numbers = np.frombuffer(raw, dtype)
    except (binascii.Error, zlib.error, ValueError) as exc:
        raise UnreadableFile("An array of numbers in the file is damaged.") from exc
    return numbers.astype(numbers.dtype.newbyteorder("="))
