"""Archives of the datalab before this one."""

from typing import Any


def read_existing(reader: Any, found: Any, progress: Any) -> None:
    raise NotImplementedError
