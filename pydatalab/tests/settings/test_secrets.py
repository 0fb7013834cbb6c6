"""What of settings is shown."""

from typing import Any

import pytest

from pydatalab.settings.secrets import shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "hunter2"), ("MAIL_PASSWORD", "hunter2"), ("METRICS_TOKEN", "hunter2"),
        ("OPENAI_API_KEY", "hunter2"), ("GITHUB_OAUTH_CLIENT_SECRET", "hunter2"),
        ("MONGO_URI", "mongodb://lab:hunter2@database/datalab"),
        ("MONGO_URI", "mongodb://lab:p@:/hunter2@a.example,b.example/datalab"),
        ("MONGO_URI", "mongodb://database/datalab?tlsCertificateKeyFilePassword=hunter2&ssl=true"),
        ("ERROR_REPORT_URL", "https://hunter2@errors.example/1"),
        ("EMAIL_AUTH_SMTP_SETTINGS", {"MAIL_SERVER": "x", "MAIL_PASSWORD": "hunter2"}),
        ("DEPLOYMENT_METADATA", {"deep": [{"apiKey": "hunter2"}, "https://u:hunter2@x.example"]}),
        ("BACKUP_STRATEGIES", {"daily": {"location": "sftp://robin:hunter2@nas/x"}}),
        ("REMOTE_FILESYSTEMS", [{"name": "x", "path": "smb://u:hunter2@server/share"}]),
        ("REMOTE_FILESYSTEMS", [{"name": "x", "hostname": "robin:hunter2@nas:22", "path": "/x"}]),
    ],
)  # fmt: skip
def test_secrets_are_hidden_wherever_they_stand(name: str, value: Any):
    assert "hunter2" not in str(shown(name, value))
    assert "(hidden)" in str(shown(name, value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONGO_URI", "mongodb://database:27017/datalab?w=majority"), ("SECRET_KEY", None),
        ("ALLOW_INSECURE_SECRET_KEY", True), ("SSH_KEY_FILE", "/etc/key"), ("WORKERS", 4),
        ("BACKUP_STRATEGIES", {"daily": {"location": "sftp://robin@nas:22/x", "active": True}}),
        ("REMOTE_FILESYSTEMS", [{"name": "x", "secret_file": "/run/secrets/x"}]),
        ("APP_URL", "https://lab.example:8443/page"),
    ],
)  # fmt: skip
def test_what_is_no_secret_is_shown_as_it_is(name: str, value: Any):
    assert shown(name, value) == value
