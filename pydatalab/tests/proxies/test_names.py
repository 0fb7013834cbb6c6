"""What two names mean: sessions, other origins, links, and what callers pretend."""

import re

import httpx2
import pytest

from behind_proxy import API_NAME, PAGE_NAME, Deployed

ELSEWHERE = "https://elsewhere.example"
PRETENDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-For": "203.0.113.9",
}


def test_http_leads_to_https(lab: Deployed):
    for name in (PAGE_NAME, API_NAME):
        asked = f"http://{name}:{lab.ports.plain}/samples?page=2"
        answer = httpx2.get(asked, trust_env=False)
        place = answer.headers["location"].replace(f":{lab.ports.tls}", "")
        assert (answer.status_code, place) == (308, f"https://{name}/samples?page=2")


def test_other_names_are_not_answered(lab: Deployed):
    address = f"https://other.{PAGE_NAME}:{lab.ports.tls}/"
    with pytest.raises(httpx2.ConnectError, match=r"(?i)unrecognized|internal|alert"):
        httpx2.get(address, verify=lab.trusted, trust_env=False)


def test_a_link_in_a_letter_names_the_page_and_the_session_is_the_apis(
    lab: Deployed, admin: httpx2.Client
):
    person = admin.get("/v1/me").json()
    printed = lab.command(
        "admin.make-sign-in-link",
        "--contact-email",
        person["immutable_id"],
        PYDATALAB_APP_URL=lab.page,
    ).split()[-1]
    assert printed.startswith(f"{lab.page}/sign-in/link?token=")

    with lab.client() as browser:
        answer = browser.get(printed.removeprefix(lab.page))
        assert (answer.status_code, answer.headers["location"]) == (303, f"{lab.page}/")
        cookie = answer.headers["set-cookie"].lower()
        assert {"secure", "httponly", "samesite=lax"} <= set(re.split("; ?", cookie))
        assert "domain=" not in cookie
        assert browser.get("/v1/me").json()["immutable_id"] == person["immutable_id"]


def test_the_page_alone_may_use_the_session(lab: Deployed, admin: httpx2.Client):
    ours = admin.get("/v1/me", headers={"Origin": lab.page}).headers
    assert ours["access-control-allow-origin"] == lab.page
    assert ours["access-control-allow-credentials"] == "true"
    for stranger in (ELSEWHERE, lab.api, f"https://{PAGE_NAME}", "null"):
        theirs = admin.get("/v1/me", headers={"Origin": stranger}).headers
        assert theirs["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in theirs


def test_the_page_alone_may_say_that_it_is_the_page(lab: Deployed):
    with lab.client() as browser:
        asked = {"Access-Control-Request-Method": "POST"}
        ours, theirs = (
            browser.options("/v1/items", headers={**asked, "Origin": origin}).headers
            for origin in (lab.page, ELSEWHERE)
        )
    assert "X-Requested-With" in ours["access-control-allow-headers"]
    assert "X-Requested-With" not in theirs["access-control-allow-headers"]


def test_what_callers_pretend_before_the_proxy_is_not_believed(lab: Deployed, admin: httpx2.Client):
    person = admin.get("/v1/me").json()["immutable_id"]
    made = admin.post(f"/v1/people/{person}/sign-in-link", headers=PRETENDED)
    assert made.status_code == 201, made.text
    assert made.json()["link"].startswith(f"{lab.api}/sign-in/link?token=")


def test_answers_come_with_strict_transport_security(lab: Deployed):
    with lab.client() as browser:
        assert "max-age=" in browser.get("/info").headers["strict-transport-security"]


def test_each_request_has_a_name_that_the_log_knows(lab: Deployed):
    with lab.client() as browser:
        first, second = (browser.get("/info").headers["x-request-id"] for _ in range(2))
        assert first != second
        pretended = browser.get("/nowhere", headers={"X-Request-ID": "pretended-name"})
        assert pretended.headers["x-request-id"] != "pretended-name"
    assert "pretended-name" not in lab.printed.read_text()
