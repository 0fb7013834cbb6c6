"""What the images consist of, beyond those that they are built on."""

import gzip
import json
import subprocess
import tarfile
from collections.abc import Iterator
from typing import IO

import pytest

from conftest import Compose, docker

MEGABYTE = 1000**2

BUILT_ON = {"api": "python:3.11-slim-bookworm", "app": "node:24-bookworm-slim"}

LARGEST = {"api": (500, 1300), "app": (60, 60)}
"""Megabytes of our layers: packed, and on the disk."""


def layers_of(image: str) -> list[str]:
    """The layers of an image, the lowest first."""
    found: list[str] = json.loads(
        docker("image", "inspect", "-f", "{{json .RootFS.Layers}}", image)
    )
    return found


@pytest.mark.parametrize("service", BUILT_ON)
def test_our_layers_are_small(compose: Compose, service: str):
    image = f"{compose.project}-{service}"
    below = layers_of(BUILT_ON[service])
    assert layers_of(image)[: len(below)] == below
    sizes = list(sizes_of_layers(image))[len(below) :]
    packed, unpacked = (sum(size) / MEGABYTE for size in zip(*sizes, strict=True))
    print(f"{service}: {packed:.0f} MB packed, {unpacked:.0f} MB on the disk")  # noqa: T201
    most_packed, most = LARGEST[service]
    assert packed < most_packed
    assert unpacked < most


def sizes_of_layers(image: str) -> Iterator[tuple[int, int]]:
    """Bytes of each layer, packed quickly and not at all, the lowest first."""
    manifest: list[str] = []
    sizes: dict[str, tuple[int, int]] = {}
    command = ["docker", "save", image]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as saving,
        tarfile.open(fileobj=saving.stdout, mode="r|") as archive,
    ):
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file and member.name == "manifest.json":
                manifest = json.load(file)[0]["Layers"]
            elif file:
                sizes[member.name] = (packed_size(file), member.size)
    return (sizes[layer] for layer in manifest)


class Counted:
    """Counts what is written to it, and forgets it."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, some: bytes) -> int:
        self.size += len(some)
        return len(some)


def packed_size(file: IO[bytes]) -> int:
    """Bytes of a file as gzip packs it at its quickest: registries keep less."""
    counted = Counted()
    with gzip.GzipFile(fileobj=counted, mode="wb", compresslevel=1) as packing:  # type: ignore[call-overload]
        while some := file.read(MEGABYTE):
            packing.write(some)
    return counted.size


def test_another_python_file_makes_one_layer_anew(compose: Compose):
    before = layers_of(f"{compose.project}-api")
    compose.project = "datalab-changed"
    file = compose.folder / "pydatalab" / "src" / "pydatalab" / "api" / "server.py"
    file.write_text(file.read_text().replace("The server runs.", "It runs indeed."))
    compose("build", "api")
    after = layers_of("datalab-changed-api")
    changed = [one for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [before[-1]]


def test_the_build_reads_no_repository(compose: Compose):
    before = [layers_of(f"{compose.project}-{service}") for service in ("api", "app")]
    compose.project = "datalab-bare"
    subprocess.run(["rm", "-r", compose.folder / ".git"], check=True)
    compose("build", "api", "app")
    assert [layers_of(f"datalab-bare-{service}") for service in ("api", "app")] == before


def test_numbers_of_processes_are_told_apart(compose: Compose):
    for number in ("3", "5", "3"):
        compose.settings = {"WEB_CONCURRENCY": number}
        compose.project = "datalab-numbers"
        compose("build", "api")
        told = docker("image", "inspect", "-f", "{{json .Config.Env}}", "datalab-numbers-api")
        assert f"WEB_CONCURRENCY={number}" in json.loads(told)
