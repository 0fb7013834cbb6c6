"""What the fields of a model of settings hold."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Unit:
    """What a number counts, beside its type: ``Annotated[int, Unit("hours")]``."""

    name: str


def unit_of(field: FieldInfo) -> str:
    """The unit of a field, or nothing."""
    return next((one.name for one in field.metadata if isinstance(one, Unit)), "")


def names_a_host(address: str) -> bool:
    """Whether an address has the name of a machine and, if any, a port that can be."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", address)
    except ValueError:
        return False


def is_list(kind: Any) -> bool:
    """Whether values of a type are lists."""
    return any(get_origin(one) is tuple for one in _alternatives(kind))


def is_map(kind: Any) -> bool:
    """Whether values of a type are maps."""
    return any(_origin(one) is Mapping or _model(one) is not None for one in _alternatives(kind))


def names_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The names that the map at a place below a model may have; none where any will do."""
    kind: Any = model
    for step in place:
        inner = [_inside(one, step) for one in _alternatives(kind)]
        kind = next((one for one in inner if one is not None), None)
    models = [_model(one) for one in _alternatives(kind)]
    return [name for one in models if one for name in one.model_fields]


def _alternatives(kind: Any) -> Iterator[Any]:
    """The types that a union is of; of any other, itself."""
    origin = get_origin(kind)
    if origin is None or origin is tuple or _origin(kind) is Mapping:
        yield kind
        return
    for one in get_args(kind):
        yield from _alternatives(one)


def _inside(kind: Any, step: int | str) -> Any:
    """The type of what lies one step below values of a type."""
    if (model := _model(kind)) is not None:
        field = model.model_fields.get(str(step))
        return field.annotation if field else None
    if _origin(kind) is Mapping or get_origin(kind) is tuple:
        arguments = get_args(kind)
        return arguments[0] if get_origin(kind) is tuple else arguments[1]
    return None


def _model(kind: Any) -> type[BaseModel] | None:
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _origin(kind: Any) -> Any:
    """``Mapping`` for each of its ways to be written."""
    origin = get_origin(kind)
    is_mapping = isinstance(origin, type) and issubclass(origin, Mapping)
    return Mapping if is_mapping else origin
