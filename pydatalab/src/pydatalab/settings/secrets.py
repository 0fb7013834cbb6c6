"""Secrets among the settings: which they are, what may be shown of others, and which can be guessed."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

HIDDEN = "(hidden)"
"""Stands where a secret would."""

_SECRET_NAME = re.compile(
    r"password|passwd|passphrase|secret|token|credential|(api|private)_?key", re.I
)
_FILE_NAME = re.compile(r"_(file|directory)$", re.I)

_PASSWORD = re.compile(r"(://[^\s:/@?#]*):[^\s]*@")
_WEB_ACCOUNT = re.compile(r"(https?://)[^\s/@:]+@", re.I)
_HOST_ACCOUNT = re.compile(r"^([^\s/:@]+):[^\s/]+(?=@[^\s/@]+$)")
_ASKED = re.compile(
    r"([?&;][^=&;\s]*(?:password|secret|token|key|signature)[^=&;\s]*=)[^&;\s]+", re.I
)


WEAK = 3.8
"""Bits for each character of a secret below which it can be guessed."""


def is_secret(name: str) -> bool:
    """Whether what has such a name is told to nobody; where a file or folder is, is no secret."""
    return bool(_SECRET_NAME.search(name)) and not _FILE_NAME.search(name)


def shown(name: str, value: Any) -> Any:
    """The value of something of this name as it may be shown, through maps and lists."""
    if value is None or isinstance(value, bool):
        return value
    if is_secret(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return {key: shown(str(key), one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [shown("", one) for one in value]
    return without_passwords(value) if isinstance(value, str) else value


def without_passwords(text: str) -> str:
    """A text without the passwords of the addresses in it."""
    text = _PASSWORD.sub(rf"\1:{HIDDEN}@", text)
    text = _HOST_ACCOUNT.sub(rf"\1:{HIDDEN}", text)
    text = _WEB_ACCOUNT.sub(rf"\1{HIDDEN}@", text)
    return _ASKED.sub(rf"\1{HIDDEN}", text)


def can_be_guessed(secret: str) -> bool:
    """Whether Shannon's entropy of the characters of a secret is too low."""
    shares = [number / len(secret) for number in Counter(secret).values()]
    return -sum(share * math.log2(share) for share in shares) < WEAK
