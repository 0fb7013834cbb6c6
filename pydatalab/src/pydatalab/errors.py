"""Everything that can go wrong, in the lab's own words.

DatalabError
├── NotFound           no such thing, or none that you may see
├── Unauthenticated    nobody is signed in, or the key is unknown
├── Forbidden          you may see it, but not do that to it
├── Conflict           someone else changed it first, or the name is taken
├── Invalid            it breaks a rule of the lab
├── TooLarge           more bytes than the lab accepts
├── UnreadableFile     the bytes are not what the technique expects
│   ├── NoData         the file is fine, but holds no measurement
│   └── LimitExceeded  reading it took more time or memory than it may
├── Unavailable        a part of the lab is away for the moment
│   └── DatabaseAway   the server that keeps the documents is
└── Cancelled          somebody asked to stop it

Nothing here knows about HTTP: ``api/problems.py`` gives each class its status.
"""

from collections.abc import Mapping
from typing import Any


class DatalabError(Exception):
    """Something went wrong that a person can be told about.

    The message is a sentence fit to show, which says what to do next.
    """

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = details
        """More for programs: shown beside the message, so never a secret."""


class NotFound(DatalabError):
    """No such thing, or none that this person may see: the two look the same."""


class Unauthenticated(DatalabError):
    """Nobody is signed in."""


class Forbidden(DatalabError):
    """The person may see it, but not do that to it."""


class Conflict(DatalabError):
    """Someone else changed it first, or the name is taken."""


class Invalid(DatalabError):
    """What was sent breaks a rule of the lab."""


class TooLarge(DatalabError):
    """More bytes than the lab accepts."""


class UnreadableFile(DatalabError):
    """The bytes are not what the technique expects."""


class NoData(UnreadableFile):
    """The file is readable, but holds no measurement."""


class LimitExceeded(UnreadableFile):
    """Reading the file took more time or memory than it may."""


class Unavailable(DatalabError):
    """A part of the lab is away for the moment; the same request may work later."""


class DatabaseAway(Unavailable):
    """The server that keeps the documents is away, and may be back at any moment."""


class Cancelled(DatalabError):
    """Somebody asked to stop what was being done; it left everything as it was, or whole."""
