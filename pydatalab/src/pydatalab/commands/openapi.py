"""The OpenAPI document of the resource API."""

import json
from pathlib import Path
from typing import Any, cast

from pydatalab.api.server import build_ours
from pydatalab.lab import Lab


def document() -> str:
    """The document as it is committed: indented, in the order of the routes."""
    app = build_ours(cast(Lab, None), Path())
    found: dict[str, Any] = app.openapi()
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
