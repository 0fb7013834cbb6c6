"""What the page's container makes of its settings, before anything is served."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from browsing import NODE, REPOSITORY

SETTINGS = REPOSITORY / ".docker" / "page" / "settings.js"
API = {"VUE_APP_API_URL": "https://api.lab.example"}

pytestmark = pytest.mark.skipif(not Path(NODE).exists(), reason="no Node here: make setup")


def told(function: str, settings: dict[str, str], *more: str) -> Any:
    """What a function of the container makes of settings."""
    script = (
        "const [path, name, ...given] = process.argv.slice(1);"
        "const found = (await import(path))[name](...given.map((one) => JSON.parse(one)));"
        "console.log(JSON.stringify(found ?? null))"
    )
    given = [json.dumps(one) for one in (settings, *more)]
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", script, SETTINGS.as_uri(), function, *given],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "VUE_APP_API_URL is missing"),
        ({"VUE_APP_API_URL": "  "}, "VUE_APP_API_URL is missing"),
        ({"VUE_APP_API_URL": "api.lab.example"}, "which is no address of an API"),
        ({"VUE_APP_API_URL": "ftp://lab.example"}, "which is no address of an API"),
        ({"VUE_APP_API_URL": "https:/api.lab.example"}, "which is no address of an API"),
        ({"VUE_APP_API_URL": "https:///api"}, "which is no address of an API"),
        ({"VUE_APP_API_URL": "https://${API_HOST}"}, "which is no address of an API"),
        ({"VUE_APP_API_URL": "https://lab.example\\api"}, "which is no address of an API"),
        ({"VUE_APP_API_URL": "https://lab.example/api?v=1"}, "which is no address of an API"),
        ({"VUE_APP_API_URL": "https://ada:word@lab.example"}, "which is no address of an API"),
        ({"VUE_APP_API_URL": "https://a.example; script-src *"}, "which is no address of an API"),
        ({**API, "VUE_APP_LOGO_URL": "http://["}, "VUE_APP_LOGO_URL is http://["),
        ({**API, "VUE_APP_HOMEPAGE_URL": "javascript:alert(1)"}, "which is no address of a page"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(given: dict[str, str], said: str):
    assert said in told("refused", given)


def test_what_can_be_used_is_not_refused():
    looks = {"VUE_APP_LOGO_URL": "/logo.svg", "VUE_APP_HOMEPAGE_URL": "https://lab.example"}
    assert told("refused", {**API, **looks}) is None


def test_settings_stand_in_the_document_as_text():
    given = {**API, "VUE_APP_WEBSITE_TITLE": '<b>"Grey" & co</b>'}
    document = told("documentWith", given, "<head><title>datalab</title></head>")
    assert '<meta name="x_datalab_api_url" content="https://api.lab.example">' in document
    assert "<title>&lt;b&gt;&quot;Grey&quot; &amp; co&lt;/b&gt;</title>" in document


def test_what_does_nothing_is_said_and_an_empty_one_is_nothing():
    given = {
        **API,
        "VUE_APP_WEBSITE_TITLE": "Grey lab",
        "VUE_APP_EDITABLE_INVENTORY": "true",
        "VUE_APP_GIT_VERSION": "",
        "VUE_APP_LOGO_URI": "/logo.svg",
    }
    editable, misspelt = told("remarks", given)
    assert editable.startswith("VUE_APP_EDITABLE_INVENTORY has no effect here: ")
    assert misspelt == "The page has no setting VUE_APP_LOGO_URI: it does nothing."
