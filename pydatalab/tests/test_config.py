"""Settings from the environment, ``.env`` and files; and what stops the start."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pydatalab.config import WITHOUT_PREFIX, Config, demo_config, read_config
from pydatalab.errors import Invalid
from pydatalab.files.sftp import Address
from pydatalab.models.strategies import Retention, Strategy
from pydatalab.settings.declared import WITHOUT_EFFECT

STRONG = "r4Zq9xWbT2mUeHk7LsVfCjYpN0dGaX8o"

EXAMPLES: dict[str, Any] = {
    "MONGO_URI": "mongodb://database:27017/datalab",
    "DATA_DIRECTORY": "/srv/lab",
    "FILE_DIRECTORY": "/srv/files",
    "FILES_DIRECTORY": "/srv/files",
    "SECRET_KEY": STRONG,
    "ALLOW_INSECURE_SECRET_KEY": True,
    "IDENTIFIER_PREFIX": "grey",
    "APP_URL": "https://lab.example",
    "ROOT_PATH": "/api",
    "BEHIND_REVERSE_PROXY": True,
    "USE_X_ACCEL_REDIRECT": True,
    "SESSION_LIFETIME": 24,
    "MAX_CONTENT_LENGTH": 1000,
    "MAX_BATCH_CREATE_SIZE": 10,
    "MAX_COMPUTE_SECONDS": 12.5,
    "MAX_COMPUTE_MEMORY": 1_000_000_000,
    "MAX_CACHE_SIZE": 5_000,
    "MAX_NEARBY_SIZE": 7_000,
    "WORKERS": 3,
    "RUN_JOBS": False,
    "REDIS_URI": "redis://queue:6379/0",
    "LOG_FILE": "/var/log/lab.log",
    "LOG_FORMAT": "json",
    "LOG_REQUESTS": True,
    "METRICS_TOKEN": "3Qn8vT5wLzR1xKfD",
    "ERROR_REPORT_URL": "https://3f1c@errors.example/4",
    "DEBUG": True,
    "TESTING": True,
    "REMOTE_FILESYSTEMS": [{"name": "cycler", "hostname": None, "path": "s3://runs/cycler", "username": "key",
                            "secret_file": "/etc/datalab/s3", "endpoint": "https://s3.lab.example"}],
    "REMOTE_CACHE_MAX_AGE": 30,
    "REMOTE_CACHE_MIN_AGE": 2,
    "REMOTE_LIVE_FREQUENCY": "*/10 * * * *",
    "REMOTE_LIVE_HOURS": 48,
    "GITHUB_ORG_ALLOW_LIST": ["grey-group", 42],
    "EMAIL_DOMAIN_ALLOW_LIST": ["lab.example"],
    "EMAIL_AUTO_ACTIVATE_ACCOUNTS": True,
    "AUTO_ACTIVATE_ACCOUNTS": True,
    "DISABLE_MAGIC_LINK_AUTH": True,
    "EMAIL_AUTH_SMTP_SETTINGS": {"MAIL_SERVER": "smtp.lab.example", "MAIL_PORT": 25, "MAIL_USERNAME": "lab",
                                 "MAIL_USE_TLS": False, "MAIL_DEFAULT_SENDER": "lab@lab.example"},
    "DEPLOYMENT_METADATA": {"maintainer": {"display_name": "Robin"}, "anything": [1, 2]},
    "ASYNC_BLOCK_TYPES": ["xrd"],
    "REFCODE_GENERATOR": "pydatalab.models.utils.RandomAlphabeticalRefcodeFactory",
    "BACKUP_STRATEGIES": {"daily": {
        "active": True, "hostname": None, "location": "/backups", "frequency": "5 4 * * *", "compression": "gz",
        "retention": {"newest": 2, "daily": 7, "weekly": 4, "monthly": 12, "yearly": 3}, "incremental": True,
        "encryption": ["age1k7g9rnwhngvt0e20zq5ckvnpex3f7e9veke20q0lsvw7sld3vpyqsp2688"],
        "notification_email_address": "robin@lab.example", "notify_on_success": True,
    }},
    "BACKUP_DRILL_FREQUENCY": "0 6 * * 1",
    "BACKUP_DRILL_DIRECTORY": "/scratch",
    "BACKUP_IDENTITY_FILE": "/etc/datalab/age.key",
    "SSH_KEY_FILE": "/etc/datalab/id_ed25519",
    "SSH_KNOWN_HOSTS": "/etc/datalab/known_hosts",
}  # fmt: skip
"""A value of every setting."""


def as_variable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def given(config: Config, name: str) -> Any:
    """The value of a setting, comparable with ``EXAMPLES``."""
    return json.loads(config.model_dump_json())[name.replace("FILES_", "FILE_")]


def test_there_is_an_example_of_every_setting():
    others = {"MAIL_PASSWORD"}
    assert set(EXAMPLES) == {*Config.model_fields, "FILES_DIRECTORY"} - others


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("source", ["environment", ".env", "json", "yaml"])
def test_every_setting_is_taken_from_every_source(tmp_path: Path, name: str, source: str):
    value, environment = EXAMPLES[name], {}
    if source == "environment":
        environment = {f"PYDATALAB_{name}": as_variable(value)}
    elif source == ".env":
        (tmp_path / ".env").write_text(f"PYDATALAB_{name}='{as_variable(value)}'\n")
    else:
        file = tmp_path / f"config.{source}"
        file.write_text(json.dumps({name: value}) if source == "json" else yaml.dump({name: value}))
        environment = {"PYDATALAB_CONFIG_FILE": str(file)}
    assert given(read_config(environment, tmp_path), name) == value


def test_without_settings_everything_has_its_default(tmp_path: Path):
    config = read_config({}, tmp_path)
    assert config == Config()
    assert config.files_directory == Path("data/files")
    assert config.without_effect == {}


def test_the_environment_goes_before_the_env_file_and_that_before_the_file(tmp_path: Path):
    (tmp_path / "c.json").write_text('{"WORKERS": 1, "SESSION_LIFETIME": 1, "MAX_CACHE_SIZE": 1}')
    (tmp_path / ".env").write_text("PYDATALAB_WORKERS=2\nPYDATALAB_SESSION_LIFETIME=2\n")
    environment = {"PYDATALAB_WORKERS": "3", "PYDATALAB_CONFIG_FILE": str(tmp_path / "c.json")}
    config = read_config(environment, tmp_path)
    assert (config.WORKERS, config.SESSION_LIFETIME, config.MAX_CACHE_SIZE) == (3, 2, 1)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("FILE_DIRECTROY", "FILE_DIRECTORY"), ("SECRETKEY", "SECRET_KEY"), ("sesion_lifetime", "SESSION_LIFETIME")],
)  # fmt: skip
def test_an_unknown_name_stops_the_start_and_the_nearest_is_named(
    tmp_path: Path, wrong: str, right: str
):
    with pytest.raises(Invalid, match=f"PYDATALAB_{wrong}.*mean PYDATALAB_{right}"):
        read_config({f"PYDATALAB_{wrong}": "x"}, tmp_path)
    (tmp_path / "c.yml").write_text(f"{wrong}: x\n")
    with pytest.raises(Invalid, match=f"no setting {wrong}.*mean {right}"):
        read_config({"PYDATALAB_CONFIG_FILE": str(tmp_path / "c.yml")}, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_LIFETIME", "a week"), ("SESSION_LIFETIME", "0"), ("WORKERS", "-1"), ("DEBUG", "perhaps"),
        ("IDENTIFIER_PREFIX", "Grey Group"), ("MAX_CONTENT_LENGTH", "10 GB"), ("REMOTE_FILESYSTEMS", '[{"name": "x"}]'),
        ("EMAIL_AUTH_SMTP_SETTINGS", '{"MAIL_PORT": 99999999, "MAIL_SERVER": "x"}'),
        ("EMAIL_AUTH_SMTP_SETTINGS", '{"MAIL_SERVER": "x", "MAIL_PASSWORD": "y"}'),
        ("EMAIL_DOMAIN_ALLOW_LIST", '"lab.example"'), ("EMAIL_DOMAIN_ALLOW_LIST", "lab.example"),
        ("DEPLOYMENT_METADATA", "{unquoted: 1}"), ("BACKUP_STRATEGIES", "[]"),
        ("DEPLOYMENT_METADATA", '{"a": 1, "a": 2}'), ("EMAIL_AUTH_SMTP_SETTINGS", '{"MAIL_SERVER": ""}'),
        ("APP_URL", "https://lab example"), ("APP_URL", "https://lab.example:door"), ("APP_URL", "http://:80"),
        ("ROOT_PATH", "api"), ("ROOT_PATH", "//"), ("ROOT_PATH", "/a b"), ("ROOT_PATH", "/api?x"),
        ("SESSION_LIFETIME", "999999999999"), ("REMOTE_LIVE_HOURS", "1e300"), ("MAX_COMPUTE_SECONDS", "1e300"),
        ("REMOTE_CACHE_MAX_AGE", "1e300"),
        ("REDIS_URI", "redis://queue:door/0"), ("REDIS_URI", "redis://"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_stops_the_start_and_names_its_setting(
    tmp_path: Path, name: str, value: str
):
    with pytest.raises(Invalid, match=name):
        read_config({f"PYDATALAB_{name}": value}, tmp_path)


def test_two_spellings_may_agree_but_not_differ(tmp_path: Path):
    both = {"PYDATALAB_FILE_DIRECTORY": "/a", "PYDATALAB_FILES_DIRECTORY": "/a/"}
    assert read_config(both, tmp_path).files_directory == Path("/a")
    with pytest.raises(Invalid, match="FILE_DIRECTORY and FILES_DIRECTORY"):
        read_config(both | {"PYDATALAB_FILES_DIRECTORY": "/b"}, tmp_path)


def test_names_of_tests_and_names_without_the_prefix_are_not_judged(tmp_path: Path):
    free = {"PYDATALAB_TEST_ANYTHING": "1", "WEB_CONCURRENCY": "4", "FILE_DIRECTROY": "x"}
    free |= dict.fromkeys(WITHOUT_PREFIX, "x")
    assert read_config(free, tmp_path) == Config(MAIL_PASSWORD="x")


@pytest.mark.parametrize("name", ["MAIL_PASSWORD", "ORCID_OAUTH_CLIENT_SECRET"])
def test_names_that_have_no_prefix_are_said_to_have_none(tmp_path: Path, name: str):
    with pytest.raises(Invalid, match=f"{name} is set in the environment, and without"):
        read_config({f"PYDATALAB_{name}": "x"}, tmp_path)


@pytest.mark.parametrize("weak", ["", "secret", "password" * 8, "a" * 64, "0123456789" * 6])
def test_a_secret_that_can_be_guessed_is_refused_and_not_shown(tmp_path: Path, weak: str):
    variables = {"PYDATALAB_SECRET_KEY": weak}
    with pytest.raises(Invalid, match="SECRET_KEY can be guessed") as refused:
        read_config(variables, tmp_path)
    assert len(weak) < 6 or weak not in refused.value.message
    allowed = read_config(variables | {"PYDATALAB_ALLOW_INSECURE_SECRET_KEY": "true"}, tmp_path)
    assert weak == allowed.SECRET_KEY


@pytest.mark.parametrize("strong", [STRONG, "{q8}zK[w#7~mPf2!VxJd4$Ry", "null" + STRONG])
def test_a_secret_may_hold_any_characters(tmp_path: Path, strong: str):
    assert strong == read_config({"PYDATALAB_SECRET_KEY": strong}, tmp_path).SECRET_KEY


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.json", None, "cannot be read"),
        ("broken.json", b"{", "is not well formed"),
        ("broken.yaml", b"a: [", "is not well formed"),
        ("list.json", b"[1]", "must hold a map"),
        ("latin.json", '{"APP_URL": "ä"}'.encode("latin-1"), "is not in UTF-8"),
    ],
)
def test_a_configuration_file_that_cannot_be_used_stops_the_start(
    tmp_path: Path, name: str, content: bytes | None, said: str
):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid, match=f"{name} {said}"):
        read_config({"PYDATALAB_CONFIG_FILE": str(tmp_path / name)}, tmp_path)


def test_an_empty_yaml_file_sets_nothing(tmp_path: Path):
    (tmp_path / "c.yaml").write_text("# nothing yet\n")
    assert read_config({"PYDATALAB_CONFIG_FILE": str(tmp_path / "c.yaml")}, tmp_path) == Config()


def test_null_lets_anyone_in_and_an_empty_list_no_one(tmp_path: Path):
    name = "PYDATALAB_EMAIL_DOMAIN_ALLOW_LIST"
    assert read_config({name: "null"}, tmp_path).EMAIL_DOMAIN_ALLOW_LIST is None
    assert read_config({name: "[]"}, tmp_path).EMAIL_DOMAIN_ALLOW_LIST == ()


def test_settings_that_contradict_each_other_are_refused(tmp_path: Path):
    with pytest.raises(Invalid, match="REMOTE_CACHE_MAX_AGE"):
        read_config({"PYDATALAB_REMOTE_CACHE_MAX_AGE": "0.5"}, tmp_path)


def test_settings_without_effect_are_named(tmp_path: Path):
    config = read_config({"PYDATALAB_TESTING": "true", "PYDATALAB_DEBUG": "true"}, tmp_path)
    assert config.without_effect == {"TESTING": WITHOUT_EFFECT["TESTING"]}


def test_the_example_lab_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYDATALAB_DATA_DIRECTORY", raising=False)
    assert Path("demo-data") == demo_config().DATA_DIRECTORY
    monkeypatch.setenv("PYDATALAB_DATA_DIRECTORY", "elsewhere")
    assert Path("elsewhere") == demo_config().DATA_DIRECTORY


STRATEGY = {"location": "/backups/daily", "frequency": "5 4 * * *"}


def strategies(folder: Path, **fields: Any) -> Config:
    variable = json.dumps({"daily": STRATEGY | fields})
    return read_config({"PYDATALAB_BACKUP_STRATEGIES": variable}, folder)


def test_a_strategy_has_the_defaults_that_existing_deployments_know(tmp_path: Path):
    found = (strategies(tmp_path).BACKUP_STRATEGIES or {})["daily"]
    assert (found.active, found.hostname, found.retention) == (True, None, Retention(newest=100))
    assert (found.compression, found.encryption, found.incremental) == ("zst", (), False)


def test_null_in_a_strategy_says_nothing_as_before(tmp_path: Path):
    known = ["active", "hostname", "retention", "frequency", "notification_email_address"]
    ours = ["notify_on_success", "compression", "encryption", "incremental"]
    found = (strategies(tmp_path, **dict.fromkeys(known + ours)).BACKUP_STRATEGIES or {})["daily"]
    assert found == Strategy(location="/backups/daily")
    rules = {"daily": 7, "weekly": None}
    found = (strategies(tmp_path, retention=rules).BACKUP_STRATEGIES or {})["daily"]
    assert found.retention == Retention(daily=7)


@pytest.mark.parametrize(
    ("host", "location", "url"),
    [
        ("nas", "/srv/lab #1?", "sftp://nas/srv/lab%20%231%3F"),
        ("robin@nas:2222", "~/100%25", "sftp://robin@nas:2222/~/100%2525"),
        ("robin@[fe80::1]", "/", "sftp://robin@[fe80::1]/"),
    ],
)
def test_a_folder_on_another_host_may_have_any_name(
    tmp_path: Path, host: str, location: str, url: str
):
    given = strategies(tmp_path, hostname=host, location=location).BACKUP_STRATEGIES or {}
    assert given["daily"].url == url
    assert Address.of(url).path == location.removeprefix("~/")


def test_without_settings_there_are_no_strategies(tmp_path: Path):
    assert read_config({}, tmp_path).BACKUP_STRATEGIES is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("frequency", "61 4 * * *"), ("frequency", "every day"), ("frequency", "0 0 31 2 *"), ("frequency", "* * * * * *"),
        ("retention", 0), ("retention", -1), ("retention", "many"), ("retention", True), ("retention", {"hourly": 3}),
        ("retention", {"daily": -1}), ("retention", {"daily": 0}), ("compression", "bz2"), ("encryption", "age1nonsense"),
        ("encryption", ["ssh-rsa AAAA"]), ("encryption", " "), ("location", ""), ("location", "ftp://host/x"), ("location", "s3://"),
        ("location", "sftp://host:port/x"), ("incremental", "perhaps"), ("active", "maybe"), ("keep", 7),
        ("notification_email_address", "robin"), ("notify_on_success", "x"), ("notify_on_success", True),
        ("hostname", ""), ("hostname", "nas/x"), ("hostname", "two words"), ("hostname", "nas:ssh"), ("hostname", 5),
        ("location", "sftp://host/lab #1"), ("location", "s3://bucket/what?"), ("location", "/backups\0"),
        ("location", "relative/dir"), ("location", "./dir"), ("location", "backups"),
    ],
)  # fmt: skip
def test_a_wrong_value_in_a_strategy_stops_the_start_and_names_the_field(
    tmp_path: Path, field: str, value: Any
):
    with pytest.raises(Invalid, match=rf"BACKUP_STRATEGIES\.daily\.{field}"):
        strategies(tmp_path, **{field: value})


def test_a_strategy_without_a_location_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match=r"BACKUP_STRATEGIES\.daily\.location: must be set"):
        read_config({"PYDATALAB_BACKUP_STRATEGIES": '{"daily": {}}'}, tmp_path)


def test_a_host_with_a_url_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match=r"BACKUP_STRATEGIES\.daily\.location.*hostname"):
        strategies(tmp_path, hostname="nas", location="sftp://nas/x")


def test_a_password_in_a_location_is_refused_and_not_shown(tmp_path: Path):
    with pytest.raises(Invalid, match="must not hold a password") as refused:
        strategies(tmp_path, location="sftp://robin:hunter2@nas/x")
    assert "hunter2" not in refused.value.message


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match=r"BACKUP_STRATEGIES.*\.\./x"):
        read_config({"PYDATALAB_BACKUP_STRATEGIES": json.dumps({"../x": STRATEGY})}, tmp_path)


@pytest.mark.parametrize("nickname", ["@daily", "@hourly", "@yearly"])
def test_a_schedule_may_be_one_of_the_words_of_a_crontab(tmp_path: Path, nickname: str):
    found = (strategies(tmp_path, frequency=nickname).BACKUP_STRATEGIES or {})["daily"]
    assert len((found.frequency or "").split()) == 5


def test_a_wrong_schedule_of_drills_stops_the_start(tmp_path: Path):
    with pytest.raises(Invalid, match="BACKUP_DRILL_FREQUENCY: must be a line of a crontab"):
        read_config({"PYDATALAB_BACKUP_DRILL_FREQUENCY": "weekly"}, tmp_path)


def test_settings_are_kept_without_their_secrets(tmp_path: Path):
    variables = {"PYDATALAB_SECRET_KEY": STRONG, "MAIL_PASSWORD": "hunter2"}
    kept = json.dumps(read_config(variables, tmp_path).without_secrets())
    assert STRONG not in kept
    assert "hunter2" not in kept


def test_the_settings_of_a_package_count_where_nobody_sets_them(tmp_path: Path):
    packaged = tmp_path / "defaults.json"
    packaged.write_text('{"FILE_DIRECTORY": "/app/files", "DATA_DIRECTORY": "/app/data"}')
    told = {"PYDATALAB_DEFAULTS_FILE": str(packaged)}
    assert read_config(told, tmp_path).files_directory == Path("/app/files")
    moved = read_config({**told, "PYDATALAB_FILES_DIRECTORY": "/elsewhere"}, tmp_path)
    assert moved.files_directory == Path("/elsewhere")
    assert Path("/app/data") == moved.DATA_DIRECTORY


@pytest.mark.parametrize("place", ["s3://bucket/lab", "s3://bucket", "/srv/files", "files"])
def test_files_are_kept_in_a_folder_or_in_a_bucket(place: str, tmp_path: Path):
    config = read_config({"PYDATALAB_FILE_DIRECTORY": place}, tmp_path)
    assert config.file_store == (place if place.startswith("s3") else str(Path(place).absolute()))
    again = Config.model_validate(config.model_dump(mode="json", exclude_unset=True))
    assert again == config


@pytest.mark.parametrize("place", ["sftp://host/lab", "s3://", "s3:///lab", "https://host/lab"])
def test_files_are_kept_nowhere_else(place: str, tmp_path: Path):
    with pytest.raises(Invalid, match="folder, or in s3://bucket/prefix"):
        read_config({"PYDATALAB_FILE_DIRECTORY": place}, tmp_path)


def test_a_folder_may_be_below_the_home_of_who_runs_the_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("HOME", "/home/robin")
    told = {"PYDATALAB_FILE_DIRECTORY": "~/files", "PYDATALAB_DATA_DIRECTORY": "~"}
    config = read_config(told, tmp_path)
    assert config.file_store == "/home/robin/files"
    assert Path("/home/robin") == config.DATA_DIRECTORY
