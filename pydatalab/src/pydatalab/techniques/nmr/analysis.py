"""The nucleus of a measurement, where a person knows it better than the file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydatalab.techniques.nmr import NmrParameters
from pydatalab.techniques.nmr.axes import shift_label
from pydatalab.techniques.shared.measurement import Column, Measurement

AXES = ("direct_axis", "indirect_axis")


def with_nucleus(
    measurement: Measurement, parameters: NmrParameters, item: Mapping[str, Any]
) -> Measurement:
    """The measurement under the nucleus that was chosen; numbers stay as they are.

    A second axis of the file's nucleus follows; one of another nucleus keeps its own.
    """
    chosen, header = parameters.nucleus, measurement.header
    if chosen is None or chosen == header.get("nucleus"):
        return measurement
    old = str(header.get("nucleus") or "")
    axes = {
        name: {**header[name], "nucleus": chosen}
        for name in AXES
        if name in header and (name == AXES[0] or (old and header[name]["nucleus"] == old))
    }
    across = measurement.across
    if across is not None and old and across.label == shift_label(old):
        across = _renamed(across, chosen)
    columns = tuple(
        _renamed(column, chosen) if column.name == "chemical_shift" else column
        for column in measurement
    )
    return replace(
        measurement, columns=columns, across=across, header={**header, **axes, "nucleus": chosen}
    )


def _renamed(column: Column, nucleus: str) -> Column:
    return replace(column, label=shift_label(nucleus))
