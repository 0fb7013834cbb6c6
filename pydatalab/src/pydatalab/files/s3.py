"""S3 and what speaks like it: the connection, and a prefix of a bucket, for backups and for files.

Account and server come from the environment, under the names that AWS gives them.
"""

import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from pydatalab.errors import DatalabError, Invalid, Unavailable
from pydatalab.files.destinations import Stored, missing

VARIABLES = {
    "AWS_ACCESS_KEY_ID": "access_key_id",
    "AWS_SECRET_ACCESS_KEY": "secret_access_key",
    "AWS_SESSION_TOKEN": "session_token",
    "AWS_DEFAULT_REGION": "region",
    "AWS_REGION": "region",
    "AWS_ENDPOINT_URL": "endpoint",
    "AWS_ENDPOINT_URL_S3": "endpoint",
}
"""What each variable sets; a later one goes before."""

PART = 8 * 1024 * 1024
"""Bytes that are sent at once, unless that would make too many parts."""

MOST_PARTS = 4_000
"""Parts that an object is expected to have; it may have 10,000, if more comes than was expected."""

AT_ONCE = 2
"""Parts that are under way at the same time."""

OF_A_FILE = 4
"""The same, of a file that is on the disk already."""

PIECE = 4 * 1024 * 1024


def open_bucket(
    bucket: str, environment: Mapping[str, str] = os.environ, *, patience: int = 60
) -> S3Store:
    """A bucket, with the account and the server of the environment.

    Without an account in the environment, the one of the machine counts, where it has one.

    Args:
        bucket: its name.
        environment: ``VARIABLES``.
        patience: for how many seconds a server that is away is asked again.
    """
    config = {
        setting: environment[name] for name, setting in VARIABLES.items() if environment.get(name)
    }
    config.setdefault("region", "us-east-1")
    return S3Store(
        bucket,
        config=cast(Any, config),
        client_options={
            "allow_http": config.get("endpoint", "").startswith("http://"),
            "connect_timeout": f"{min(10, patience)}s",
            "timeout": "300s",
        },
        retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=patience)},
    )


class S3Folder:
    """What is below a prefix of a bucket."""

    lanes = 4

    def __init__(self, url: str, *, patience: int = 60) -> None:
        """Know the place; nothing is asked yet.

        Args:
            url: ``s3://bucket/prefix``.
            patience: for how many seconds a server that is away is asked again.
        """
        parts = urlsplit(url)
        self.url = url
        self._prefix = unquote(parts.path).strip("/")
        try:
            self._bucket = open_bucket(parts.netloc, patience=patience)
        except (BaseError, ValueError) as exc:
            raise Invalid(f"{url} cannot be used: {first_line(exc)}.") from exc

    def find(self, folder: str = "", *, deep: bool = False) -> Iterator[Stored]:
        inside = self._key(folder)
        with self._spoken():
            if deep:
                pages = obstore.list(self._bucket, inside or None, chunk_size=1_000)
                for page in pages:
                    yield from map(self._stored, page)
            else:
                found = obstore.list_with_delimiter(self._bucket, inside or None)
                yield from map(self._stored, found["objects"])

    def _stored(self, found: Mapping[str, Any]) -> Stored:
        name = found["path"].removeprefix(self._prefix).lstrip("/")
        return Stored(name, found["size"], found["last_modified"].timestamp())

    @contextmanager
    def writer(self, name: str, *, label: str = "file", expected: int = 0) -> Iterator[BinaryIO]:
        part = max(PART, expected // MOST_PARTS)
        with (
            self._spoken(),
            obstore.open_writer(
                self._bucket, self._key(name), buffer_size=part, max_concurrency=AT_ONCE
            ) as out,
        ):
            yield cast(BinaryIO, _Writer(out.write))

    def open(self, name: str) -> BinaryIO:
        with self._spoken(name):
            found = obstore.get(self._bucket, self._key(name))
        return io.BufferedReader(Reader(found, self._spoken), PIECE)

    def size(self, name: str) -> int:
        return self.get(name).size

    def get(self, name: str) -> Stored:
        """What is known of an object.

        Raises:
            NotFound: there is none.
        """
        with self._spoken(name):
            return self._stored(obstore.head(self._bucket, self._key(name)))

    def put(self, name: str, content: Path | bytes) -> None:
        """Send a file of this machine, or a few bytes; it has its name when it is whole."""
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        part = max(PART, size // MOST_PARTS)
        with self._spoken():
            obstore.put(
                self._bucket,
                self._key(name),
                content,
                chunk_size=part,
                max_concurrency=OF_A_FILE,
            )

    def read(self, name: str, start: int, end: int) -> memoryview:
        with self._spoken(name):
            found = obstore.get_range(self._bucket, self._key(name), start=start, end=end)
        return memoryview(found).cast("B")

    def remove(self, name: str) -> None:
        with self._spoken():
            obstore.delete(self._bucket, self._key(name))

    def sweep(self, label: str, *, deep: bool = False) -> None:
        """Nothing has a name before it is whole."""

    def free(self) -> int | None:
        return None

    def close(self) -> None:
        """Connections end by themselves."""

    def _key(self, name: str) -> str:
        return "/".join(part for part in (self._prefix, name) if part)

    @contextmanager
    def _spoken(self, name: str = "") -> Iterator[None]:
        """Say in a sentence what the server, or the way to it, says."""
        try:
            yield
        except DatalabError:
            raise
        except FileNotFoundError as exc:
            raise missing(self.url, name) from exc
        except (BaseError, OSError) as exc:
            if is_kept_out(exc):
                raise Unavailable(
                    f"{self.url} may not be used ({first_line(exc)}). Check AWS_ACCESS_KEY_ID and"
                    " AWS_SECRET_ACCESS_KEY."
                ) from exc
            raise Unavailable(
                f"{self.url} is away ({first_line(exc)}). Try again when it is back."
            ) from exc


class _Writer(io.RawIOBase):
    """An object that is being sent; the caller decides whether it ever gets its name."""

    def __init__(self, send: Callable[[bytes], int]) -> None:
        self._send = send

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        view = memoryview(chunk).cast("B")
        self._send(bytes(view))
        return len(view)


class Reader(io.RawIOBase):
    """The bytes of an object as they come."""

    def __init__(self, found: Any, spoken: Callable[[], Any]) -> None:
        self._pieces = iter(found.stream(min_chunk_size=PIECE))
        self._spoken = spoken
        self._ahead = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ahead:
            with self._spoken():
                piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._ahead = memoryview(piece).cast("B")
        taken = min(len(buffer), len(self._ahead))
        buffer[:taken] = self._ahead[:taken]
        self._ahead = self._ahead[taken:]
        return taken


KEPT_OUT = re.compile(r"status code: 40[13]\b")

REQUEST = re.compile(r"Error performing \S+ \S+ in .*? - ")
"""What the library says of the request that failed, its address too, which is nobody else's business."""


def is_kept_out(exc: Exception) -> bool:
    """Whether a server does not let us in; of listings obstore says so in words alone."""
    refused = isinstance(exc, PermissionDeniedError | UnauthenticatedError)
    return refused or KEPT_OUT.search(str(exc)) is not None


def first_line(exc: Exception) -> str:
    """What went wrong, without the request that it went wrong in and the tree of causes behind it."""
    line = REQUEST.sub("", str(exc).split("\n", 1)[0])
    return line.split("<?xml", 1)[0].strip().rstrip(":.- ") or type(exc).__name__
