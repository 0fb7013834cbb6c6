"""Looking at what was drawn, and making Bruker experiments whose spectrum is known."""

import base64
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def unpacked(values: Any) -> np.ndarray:
    """The numbers of one of Plotly's typed arrays."""
    numbers = np.frombuffer(base64.b64decode(values["bdata"]), f"<{values['dtype']}")
    shape = [int(part) for part in values["shape"].split(",")] if "shape" in values else [-1]
    return numbers.reshape(shape).astype(float)


@pytest.fixture
def points() -> Callable[[Mapping[str, Any]], tuple[np.ndarray, np.ndarray]]:
    """x and y of a trace."""
    return lambda trace: (unpacked(trace["x"]), unpacked(trace["y"]))


@pytest.fixture
def heights() -> Callable[[Mapping[str, Any]], np.ndarray]:
    """z of a trace."""
    return lambda trace: unpacked(trace["z"])


@pytest.fixture
def bruker(tmp_path: Path) -> Callable[..., Path]:
    """``bruker(files, name=…)``: an archive of an experiment ``7`` with these files.

    Parameters are given as mappings, numbers as arrays, everything else as text.
    """

    def packed(files: Mapping[str, Any], name: str = "made.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as archive:
            for inside, content in files.items():
                archive.writestr(f"7/{inside}" if "/7/" not in inside else inside, _bytes(content))
        return path

    return packed


def _bytes(content: Any) -> bytes:
    if isinstance(content, Mapping):
        lines = [f"##${key}= {value}" for key, value in content.items()]
        return "\n".join(["##TITLE= made", *lines, "##END=", ""]).encode()
    if isinstance(content, np.ndarray):
        return content.tobytes()
    return str(content).encode()
