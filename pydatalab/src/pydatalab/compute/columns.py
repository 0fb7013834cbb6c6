"""Measurements on disk, quick to read back, without anything that could run.

Layout
    Eight bytes, little-endian: the length of what follows; JSON that describes the columns, padded
    with blanks; then each column as a NumPy array file (``.npy``, version 1, no objects), in order,
    the second axis last. A column of mixed objects is in the JSON itself.
Source
    numpy.lib.format; the rest is ours.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import orjson

from pydatalab.techniques.shared.measurement import Column, Measurement

LENGTH = struct.Struct("<Q")


def write_columns(path: Path, measurement: Measurement) -> None:
    """Write a measurement to a file."""
    across = (measurement.across,) if measurement.across else ()
    columns = (*measurement.columns, *across)
    said = orjson.dumps(
        {
            "columns": [_described(column) for column in columns],
            "axis": measurement.axis,
            "across": bool(across),
            "header": measurement.header,
        },
        option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS,
    )
    with path.open("wb") as file:
        file.write(LENGTH.pack(len(said)) + said)
        for column in columns:
            if column.values.dtype.kind != "O":
                np.lib.format.write_array(file, column.values, allow_pickle=False)


def read_columns(path: Path) -> Measurement:
    """Read a measurement that ``write_columns`` wrote.

    Raises:
        ValueError: the file is damaged.
    """
    with path.open("rb") as file:
        try:
            said = orjson.loads(file.read(LENGTH.unpack(file.read(LENGTH.size))[0]))
        except struct.error as exc:
            raise ValueError("The file is damaged.") from exc
        columns = tuple(_column(file, one) for one in said["columns"])
    across = columns[-1] if said["across"] else None
    return Measurement(
        columns=columns[:-1] if across else columns,
        axis=said["axis"],
        across=across,
        header=said["header"],
    )


def _described(column: Column) -> dict[str, Any]:
    values = column.values.tolist() if column.values.dtype.kind == "O" else None
    return {
        "name": column.name,
        "unit": column.unit,
        "label": column.label,
        "computed": column.computed,
        "values": values,
    }


def _column(file: IO[bytes], said: Mapping[str, Any]) -> Column:
    values: npt.NDArray[Any]
    if said["values"] is None:
        values = np.lib.format.read_array(file, allow_pickle=False)
    else:
        values = np.array(said["values"], dtype=object)
    return Column(said["name"], said["unit"], values, said["label"], said["computed"])
