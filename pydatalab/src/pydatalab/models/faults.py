"""What a validator found wrong, as one would say it."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_SAID = 100
"""Faults of one request that are named: nobody reads more, and an answer is held in memory."""


def faults(found: Sequence[Any]) -> list[dict[str, Any]]:
    """Where each fault is (``loc``) and what it is (``msg``), from a validator's errors."""
    return [{"loc": _place(one), "msg": _in_words(one)} for one in found[:MOST_SAID]]


def said(found: Sequence[Mapping[str, Any]], whole: str) -> str:
    """Faults in one sentence; those of the ``whole`` are told by its name."""
    return "; ".join(f"{'.'.join(one['loc']) or whole}: {one['msg']}" for one in found)


def _place(error: Mapping[str, Any]) -> list[str]:
    by_type = error["type"] in {"union_tag_not_found", "union_tag_invalid"}
    return [*map(str, error["loc"]), *(["type"] if by_type else [])]


def _in_words(error: Mapping[str, Any]) -> str:
    context = error.get("ctx") or {}
    match error["type"]:
        case "extra_forbidden":
            return "there is no such field"
        case "missing" | "union_tag_not_found":
            return "is missing"
        case "union_tag_invalid":
            return f"is none of {context['expected_tags']}"
        case "string_pattern_mismatch":
            return "has not the right form"
        case "list_type" | "tuple_type" | "iterable_type":
            return "must be a list"
        case "dict_type" | "model_type" | "model_attributes_type" | "dataclass_type":
            return "must be an object with fields"
    text: str = error["msg"]
    return text.removeprefix("Value error, ")
