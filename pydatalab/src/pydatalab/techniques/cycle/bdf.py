"""Tables after the Battery Data Format, as csv or Parquet.

Layout
    A line of labels, then a line per point; of a Parquet file, columns of those names. Labels are
    ``Test Time / s`` (preferred), ``test_time_second`` (for machines), or those that a file had
    before it was converted (``Test_Time``). Columns may stand in any order.
Source
    Battery Data Alliance, Battery Data Format, https://battery-data-alliance.github.io.
"""

import io
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.cycle.arbin import TITLES as OLDER_TITLES
from pydatalab.techniques.cycle.headings import BDF, cells
from pydatalab.techniques.cycle.rows import made_columns, table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.titles import ascii_name

UNIT_WORDS = {
    "second": "s", "hour": "h", "volt": "V", "ampere": "A", "ah": "Ah", "wh": "Wh", "watt": "W", "ohm": "Ohm",
    "celsius": "degC", "pascal": "Pa", "degree": "deg", "hertz": "Hz",
}  # fmt: skip
MACHINE_LABEL = re.compile(rf"(.+)_({'|'.join(UNIT_WORDS)})")


def read_bdf(file: SourceFile) -> Measurement:
    """Read all points of a table after the Battery Data Format.

    Returns:
        All columns, in the units that their labels name: ``test_time`` [s], ``voltage`` [V],
        ``current`` [A] and so on. Where a quantity stands there twice, that of the file before it was
        converted has a name that ends in ``_before``.

    Raises:
        UnreadableFile: time, voltage or current is missing, or the Parquet file is damaged.
        NoData: it has no points.
    """
    if file.raw.startswith(b"PAR1"):
        return Measurement(_parquet_columns(file.raw))
    _, heading, body = titled_lines(file.rows, BDF, "the Battery Data Format")
    columns = table_columns(heading, body, _titles(cells(heading)))
    return Measurement(columns).noted(file.notes)


def _titles(labels: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Names and units of the labels that are not written ``Quantity / unit``."""
    matches = ((label, MACHINE_LABEL.fullmatch(label)) for label in labels)
    machine = {label: (match[1], UNIT_WORDS[match[2]]) for label, match in matches if match}
    preferred = {ascii_name(label.split(" / ")[0]) for label in labels if " / " in label}
    older = {
        label: (f"{name}_before" if name in preferred else name, unit)
        for label, (name, unit) in OLDER_TITLES.items()
    }
    return older | machine


def _parquet_columns(raw: bytes) -> tuple[Column, ...]:
    try:
        table = pq.read_table(io.BytesIO(raw))
    except (pa.ArrowInvalid, OSError) as exc:
        raise UnreadableFile(
            "The Parquet file is damaged or stops early: copy it again from where it was made."
        ) from exc
    if not BDF.fits(table.column_names):
        names = ", ".join(table.column_names[:20])
        raise UnreadableFile(
            f"Expected columns of test time, voltage and current, but the file has: {names}."
        )
    if not table.num_rows:
        raise NoData("The file has the columns of the Battery Data Format, but no points.")
    arrays = ((name, _array(table[name])) for name in table.column_names)
    return made_columns(arrays, _titles(table.column_names))


def _array(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Numbers as they are, all else as words."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return np.asarray(column.to_numpy())
    words = column.cast(pa.string()).fill_null("")
    return np.asarray(words.to_pylist(), dtype=np.str_)
