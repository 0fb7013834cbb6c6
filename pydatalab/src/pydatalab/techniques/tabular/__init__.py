"""Tables: text, spreadsheets and Parquet files of any content, plotted as one chooses."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from pydatalab.techniques.registry import Format, Parameters, Technique
from pydatalab.techniques.tabular import recognise

FOLDER = "pydatalab.techniques.tabular"


def _several(value: Any) -> Any:
    """One name stands for a list of one."""
    return [value] if isinstance(value, str) else value


class TabularParameters(Parameters):
    """Which columns of a table are drawn, and how."""

    sheet: str | None = None
    """Sheet of a workbook; the first that holds anything where none is chosen."""

    x: str | None = None
    """Column along the horizontal axis; the first of numbers or dates where none is chosen."""

    y: Annotated[list[str] | None, BeforeValidator(_several)] = None
    """Columns along the vertical axis; the next of numbers, with those of its unit, where none are chosen."""

    kind: Literal["line", "scatter", "bar"] = "line"
    """How points are shown."""

    log_x: bool = False
    """Logarithmic horizontal axis."""

    log_y: bool = False
    """Logarithmic vertical axis."""


TECHNIQUE = Technique(
    id="tabular",
    name="Table",
    description="Columns of any text table, spreadsheet or Parquet file.",
    version=3,
    formats=(
        Format("parquet", "Apache Parquet", (".parquet",), f"{FOLDER}.parquet:read_parquet", recognise.knows_parquet),
        Format("sheets", "Spreadsheet", (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), f"{FOLDER}.sheets:read_sheets", recognise.knows_sheets),
        Format("text", "Columns of text", (".csv", ".tsv", ".txt", ".dat"), f"{FOLDER}.text:read_text", recognise.knows_text),
    ),
    parameters=TabularParameters,
    figure=f"{FOLDER}.figure:table_figure",
    reading_parameters=("sheet",),
    multiple_files=True,
)  # fmt: skip
