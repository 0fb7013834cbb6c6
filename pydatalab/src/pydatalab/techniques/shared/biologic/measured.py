"""Columns of BioLogic's files as a measurement, named alike for ``.mpr`` and ``.mpt``."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pydatalab.techniques.shared.biologic.columns import column_name, split_title
from pydatalab.techniques.shared.measurement import Column


def named_columns(
    titled: Iterable[tuple[str, npt.NDArray[np.generic]]],
) -> tuple[Column, ...]:
    """Columns with name, unit and label from EC-Lab's titles; a name met twice is numbered."""
    columns: dict[str, Column] = {}
    for title, values in titled:
        label, unit = split_title(title)
        name = base = column_name(title)
        count = 1
        while name in columns:
            count += 1
            name = f"{base}_{count}"
        columns[name] = Column(name, unit, values, label)
    return tuple(columns.values())
