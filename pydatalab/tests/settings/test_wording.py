"""Wrong settings are told in plain words."""

import json
from pathlib import Path

import pytest

from pydatalab.config import read_config
from pydatalab.errors import Invalid

PYDANTICS = (
    "Input should",
    "Field required",
    "Extra inputs",
    "valid ",
    "instance of",
    "[key]",
    "tuple",
    "dict",
)

WRONG = [
    ("SESSION_LIFETIME", "a week", 'SESSION_LIFETIME: must be a whole number (it is "a week"'),
    ("SESSION_LIFETIME", 0, "SESSION_LIFETIME: must be more than 0"),
    ("WORKERS", 1.5, "WORKERS: must be a whole number"),
    ("WORKERS", True, "WORKERS: must be a"),
    ("MAX_COMPUTE_SECONDS", "inf", "MAX_COMPUTE_SECONDS: must be a number that is not infinite"),
    ("DATA_DIRECTORY", "", "DATA_DIRECTORY: must be a path"),
    ("LOG_FILE", "", "LOG_FILE: must be a path"),
    ("FILE_DIRECTORY", "", "FILE_DIRECTORY: must be a path"),
    ("EMAIL_AUTH_SMTP_SETTINGS", {"MAIL_SERVER": "x", "MAIL_PASSWORD": "y"},
     "EMAIL_AUTH_SMTP_SETTINGS: the password is set as MAIL_PASSWORD in the environment"),
    ("DEBUG", "perhaps", "DEBUG: must be true or false"),
    ("IDENTIFIER_PREFIX", "Grey Group", "IDENTIFIER_PREFIX: must be 2 to 12 lower-case letters"),
    ("IDENTIFIER_PREFIX", "a;b", 'letters from a to z (it is "a;b"; set'),
    ("APP_URL", "lab.example", "APP_URL: must begin with https:// or http://"),
    ("ROOT_PATH", "api", "ROOT_PATH: must begin with a slash"),
    ("MONGO_URI", "database:27017", "MONGO_URI: must begin with mongodb://"),
    ("EMAIL_DOMAIN_ALLOW_LIST", "lab.example", "EMAIL_DOMAIN_ALLOW_LIST"),
    ("GITHUB_ORG_ALLOW_LIST", [{"a": 1}], "GITHUB_ORG_ALLOW_LIST.0: must be text or must be a whole number"),
    ("DEPLOYMENT_METADATA", [1], "DEPLOYMENT_METADATA: must be a map"),
    ("REMOTE_FILESYSTEMS", {"name": "x"}, "REMOTE_FILESYSTEMS: must be a list"),
    ("REMOTE_FILESYSTEMS", [{"name": "x"}], "REMOTE_FILESYSTEMS.0.path: must be set"),
    ("REMOTE_FILESYSTEMS", [{"name": "x", "path": "/x", "pth": 1}],
     "REMOTE_FILESYSTEMS.0.pth: is unknown, the nearest that is known is path"),
    ("EMAIL_AUTH_SMTP_SETTINGS", {"MAIL_SERVER": "x", "MAIL_PROT": 25},
     "EMAIL_AUTH_SMTP_SETTINGS.MAIL_PROT: is unknown, the nearest that is known is MAIL_PORT"),
    ("EMAIL_AUTH_SMTP_SETTINGS", {"MAIL_SERVER": "x", "MAIL_PORT": 99999},
     "EMAIL_AUTH_SMTP_SETTINGS.MAIL_PORT: must be less than 65536"),
    ("BACKUP_STRATEGIES", [], "BACKUP_STRATEGIES: must be a map"),
    ("BACKUP_STRATEGIES", {"daily": 5}, "BACKUP_STRATEGIES.daily: must be a map"),
    ("BACKUP_STRATEGIES", {"daily": {"location": "/b", "retentoin": 7}},
     "BACKUP_STRATEGIES.daily.retentoin: is unknown, the nearest that is known is retention"),
    ("BACKUP_STRATEGIES", {"daily": {"location": "/b", "retention": {"dayly": 7, "daily": 1}}},
     "BACKUP_STRATEGIES.daily.retention.dayly: is unknown, the nearest that is known is daily"),
    ("BACKUP_STRATEGIES", {"daily": {"location": "/b", "compression": "bz2"}},
     'BACKUP_STRATEGIES.daily.compression: must be none, gz or zst (it is "bz2"'),
    ("BACKUP_STRATEGIES", {"../x": {"location": "/b"}}, "BACKUP_STRATEGIES.../x: must be a name of letters (a to z)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
@pytest.mark.parametrize("source", ["environment", "file"])
def test_a_wrong_value_is_told_in_plain_words(
    tmp_path: Path, source: str, name: str, value: object, said: str
):
    variables = {f"PYDATALAB_{name}": value if isinstance(value, str) else json.dumps(value)}
    if source == "file":
        (tmp_path / "c.json").write_text(json.dumps({name: value}))
        variables = {"PYDATALAB_CONFIG_FILE": str(tmp_path / "c.json")}
    with pytest.raises(Invalid) as refused:
        read_config(variables, tmp_path)
    assert said in refused.value.message
    assert not [word for word in PYDANTICS if word in refused.value.message]
    assert ("c.json" if source == "file" else f"PYDATALAB_{name}") in refused.value.message


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path):
    wrong = {"PYDATALAB_WORKERS": "x", "PYDATALAB_DEBUG": "x"}
    with pytest.raises(Invalid, match=r"(?s)WORKERS: .*DEBUG: "):
        read_config(wrong, tmp_path)
    unknown = {"PYDATALAB_SECRETKEY": "x", "PYDATALAB_LOGFILE": "x"}
    with pytest.raises(Invalid, match=r"mean PYDATALAB_SECRET_KEY\? .*mean PYDATALAB_LOG_FILE\?"):
        read_config(unknown, tmp_path)


@pytest.mark.parametrize("name", ["SECRET_KEY", "secret-key", "PYDATALAB_SECRET_KEY"])
def test_a_prefix_in_a_file_and_other_spellings_lead_to_the_right_name(tmp_path: Path, name: str):
    if name == "SECRET_KEY":
        name = "SECRET_KEYS"
    (tmp_path / "c.yaml").write_text(f"{name}: x\n")
    with pytest.raises(Invalid, match=rf"{name} \(in .*c\.yaml\)\. Did you mean SECRET_KEY\?"):
        read_config({"PYDATALAB_CONFIG_FILE": str(tmp_path / "c.yaml")}, tmp_path)


def test_a_name_of_env_says_that_it_stands_there(tmp_path: Path):
    (tmp_path / ".env").write_text("PYDATALAB_WORKER=2\n")
    with pytest.raises(
        Invalid, match=r"PYDATALAB_WORKER \(in .*\.env\)\. Did you mean PYDATALAB_WORKERS"
    ):
        read_config({}, tmp_path)


def test_a_file_cannot_name_another(tmp_path: Path):
    (tmp_path / "c.json").write_text('{"CONFIG_FILE": "d.json"}')
    with pytest.raises(Invalid, match="no setting CONFIG_FILE"):
        read_config({"PYDATALAB_CONFIG_FILE": str(tmp_path / "c.json")}, tmp_path)


def test_both_spellings_in_two_places_are_named_with_their_places(tmp_path: Path):
    (tmp_path / "c.json").write_text('{"FILE_DIRECTORY": "/a"}')
    both = {"PYDATALAB_CONFIG_FILE": str(tmp_path / "c.json"), "PYDATALAB_FILES_DIRECTORY": "/b"}
    with pytest.raises(
        Invalid, match=r"FILE_DIRECTORY and FILES_DIRECTORY .*/a \(in .*c\.json\) and /b"
    ):
        read_config(both, tmp_path)


@pytest.mark.parametrize(
    "line", ["PYDATALAB_WORKERS 3", "PYDATALAB_WORKERS", "PYDATALAB_WORKERS='3"]
)
def test_a_line_of_env_that_sets_nothing_is_named(tmp_path: Path, line: str):
    (tmp_path / ".env").write_text(f"# ours\n\nOTHER\n{line}\n")
    with pytest.raises(Invalid, match=r"\.env, line 4: PYDATALAB_WORKERS"):
        read_config({}, tmp_path)


def test_an_env_file_from_windows_is_read_and_one_of_another_encoding_is_refused(tmp_path: Path):
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfPYDATALAB_WORKERS=3\r\n")
    assert read_config({}, tmp_path).WORKERS == 3
    (tmp_path / ".env").write_bytes(b"PYDATALAB_WORKERS=3\n# \xe4\n")
    with pytest.raises(Invalid, match="not in UTF-8"):
        read_config({}, tmp_path)


def test_what_gunicorn_takes_is_said_to_have_no_prefix(tmp_path: Path):
    with pytest.raises(Invalid, match=r"^WEB_CONCURRENCY is set in the environment, and without"):
        read_config({"PYDATALAB_WEB_CONCURRENCY": "4"}, tmp_path)


def test_a_comment_of_env_may_name_a_setting(tmp_path: Path):
    (tmp_path / ".env").write_text(
        "# PYDATALAB_APP_URL=https://lab.example\n\n#PYDATALAB_NO_SETTING\n"
        "  # see PYDATALAB_WORKERS\nPYDATALAB_WORKERS=3  # PYDATALAB_DEBUG\n#PYDATALAB_DEBUG=true"
    )
    assert read_config({}, tmp_path).model_fields_set == {"WORKERS"}


@pytest.mark.parametrize(
    "line", ["PYDATALAB_SECRET_KEY: pH4x", "export PYDATALAB_SECRET_KEY pH4x", "PYDATALAB_SECRET_KEY='pH4x"]
)  # fmt: skip
def test_a_line_of_env_that_sets_nothing_is_not_told_whole(tmp_path: Path, line: str):
    (tmp_path / ".env").write_text(line)
    with pytest.raises(Invalid, match=r"line 1: PYDATALAB_SECRET_KEY must") as told:
        read_config({}, tmp_path)
    assert "pH4x" not in str(told.value)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("CONFIG_FIL", "PYDATALAB_CONFIG_FILE"), ("MAIL_PASSWRD", "MAIL_PASSWORD, without PYDATALAB_"),
        ("GITHUB_OAUTH_CLIENT", "GITHUB_OAUTH_CLIENT_ID, without PYDATALAB_"),
    ],
)  # fmt: skip
def test_the_nearest_name_may_be_one_that_is_no_setting_of_a_file(
    tmp_path: Path, wrong: str, right: str
):
    with pytest.raises(Invalid, match=f"mean {right}[?]"):
        read_config({f"PYDATALAB_{wrong}": "x"}, tmp_path)
