"""Tasks for those who build datalab."""

from pathlib import Path

from pydatalab.commands.desk import Report, path_in, plain_task

REFERENCE = Path(__file__).parents[4] / "docs" / "reference"

PATH = "where to; by default the folder of this checkout's documentation"


@plain_task(path="where to; by default the file that servers send")
def write_openapi(path: str = "") -> Report:
    """Write the OpenAPI document that the page's types are made from."""
    from pydatalab.api.info import DOCUMENT
    from pydatalab.commands.openapi import document

    return _written(path, DOCUMENT, document())


@plain_task(path=PATH)
def write_api_reference(path: str = "") -> Report:
    """Write the reference of the resource API from its OpenAPI document."""
    import json

    from pydatalab.commands.api_reference import page
    from pydatalab.commands.openapi import document

    return _written(path, REFERENCE / "api.md", page(json.loads(document())))


@plain_task(path=PATH)
def write_technique_reference(path: str = "") -> Report:
    """Write the table of techniques and file formats from the registry."""
    from pydatalab.commands.technique_reference import page
    from pydatalab.techniques.registry import techniques

    here = REFERENCE / "techniques"
    documented = frozenset(one.stem for one in here.glob("*.md"))
    return _written(path, here / "README.md", page(techniques().values(), documented))


@plain_task(path=PATH)
def write_settings(path: str = "") -> Report:
    """Write the table of settings from the configuration's own descriptions."""
    from pydatalab.commands.settings_reference import page

    return _written(path, REFERENCE / "settings.md", page())


def _written(path: str, usual: Path, text: str) -> Report:
    """Write a text to a path, or to the usual place.

    Raises:
        Unavailable: that cannot be written.
    """
    from pydatalab.errors import Unavailable

    target = path_in(path) if path else usual
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise Unavailable(f"{target} cannot be written: {exc.strerror}. Name another.") from exc
    return Report({"path": str(target)}, (f"{target} is written.",))
