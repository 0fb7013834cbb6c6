"""What workers do: read files, draw them, export them. Everything here runs in a worker."""

import gzip
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from pydatalab.compute.cache import Cache, key_of
from pydatalab.compute.columns import read_columns, write_columns
from pydatalab.compute.sources import head_of_file, source_file
from pydatalab.errors import DatalabError, LimitExceeded, NoData, UnreadableFile
from pydatalab.techniques.registry import (
    FileHead,
    Parameters,
    Technique,
    resolve,
    technique,
    techniques_for,
)
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen
from pydatalab.techniques.shared.export import WRITERS
from pydatalab.techniques.shared.heads import TABLES, holds_rows
from pydatalab.techniques.shared.measurement import Measurement

WORTH_KEEPING = 0.03
"""Seconds of reading from which a measurement is kept: what is read quicker is read again."""

LARGEST_FIGURE = 64 * 1024 * 1024
"""Bytes of a figure's JSON."""

AS_JSON = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True)
class Task:
    """What all jobs with files are told."""

    technique: Technique
    parameters: Parameters
    item: Mapping[str, Any]
    files: Sequence[Mapping[str, str]]
    """Of each its ``file_id``, ``name``, ``sha256`` and the ``path`` of its bytes."""
    cache: Cache
    folder: Path


def task_of(folder: Path, said: Mapping[str, Any]) -> Task:
    """A task as it was sent."""
    one = technique(said["technique_id"])
    return Task(
        technique=one,
        parameters=one.parameters.model_validate(said["parameters"]),
        item=said["item"],
        files=said["files"],
        cache=Cache(Path(said["cache"]), said["largest_cache"]),
        folder=folder,
    )


def make_figure(
    folder: Path, *, task: Mapping[str, Any], screen: Mapping[str, Any], key: str, extras_key: str
) -> None:
    """Draw files into the cache: under ``key`` the figure, under ``extras_key`` what came with it.

    Raises:
        UnreadableFile: a file cannot be read, or not by this technique.
    """
    told = task_of(folder, task)
    readings = [Reading(one["file_id"], one["name"], analysed(told, one)) for one in told.files]
    draw = resolve(told.technique.figure or "")
    drawing: Drawing = draw(readings, told.parameters, told.item, Screen(**screen))
    extras = {
        "computed": drawing.computed,
        "metadata": drawing.metadata,
        "warnings": drawing.warnings,
        "parameters": told.parameters.model_dump(mode="json"),
    }
    layout = {**drawing.figure.get("layout", {}), "meta": extras}
    figure = orjson.dumps({**drawing.figure, "layout": layout}, option=AS_JSON)
    if len(figure) > LARGEST_FIGURE:
        raise LimitExceeded("The plot is too large to be shown. Choose fewer files or curves.")
    with told.cache.place(extras_key) as path:
        path.write_bytes(orjson.dumps(extras, option=AS_JSON))
    with told.cache.place(key) as path:
        path.write_bytes(gzip.compress(figure, compresslevel=6, mtime=0))


def make_export(folder: Path, *, task: Mapping[str, Any], form: str, key: str) -> None:
    """Write all points of one file into the cache, in the format ``form``.

    Raises:
        UnreadableFile: the file cannot be read, or not by this technique.
        NoData: it holds no columns: a picture, a document.
    """
    told = task_of(folder, task)
    measurement = analysed(told, told.files[0])
    if not measurement.columns:
        raise NoData("Pictures, videos and documents hold no columns of numbers to take out.")
    with told.cache.place(key) as path:
        WRITERS[form](measurement, path)


def analysed(task: Task, file: Mapping[str, str]) -> Measurement:
    """What a file holds, with the columns that the technique adds.

    Raises:
        UnreadableFile: the file cannot be read, or not by this technique; says which of several.
    """
    try:
        measurement = read(task, file)
        if task.technique.analysis:
            analyse = resolve(task.technique.analysis)
            measurement = analyse(measurement, task.parameters, task.item)
    except DatalabError as exc:
        if len(task.files) < 2:
            raise
        raise type(exc)(f"{file['name']}: {exc.message}", **exc.details) from exc
    return measurement


def read(task: Task, file: Mapping[str, str]) -> Measurement:
    """What a file holds: from the cache, or read and checked."""
    reading = {name: getattr(task.parameters, name) for name in task.technique.reading_parameters}
    one = task.technique
    key = key_of("measurement", file["sha256"], file["name"], one.id, one.version, reading)
    kept = task.cache.find(key)
    if kept:
        try:
            return read_columns(kept)
        except (OSError, ValueError):  # gone this moment, or damaged: read the file again
            kept.unlink(missing_ok=True)
    begun = time.perf_counter()
    measurement = parsed(one, file, reading, task.folder)
    if time.perf_counter() - begun > WORTH_KEEPING:
        with task.cache.place(key) as path:
            write_columns(path, measurement)
    return measurement


def parsed(
    one: Technique, file: Mapping[str, str], reading: Mapping[str, Any], folder: Path
) -> Measurement:
    """What a file holds, by the technique's own reader for it.

    Raises:
        UnreadableFile: the technique has none, or it cannot read the file.
    """
    source = source_file(Path(file["path"]), file["name"], folder / file["file_id"])
    head = head_of_file(source)
    if not head.start:
        raise UnreadableFile("The file is empty.")
    found = one.format_of(head)
    if found is None:
        raise _refused(one, head)
    measurement: Measurement = resolve(found[0].reader)(source, **reading)
    return measurement.checked()


def _refused(one: Technique, head: FileHead) -> UnreadableFile:
    """Why a technique takes a file for none of its own."""
    if head.start.startswith(b"PK\3\4") and not head.members:
        return UnreadableFile("The zip archive is damaged or cut short: upload it again.")
    usual = {suffix for form in one.formats for suffix in form.suffixes}
    if head.suffix in usual and head.suffix in TABLES and not holds_rows(head):
        return NoData("The file holds no data: there is no row of numbers in it.")
    able = " or ".join(technique(id_).name for id_ in techniques_for(head))
    advice = f"Show it as {able}." if able else "No technique of this lab knows it."
    return UnreadableFile(f"This is no file that {one.name} can read. {advice}")
