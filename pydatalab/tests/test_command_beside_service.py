"""The command beside a service of systemd: it sees the settings that the service sees."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy" / "systemd"


@pytest.fixture(scope="module")
def settings_in() -> Callable[[str], dict[str, str]]:
    """What the command makes of a file of settings."""
    read: Callable[[str], dict[str, str]] = runpy.run_path(str(DEPLOY / "pydatalab"))["settings_in"]
    return read


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("MAIL_PASSWORD=a$b&c;d`e`#f", "a$b&c;d`e`#f"),
        ("MAIL_PASSWORD=two words  ", "two words"),
        ("MAIL_PASSWORD=it's", "it's"),
        ("MAIL_PASSWORD=", ""),
        ("MAIL_PASSWORD='a\\b \"c\" $d'", 'a\\b "c" $d'),
        ("MAIL_PASSWORD='it'\"'\"'s'", "it's"),
        ('MAIL_PASSWORD="a\\"b \\$c \\d"', 'a"b $c \\d'),
        ("MAIL_PASSWORD=a\\\nb", "ab"),
        ("  MAIL_PASSWORD=x=y", "x=y"),
    ],
)
def test_a_setting_means_what_it_means_to_systemd(
    settings_in: Callable[[str], dict[str, str]], line: str, meant: str
):
    text = f"# MAIL_PASSWORD=no\n; MAIL_PASSWORD=no\n{line}\nPYDATALAB_DEBUG=true\n"
    assert settings_in(text) == {"MAIL_PASSWORD": meant, "PYDATALAB_DEBUG": "true"}


def test_the_file_of_the_guide_is_understood(settings_in: Callable[[str], dict[str, str]]):
    found = settings_in((DEPLOY / "datalab.env").read_text())
    assert found["PYDATALAB_APP_URL"] == "https://lab.example"
    assert found["WEB_CONCURRENCY"] == "4"
