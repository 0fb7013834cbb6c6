"""The real page in a real browser, under another name than its API."""

from pathlib import Path

import httpx2
import pytest

from behind_proxy import (
    FROM_THE_PAGE,
    PAGE_NAME,
    Deployed,
    deployed,
    first_link,
    free_ports,
    unproxied,
)
from browsing import CHROMIUM, browse, enter
from page_server import BUILT, page_container

NAMES = f"MAP *.{PAGE_NAME} 127.0.0.1, MAP {PAGE_NAME} 127.0.0.1"


pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the page has not been built"),
]


@pytest.mark.parametrize(
    ("proxy", "example"), [("nginx", "two-names"), ("caddy", "two-names"), ("nginx", "sub-path")]
)
def test_people_sign_in_by_the_page_and_stay_signed_in(
    proxy: str, example: str, tmp_path: Path, certificates: Path
):
    (port,) = free_ports(1)
    with (
        deployed(proxy, example, tmp_path, certificates, page=port) as lab,
        page_container(tmp_path / "page", lab.api, port),
    ):
        enter(lab.page, lab.page + first_link(lab), tmp_path / "seen", DATALAB_NAMES=NAMES)


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_people_work_by_two_names(proxy: str, tmp_path: Path, certificates: Path):
    (port,) = free_ports(1)
    with (
        deployed(proxy, "two-names", tmp_path, certificates, page=port) as lab,
        page_container(tmp_path / "page", lab.api, port),
    ):
        link = _sign_in_link(lab, lab.api, lab.page)
        assert link.startswith(f"{lab.page}/sign-in/link?token=")
        browse(lab.page, lab.api, link, tmp_path / "seen", DATALAB_NAMES=NAMES)


def test_people_work_by_two_ports_of_one_machine(tmp_path: Path):
    (port,) = free_ports(1)
    page = f"http://localhost:{port}"
    with unproxied(tmp_path, PYDATALAB_APP_URL=page) as lab:
        api = f"http://localhost:{lab.ports.api}"
        with page_container(tmp_path / "page", api, port):
            browse(page, api, _sign_in_link(lab, api, page), tmp_path / "seen")


def _sign_in_link(lab: Deployed, api: str, page: str) -> str:
    """A link as letters have it, for the administrator."""
    with httpx2.Client(
        base_url=api, headers=FROM_THE_PAGE, verify=lab.trusted, trust_env=False
    ) as browser:
        assert browser.get(first_link(lab)).status_code == 303
        me = browser.get("/v1/me")
        assert me.status_code == 200, me.text
        person = me.json()["immutable_id"]
    told = ("--contact-email", person)
    return lab.command("admin.make-sign-in-link", *told, PYDATALAB_APP_URL=page).split()[-1]
