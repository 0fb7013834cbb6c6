"""What a file holds once it is read: columns with units, and what the instrument said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.sanity import (
    ABSCISSAE,
    COUNTING,
    check_finite,
    check_measured,
    check_order,
    check_place,
)

Floats = npt.NDArray[np.float64]

LARGEST = 1e15
"""Beyond this a number is taken for misread bytes, not for a measurement."""


@dataclass(frozen=True)
class Column:
    """One quantity, as the file gives it."""

    name: str
    """ASCII, as one would write it in a script: ``two_theta``. Unique in its measurement."""

    unit: str
    """``deg``, ``counts``, ``mA.h`` ...; empty for a plain number or text."""

    values: npt.NDArray[Any]
    """Shape (n,), or (n, m) where the measurement has a second axis of m values; dtype of numbers or text."""

    label: str = ""
    """How the field writes it, for axis titles: ``2θ``; the name where empty."""

    computed: bool = False
    """Whether we worked it out, rather than the file."""

    @property
    def title(self) -> str:
        """Label and unit as an axis shows them: ``2θ (deg)``."""
        label = self.label or self.name
        return f"{label} ({self.unit})" if self.unit else label


@dataclass(frozen=True)
class Measurement:
    """All points of one file, in the file's own order; nothing averaged, filled in or resampled."""

    columns: tuple[Column, ...]

    axis: str | None = None
    """Name of the column that must run steadily up or down, or ``None``."""

    across: Column | None = None
    """Second axis of a map, shape (m,); columns of shape (n, m) run along both."""

    header: Mapping[str, Any] = field(default_factory=dict)
    """What the instrument said, JSON only: ``{"wavelength": 1.5406, "anode": "Cu", ...}``."""

    def __post_init__(self) -> None:
        if len({column.name for column in self.columns}) != len(self.columns):
            raise UnreadableFile("Two columns of the file have the same name.")
        if len({len(column.values) for column in self.columns}) > 1:
            raise UnreadableFile("The columns of the file have different lengths.")

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.column(name).values

    def __contains__(self, name: object) -> bool:
        return any(column.name == name for column in self.columns)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        """The number of points."""
        return len(self.columns[0].values) if self.columns else 0

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            UnreadableFile: the file has none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        names = ", ".join(column.name for column in self.columns)
        raise UnreadableFile(f"The file has no column {name!r}; it has: {names}.")

    def first(self, *names: str) -> Column | None:
        """The first of these columns that the file has."""
        return next((self.column(name) for name in names if name in self), None)

    def with_columns(self, *columns: Column) -> Self:
        """The same with more columns; one of the same name is replaced."""
        new = {column.name for column in columns}
        kept = tuple(column for column in self.columns if column.name not in new)
        return replace(self, columns=kept + columns)

    def noted(self, warnings: Sequence[str]) -> Self:
        """The same with more of what people are told of the file: the header's ``warnings``."""
        if not warnings:
            return self
        before = self.header.get("warnings", [])
        kept = before if isinstance(before, list) else [str(before)]
        return replace(self, header={**self.header, "warnings": [*kept, *warnings]})

    def checked(self) -> Self:
        """The measurement itself, if it makes sense: run after each read.

        Raises:
            NoData: it has no points, or no finite number in what was measured.
            UnreadableFile: numbers are infinite or beyond belief, or the axis jumps back and forth,
                stands still, or lies where its quantity cannot.
        """
        numbers = [column for column in self.columns if column.values.dtype.kind in "iuf"]
        if not len(self) or (numbers and not any(np.isfinite(c.values).any() for c in numbers)):
            raise NoData("The file can be read, but holds no data points.")
        for column in numbers:
            finite = column.values[np.isfinite(column.values)]
            if finite.size and not np.abs(finite).max() < LARGEST:
                raise UnreadableFile(
                    f"{column.name} holds numbers beyond belief: the file is damaged or of another kind."
                )
            check_place(column.name, column.unit, column.values)
        if self.axis:
            check_order(self.axis, self[self.axis])
        self._check_signals(numbers)
        return self

    def _check_signals(self, numbers: Sequence[Column]) -> None:
        """Whether something finite was measured along the abscissa, where there is one.

        Columns of other techniques are judged where they are drawn: cyclers leave some empty.
        """
        if self.axis is None and not any(column.name in ABSCISSAE for column in numbers):
            return
        places = {self.axis, *ABSCISSAE, *COUNTING}
        signals = [column for column in numbers if column.name not in places]
        for column in signals:
            check_finite(column.name, column.values)
        drawn = [column for column in signals if column.name == "intensity"] or signals
        if drawn and all(np.isnan(column.values).all() for column in drawn):
            check_measured(drawn[0].name, drawn[0].values)
