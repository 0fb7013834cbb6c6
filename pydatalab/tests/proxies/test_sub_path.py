"""An API below a path of the page's name, one that serves the page, and one without a proxy."""

from pathlib import Path

import httpx2
import pytest

from behind_proxy import FROM_THE_PAGE, deployed, first_link, unproxied

PRETENDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
}


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_all_stands_below_the_path(proxy: str, tmp_path: Path, certificates: Path):
    hands_over = proxy == "nginx"
    with (
        deployed(proxy, "sub-path", tmp_path, certificates, hands_over=hands_over) as lab,
        lab.client(**FROM_THE_PAGE) as browser,
    ):
        assert lab.api == f"{lab.page}/api"
        assert browser.get("/info").json()["data"]["type"] == "info"
        entered = browser.get(first_link(lab).removeprefix("/api"))
        assert entered.headers["location"] == f"{lab.page}/welcome"
        me = browser.get("/v1/me").json()["immutable_id"]
        link = browser.post(f"/v1/people/{me}/sign-in-link").json()["link"]
        assert link.startswith(f"{lab.api}/sign-in/link?token=")

        made = browser.post("/v1/items", json={"type": "samples", "item_id": "LCO-1"}).json()
        sent = browser.post(
            f"/v1/items/{made['refcode']}/files", params={"name": "a.txt"}, content=b"0123456789"
        ).json()
        address = f"/v1/files/{sent['file_id']}/content"
        assert browser.get(address, headers={"Range": "bytes=2-4"}).content == b"234"


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_page_and_api_have_one_name(proxy: str, tmp_path: Path, certificates: Path):
    with (
        deployed(proxy, "one-name", tmp_path, certificates) as lab,
        lab.client(**FROM_THE_PAGE) as browser,
    ):
        assert lab.api == lab.page
        assert browser.get(first_link(lab)).headers["location"] == f"{lab.page}/welcome"
        assert browser.get("/v1/me").status_code == 200
        page = browser.get("/samples", headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src" in page.headers["content-security-policy"]
        assert browser.get("/samples").headers["content-type"] == "application/json"


def test_without_a_proxy_nobody_is_believed(tmp_path: Path):
    with unproxied(tmp_path) as lab:
        address = f"http://127.0.0.1:{lab.ports.api}"
        with httpx2.Client(base_url=address, trust_env=False, headers=FROM_THE_PAGE) as browser:
            entered = browser.get(first_link(lab), headers=PRETENDED)
            assert "secure" not in entered.headers["set-cookie"].lower()
            me = browser.get("/v1/me").json()["immutable_id"]
            made = browser.post(f"/v1/people/{me}/sign-in-link", headers=PRETENDED)
            assert made.json()["link"].startswith(f"{address}/sign-in/link?token=")
