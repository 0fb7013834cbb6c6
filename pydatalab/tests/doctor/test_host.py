"""``deploy/doctor``, on machines that a fake ``docker`` makes up, and on this one where an engine runs."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "deploy" / "doctor"

FAKE = """#!/bin/sh
case "$*" in
  version*) [ "$ENGINE" ] || {{ echo "Cannot connect to the Docker daemon." >&2; exit 1; }}; echo "$ENGINE" ;;
  info*) echo "{root}" ;;
  "compose version"*) [ "$COMPOSE" ] || exit 1; echo "$COMPOSE" ;;
  *"config --quiet") [ -z "$BROKEN" ] || {{ echo "yaml: line 3" >&2; exit 15; }}; printf '%s' "$UNSET" >&2 ;;
  *config) [ -z "$BROKEN" ] || exit 15; echo "name: $COMPOSE_FILE"; printf 'services:\\n  api:\\n    ports:\\n      - mode: ingress\\n        published: "%s"\\n' "$PUBLISHED" ;;
  *" ps "*) echo "$RUNNING" ;;
  *is-alive) [ "$ANSWERS" ] ;;
  *" exec "* | *" run "*) echo "asked: $*"; echo "got: $(head -n 1)"; exit "$LAB" ;;
  *) echo "unexpected: $*" >&2; exit 99 ;;
esac
"""


class Host:
    """A machine with some Docker, and a folder with a compose file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "lab"
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.folder.mkdir()
        (self.bin / "docker").write_text(FAKE.format(root=folder))
        (self.bin / "docker").chmod(0o755)
        (self.folder / "docker-compose.yml").write_text("name: datalab\n")
        (self.folder / ".env").write_text("PYDATALAB_IDENTIFIER_PREFIX=grey\n")
        (self.folder / ".env").chmod(0o600)
        self.told = {
            "ENGINE": "28.2.2 Engine containerd ", "COMPOSE": "2.36.2", "RUNNING": "", "LAB": "0",
            "PUBLISHED": "1", "BROKEN": "", "UNSET": "", "ANSWERS": "1", "COMPOSE_FILE": "",
        }  # fmt: skip

    def doctor(self, *words: str, **told: str) -> "subprocess.CompletedProcess[str]":
        """What it says, where the made-up docker says what it is told."""
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", **self.told, **told}
        return subprocess.run(
            [SCRIPT, *words], env=environment, cwd=self.folder, capture_output=True, text=True,
            timeout=30, check=False,
        )  # fmt: skip


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def test_a_machine_that_is_well_has_status_0(host: Host):
    seen = host.doctor(RUNNING="5f3a")
    assert seen.returncode == 0, seen.stdout
    assert "  error" not in seen.stdout
    assert "Docker is 28.2.2." in seen.stdout
    assert "Docker Compose is 2.36.2." in seen.stdout


def test_the_labs_own_doctor_gets_the_compose_file_and_all_other_options(host: Host):
    seen = host.doctor("--only", "settings", "--file", "docker-compose.yml", RUNNING="5f3a")
    assert "exec -T api pydatalab admin.doctor --compose - --only settings" in seen.stdout
    assert "got: name: docker-compose.yml" in seen.stdout
    assert host.doctor(RUNNING="5f3a", LAB="1").returncode == 1


def test_a_lab_that_does_not_start_is_looked_over_in_a_container_made_for_that(host: Host):
    seen = host.doctor("--only", "settings", RUNNING="5f3a", ANSWERS="", LAB="1")
    assert (
        "run --rm --no-deps -T api pydatalab admin.doctor --compose - --only settings"
        in seen.stdout
    )
    assert "The container of api does not answer." in seen.stdout
    assert "got: name: " in seen.stdout
    assert seen.returncode == 1


def test_a_compose_file_that_docker_does_not_understand_is_handed_on_as_it_is(host: Host):
    assert "got: name: datalab" in host.doctor(RUNNING="5f3a", BROKEN="1").stdout


def test_several_compose_files_are_put_together_and_named_in_what_to_do(host: Host):
    (host.folder / "more here.yml").write_text("services: {}\n")
    two = ("--file", "docker-compose.yml", "--file=more here.yml")
    seen = host.doctor(*two, RUNNING="5f3a")
    assert "got: name: docker-compose.yml:more here.yml" in seen.stdout
    seen = host.doctor(*two, ANSWERS="")
    assert "docker compose --file docker-compose.yml --file more here.yml" in seen.stdout


def test_a_password_that_docker_takes_for_a_variable_is_found(host: Host):
    line = 'time="2026-11-23T16:02:22Z" level=warning msg="The \\"{}\\" variable is not set. Defaulting to a blank string."\n'
    seen = host.doctor(RUNNING="5f3a", UNSET=line.format("word") + line.format("b") * 2)
    assert "variables that are not set: b word." in seen.stdout
    assert seen.returncode == 0


@pytest.mark.parametrize("name", ["compose.yaml", "compose.yml", "docker-compose.yaml"])
def test_a_compose_file_of_any_name_that_docker_takes_is_found(host: Host, name: str):
    (host.folder / "docker-compose.yml").rename(host.folder / name)
    assert f"ok       {name} can be used." in host.doctor().stdout


def test_compose_files_may_be_named_in_env(host: Host):
    (host.folder / "docker-compose.yml").rename(host.folder / "ours.yml")
    with (host.folder / ".env").open("a") as env:
        env.write("COMPOSE_FILE=ours.yml:more.yml\n")
    assert "ok       ours.yml can be used." in host.doctor().stdout


def test_a_lab_that_nobody_started_is_no_error(host: Host):
    seen = host.doctor(ANSWERS="")
    assert "There is no container of api" in seen.stdout
    assert seen.returncode == 0


def test_what_the_lab_says_as_json_stands_alone(host: Host):
    seen = host.doctor("--json", RUNNING="5f3a")
    assert "This machine" not in seen.stdout
    assert "This machine" in seen.stderr
    assert seen.stdout.strip().startswith("asked:")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"ENGINE": ""}, "Docker does not answer: Cannot connect"),
        ({"ENGINE": "20.10.24 Engine "}, "Docker is 20.10.24, and 23.0 is needed."),
        ({"COMPOSE": ""}, "Docker has no Compose."),
        ({"COMPOSE": "2.5.0"}, "Docker Compose is 2.5.0, and 2.24 is needed."),
        ({"COMPOSE": "v2.23.3-desktop.2"}, "Docker Compose is v2.23.3-desktop.2, and 2.24"),
        ({"BROKEN": "1"}, "cannot be used: yaml: line 3"),
    ],
)
def test_a_mistake_has_status_1_and_says_what_to_do(host: Host, told: dict[str, str], said: str):
    seen = host.doctor(**told)
    assert seen.returncode == 1
    assert said in seen.stdout
    error = seen.stdout[seen.stdout.index(said) :]
    assert error.splitlines()[1].startswith("           -> ")


def test_an_engine_that_says_no_version_is_no_error(host: Host):
    assert (
        "warning  Docker does not say its version (dev)."
        in host.doctor(ENGINE="dev Engine ").stdout
    )


@pytest.mark.parametrize("version", ["2.24.0", "v2.30.1", "2.100.0-rc1", "3.0.0"])
def test_newer_versions_are_well(host: Host, version: str):
    assert f"ok       Docker Compose is {version}." in host.doctor(COMPOSE=version).stdout


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port: int = listening.getsockname()[1]
        yield port


def test_a_port_that_is_taken_is_an_error_unless_our_containers_have_it(host: Host, taken: int):
    seen = host.doctor(PUBLISHED=str(taken))
    assert seen.returncode == 1
    assert f"Port {taken} is taken by another program." in seen.stdout
    assert "is taken" not in host.doctor(PUBLISHED=str(taken), RUNNING="5f3a").stdout


def test_a_missing_or_open_env_file_is_named(host: Host):
    (host.folder / ".env").chmod(0o644)
    assert "chmod 600" in host.doctor().stdout
    (host.folder / ".env").unlink()
    seen = host.doctor()
    assert "There is no ./.env" in seen.stdout
    assert seen.returncode == 0


def test_without_docker_or_a_compose_file_it_says_so(host: Host):
    seen = host.doctor("--file", "docker-compose.prod.yml")
    assert "There is no docker-compose.prod.yml here" in seen.stdout
    (host.bin / "docker").unlink()
    if shutil.which("docker", path="/usr/bin:/bin"):
        pytest.skip("docker is in /usr/bin here")
    assert "There is no command docker." in host.doctor().stdout


def test_a_full_disk_is_an_error(host: Host):
    (host.bin / "df").write_text("#!/bin/sh\necho head\necho /dev/sda1 100 99 2000000 99% /\n")
    (host.bin / "df").chmod(0o755)
    seen = host.doctor()
    assert "2 GB are free for images" in seen.stdout
    assert seen.returncode == 1


def test_this_machine_is_looked_over_where_an_engine_runs(host: Host):
    told = {
        name: os.environ[name] for name in ("PATH", "DOCKER_HOST", "HOME") if name in os.environ
    }
    asked = ["docker", "version", "--format", "{{.Server.Version}}"]
    has_docker = shutil.which("docker") is not None
    if not has_docker or subprocess.run(asked, check=False, capture_output=True).returncode:
        pytest.skip("no container engine answers here: set DOCKER_HOST, or install Docker")
    (host.folder / "docker-compose.yml").write_text("services: {api: {image: nothing}}\n")
    seen = subprocess.run(
        [SCRIPT], env=told, cwd=host.folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert "free for images at" in seen.stdout
    assert "docker-compose.yml can be used." in seen.stdout
    assert "There is no container of api" in seen.stdout
