"""Settings as they may be shown: without what opens doors."""

import re
from collections.abc import Mapping
from typing import Any

_SECRET = re.compile(r"(?i)secret|password|passwd|token|private|credential|(^|_)(api_?)?key$")
"""Names of settings whose values nobody else should know."""

_IN_URL = re.compile(r"(?<=://)[^/@\s]*@")
"""Who signs in to an address, and by which password."""


def without_secrets(value: Any) -> Any:
    """The same settings, less those that look like secrets, at any depth."""
    if isinstance(value, Mapping):
        return {
            str(name): without_secrets(one)
            for name, one in value.items()
            if not _SECRET.search(str(name))
        }
    if isinstance(value, list | tuple):
        return [without_secrets(one) for one in value]
    return _IN_URL.sub(_without_password, value) if isinstance(value, str) else value


def _without_password(found: re.Match[str]) -> str:
    name, colon, _ = found[0].removesuffix("@").partition(":")
    return f"{name}@" if not colon else f"{name}:…@"
