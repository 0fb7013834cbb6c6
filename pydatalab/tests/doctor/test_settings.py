"""What the doctor says of settings."""

import secrets
from typing import Any

import pytest

from pydatalab.config import Config
from pydatalab.doctor.releases import BEFORE, NEW_IN

STRONG = "r4Zq9xWbT2mUeHk7LsVfCjYpN0dGaX8o"

WELL = {
    "SECRET_KEY": STRONG, "IDENTIFIER_PREFIX": "grey", "APP_URL": "https://lab.example",
    "EMAIL_AUTH_SMTP_SETTINGS": {"MAIL_SERVER": "smtp.lab.example"},
    "DEPLOYMENT_METADATA": {"maintainer": {"display_name": "Robin"}},
}  # fmt: skip


def test_nothing_is_said_against_settings_that_are_well(visit: Any):
    visit.settings |= WELL
    assert {one.level for one in visit.found("settings")} == {"ok"}


@pytest.mark.parametrize("name", WELL)
def test_what_was_left_at_its_default_is_named(visit: Any, name: str):
    visit.settings |= {key: value for key, value in WELL.items() if key != name}
    found = visit.of(f"default-{name.lower().replace('_', '-')}", "settings")
    assert found.level == "warning"
    assert f"PYDATALAB_{name}" in found.to_do


def test_a_secret_key_that_can_be_guessed_is_an_error(visit: Any):
    visit.settings |= {"SECRET_KEY": "secret"}
    refused = visit.of("settings-refused", "settings")
    assert "SECRET_KEY can be guessed" in refused.said
    visit.settings |= {"ALLOW_INSECURE_SECRET_KEY": True}
    assert visit.of("secret-key-weak", "settings").level == "error"


def test_settings_without_effect_are_named_with_what_holds_instead(visit: Any):
    visit.settings |= {"TESTING": True, "ASYNC_BLOCK_TYPES": ["xrd"]}
    assert "sign-in stays on" in visit.of("without-effect-testing", "settings").said
    assert "without-effect-async-block-types" in visit.names("settings", level="warning")


def test_a_page_without_encryption_is_named_unless_it_is_on_this_machine(visit: Any):
    visit.settings |= {"APP_URL": "http://lab.example"}
    assert visit.of("app-url-insecure", "settings").level == "warning"
    visit.settings |= {"APP_URL": "http://localhost:8081"}
    assert "app-url-insecure" not in visit.names("settings")


def test_a_name_without_its_prefix_is_named(visit: Any):
    visit.environment["FILE_DIRECTORY"] = "/app/files"
    assert "PYDATALAB_FILE_DIRECTORY" in visit.of("prefix-forgotten", "settings").to_do


def test_secrets_are_not_told(visit: Any):
    hidden = secrets.token_hex(8)
    visit.settings |= {"MONGO_URI": f"mongodb://lab:{hidden}@127.0.0.1:1/lab"}
    visit.settings |= {"EMAIL_AUTH_SMTP_SETTINGS": {"MAIL_SERVER": "x", "MAIL_PASSWORD": hidden}}
    assert hidden not in str(visit.found())
    del visit.settings["EMAIL_AUTH_SMTP_SETTINGS"]
    assert hidden not in str(visit.found("database", "settings"))


def test_no_setting_is_listed_for_two_releases():
    listed = [BEFORE, *NEW_IN.values()]
    assert sum(map(len, listed)) == len(frozenset().union(*listed))
    assert frozenset().union(*listed) <= set(Config.model_fields)


def test_a_name_of_env_without_its_prefix_or_in_small_letters_is_named(visit: Any):
    (visit.folder / ".env").write_text("MONGO_URI=mongodb://database\nHOME=/x\n")
    visit.environment["pydatalab_app_url"] = "https://lab.example"
    found = [one for one in visit.found("settings") if one.name == "prefix-forgotten"]
    assert [one.to_do.split()[-1] for one in found] == [
        "PYDATALAB_MONGO_URI.",
        "PYDATALAB_APP_URL.",
    ]
