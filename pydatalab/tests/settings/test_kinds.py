"""What every setting says of itself."""

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any, get_args

import pytest

from pydatalab.config import Config
from pydatalab.models.described import VARIABLE
from pydatalab.settings.kinds import unit_of

DESCRIPTIONS = """
import json
from pydatalab.config import Config
print(json.dumps({name: field.description for name, field in Config.model_fields.items()}))
"""


@cache
def descriptions() -> dict[str, str | None]:
    """What each setting says of itself, from a process in which that is read."""
    told = subprocess.run(
        [sys.executable, "-c", DESCRIPTIONS],
        env={**os.environ, VARIABLE: "1"},
        capture_output=True,
        check=True,
    )
    found: dict[str, str | None] = json.loads(told.stdout)
    return found


def is_number(kind: Any) -> bool:
    return kind in {int, float} or any(is_number(one) for one in get_args(kind) if one is not str)


@pytest.mark.parametrize("name", Config.model_fields)
def test_every_setting_is_described_and_every_number_has_its_unit(name: str):
    assert descriptions()[name]
    field = Config.model_fields[name]
    if is_number(field.annotation) and name != "GITHUB_ORG_ALLOW_LIST":
        assert unit_of(field)
