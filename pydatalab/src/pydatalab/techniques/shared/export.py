"""Measurements as files that other programs read: CSV, Parquet and NetCDF.

One row for each point of the file, in its order and with all its columns. A quantity that runs along
a second axis too (a map) becomes one column for each value of that axis, except in NetCDF.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv, parquet

from pydatalab.techniques.shared.measurement import Column, Measurement


def write_csv(measurement: Measurement, path: Path) -> None:
    """Write comma-separated values in UTF-8, numbers with as many digits as tell them apart.

    The first line has the columns' names with their units, ``two_theta (deg)``; neither it nor any
    text holds a ``#``, which some programs take for a comment, and the names hold neither comma nor
    quotation mark (``Z"`` is ``Z''``).
    """
    columns = _flat(measurement)
    table = pa.table({str(number): _plain(one.values) for number, one in enumerate(columns)})
    options = csv.WriteOptions(include_header=False)
    with path.open("wb") as file:
        file.write((",".join(_title(column) for column in columns) + "\n").encode())
        csv.write_csv(table, file, options)


def write_parquet(measurement: Measurement, path: Path) -> None:
    """Write Parquet: unit, label and origin of each column in its field's metadata.

    What the instrument said is JSON in the metadata of the schema, under ``header``.
    """
    columns = _flat(measurement)
    arrays = [_arrow(column.values) for column in columns]
    fields = [
        pa.field(column.name, array.type, metadata=_said_of(column))
        for column, array in zip(columns, arrays, strict=True)
    ]
    header = {"header": json.dumps(measurement.header, default=str)}
    parquet.write_table(pa.table(arrays, schema=pa.schema(fields, metadata=header)), path)


def write_netcdf(measurement: Measurement, path: Path) -> None:
    """Write NetCDF 4: units and labels as attributes, what the instrument said as those of the file.

    Names have ``_`` for each ``/``, which parts groups there (``W/cm²``).
    """
    import xarray as xr  # slow to load, and seldom wanted

    dimension = measurement.axis or "point"
    across = measurement.across
    variables = {
        name: (_dimensions(column, dimension, across), _storable(column.values), _said_of(column))
        for name, column in zip(_without_slashes(measurement), measurement.columns, strict=True)
    }
    coordinates = {measurement.axis: variables.pop(measurement.axis)} if measurement.axis else {}
    if across:
        coordinates[across.name] = ((across.name,), _storable(across.values), _said_of(across))
    data = xr.Dataset(variables, coordinates, _attributes(measurement.header))
    data.to_netcdf(path, engine="h5netcdf")


WRITERS: Mapping[str, Callable[[Measurement, Path], None]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "netcdf": write_netcdf,
}
"""Who writes which format."""


def _flat(measurement: Measurement) -> list[Column]:
    """All columns, each of shape (n,): those of a map once for every value of the second axis."""
    return [flat for column in measurement for flat in _along(column, measurement.across)]


def _along(column: Column, across: Column | None) -> list[Column]:
    if column.values.ndim == 1:
        return [column]
    places = across.values.tolist() if across else []
    if across is None or len(set(places)) < column.values.shape[1]:
        marks = [str(number) for number in range(column.values.shape[1])]
    else:
        marks = [f"at {place} {across.unit}".strip() for place in places]
    return [
        replace(column, name=f"{column.name} {mark}", values=column.values[:, number])
        for number, mark in enumerate(marks)
    ]


def _title(column: Column) -> str:
    title = f"{column.name} ({column.unit})" if column.unit else column.name
    return re.sub(r"[\s,]+", " ", _without_hash(title).replace('"', "''"))


def _without_hash(text: str) -> str:
    return text.replace("#", "no.")


def _arrow(values: npt.NDArray[Any]) -> pa.Array:
    """An array for Arrow; mixed objects as text."""
    if values.dtype.kind in "OUS":
        return pa.array([None if one is None else str(one) for one in values.tolist()], pa.string())
    return pa.array(np.ascontiguousarray(values))


def _plain(values: npt.NDArray[Any]) -> pa.Array:
    """An array for CSV: each text in one line, and without ``#``."""
    array = _arrow(values)
    if not pa.types.is_string(array.type):
        return array
    texts = (
        None if one is None else _without_hash(" ".join(one.split())) for one in array.to_pylist()
    )
    return pa.array(texts, pa.string())


def _without_slashes(measurement: Measurement) -> list[str]:
    """The columns' names for NetCDF, still different from each other."""
    names: list[str] = []
    for column in measurement:
        name = column.name.replace("/", "_")
        while name != column.name and (name in measurement or name in names):
            name += "_"
        names.append(name)
    return names


def _said_of(column: Column) -> dict[str, str]:
    origin = "computed" if column.computed else "file"
    said = {"units": column.unit, "long_name": column.label, "origin": origin}
    return {name: text for name, text in said.items() if text}


def _dimensions(column: Column, dimension: str, across: Column | None) -> tuple[str, ...]:
    if column.values.ndim == 1:
        return (dimension,)
    return (dimension, across.name if across else f"{column.name}_part")


def _storable(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """An array for NetCDF, which has no truth values; mixed objects as text."""
    if values.dtype.kind == "b":
        return values.astype(np.int8)
    if values.dtype.kind != "O":
        return values
    return np.array(["" if one is None else str(one) for one in values.tolist()])


def _attributes(header: Mapping[str, Any]) -> dict[str, str | float]:
    """What NetCDF can say of a header: numbers and texts, the rest as JSON."""
    return {
        name: json.dumps(value, default=str)
        if isinstance(value, bool | list | tuple | dict)
        else value
        for name, value in header.items()
        if value is not None
    }
