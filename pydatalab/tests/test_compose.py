"""What compose files of labs rely on in ours, and in the Dockerfiles."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pydatalab import __version__

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILES = ("server", "app", "database")
BASES = {
    "server": {"python:3.11-slim-bookworm"},
    "app": {"node:24-bookworm-slim"},
    "database": {"mongo:7.0"},
}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """By name. Loading them so refuses tags."""
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


def text_of(dockerfile: str) -> str:
    return (ROOT / ".docker" / f"{dockerfile}_dockerfile").read_text()


def test_each_profile_has_its_three_services(services: dict[str, Any]):
    profiles = {name: service["profiles"] for name, service in services.items()}
    assert profiles == {
        "app": ["prod"], "api": ["prod"], "database": ["prod"],
        "app-dev": ["dev"], "api-dev": ["dev"], "database-dev": ["dev"],
    }  # fmt: skip


def test_the_file_and_the_guide_name_this_release():
    assert yaml.safe_load(COMPOSE.read_text())["x-datalab-version"] == __version__
    guide = (ROOT / "docs" / "how-to" / "doctor.md").read_text()
    assert re.findall(r'^x-datalab-version: "(.*)"$', guide, re.MULTILINE) == [__version__]


def test_every_context_is_the_same_short_text():
    contexts = re.findall(r"^ *context:.*$", COMPOSE.read_text(), re.MULTILINE)
    assert len(contexts) == 6
    assert {line.strip() for line in contexts} == {"context: ."}


def test_api_and_database_meet_in_one_network(services: dict[str, Any]):
    for name in ("api", "database", "api-dev", "database-dev"):
        assert services[name]["networks"] == ["backend"]


def test_no_service_waits_for_the_health_of_another(services: dict[str, Any]):
    for service in services.values():
        assert isinstance(service.get("depends_on", []), list)
        assert "healthcheck" not in service


def test_production_is_read_only_bound_and_started_again(services: dict[str, Any]):
    for name in ("app", "api", "database"):
        service = services[name]
        assert service["build"]["target"] == "production"
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", DOCKERFILES)
def test_images_are_built_on_pinned_ones_and_tell_their_health(name: str):
    text = text_of(name)
    stages = re.findall(r"^FROM (\S+) AS (\S+)$", text, re.MULTILINE)
    names = {stage for _, stage in stages}
    assert {base for base, _ in stages} - names == BASES[name]
    assert {"production", "development"} <= names
    assert "HEALTHCHECK" in text


def test_the_builds_see_no_repository():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    kept = [line for line in ignored if line.startswith("!")]
    assert "*" in ignored
    assert not any(".git" in line for line in kept)
