"""What is wrong with a value, in plain words rather than in pydantic's."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from pydatalab.settings.kinds import names_at
from pydatalab.settings.secrets import HIDDEN, is_secret, shown
from pydatalab.settings.sources import Given, nearest

LONGEST = 80
"""Letters of a value that are shown."""

UNIONS = frozenset({"str", "int", "float", "bool"})
"""What pydantic puts at the end of a place for each alternative."""

PATTERNS = {
    r"^[a-z]{2,12}$": "2 to 12 lower-case letters from a to z",
    r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$": "a name of letters (a to z), digits, blanks, dots, hyphens and underscores,"
    " 100 at most, that begins with a letter or digit",
    r"^[^\x00-\x1f]+$": "a name on one line",
}
"""What texts of a pattern are."""

_MUST: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "set",
    "int_type": lambda _: "a whole number",
    "int_parsing": lambda _: "a whole number",
    "int_from_float": lambda _: "a whole number",
    "float_type": lambda _: "a number",
    "float_parsing": lambda _: "a number",
    "finite_number": lambda _: "a number that is not infinite",
    "bool_type": lambda _: "true or false",
    "bool_parsing": lambda _: "true or false",
    "string_type": lambda _: "text",
    "path_type": lambda _: "a path",
    "tuple_type": lambda _: "a list",
    "list_type": lambda _: "a list",
    "dict_type": lambda _: "a map",
    "mapping_type": lambda _: "a map",
    "model_type": lambda _: "a map",
    "model_attributes_type": lambda _: "a map",
    "greater_than": lambda limits: f"more than {limits['gt']:.10g}",
    "greater_than_equal": lambda limits: f"{limits['ge']:.10g} or more",
    "less_than": lambda limits: f"less than {limits['lt']:.10g}",
    "less_than_equal": lambda limits: f"{limits['le']:.10g} or less",
    "literal_error": lambda limits: limits["expected"].replace("'", ""),
    "string_too_short": lambda limits: f"of {limits['min_length']} letters or more",
    "string_too_long": lambda limits: f"of {limits['max_length']} letters or fewer",
    "string_pattern_mismatch": lambda limits: PATTERNS.get(
        limits["pattern"], f"like {limits['pattern']}"
    ),
}
"""What a value must be, by pydantic's kinds of errors."""


def in_words(
    errors: Iterable[Mapping[str, Any]], model: type[BaseModel], given: Mapping[str, Given]
) -> str:
    """Sentences that say of each wrong setting which, what it must be, what it is, and where it is set.

    Args:
        errors: as pydantic gives them.
        model: whose they are.
        given: where each setting comes from, by its name.
    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for error in errors:
        found.setdefault(_place(error["loc"]), []).append(error)
    return " ".join(_sentence(place, some, model, given) for place, some in found.items())


def _place(where: tuple[int | str, ...]) -> str:
    """``BACKUP_STRATEGIES.daily.location``: without what pydantic adds for unions and keys."""
    steps = [step for step in where if step not in UNIONS and step != "[key]"]
    return ".".join(map(str, steps))


def _sentence(
    place: str,
    errors: list[Mapping[str, Any]],
    model: type[BaseModel],
    given: Mapping[str, Given],
) -> str:
    first = errors[0]
    said = " or ".join(dict.fromkeys(_said(error, model) for error in errors))
    if not place:
        return f"{said}."
    source = given.get(str(first["loc"][0]))
    notes = (
        [_what_it_is(place, first)] if first["type"] not in {"missing", "extra_forbidden"} else []
    )
    notes += [f"set {source.where}"] if source else []
    noted = f" ({'; '.join(notes)})" if notes else ""
    return f"{place}: {said}{noted}."


def _said(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        *above, name = error["loc"]
        meant = nearest(str(name), names_at(model, tuple(above)))
        return f"is unknown, the nearest that is known is {meant}" if meant else "is unknown"
    if kind in _MUST:
        return f"must be {_MUST[kind](error.get('ctx', {}))}"
    message: str = error["msg"].removeprefix("Value error, ")
    return message


def _what_it_is(place: str, error: Mapping[str, Any]) -> str:
    hidden = any(is_secret(step) for step in place.split("."))
    value = HIDDEN if hidden else shown(str(error["loc"][-1]), error["input"])
    said = json.dumps(value, ensure_ascii=False, default=str)
    return f"it is {said if len(said) <= LONGEST else said[:LONGEST] + '…'}"
