"""Documents in files as MongoDB's own tools dump them: one BSON document behind the other."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import bson
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.errors import BSONError

from pydatalab.errors import Invalid

LARGEST = 64_000_000
"""Bytes that a document may have; MongoDB itself takes 16 MB."""

OPTIONS: CodecOptions[Mapping[str, Any]] = CodecOptions(
    tz_aware=True,
    unicode_decode_error_handler="replace",
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)
"""How documents of MongoDB are read, whatever stands in them."""


class Stream(Protocol):
    """Bytes to read once."""

    def read(self, size: int, /) -> bytes:
        """So many of them; fewer at the end alone."""


def read_bson(stream: Stream, name: str) -> Iterator[Mapping[str, Any]]:
    """The documents of a dumped collection.

    Raises:
        Invalid: it is cut short, or no BSON.
    """
    while head := stream.read(4):
        size = int.from_bytes(head, "little")
        if len(head) < 4 or not 5 <= size <= LARGEST:
            raise Invalid(f"{name} is damaged: a document in it has an impossible length.")
        raw = head + stream.read(size - 4)
        if len(raw) < size:
            raise Invalid(f"{name} is cut short.")
        try:
            yield bson.decode(raw, OPTIONS)
        except (BSONError, ValueError, OverflowError) as exc:
            raise Invalid(f"{name} is damaged: a document in it is no BSON.") from exc
