"""Regular expressions mean the same in every Python that the lab runs on."""

import re
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src" / "pydatalab"

POSSESSIVE_GROUP = re.compile(r"\)[*+?]\+|\)\{\d+,?\d*\}\+|\(\?>")


def test_no_group_is_possessive_since_python_before_3_11_5_matches_those_wrongly():
    found = [
        f"{path.relative_to(SOURCES)}:{number}"
        for path in SOURCES.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if POSSESSIVE_GROUP.search(line)
    ]
    assert found == []
