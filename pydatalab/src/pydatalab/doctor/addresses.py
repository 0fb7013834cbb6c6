"""The addresses that people use: whether settings and the web server in front agree."""

import json
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from pydatalab import __version__
from pydatalab.api.origins import origin_of
from pydatalab.config import Config
from pydatalab.doctor.clock import APART, TO_DO
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.doctor.look import Look
from pydatalab.doctor.settings import ON_THIS_MACHINE

SECONDS = 5
MOST = 1_000_000
"""Bytes of an answer that are read."""

META = re.compile(r"""<meta\s[^>]*name=["']x_datalab_api_url["'][^>]*>""", re.I)
CONTENT = re.compile(r"""content=["']([^"']*)["']""", re.I)


@dataclass(frozen=True)
class Answer:
    """What a web server said."""

    headers: Mapping[str, str]
    """Their names in lower case."""
    text: str


def examine(look: Look, config: Config) -> Iterator[Finding]:
    """The settings about addresses, and what answers there."""
    page = config.APP_URL
    if page and page.startswith("https://") and not config.BEHIND_REVERSE_PROXY:
        yield warning(
            "proxy-not-trusted",
            "APP_URL begins with https://, but BEHIND_REVERSE_PROXY is not set: the server takes every"
            " request for an unencrypted one of the proxy itself.",
            "Set PYDATALAB_BEHIND_REVERSE_PROXY=true, if a web server stands in front and nobody gets past it.",
        )
    if config.USE_X_ACCEL_REDIRECT and not config.BEHIND_REVERSE_PROXY:
        yield warning(
            "accel-without-proxy",
            "USE_X_ACCEL_REDIRECT is set, but BEHIND_REVERSE_PROXY is not: without an nginx that knows of it in"
            " front, downloads are empty.",
            "Set PYDATALAB_BEHIND_REVERSE_PROXY=true, or remove PYDATALAB_USE_X_ACCEL_REDIRECT.",
        )
    if page is None:
        return
    if look.machine.is_ours and urlsplit(page).hostname in ON_THIS_MACHINE:
        yield ok("app-url-unseen", f"APP_URL ({page}) cannot be asked from inside of a container.")
        return
    yield from _asked(config, page)


def _asked(config: Config, page: str) -> Iterator[Finding]:
    """What answers at the page's address, and at that of the API which it names."""
    try:
        answer = _get(page, {"Accept": "text/html"})
        api = api_of(page, answer.text, config.ROOT_PATH)
        said = _get(
            api.rstrip("/") + "/info", {"Origin": origin_of(page), "Accept": "application/json"}
        )
    except OSError as exc:
        yield warning(
            "app-url-unanswered",
            f"From here, {page} or its API does not answer as it should: {_reason(exc)}.",
            "Open it in a browser. If it opens there, this machine may not know its own name from outside.",
        )
        return
    yield ok("app-url", f"The page answers at {page}, the API at {api}.")
    if page.startswith("https:") and api.startswith("http:"):
        yield error(
            "api-unencrypted",
            f"The page at {page} names an API that is not encrypted ({api}): browsers refuse that.",
            "Set VUE_APP_API_URL of the page's container to an address that begins with https://.",
        )
    yield from _same_clock(said)
    yield from _same_lab(config, page, api, said)


def api_of(page: str, text: str, root_path: str) -> str:
    """The address of the API that a page names, or the one beside it."""
    found = META.search(text)
    content = CONTENT.search(found.group()) if found else None
    named = content.group(1).strip() if content else ""
    return urljoin(page, named) if named else origin_of(page) + root_path.rstrip("/")


def _same_clock(answer: Answer) -> Iterator[Finding]:
    with suppress(KeyError, ValueError):
        theirs = parsedate_to_datetime(answer.headers["date"])
        apart = (theirs - datetime.now(UTC)).total_seconds()
        if abs(apart) > APART:
            yield warning(
                "clock-of-server",
                f"The clock of the server that people reach is {apart:+.0f} s off ours.",
                TO_DO,
            )


def _same_lab(config: Config, page: str, api: str, answer: Answer) -> Iterator[Finding]:
    try:
        info: Any = json.loads(answer.text)
        about, itself = info["data"]["attributes"], str(info["links"]["self"])
        version = str(about["implementation"]["version"])
    except (ValueError, KeyError, TypeError):
        yield error(
            "api-unknown",
            f"What answers at {api}/info is no datalab.",
            "See that the web server in front hands requests to the API, and VUE_APP_API_URL names it.",
        )
        return
    if about.get("identifier_prefix") != config.IDENTIFIER_PREFIX:
        yield error(
            "api-of-another-lab",
            f"The API at {api} has the prefix {about.get('identifier_prefix')!r},"
            f" these settings {config.IDENTIFIER_PREFIX!r}: it is another lab, or was not started again.",
            "Start the server again, or correct APP_URL.",
        )
    if version != __version__:
        yield warning(
            "api-of-another-version",
            f"The API at {api} is datalab {version}, this is {__version__}.",
            "Start the server again.",
        )
    yield from _headers(page, api, answer, itself)


def _headers(page: str, api: str, answer: Answer, itself: str) -> Iterator[Finding]:
    if origin_of(itself) != origin_of(api):
        yield warning(
            "proxy-headers",
            f"People ask {origin_of(api)}, but the server believes that it was {origin_of(itself)}.",
            "Let the web server in front send X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-For"
            " (examples in deploy/), and set PYDATALAB_BEHIND_REVERSE_PROXY=true.",
        )
    allowed = answer.headers.get("access-control-allow-credentials") == "true"
    if origin_of(page) != origin_of(api) and not allowed:
        yield error(
            "cors",
            f"The API at {api} does not let the page at {origin_of(page)} sign in.",
            f"Set PYDATALAB_APP_URL={page} for the server, as it stands in the browser, and start it again.",
        )


def _get(address: str, headers: Mapping[str, str]) -> Answer:
    """What answers at an address.

    Raises:
        OSError: nothing does, or with an error.
    """
    if not address.startswith(("http://", "https://")):
        raise OSError(f"{address} is no address")
    asked = urllib.request.Request(address, headers=dict(headers))  # noqa: S310 (checked)
    with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(named, answer.read(MOST).decode(errors="replace"))


def _reason(exc: OSError) -> str:
    reason = getattr(exc, "reason", exc)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({reason.verify_message})"
    if isinstance(exc, urllib.error.HTTPError):
        return f"{exc.url} has status {exc.code}"
    return str(reason)
