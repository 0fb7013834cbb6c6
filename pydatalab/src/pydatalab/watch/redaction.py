"""Text without what nobody may read in it."""

import re
from collections.abc import Iterable

HIDDEN = "…"

SHORTEST = 6
"""Letters of a secret from which it is looked for: a shorter one would stand in many words."""

PATTERNS = (
    # of addresses: links that sign somebody in, tokens of items, signatures of object stores
    re.compile(
        r"(?i)((?:[?&;]|\b)(?:token|at|key|code|secret|password|X-Amz-[\w-]{1,40})=)[^&\s\"'<>]+"
    ),
    # of headers and of maps as Python and JSON show them
    re.compile(
        r"(?i)((?:datalab[-_]api[-_]key|authorization|set-cookie|cookie|password|secret[-_]key|token)"
        r"[\"']?\s*[:=]\s*[\"']?(?:bearer\s+|basic\s+)?)[^\s\"',;}]+"
    ),
    re.compile(r"(datalab_session=)[^\s;\"']+"),
)
"""Each takes time in step with the length of a text: callers send long ones, and all wait for the log."""

RUN = re.compile(r"[^\s\"']+")
ACCOUNT = re.compile(r"://[^/:@]*:")


def without_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """A text in which passwords, keys and links that open something are replaced by ``…``.

    Args:
        text: what is to be written down.
        secrets: values that must not stand in it either.
    """
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    if "=" not in text and ":" not in text:  # as most lines of requests
        return text
    for pattern in PATTERNS:
        text = pattern.sub(rf"\g<1>{HIDDEN}", text)
    return RUN.sub(_without_password, text) if "://" in text else text


def _without_password(run: re.Match[str]) -> str:
    """An address without the password of its account, which may have an ``@`` in it."""
    before, at, host = run[0].rpartition("@")
    account = ACCOUNT.search(before)
    return f"{before[: account.end()]}{HIDDEN}{at}{host}" if account else run[0]
