"""The OpenAPI document of the resource API."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

from pydatalab.lab import Lab
from pydatalab.models.described import VARIABLE


def document() -> str:
    """The document as it is committed: indented, in the order of the routes.

    It is made in a process of its own, in which everything is described from the first import on.
    """
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-m", __name__],
        env={**os.environ, VARIABLE: "1"},
        capture_output=True,
        check=True,
    )
    return made.stdout.decode()


def _described() -> str:
    from pydatalab.api.server import build_ours

    app = build_ours(cast(Lab, None), Path())
    found: dict[str, Any] = app.openapi()
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(_described().encode())
