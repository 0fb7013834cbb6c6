"""What every setting says of itself."""

from typing import Any, get_args

import pytest

from pydatalab.config import Config
from pydatalab.settings.kinds import unit_of


def is_number(kind: Any) -> bool:
    return kind in {int, float} or any(is_number(one) for one in get_args(kind) if one is not str)


@pytest.mark.parametrize("name", Config.model_fields)
def test_every_setting_is_described_and_every_number_has_its_unit(name: str):
    field = Config.model_fields[name]
    assert field.description
    if is_number(field.annotation) and name != "GITHUB_ORG_ALLOW_LIST":
        assert unit_of(field)
