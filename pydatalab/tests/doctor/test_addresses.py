"""What the doctor says of addresses: a small web server plays page, proxy and API."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from pydatalab import __version__
from pydatalab.doctor.addresses import api_of


class Front:
    """What a web server in front of a lab answers; a test changes it."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.page = "<html><head></head></html>"
        self.prefix, self.version, self.seen_as = "grey", __version__, self.address
        self.headers: dict[str, str] = {}
        self.info: str | None = None

    def answer(self, path: str) -> str:
        if not path.endswith("/info"):
            return self.page
        about = {"identifier_prefix": self.prefix, "implementation": {"version": self.version}}
        links = {"self": f"{self.seen_as}/info"}
        return self.info or json.dumps({"data": {"attributes": about}, "links": links})


@pytest.fixture
def front(visit: Any) -> Iterator[Front]:
    """The web server that answers at the visited lab's APP_URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in front.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(front.answer(self.path).encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    running = HTTPServer(("127.0.0.1", 0), Handler)
    front = Front(running.server_port)
    thread = threading.Thread(target=running.serve_forever, args=(0.05,))
    thread.start()
    visit.settings |= {"APP_URL": front.address, "IDENTIFIER_PREFIX": "grey"}
    yield front
    running.shutdown()
    thread.join()
    running.server_close()


def test_what_agrees_is_well(visit: Any, front: Front):
    assert visit.names("addresses") == {"app-url"}


def test_a_server_that_believes_another_address_lacks_the_proxys_headers(visit: Any, front: Front):
    front.seen_as = "http://api:5001"
    found = visit.of("proxy-headers", "addresses")
    assert "X-Forwarded-Proto" in found.to_do
    assert "BEHIND_REVERSE_PROXY" in found.to_do


def test_an_api_that_lets_another_page_in_is_an_error(visit: Any, front: Front):
    other = front.address.replace("127.0.0.1", "localhost")
    front.page = f'<meta name="x_datalab_api_url" content="{other}">'
    front.seen_as = other
    assert visit.of("cors", "addresses").level == "error"
    front.headers = {"Access-Control-Allow-Credentials": "true"}
    assert visit.names("addresses") == {"app-url"}


def test_another_lab_and_another_version_are_named(visit: Any, front: Front):
    front.prefix, front.version = "blue", "0.0.1"
    assert visit.names("addresses") == {"app-url", "api-of-another-lab", "api-of-another-version"}


def test_what_is_no_datalab_is_an_error(visit: Any, front: Front):
    front.info = "<html>Welcome to nginx!</html>"
    assert visit.of("api-unknown", "addresses").level == "error"


def test_a_clock_that_is_off_is_named(visit: Any, front: Front):
    front.headers = {"Date": "Mon, 01 Jan 2024 00:00:00 GMT"}
    assert "clock-of-server" in visit.names("addresses", level="warning")


def test_an_address_that_does_not_answer_is_named(visit: Any, free: int):
    visit.settings["APP_URL"] = f"http://127.0.0.1:{free}"
    assert visit.of("app-url-unanswered", "addresses").level == "warning"


def test_encryption_without_trust_in_the_proxy_is_named(visit: Any, free: int):
    visit.settings["APP_URL"] = f"https://127.0.0.1:{free}"
    assert "proxy-not-trusted" in visit.names("addresses", level="warning")
    visit.settings["BEHIND_REVERSE_PROXY"] = True
    assert "proxy-not-trusted" not in visit.names("addresses")


@pytest.mark.parametrize(
    ("text", "root", "api"),
    [
        ("", "/", "https://lab.example"),
        ("", "/api", "https://lab.example/api"),
        ('<meta name="x_datalab_api_url" content="https://api.lab.example">', "/", "https://api.lab.example"),
        ('<meta content="/api/" name="x_datalab_api_url"/>', "/", "https://lab.example/api/"),
    ],
)  # fmt: skip
def test_the_page_names_its_api_or_it_is_beside(text: str, root: str, api: str):
    assert api_of("https://lab.example/", text, root) == api


def test_downloads_by_a_proxy_that_is_not_there_are_named(visit: Any):
    visit.settings["USE_X_ACCEL_REDIRECT"] = True
    assert visit.of("accel-without-proxy", "addresses").level == "warning"
    visit.settings["BEHIND_REVERSE_PROXY"] = True
    assert visit.names("addresses") == set()
