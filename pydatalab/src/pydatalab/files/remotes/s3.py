"""A prefix of an S3 bucket. What keys have between ``/`` is shown as folders."""

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError

from pydatalab.errors import DatalabError, Invalid, Unavailable
from pydatalab.files.remotes.port import Entry, nothing_there, parts_of
from pydatalab.files.s3 import PIECE, Reader, first_line, is_kept_out, open_bucket
from pydatalab.models.times import as_text

PATIENCE = 8
"""Seconds for which a server that is away is asked again."""


class S3Remote:
    """What is below a prefix of a bucket."""

    def __init__(self, name: str, url: str, account: Mapping[str, str] | None = None) -> None:
        """Connect, with the account of the environment where none is given."""
        self._name = name
        parts = urlsplit(url)
        self._prefix = unquote(parts.path).strip("/")
        try:
            environment = os.environ if account is None else account
            self._bucket = open_bucket(parts.netloc, environment, patience=PATIENCE)
        except (BaseError, ValueError) as exc:
            raise Invalid(f"{name} cannot be used: {first_line(exc)}.") from exc

    def entries(self, path: str) -> Iterator[Entry]:
        key = self._key(path)
        with self._spoken(path):
            found = obstore.list_with_delimiter(self._bucket, key or None)
        folders, objects = found["common_prefixes"], found["objects"]
        if path and not folders and not objects:
            raise nothing_there(path)
        for one in folders:
            yield Entry(one.rstrip("/").rpartition("/")[2], "folder")
        yield from (_described(one) for one in objects if one["path"] != key)

    def look(self, path: str) -> Entry:
        key = self._key(path)
        if not path:
            self._ask()
            return Entry("", "folder")
        with self._spoken(path):
            return _described(obstore.head(self._bucket, key))

    def _ask(self) -> None:
        """Make sure that the bucket answers."""
        with self._spoken(""):
            next(iter(obstore.list(self._bucket, self._prefix or None, chunk_size=1)), None)

    def open(self, path: str) -> tuple[Entry, BinaryIO]:
        if not path:
            raise nothing_there(path)
        with self._spoken(path):
            found = obstore.get(self._bucket, self._key(path))
            entry = _described(found.meta)
        return entry, io.BufferedReader(Reader(found, lambda: self._spoken(path)), PIECE)

    def close(self) -> None:
        """Connections end by themselves."""

    def _key(self, path: str) -> str:
        inside = "/".join(parts_of(path))
        return "/".join(part for part in (self._prefix, inside) if part)

    @contextmanager
    def _spoken(self, path: str) -> Iterator[None]:
        """Say in a sentence what the server, or the way to it, says."""
        try:
            yield
        except DatalabError:
            raise
        except FileNotFoundError as exc:
            raise self._missing(path) from exc
        except (BaseError, OSError, ValueError) as exc:
            if is_kept_out(exc):
                raise Unavailable(
                    f"{self._name} does not let this server in. Check the account in the settings."
                ) from exc
            raise Unavailable(
                f"{self._name} is away ({first_line(exc)}). Try again when it is back."
            ) from exc

    def _missing(self, path: str) -> DatalabError:
        if path:
            return nothing_there(path)
        return Unavailable(f"{self._name}: there is no such bucket. Check the settings.")


def _described(found: Mapping[str, Any]) -> Entry:
    name = found["path"].rpartition("/")[2]
    return Entry(name, "file", found["size"], as_text(found["last_modified"]))
