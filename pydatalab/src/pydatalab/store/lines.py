"""Regular expressions, tried on texts line by line in a process of their own.

Some patterns take longer than anybody can wait to see that a line does not match, and Python can
neither interrupt that nor do anything else meanwhile. A process can be ended.
"""

import marshal
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from pydatalab.errors import Invalid, Unavailable
from pydatalab.store.query import valid_pattern

LONGEST_PATTERN = 500
"""Letters that a pattern may have."""

SECONDS = 2.0
"""How long one query may wait for matches."""

PROGRAM = Path(__file__).with_name("lines_process.py")


class LineMatcher:
    """Tells which texts have a line that matches a pattern, in any case; to be used in ``with``.

    Raises:
        Invalid: the pattern is no regular expression, or too long.
    """

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST_PATTERN:
            raise Invalid(f"A regular expression may have {LONGEST_PATTERN} letters at most.")
        valid_pattern(pattern)
        self._pattern = pattern
        self._seconds_left = SECONDS
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()

    def match(self, texts: list[str]) -> list[bool]:
        """Of each text, whether a line of it matches.

        Raises:
            Invalid: it takes too long.
        """
        self._process = self._process or self._started()
        self._send(self._process, texts)
        return [byte == 1 for byte in self._answer(self._process, len(texts))]

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 (our own program; the pattern is data to it)
            [sys.executable, "-I", "-S", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._send(process, self._pattern)
        return process

    @staticmethod
    def _send(process: subprocess.Popen[bytes], what: str | list[str]) -> None:
        raw = memoryview(marshal.dumps(what))
        while raw and process.stdin:
            raw = raw[process.stdin.write(raw) :]

    def _answer(self, process: subprocess.Popen[bytes], length: int) -> bytes:
        answer = b""
        while len(answer) < length and process.stdout:
            began = time.monotonic()
            ready, _, _ = select.select([process.stdout], [], [], self._seconds_left)
            self._seconds_left -= time.monotonic() - began
            if not ready or self._seconds_left <= 0:
                raise Invalid(f"Looking for {self._pattern!r} takes too long. Make it simpler.")
            more = process.stdout.read(length - len(answer))
            if not more:
                raise Unavailable("The search by regular expression broke off. Try again.")
            answer += more
        return answer
