"""What all models share."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pydatalab.models.described import DESCRIBED
from pydatalab.models.times import as_text


class Model(BaseModel):
    """Frozen, and strict about fields that nobody knows."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=DESCRIBED,
        json_schema_serialization_defaults_required=True,
        coerce_numbers_to_str=True,
    )


def moment(value: Any) -> str | None:
    """A time in any ISO 8601 form as the lab writes it; no zone means UTC; blanks mean none.

    Raises:
        ValueError: it is no time.
    """
    if value is None or (isinstance(value, str) and value.strip() in {"", "0"}):
        return None
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return as_text(datetime(value.year, value.month, value.day, tzinfo=UTC))
    if not isinstance(value, str):
        raise ValueError("a time is written as text, like 2026-11-22 or 2026-11-22T15:00:00+01:00")
    try:
        time = datetime.fromisoformat(value.strip())
    except ValueError as exc:
        raise ValueError(
            f"{value!r} is no time; write it like 2026-11-22 or 2026-11-22T15:00:00+01:00"
        ) from exc
    try:
        return as_text(time)
    except (OverflowError, ValueError) as exc:
        raise ValueError(f"{value!r} is out of the range of times") from exc


Moment = Annotated[
    str | None, BeforeValidator(moment), Field(json_schema_extra={"format": "date-time"})
]
"""A time as ISO 8601 text in UTC, or none."""


Number = Annotated[float | None, Field(allow_inf_nan=False)]
PositiveNumber = Annotated[float | None, Field(gt=0, allow_inf_nan=False)]
Quantity = Annotated[float | None, Field(ge=0, allow_inf_nan=False)]

Line = Annotated[str | None, Field(max_length=2_000)]
"""A short text."""

LONGEST_PROSE = 10_000_000
"""Letters of a long text: some pasted pictures, and less than MongoDB's 16 MB for all of a document."""

Prose = Annotated[str | None, Field(max_length=LONGEST_PROSE)]
"""Long text, HTML where the page wrote it."""
