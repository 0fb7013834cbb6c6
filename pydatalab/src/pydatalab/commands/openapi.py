"""The OpenAPI document of the resource API."""

import json
import sys
from pathlib import Path
from typing import Any, cast

from pydatalab.commands.described import printed_by
from pydatalab.lab import Lab


def document() -> str:
    """The document as it is committed: indented, in the order of the routes."""
    return printed_by(__name__)


def _described() -> str:
    from pydatalab.api.server import build_ours

    app = build_ours(cast(Lab, None), Path())
    found: dict[str, Any] = app.openapi()
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(_described().encode())
