"""A real application over an open lab, and people who talk to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.api.server import build
from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.services import accounts, people

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def lab(tmp_path: Path, engine: dict[str, str]) -> Iterator[Lab]:
    """An empty lab in a folder of its own."""
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data", **engine)) as opened:
        yield opened


@pytest.fixture
def anyone(lab: Lab, tmp_path: Path) -> TestClient:
    """Somebody who has not signed in."""
    return TestClient(build(lab, tmp_path / "page"), raise_server_exceptions=False)


Join = Callable[..., TestClient]


@pytest.fixture
def join(lab: Lab, anyone: TestClient) -> Join:
    """``join("ada")``: a new person's client, with an API key; ``client.person_id`` says who."""

    def joined(name: str, role: str = "user", status: Any = "active") -> TestClient:
        person = people.add_person(
            lab, name, contact_email=f"{name}@lab.example", role=role, account_status=status
        )
        key = accounts.make_api_key(lab, person["immutable_id"], "test")["key"]
        headers = {"DATALAB-API-KEY": key}
        client = TestClient(anyone.app, headers=headers, raise_server_exceptions=False)
        client.person_id = person["immutable_id"]  # type: ignore[attr-defined]
        return client

    return joined


@pytest.fixture
def ada(join: Join) -> TestClient:
    """An ordinary user."""
    return join("ada")


@pytest.fixture
def admin(join: Join) -> TestClient:
    """An administrator."""
    return join("root", role="admin")


@pytest.fixture
def make() -> Callable[..., dict[str, Any]]:
    """``make(client, item_id="S-1", …)``: an item that was just made; a sample unless said."""

    def made(client: TestClient, **fields: Any) -> dict[str, Any]:
        answer = client.post("/v1/items", json={"type": "samples", **fields})
        assert answer.status_code == 201, answer.text
        item: dict[str, Any] = answer.json()
        return item

    return made
