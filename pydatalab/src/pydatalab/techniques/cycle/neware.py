"""Neware's binary files: ``.nda`` and ``.ndax``.

Layout
    ``.nda`` starts with ``NEWARE`` and holds records of fixed length; ``.ndax`` is a zip of
    ``.ndc`` files and XML. Both are read by fastnda.
Source
    fastnda, https://github.com/empaeconversion/fastnda (BSD-3-Clause).
"""

import logging
import re
import shutil
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import fastnda
import numpy as np
import numpy.typing as npt
import polars as pl
from fastnda.dicts import STEP_TYPE_MAP

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile

UNIT = re.compile(r"(.+)_(V|mA|s|mAh|mWh|degC|Ohm|mOhm|W|mW|percent)")
SAID = (
    "test_name",
    "barcode",
    "remarks",
    "creator",
    "sn",
    "start_time",
    "step_name",
    "active_mass_mg",
)
WITH_LAST_RECORD = 129
"""Version of ``.nda`` from which a record at the end says what the test was."""
OF_ZIP = {
    "StepName": "step_name", "StartTime": "start_time", "Barcode": "barcode", "Remark": "remarks",
}  # fmt: skip
KINDS = np.array([STEP_TYPE_MAP.get(code, "") for code in range(256)], dtype=np.str_)
"""Words for the codes of a step's kind: ``CC_Chg``."""
UNREADABLE = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
    pl.exceptions.PolarsError,
)
"""What fastnda raises for bytes that it does not expect."""


def _load_for_ndax() -> None:
    """Load what reads ``.ndax``, and take back what it does to the whole process.

    It puts functions of isal into ``zlib``, whose errors nobody who uses ``zlib`` expects.
    """
    kept = {name: getattr(zlib, name) for name in ("decompress", "decompressobj")}
    import_module("fastnda.ndax")
    vars(zlib).update(kept)


_load_for_ndax()
logging.getLogger("fastnda").setLevel(
    logging.CRITICAL + 1
)  # what it says of damage, we say ourselves


def read_neware(file: SourceFile) -> Measurement:
    """Read all points of a Neware file.

    Returns:
        All that fastnda reads, in its units and types: ``voltage`` [V], ``current`` [mA], negative
        when discharging, ``total_time`` [s], ``capacity`` [mAh] of the step, also signed, and so
        on. ``cycle_count`` is fastnda's: a charge after a discharge starts a new cycle.

    Raises:
        UnreadableFile: the file stops early, is damaged, or of a version that fastnda does not read.
    """
    path = _with_right_ending(file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # asks for samples of rare versions
        try:
            frame = fastnda.read(path, raw_categories=True)
        except UNREADABLE as exc:
            raise UnreadableFile(
                "The Neware file cannot be read: it stops early, is damaged, or of a version that is "
                "not known here. Export it from BTSDA as csv and attach that."
            ) from exc
        said = _said(path)
    header = _header(said)
    if int(said.get("nda_version", 0)) >= WITH_LAST_RECORD and "start_time" not in said:
        header["warnings"] = [
            "The file has no last record: it may have been copied during the test."
        ]
    return Measurement(tuple(_column(series) for series in frame), header=header)


def _with_right_ending(file: SourceFile) -> Path:
    """The file under an ending by which fastnda tells the two formats apart."""
    ending = ".nda" if file.raw.startswith(b"NEWARE") else ".ndax"
    if file.path.suffix.lower() == ending:
        return file.path
    path = file.folder / f"neware{ending}"
    shutil.copyfile(file.path, path)
    return path


def _column(series: pl.Series) -> Column:
    match = UNIT.fullmatch(series.name)
    name, unit = (match[1], match[2]) if match else (series.name, "")
    return Column(name, unit, _array(series), name.replace("_", " ").capitalize())


def _array(series: pl.Series) -> npt.NDArray[Any]:
    """The values without a copy where that can be; kinds of steps in words."""
    if series.name != "step_type":
        return series.to_numpy()
    return np.asarray(KINDS[series.fill_null(0).to_numpy()])


def _said(path: Path) -> dict[str, Any]:
    """What fastnda finds beside the points; nothing where it cannot tell."""
    try:
        return dict(fastnda.read_metadata(path))
    except UNREADABLE:
        return {}


def _header(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says of the test."""
    inner = said.get("TestInfo")
    if isinstance(inner, dict) and isinstance(inner.get("TestInfo"), dict):
        return {
            name: inner["TestInfo"][key]
            for key, name in OF_ZIP.items()
            if inner["TestInfo"].get(key)
        }
    return {key: said[key] for key in SAID if said.get(key)}
