"""Pages of the reference that go with the code: settings, techniques and commands."""

import re
from pathlib import Path

from pydatalab.commands.program import namespace
from pydatalab.commands.settings_reference import page
from pydatalab.techniques.registry import techniques

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_page_of_settings_is_that_of_the_configuration():
    kept = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    assert kept == page(), "Run pydatalab dev.write-settings."


def test_every_technique_has_its_page():
    missing = {
        name for name in techniques() if not (REFERENCE / "techniques" / f"{name}.md").is_file()
    }
    assert missing == set()


def test_the_page_of_a_technique_names_all_of_its_parameters():
    for name, one in techniques().items():
        text = (REFERENCE / "techniques" / f"{name}.md").read_text(encoding="utf-8")
        missing = [field for field in one.parameters.model_fields if f"`{field}`" not in text]
        assert not missing, f"{name}.md does not name {missing}"


def test_the_page_of_commands_names_every_task_and_no_other():
    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([\w.-]+)` \|", text, re.MULTILINE))
    assert named == set(namespace().task_names)
