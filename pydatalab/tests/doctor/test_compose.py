"""A compose file of a lab's own, compared with what our images read and write."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pydatalab import __version__
from pydatalab.doctor import compose
from pydatalab.doctor.machine import Machine

REPOSITORY = Path(__file__).parents[3]
PUBLISHED = REPOSITORY / "docker-compose.yml"

GUIDES = """
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
      - /data/files:/app/files
    ports:
      - "5001:5001"
    networks:
      - backend
    environment:
      - PYDATALAB_MONGO_URI=mongodb://database:27017/datalab
      - PYDATALAB_FILES_DIRECTORY=/app/files
"""
"""The custom service of docs/how-to/deploy.md."""


@pytest.fixture
def file(visit: Any) -> Callable[..., None]:
    """``file(text, (old, new), …)``: the compose file that the visit is to look at."""

    def written(text: str, *changes: tuple[str, str]) -> None:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        visit.compose = visit.folder / "compose.yml"
        visit.compose.write_text(text)

    return written


def test_our_own_compose_file_is_well_and_names_this_version(visit: Any):
    visit.compose = PUBLISHED
    assert visit.names("compose") == {"compose"}
    assert yaml.safe_load(PUBLISHED.read_text())[compose.VERSION_MARK] == __version__


def test_the_guides_custom_service_keeps_uploads_but_no_backups(visit: Any, file: Any):
    file(GUIDES)
    found = {
        one.said: one.level for one in visit.found("compose") if one.name == "compose-no-volume"
    }
    assert [level for said, level in found.items() if "/backups" in said] == ["warning"]
    assert [level for said, level in found.items() if "/app/data" in said] == ["warning"]
    assert len(found) == 2


def test_settings_that_are_new_since_it_was_written_are_listed(visit: Any, file: Any):
    file(GUIDES)
    found = visit.of("compose-new-settings", "compose")
    assert found.level == "warning"
    assert "WORKERS" in found.said
    assert "MONGO_URI" not in found.said
    file(f'{compose.VERSION_MARK}: "{__version__}"\n{GUIDES}')
    assert "compose-new-settings" not in visit.names("compose")


MISTAKES = [
    (("FILES_DIRECTORY", "FILES_DIRECTROY"), "compose-unknown-setting", "error", "FILES_DIRECTORY?"),
    (("/data/files:/app/files", "/data/files:/app/datalab/files"), "compose-volume-unused", "warning", "/app/files"),
    (("5001:5001", "80:8000"), "compose-port", "error", "5001"),
    (("WEB_CONCURRENCY=16", "VERSION=16"), "compose-argument", "warning", "environment"),
    (("WEB_CONCURRENCY=16", "WEB_CONCURRENCY=many"), "compose-argument", "error", "number"),
    (("WEB_CONCURRENCY=16", "WEB_CONCURRENCY=0"), "compose-argument", "error", "number"),
    (("- PYDATALAB_FILES", "- GUNICORN_CMD_ARGS=--workers 2\n      - PYDATALAB_FILES"), "compose-argument", "warning", "one"),
    (("- PYDATALAB_FILES", "- pydatalab_files"), "compose-prefix-forgotten", "warning", "PYDATALAB_FILES_DIRECTORY?"),
    (("- PYDATALAB_FILES", "- FILES"), "compose-prefix-forgotten", "warning", "PYDATALAB_FILES_DIRECTORY?"),
    (("- PYDATALAB_FILES", "- PYDATALAB_MAIL_PASSWORD=x\n      - PYDATALAB_FILES"), "compose-unknown-setting", "error",
     "MAIL_PASSWORD, without PYDATALAB_?"),
    (("/data/files:/app/files", "/data/files:/app/files:ro"), "compose-read-only", "error", "`ro`"),
    (("DIRECTORY=/app/files", "DIRECTORY=${FILES:-/srv/files}"), "compose-volume-unused", "warning", "/srv/files"),
    (("DIRECTORY=/app/files", "DIRECTORY=/app/files\n      - WEB_CONCURRENCY=4"), "compose-argument", "warning", "one"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "name", "level", "to_do"), MISTAKES)
def test_a_mistake_is_found(
    visit: Any, file: Any, change: tuple[str, str], name: str, level: str, to_do: str
):
    file(GUIDES, change)
    found = visit.of(name, "compose")
    assert found.level == level
    assert to_do in found.to_do


@pytest.mark.parametrize(
    "volume", ["./certificates:/certificates:ro", "./certificates:/certificates:ro,z"]
)
def test_what_is_only_read_is_no_mistake(visit: Any, file: Any, volume: str):
    file(GUIDES, ("- ./logs:/logs", f"- ./logs:/logs\n      - {volume}"))
    assert "compose-volume-unused" not in visit.names("compose")
    file(GUIDES, ("- ./logs:/logs", f"- ./logs:/logs\n      - {volume.partition(':ro')[0]}"))
    assert "compose-volume-unused" in visit.names("compose")


def test_a_build_argument_that_the_running_container_does_not_know_is_named(
    visit: Any, file: Any, container: Callable[..., Machine]
):
    file(GUIDES)
    visit.machine = container()
    visit.environment["WEB_CONCURRENCY"] = "4"
    assert "docker compose build api" in visit.of("compose-argument", "compose").to_do
    visit.environment["WEB_CONCURRENCY"] = "16"
    assert "compose-argument" not in visit.names("compose")


PAGE = """
services:
  app:
    build: {context: ., dockerfile: .docker/app_dockerfile, args: {VUE_APP_API_URL: https://api.lab.example}}
    environment: {VUE_APP_WEBSITE_TITEL: Grey}
  database:
    build: {context: ., dockerfile: .docker/database_dockerfile}
"""


def test_the_mistakes_of_page_and_database_are_found(visit: Any, file: Any):
    file(PAGE)
    names = visit.names("compose") - {"compose-new-settings"}
    assert names == {
        "compose-argument", "compose-unknown-setting", "compose-page-address", "compose-no-volume"
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "services", "services: [api]", "a: [", "name: x"])
def test_what_is_no_compose_file_is_an_error(visit: Any, file: Any, text: str):
    file(text)
    assert visit.of("compose-unreadable", "compose").level == "error"


def test_a_file_that_is_not_there_is_an_error(visit: Any):
    visit.compose = visit.folder / "none.yml"
    assert "--compose -" in visit.of("compose-unreadable", "compose").to_do


def test_it_is_looked_at_though_settings_cannot_be_used(visit: Any, file: Any):
    visit.settings["NONSENSE"] = "x"
    file(GUIDES, ("5001:5001", "80:8000"))
    assert {"settings-refused", "compose-port"} <= visit.names()


def test_the_folders_are_those_of_our_image():
    made = (REPOSITORY / ".docker" / "server_dockerfile").read_text()
    (folders,) = re.findall(r"mkdir -p (.*?) &&", made)
    assert sorted(folders.split()) == sorted(compose.PLACES.values())


def test_the_pages_settings_are_those_that_its_container_reads():
    read = (REPOSITORY / ".docker" / "page" / "settings.js").read_text()
    assert set(re.findall(r"VUE_APP_\w+", read)) == set(compose.PAGE_SETTINGS)


FLEETING = [
    "- /app/files",
    "- {type: tmpfs, target: /app/files}",
    "- {type: volume, target: /app/files}",
]


@pytest.mark.parametrize("volume", FLEETING)
def test_a_volume_that_is_another_one_next_time_keeps_nothing(visit: Any, file: Any, volume: str):
    file(GUIDES, ("- /data/files:/app/files", volume))
    uploads = [one for one in visit.found("compose") if "/app/files, so uploads" in one.said]
    assert [(one.name, one.level) for one in uploads] == [("compose-no-volume", "error")]
    assert "nothing that lasts is mounted" in uploads[0].said


@pytest.mark.parametrize(
    "volume", [f"- {place}:/app/files" for place in ("files", "${FILES:-/a:b}", "./x")]
)
def test_a_folder_or_a_volume_with_a_name_keeps_uploads(visit: Any, file: Any, volume: str):
    file(GUIDES, ("- /data/files:/app/files", volume))
    assert not [one for one in visit.found("compose") if "uploads" in one.said]


def test_backups_that_go_inside_the_container_are_named(visit: Any, file: Any):
    strategies = '{"daily": {"location": "/tmp/datalab-backups/daily", "frequency": "5 4 * * *"}}'
    told = f"- 'PYDATALAB_BACKUP_STRATEGIES={strategies}'\n      - PYDATALAB_FILES"
    file(GUIDES, ("- PYDATALAB_FILES", told))
    assert [
        one for one in visit.found("compose") if "/datalab-backups/daily, so backups" in one.said
    ]
    mounted = ("- ./logs:/logs", "- ./logs:/logs\n      - /mnt/nas:/tmp/datalab-backups")
    file(GUIDES, ("- PYDATALAB_FILES", told), mounted)
    assert not [one for one in visit.found("compose") if "backups" in one.said]


def test_what_a_setting_names_is_no_volume_for_nothing(visit: Any, file: Any):
    places = '[{"name": "xrd", "path": "/mnt/xrd"}]'
    told = f"- 'PYDATALAB_REMOTE_FILESYSTEMS={places}'\n      - PYDATALAB_FILES"
    file(GUIDES, ("- PYDATALAB_FILES", told), ("- ./logs:/logs", "- ./logs:/logs\n      - /x:/mnt"))
    assert "compose-volume-unused" not in visit.names("compose")


def test_a_file_for_a_newer_release_is_named(visit: Any, file: Any):
    file(f'{compose.VERSION_MARK}: "v99.1"\n{GUIDES}')
    assert "v99.1" in visit.of("compose-newer", "compose").said
    file(f"{compose.VERSION_MARK}: v{__version__}\n{GUIDES}")
    assert not {"compose-newer", "compose-new-settings"} & visit.names("compose")


def test_the_tags_of_an_override_are_passed_over(visit: Any, file: Any):
    file(
        "services:\n  api:\n    volumes: !override\n      - /data:/nowhere\n    ports: !reset null\n"
    )
    assert "/nowhere" in visit.of("compose-volume-unused", "compose").said


def test_a_database_of_another_name_is_known_by_its_image(visit: Any, file: Any):
    file("services:\n  mongo:\n    image: docker.io/library/mongo:7.0\n")
    assert "/data/db" in visit.of("compose-no-volume", "compose").to_do
