"""What is different between two states, in the words that existing clients know."""

from collections.abc import Iterator
from typing import Any

Found = Iterator[tuple[str, str, Any]]
"""Kind of difference, path and what is to be said of it."""


def differences(before: Any, after: Any) -> dict[str, dict[str, Any]]:
    """Differences by kind and path: ``{"values_changed": {"root['name']": {…}}}``."""
    found: dict[str, dict[str, Any]] = {}
    for kind, path, said in _walk(before, after, "root"):
        found.setdefault(kind, {})[path] = said
    return found


def _walk(before: Any, after: Any, path: str) -> Found:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _keys(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _places(before, after, path)
    elif type(before) is not type(after):
        types = {"old_type": _type(before), "new_type": _type(after)}
        yield "type_changes", path, {**types, "old_value": before, "new_value": after}
    elif before != after:
        yield "values_changed", path, {"old_value": before, "new_value": after}


def _keys(before: dict[str, Any], after: dict[str, Any], path: str) -> Found:
    for key in sorted(before.keys() | after.keys()):
        at = f"{path}['{key}']"
        if key not in before:
            yield "dictionary_item_added", at, after[key]
        elif key not in after:
            yield "dictionary_item_removed", at, before[key]
        else:
            yield from _walk(before[key], after[key], at)


def _places(before: list[Any], after: list[Any], path: str) -> Found:
    for place, (old, new) in enumerate(zip(before, after, strict=False)):
        yield from _walk(old, new, f"{path}[{place}]")
    common = min(len(before), len(after))
    for kind, longer in (("iterable_item_added", after), ("iterable_item_removed", before)):
        for place in range(common, len(longer)):
            yield kind, f"{path}[{place}]", longer[place]


def _type(value: Any) -> str:
    return type(value).__name__
