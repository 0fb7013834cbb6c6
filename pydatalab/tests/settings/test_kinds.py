"""What every setting says of itself."""

import re
from functools import cache
from typing import Any, get_args

import pytest

from pydatalab.commands.settings_reference import page
from pydatalab.config import Config
from pydatalab.settings.declared import MAIL_PASSWORD
from pydatalab.settings.kinds import unit_of


@cache
def told() -> dict[str, str]:
    """What the page of settings says that each holds."""
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page(), re.MULTILINE))


def is_number(kind: Any) -> bool:
    return kind in {int, float} or any(is_number(one) for one in get_args(kind) if one is not str)


@pytest.mark.parametrize("name", sorted(Config.model_fields.keys() - {MAIL_PASSWORD}))
def test_every_setting_is_described_and_every_number_has_its_unit(name: str):
    assert told()[name].endswith(".")
    field = Config.model_fields[name]
    if is_number(field.annotation) and name != "GITHUB_ORG_ALLOW_LIST":
        assert unit_of(field)
