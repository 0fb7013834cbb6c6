"""``pydatalab config show``: what is in force, and where it comes from."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pydatalab.config import Config

SCRIPTS = Path(sys.executable).parent
STRONG = "r4Zq9xWbT2mUeHk7LsVfCjYpN0dGaX8o"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run("config", "show", PYDATALAB_WORKERS="2")``: in a folder of its own."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYDATALAB_")}

    def running(*words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [SCRIPTS / "pydatalab", *words], env=kept | variables, cwd=tmp_path,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return running


def settings(run: Run, **variables: str) -> dict[str, Any]:
    shown = run("config", "show", "--json", **variables)
    assert shown.returncode == 0, shown.stderr
    found: dict[str, Any] = json.loads(shown.stdout)["settings"]
    return found


def test_every_setting_has_its_value_and_its_source(run: Run, tmp_path: Path):
    (tmp_path / "c.yaml").write_text("SESSION_LIFETIME: 24\nWORKERS: 5\n")
    (tmp_path / "d.json").write_text('{"WORKERS": 9, "MAX_CACHE_SIZE": 7}')
    (tmp_path / ".env").write_text("PYDATALAB_WORKERS=3\nPYDATALAB_IDENTIFIER_PREFIX=grey\n")
    files = {"PYDATALAB_CONFIG_FILE": "c.yaml", "PYDATALAB_DEFAULTS_FILE": "d.json"}
    found = settings(run, PYDATALAB_IDENTIFIER_PREFIX="blue", PYDATALAB_TESTING="true", **files)
    assert set(found) >= set(Config.model_fields) - {"MAIL_PASSWORD"}

    def of(name: str) -> tuple[Any, str, str | None]:
        return found[name]["value"], found[name]["source"], found[name]["place"]

    assert of("IDENTIFIER_PREFIX") == ("blue", "environment", "PYDATALAB_IDENTIFIER_PREFIX")
    assert of("WORKERS") == (3, ".env", ".env")
    assert of("SESSION_LIFETIME") == (24, "file", "c.yaml")
    assert of("MAX_CACHE_SIZE") == (7, "defaults file", "d.json")
    assert of("ROOT_PATH") == ("/", "default", None)
    assert found["TESTING"]["without_effect"] == "sign-in stays on"


def test_the_other_spelling_is_shown_under_our_name(run: Run, tmp_path: Path):
    found = settings(run, PYDATALAB_FILES_DIRECTORY=str(tmp_path / "files"))["FILE_DIRECTORY"]
    assert found["value"] == str(tmp_path / "files")
    assert found["place"] == "PYDATALAB_FILES_DIRECTORY"


def test_no_secret_is_shown(run: Run):
    secrets = {
        "PYDATALAB_SECRET_KEY": STRONG,
        "MAIL_PASSWORD": "hunter2",
        "GITHUB_OAUTH_CLIENT_SECRET": "hunter2",
        "PYDATALAB_MONGO_URI": "mongodb://lab:hunter2@database/datalab",
        "PYDATALAB_DEPLOYMENT_METADATA": '{"issue_tracker": "https://bot:hunter2@git.example"}',
    }
    for form in ([], ["--json"]):
        shown = run("config", "show", *form, **secrets)
        assert shown.returncode == 0
        assert "hunter2" not in shown.stdout
        assert STRONG not in shown.stdout
        assert shown.stdout.count("(hidden)") == 5


def test_what_gunicorn_is_told_is_shown_too(run: Run):
    assert settings(run, WEB_CONCURRENCY="16")["WEB_CONCURRENCY"]["value"] == "16"
    assert "PORT" not in settings(run)


def test_json_and_yaml_give_the_same_settings(run: Run, tmp_path: Path):
    said = {"IDENTIFIER_PREFIX": "no", "WORKERS": 2, "BACKUP_STRATEGIES": {"1": {"location": "/b"}}}
    (tmp_path / "c.json").write_text(json.dumps(said))
    (tmp_path / "c.yml").write_text(
        "IDENTIFIER_PREFIX: no\nWORKERS: 2\nBACKUP_STRATEGIES:\n  1: {location: /b}\n"
    )
    found = []
    for name in ("c.json", "c.yml"):
        values = settings(run, PYDATALAB_CONFIG_FILE=name)
        found.append({key: one["value"] for key, one in values.items()})
    assert found[0] == found[1]


def test_settings_that_cannot_be_used_are_told_in_one_sentence(run: Run):
    refused = run("config", "show", PYDATALAB_FILE_DIRECTROY="/files")
    assert refused.returncode == 1
    assert "Did you mean PYDATALAB_FILE_DIRECTORY?" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_task_has_its_dotted_name_too(run: Run):
    assert run("config.show").stdout == run("config", "show").stdout
    assert "config.show" in run("--help", "config", "show").stdout
