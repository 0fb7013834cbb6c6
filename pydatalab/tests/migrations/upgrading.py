"""A datalab of tomorrow: what its first step changes, for tests of upgrades."""

from collections.abc import Mapping
from typing import Any

from pydatalab.models.steps import Step


def in_capitals(kind: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Names of items are written large, and people carry a badge."""
    if kind == "items":
        return {**document, "name": str(document.get("name") or "").upper()}
    return {**document, "badge": "grey"} if kind == "users" else document


TOMORROW = (Step(2, "write names large", in_capitals),)
