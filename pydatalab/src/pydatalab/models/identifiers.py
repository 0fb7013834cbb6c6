"""The names that things have, and how new ones are made."""

import re
import secrets
import string
import time
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints

PUBLIC_ID = "0" * 24
"""The creator of what everybody may see."""

NAME_PATTERN = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"
REFCODE_PATTERN = r"^[a-z]{2,12}:[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"


NAME_RULE = "1 to 40 letters, digits, dots, dashes or underscores, beginning and ending with a letter or digit"


def _as_short_name(value: Any) -> Any:
    """Numbers are accepted as names; blanks around a name are dropped."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not is_short_name(text):
        raise ValueError(f"{text[:60]!r} cannot be an id: {NAME_RULE}")
    return text


ShortName = Annotated[
    str,
    BeforeValidator(_as_short_name),
    StringConstraints(pattern=NAME_PATTERN, min_length=1, max_length=40),
]
"""An ``item_id``, ``collection_id`` or ``group_id``: letters, digits, ``.``, ``_``, ``-``; 1 to 40."""

Refcode = Annotated[str, StringConstraints(pattern=REFCODE_PATTERN, max_length=53)]
"""Permanent name, unique across labs: ``grey:ABCDEF``."""

ObjectId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{24}$")]
"""The id of any document in the database: 24 hexadecimal digits."""


def new_object_id() -> str:
    """A new id, which begins with the seconds as MongoDB's do, so that ids sort by age.

    Five digits of microseconds follow, since what is made together is listed as it was made, and
    eleven random ones.
    """
    seconds, microseconds = divmod(time.time_ns() // 1000, 1_000_000)
    return f"{seconds:08x}{microseconds:05x}{secrets.randbits(44):011x}"


def new_refcode(prefix: str) -> str:
    """A random refcode: the lab's prefix and six letters."""
    letters = "".join(secrets.choice(string.ascii_uppercase) for _ in range(6))
    return f"{prefix}:{letters}"


def new_block_id() -> str:
    """Fifteen letters and digits of which the first is a letter: safe as HTML id and JSON key."""
    alphabet = string.ascii_lowercase + string.digits
    return secrets.choice(string.ascii_lowercase) + "".join(
        secrets.choice(alphabet) for _ in range(14)
    )


def full_refcode(text: str, prefix: str) -> str:
    """A refcode as people type it, with or without prefix, in full."""
    return text if ":" in text else f"{prefix}:{text}"


def is_short_name(text: str) -> bool:
    """Whether this may be an item's id."""
    return len(text) <= 40 and bool(re.fullmatch(NAME_PATTERN, text))
