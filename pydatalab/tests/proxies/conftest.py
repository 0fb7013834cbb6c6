"""A lab behind each proxy, with TLS and under two names."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from behind_proxy import FROM_THE_PAGE, PAGE_NAME, Deployed, deployed, first_link, make_certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for all names, and its throw-away authority."""
    folder = tmp_path_factory.mktemp("certificates")
    make_certificates(folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def names() -> Iterator[None]:
    """The names of the lab lead to this machine."""
    known = socket.getaddrinfo

    def found(host: Any, *rest: Any, **named: Any) -> Any:
        ours = isinstance(host, str) and host.endswith(PAGE_NAME)
        return known("127.0.0.1" if ours else host, *rest, **named)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", found)
        yield


@pytest.fixture(scope="session", params=["nginx", "nginx that sends files", "caddy"])
def lab(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, certificates: Path
) -> Iterator[Deployed]:
    """A lab by two names, behind each proxy."""
    proxy, _, hands_over = request.param.partition(" ")
    folder = tmp_path_factory.mktemp(proxy)
    limit = {"PYDATALAB_MAX_CONTENT_LENGTH": "50000000"}
    with deployed(
        proxy, "two-names", folder, certificates, hands_over=bool(hands_over), **limit
    ) as lab:
        yield lab


@pytest.fixture(scope="session")
def admin(lab: Deployed) -> Iterator[httpx2.Client]:
    """The browser that opened the first link, under the API's name."""
    with lab.client(**FROM_THE_PAGE) as browser:
        answer = browser.get(first_link(lab))
        assert answer.status_code == 303, answer.text
        yield browser
