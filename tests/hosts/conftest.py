"""A fresh Debian in a folder, and the tools that put datalab on machines."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
RELEASE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
KEPT = Path(tempfile.gettempdir()) / f"datalab-hosts-{os.getuid()}"
"""Where what takes minutes to fetch is kept from run to run."""

TOOLS = ("ansible==12.3.0", "ansible-lint==26.10.1")
AUTHORITIES = Path("/usr/local/share/ca-certificates")


def run(*command: str | Path, **named: object) -> str:
    """What a command prints.

    Raises:
        AssertionError: it failed.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False, **named)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return str(done.stdout)


@pytest.fixture(scope="session")
def kept() -> Path:
    """Folder of what takes minutes to make."""
    KEPT.mkdir(mode=0o700, exist_ok=True)
    return KEPT


@pytest.fixture(scope="session")
def ansible(kept: Path) -> Path:
    """The folder with the commands of Ansible: those that are there, or an installation of our own."""
    if found := shutil.which("ansible-lint"):
        return Path(found).parent
    place = kept / "ansible"
    if not (place / "bin" / "ansible-lint").exists():
        run(sys.executable, "-m", "venv", place)
        with suppress(AssertionError):
            run(place / "bin" / "pip", "install", "--quiet", *TOOLS)
    if not (place / "bin" / "ansible-lint").exists():
        pytest.skip("Ansible is not installed, and cannot be")
    return place / "bin"


@pytest.fixture
def machine(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Debian of its own in a folder, with this repository as ``/srv/datalab.git``."""
    if os.getuid() != 0 or not shutil.which("debootstrap"):
        pytest.skip("a Debian in a folder wants root and debootstrap")
    base = kept / RELEASE
    if not (base / "etc" / "debian_version").exists():
        shutil.rmtree(base, ignore_errors=True)
        made = kept / f"{RELEASE}.part"
        shutil.rmtree(made, ignore_errors=True)
        include = "--include=ca-certificates,python3,systemd"
        run("debootstrap", "--variant=minbase", include, RELEASE, made, MIRROR)
        made.rename(base)
    root = tmp_path_factory.mktemp("machine") / "root"
    run("cp", "--archive", base, root)
    run("git", "clone", "--quiet", "--bare", REPOSITORY, root / "srv" / "datalab.git")
    run("chown", "--recursive", "root:root", root / "srv" / "datalab.git")
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    for authority in AUTHORITIES.glob("*.crt"):  # where registries answer by a mirror
        shutil.copy(authority, root / AUTHORITIES.relative_to("/"))
    with ExitStack() as stack:
        for kind, place in (("proc", "proc"), ("devtmpfs", "dev"), ("tmpfs", "dev/shm")):
            run("mount", "-t", kind, kind, root / place)
            stack.callback(run, "umount", "--lazy", root / place)
        run("chroot", root, "update-ca-certificates")
        yield root
    run("rm", "--recursive", "--force", "--one-file-system", root)
