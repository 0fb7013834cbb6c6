"""The page as its container serves it, and what ends that."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from behind_proxy import free_ports
from browsing import NODE, REPOSITORY
from page_server import BUILT, page_container

pytestmark = [
    pytest.mark.skipif(not Path(NODE).exists(), reason="no Node here: make setup"),
    pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the page has not been built"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """Somebody who asks the container of the page."""
    (port,) = free_ports(1)
    folder = tmp_path_factory.mktemp("page") / "app"
    with (
        page_container(folder, "https://api.lab.example", port),
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as browser,
    ):
        yield browser


def test_a_file_with_a_hash_in_its_name_is_kept_but_never_the_news_that_it_is_missing(
    page: httpx2.Client,
):
    script = next((BUILT / "assets").glob("index-*.js")).name
    there = page.get(f"/assets/{script}")
    missing = page.get("/assets/index-ofAnotherVersion.js")
    assert (there.status_code, missing.status_code) == (200, 404)
    assert "immutable" in there.headers["cache-control"]
    assert there.headers["content-encoding"] in {"br", "gzip"}
    assert missing.headers["cache-control"] == "no-cache"
    assert "default-src 'self'" in missing.headers["content-security-policy"]


def test_what_stands_where_the_file_of_settings_should_is_named_in_a_sentence(tmp_path: Path):
    (tmp_path / ".env").mkdir()  # as container engines make it where there is no file to mount
    start = REPOSITORY / ".docker" / "page" / "start.js"
    done = subprocess.run([NODE, start], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"datalab: {tmp_path}/.env cannot be read (EISDIR): ")
    assert len(done.stderr.splitlines()) == 1
