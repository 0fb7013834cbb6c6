"""A lab's own compose file, with the service that the guide shows and no other setting."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Compose, commands_in

OWN = """
services:
  api:
    profiles: ["prod"]
    build:
      context: ./datalab
      dockerfile: .docker/server_dockerfile
      target: production
      args:
        - WEB_CONCURRENCY=16
    depends_on:
      - database
    volumes:
      - ./logs:/logs
      - {files}:/app/files
    ports:
      - "5001:5001"
    networks:
      - backend
    environment:
      - PYDATALAB_MONGO_URI=mongodb://database:27017/datalab
      - PYDATALAB_FILES_DIRECTORY=/app/files
  database:
    profiles: ["prod"]
    build:
      context: ./datalab
      dockerfile: .docker/database_dockerfile
      target: production
    networks:
      - backend
networks:
  backend:
"""


@pytest.fixture
def own(clone: Path) -> Iterator[Compose]:
    """That service, beside a clone."""
    file = clone.parent / "docker-compose.yml"
    file.write_text(OWN.format(files=clone.parent / "uploads"))
    made = Compose(clone.parent)
    yield made
    made("down", "--volumes", "--timeout", "20", check=False)


def test_sixteen_processes_write_where_the_volumes_are(
    own: Compose, administrator: Callable[[Compose], Any]
):
    own("build")
    own.up()
    assert sum("gunicorn" in one for one in commands_in(own, "api")) == 1 + 16
    browser = administrator(own)
    item = browser.post("/v1/items", json={"type": "samples", "item_id": "S-1"}).json()
    raw = os.urandom(100_000)
    place = f"/v1/items/{item['refcode']}/files?name=a.bin"
    assert browser.post(place, content=raw).status_code == 201
    folder = own.folder
    assert raw in [one.read_bytes() for one in (folder / "uploads").rglob("*") if one.is_file()]
    assert "first-run" in (folder / "logs" / "datalab.log").read_text()
    users = own.inside("api", "sh", "-c", "stat -c %U /logs /app/files /proc/1")
    assert users.split()[:3] == ["datalab"] * 3
