"""Files of settings: JSON and YAML that say the same give the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from pydatalab.errors import Invalid
from pydatalab.settings.files import read_file

SAME = [
    ('{"A": "no", "B": "22:30", "C": "2026-01-01", "D": "0x1F", "E": "010", "F": "1_000"}',
     "A: no\nB: 22:30\nC: 2026-01-01\nD: 0x1F\nE: 010\nF: 1_000\n"),
    ('{"A": true, "B": false, "C": null, "D": null, "E": 12, "F": -3, "G": 1.5, "H": 1e3}',
     "A: true\nB: False\nC: null\nD:\nE: 12\nF: -3\nG: 1.5\nH: 1e3\n"),
    ('{"BACKUP_STRATEGIES": {"2026": {"location": "/b", "active": true}, "on": {"location": "/c"}}}',
     "BACKUP_STRATEGIES:\n  2026: {location: /b, active: true}\n  on:\n    location: /c\n"),
    ('{"A": [{"name": "x", "path": "~/y"}, "5 4 * * *"]}', 'A:\n- name: x\n  path: ~/y\n- "5 4 * * *"\n'),
    ('{"A": {"x": 1, "y": 2}, "B": {"x": 1, "y": 3}}', "A: &a {x: 1, y: 2}\nB:\n  <<: *a\n  y: 3\n"),
]  # fmt: skip


@pytest.mark.parametrize(("as_json", "as_yaml"), SAME)
def test_json_and_yaml_that_say_the_same_give_the_same(tmp_path: Path, as_json: str, as_yaml: str):
    (tmp_path / "c.json").write_text(as_json)
    (tmp_path / "c.yaml").write_text(as_yaml)
    (tmp_path / "json-is-yaml.yml").write_text(as_json)
    expected = json.loads(as_json)
    for name in ("c.json", "c.yaml", "json-is-yaml.yml"):
        assert exactly(read_file(tmp_path / name)) == exactly(expected)


def exactly(value: Any) -> str:
    """With its types: 1 is not true."""
    return repr(value)


@pytest.mark.parametrize("name", ["c.json", "c.yaml"])
def test_a_name_that_stands_there_twice_is_refused(tmp_path: Path, name: str):
    (tmp_path / name).write_text('{"WORKERS": 1,\n "WORKERS": 2}')
    with pytest.raises(Invalid, match="WORKERS stands there twice"):
        read_file(tmp_path / name)


@pytest.mark.parametrize("text", ["!!python/object/apply:os.system ['true']", "a: !custom 1"])
def test_yaml_makes_no_objects(tmp_path: Path, text: str):
    (tmp_path / "c.yaml").write_text(text)
    with pytest.raises(Invalid, match="not well formed"):
        read_file(tmp_path / "c.yaml")


def test_the_mark_that_windows_puts_before_a_text_is_passed_over(tmp_path: Path):
    (tmp_path / "c.json").write_bytes(b'\xef\xbb\xbf{"WORKERS": 2}')
    assert read_file(tmp_path / "c.json") == {"WORKERS": 2}


def test_what_is_no_number_of_json_is_refused(tmp_path: Path):
    (tmp_path / "c.json").write_text('{"DEPLOYMENT_METADATA": {"since": NaN}}')
    with pytest.raises(Invalid, match="NaN is no number"):
        read_file(tmp_path / "c.json")
