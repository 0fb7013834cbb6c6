"""Running a technique on a file as a worker does, without the worker."""

import bz2
import gzip
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.registry import FileHead, resolve, technique
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

OPENERS = {".gz": gzip.open, ".bz2": bz2.open}


def plain(path: Path) -> tuple[str, bytes]:
    """Name and bytes of a file, decompressed where it is ``.gz`` or ``.bz2``."""
    opener = OPENERS.get(path.suffix)
    if opener is None:
        return path.name, path.read_bytes()
    with opener(path) as stream:
        return path.stem, stream.read()


def head_of(path: Path) -> FileHead:
    """What recognition sees of a file."""
    name, raw = plain(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = tuple(archive.namelist())
    except zipfile.BadZipFile:
        members = ()
    return FileHead(name=name, start=raw[: 64 * 1024], members=members)


@pytest.fixture
def head() -> Callable[[Path], FileHead]:
    """The head of a file, for recognition."""
    return head_of


@pytest.fixture
def read() -> Iterator[Callable[..., Measurement]]:
    """``read(path, technique_id, **parameters)``: recognise, read, check and analyse."""
    with tempfile.TemporaryDirectory() as folder:
        yield lambda path, technique_id, item=None, **parameters: run(
            Path(folder), path, technique_id, item or {}, parameters
        )


@pytest.fixture
def draw() -> Iterator[Callable[..., Drawing]]:
    """``draw(paths, technique_id, screen=…, item=…, **parameters)``: the drawing of these files."""

    def drawing(
        paths: list[Path],
        technique_id: str,
        screen: Screen | None = None,
        item: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> Drawing:
        one = technique(technique_id)
        with tempfile.TemporaryDirectory() as folder:
            readings = [
                Reading(str(n), p.name, run(Path(folder), p, technique_id, item or {}, parameters))
                for n, p in enumerate(paths)
            ]
        assert one.figure
        figure: Drawing = resolve(one.figure)(
            readings, one.parameters(**parameters), item or {}, screen or Screen()
        )
        return figure

    yield drawing


def run(
    folder: Path, path: Path, technique_id: str, item: Mapping[str, Any], parameters: dict[str, Any]
) -> Measurement:
    """Read one file as the worker does."""
    one = technique(technique_id)
    found = one.format_of(head_of(path))
    if found is None:
        raise UnreadableFile(f"{technique_id} knows no format of {path.name}.")
    place = Path(tempfile.mkdtemp(dir=folder))
    name, raw = plain(path)
    (place / name).write_bytes(raw)
    chosen = one.parameters(**parameters)
    reading = {key: getattr(chosen, key) for key in one.reading_parameters}
    measurement: Measurement = resolve(found[0].reader)(
        SourceFile(place / name), **reading
    ).checked()
    if one.analysis:
        measurement = resolve(one.analysis)(measurement, chosen, item)
    shutil.rmtree(place)
    return measurement
