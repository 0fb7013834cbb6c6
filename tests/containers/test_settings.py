"""Settings in ``.env``, right and wrong, and what the doctor says of them."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

from guide import commands_of

from conftest import Compose, commands_in, page, until_true

MISTAKEN = """
services:
  api:
    read_only: false
    environment: [WEB_CONCURRENCY=3]
    volumes: !override ["uploads:/app/uploads", "data:/app/data", "logs:/logs", "backups:/backups"]
volumes:
  uploads:
"""
"""A volume where nothing is written, none where uploads are, and a build argument that comes to nothing."""


def test_those_of_the_guide_come_into_force(compose: Compose):
    told = dict(line.split("=", 1) for line in commands_of("Settings").splitlines())
    told["WEB_CONCURRENCY"] = "2"
    (compose.folder / ".env").write_text("".join(f"{name}={it}\n" for name, it in told.items()))
    compose.project = "datalab-settings"  # other tests run the images of as many processes as ever
    compose("build")
    compose.up()
    shown = compose.inside("api", "pydatalab", "config", "show", "--json")
    found = json.loads(shown.splitlines()[0])["settings"]
    for name in ("IDENTIFIER_PREFIX", "APP_URL"):
        assert found[name]["value"] == told[f"PYDATALAB_{name}"]
        assert found[name]["source"] == "environment"
    assert found["BEHIND_REVERSE_PROXY"]["value"] is True
    assert sum("gunicorn" in one for one in commands_in(compose, "api")) == 1 + 2
    until_true(lambda: "<title>Grey lab</title>" in page(), 30, lambda: compose("logs", "app"))
    assert 'content="https://api.lab.example"' in page()


def test_an_unknown_one_stops_the_start_and_the_doctor_says_so(compose: Compose):
    (compose.folder / ".env").write_text("PYDATALAB_FILES_DIRECTRY=/app/files\n")
    compose("up", "--detach", "--no-build", "api")
    meant = "Did you mean PYDATALAB_FILES_DIRECTORY?"
    until_true(lambda: meant in compose("logs", "api"), 60)
    seen = doctor(compose)
    assert seen.returncode == 1
    assert meant in seen.stdout


def test_the_doctor_of_the_host_finds_what_is_mounted_and_built_in_vain(
    compose: Compose, administrator: Callable[[Compose], Any]
):
    (compose.folder / "docker-compose.override.yml").write_text(MISTAKEN)
    merged = compose.folder / "docker-compose.prod.yml"
    compose("config", "--output", merged.name)
    made = Compose(compose.folder, ("--file", merged.name, "--profile", "prod"))
    made.up()
    administrator(made)
    seen = doctor(made, "--file", merged.name)
    assert seen.returncode == 1
    for said in (
        "nothing is mounted at /app/files",
        "a volume is mounted at /app/uploads, where the server writes nothing",
        "the build argument WEB_CONCURRENCY=4 has no effect",
        "/app/files lies inside the container, on no volume",
    ):
        assert said in seen.stdout, seen.stdout


def test_the_doctor_finds_no_mistake_in_what_the_guide_starts(
    compose: Compose, administrator: Callable[[Compose], Any]
):
    compose.up()
    administrator(compose)
    seen = doctor(compose)
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert "  error" not in seen.stdout


def doctor(lab: Compose, *words: str) -> "subprocess.CompletedProcess[str]":
    """What it says of a lab, on the host."""
    return subprocess.run(
        ["deploy/doctor", *words],
        cwd=lab.folder,
        env=lab.environment,
        capture_output=True,
        text=True,
        check=False,
    )
