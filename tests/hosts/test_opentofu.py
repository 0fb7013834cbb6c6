"""The plans of OpenTofu: their form, and whether the provider knows all that they name."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent / "opentofu"
PLANS = Path(__file__).parents[2] / "deploy" / "opentofu"
TOFU = "github.com/opentofu/opentofu/cmd/tofu"
PROVIDER = "github.com/terraform-provider-openstack/terraform-provider-openstack"
PLACE = "registry.opentofu.org/terraform-provider-openstack/openstack/1.54.1/linux_amd64"


def _built(module: str, package: str, target: Path) -> Path:
    """A program of Go, built once."""
    if not target.exists():
        if not shutil.which("go"):
            pytest.skip(f"no Go here to build {package}")
        command = ["go", "build", "-mod=readonly", "-o", str(target), package]
        done = subprocess.run(
            command, cwd=HERE / module, capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"{package} cannot be built: {done.stderr[-500:]}")
    return target


@pytest.fixture(scope="session")
def tofu(kept: Path) -> str:
    """The program of OpenTofu."""
    return shutil.which("tofu") or str(_built("tofu", TOFU, kept / "tofu"))


def _run(folder: Path, *command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "TF_CLI_CONFIG_FILE": "/dev/null", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_plans_have_the_house_format(tofu: str):
    assert _run(PLANS, tofu, "fmt", "-check", "-recursive") == ""


def test_the_plan_for_openstack_is_valid(tofu: str, kept: Path, tmp_path: Path):
    mirror = kept / "mirror"
    _built("provider", PROVIDER, mirror / PLACE / "terraform-provider-openstack_v1.54.1")
    settings = tmp_path / "tofurc"
    settings.write_text(
        f'provider_installation {{\n  filesystem_mirror {{ path = "{mirror}" }}\n}}\n'
    )
    plans = tmp_path / "plans"
    shutil.copytree(PLANS, plans)
    told = {"TF_CLI_CONFIG_FILE": str(settings)}
    _run(plans / "openstack", tofu, "init", "-input=false", **told)
    _run(plans / "openstack", tofu, "validate", **told)


@pytest.mark.parametrize("cloud", ["openstack", "hetzner"])
def test_ports_22_80_and_443_alone_are_open(cloud: str):
    plan = (PLANS / cloud / "main.tf").read_text()
    (ports,) = re.findall(r"ports = \{(.*?)\n  \}", plan, re.DOTALL)
    assert re.findall(r"^\s+(\d+)\s*=", ports, re.MULTILINE) == ["22", "80", "443"]
    assert len(re.findall(r"port_range_min +=|port += rule\.key", plan)) == 1


def test_a_machine_begins_with_the_commands_of_the_guide():
    started = yaml.safe_load((PLANS / "cloud-init.yaml").read_text())
    guide = (PLANS.parents[1] / "docs" / "how-to" / "deploy-bare.md").read_text()
    shown = {
        line
        for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)
        for line in block.splitlines()
    }
    same = [line for line in started["runcmd"] if "${" not in line and line in shown]
    ours = [line for line in started["runcmd"] if re.match("useradd|make|install|systemctl", line)]
    assert same == ours
