"""Parquet files.

Layout
    Columns with names and types, and a directory at the end.
Source
    Apache Parquet format specification, read by ``pyarrow``.
"""

import pyarrow as pa
from pyarrow import parquet

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.tabular.columns import Table, table, values_of


def read_parquet(file: SourceFile, sheet: str | None = None) -> Table:
    """Read all columns of a Parquet file, which has no sheets.

    Raises:
        UnreadableFile: it is damaged.
    """
    try:
        found = parquet.read_table(file.path, use_threads=False)
    except (pa.ArrowException, OSError) as exc:
        raise UnreadableFile("The Parquet file is damaged or cut short: upload it again.") from exc
    return table(
        (name, values_of(column))
        for name, column in zip(found.column_names, found.columns, strict=True)
    )
