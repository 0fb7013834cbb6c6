"""What the settings may say of remote folders."""

import pytest
from pydantic import ValidationError

from pydatalab.config import read_config
from pydatalab.errors import Invalid
from pydatalab.files.sftp import Address
from pydatalab.models.remotes import RemoteFilesystem


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"path": "/mnt/xrd"}, "folder"),
        ({"path": "/data", "hostname": None}, "folder"),
        ({"path": "/data", "hostname": "xrd.lab.example"}, "sftp"),
        ({"path": "sftp://me@xrd:2222/data"}, "sftp"),
        ({"path": "s3://runs/2026", "endpoint": "http://s3.lab"}, "s3"),
        ({"path": "smb://furnace/share/logs", "username": "LAB\\me"}, "smb"),
    ],
)
def test_the_kind_of_a_remote_folder_follows_from_its_place(given: dict[str, str], kind: str):
    assert RemoteFilesystem.model_validate({"name": "x"} | given).kind == kind


@pytest.mark.parametrize(
    ("hostname", "path", "address"),
    [
        ("xrd", "/data/May 3", Address("xrd", None, None, "/data/May 3")),
        ("me@xrd:2222", "/data", Address("xrd", 2222, "me", "/data")),
        ("xrd", "~/runs", Address("xrd", None, None, "runs")),
        ("xrd", "runs", Address("xrd", None, None, "runs")),
    ],
)
def test_a_host_with_a_folder_is_an_address(hostname: str, path: str, address: Address):
    place = RemoteFilesystem(name="x", hostname=hostname, path=path)
    assert Address.of(place.url) == address


@pytest.mark.parametrize(
    "given",
    [
        {"path": ""},
        {"path": "ftp://host/a"},
        {"path": "s3://bucket", "hostname": "xrd"},
        {"path": "smb://server"},
        {"path": "s3:///prefix"},
        {"path": "/mnt", "endpoint": "http://s3.lab"},
        {"path": "/mnt", "port": 22},
    ],
)
def test_what_cannot_be_stops_the_start(given: dict[str, str]):
    with pytest.raises(ValidationError):
        RemoteFilesystem.model_validate({"name": "x"} | given)


def test_a_password_in_an_address_is_refused_and_not_repeated():
    places = '[{"name": "x", "path": "smb://me:opensesame@server/share"}]'
    with pytest.raises(Invalid, match="secret_file") as refused:
        read_config({"PYDATALAB_REMOTE_FILESYSTEMS": places})
    assert "opensesame" not in refused.value.message


def test_two_of_one_name_are_refused():
    places = '[{"name": "x", "path": "/a"}, {"name": "x", "path": "/b"}]'
    with pytest.raises(Invalid, match="REMOTE_FILESYSTEMS"):
        read_config({"PYDATALAB_REMOTE_FILESYSTEMS": places})
