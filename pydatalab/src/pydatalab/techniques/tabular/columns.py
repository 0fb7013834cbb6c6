"""Columns of a table from the titles and cells that the file has."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pydatalab.errors import NoData
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.titles import split_unit


class Table(Measurement):
    """A measurement of which nothing is known: its numbers may be serial numbers or nanoseconds."""

    def checked(self) -> Self:
        """The table itself, if it has rows.

        Raises:
            NoData: it has none.
        """
        if not len(self):
            raise NoData("The file can be read, but its table has no rows.")
        return self


def table(
    titled: Iterable[tuple[str, npt.NDArray[Any]]], header: Mapping[str, Any] | None = None
) -> Table:
    """A table of columns under the titles that the file writes.

    Args:
        titled: title and values of each column; without a title it is called ``column_3``, and one
            that has neither title nor content is left out.
        header: what else the file says.
    """
    kept = [
        (title.strip() or f"column_{number}", values)
        for number, (title, values) in enumerate(titled, start=1)
        if title.strip() or not _void(values)
    ]
    names = unique([split_unit(title)[0] for title, _ in kept])
    columns = (
        Column(name, split_unit(title)[1], values)
        for name, (title, values) in zip(names, kept, strict=True)
    )
    return Table(tuple(columns), header=header or {})


def unique(names: Sequence[str]) -> list[str]:
    """The names, those that stood before with a number: ``x``, ``x_2``."""
    taken = set(names)
    found: list[str] = []
    for name in names:
        free = name
        if name in found:
            free = next(new for n in count(2) if (new := f"{name}_{n}") not in taken)
            taken.add(free)
        found.append(free)
    return found


def values_of(array: pa.Array | pa.ChunkedArray) -> npt.NDArray[Any]:
    """The values of an Arrow column.

    Numbers stay what they are, with NaN where one is missing; dates and times become
    ``datetime64`` in microseconds, in UTC where they have a time zone; durations are seconds; all
    else is text, empty where it is missing.
    """
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = pc.cast(array, kind.value_type)
        kind = array.type
    if pa.types.is_decimal(kind):
        return np.asarray(pc.cast(array, pa.float64()).to_numpy(zero_copy_only=False))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return np.asarray(_numbers(array))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        moments = pc.cast(array, pa.timestamp("us", tz=getattr(kind, "tz", None)), safe=False)
        return np.asarray(moments.to_numpy(zero_copy_only=False)).astype("datetime64[us]")
    if pa.types.is_duration(kind):
        ticks = _numbers(pc.cast(array, pa.duration("us"), safe=False).cast(pa.int64()))
        return np.asarray(ticks) / 1e6
    if pa.types.is_boolean(kind) and not array.null_count:
        return np.asarray(array.to_numpy(zero_copy_only=False))
    return texts(array.to_pylist())


def texts(values: Iterable[Any]) -> npt.NDArray[Any]:
    """Text of each value; empty where there is none."""
    return np.array(["" if one is None else str(one) for one in values], dtype=object)


def _numbers(array: pa.Array | pa.ChunkedArray) -> npt.NDArray[Any]:
    if array.null_count and pa.types.is_integer(array.type):
        array = pc.cast(array, pa.float64(), safe=False)
    numbers: npt.NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return numbers


def _void(values: npt.NDArray[Any]) -> bool:
    """Whether a column holds nothing at all."""
    if values.dtype.kind == "O":
        return not any(values.tolist())
    return bool(np.isnan(values).all()) if values.dtype.kind == "f" else False
