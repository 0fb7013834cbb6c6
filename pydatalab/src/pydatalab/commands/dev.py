"""Tasks for those who build datalab."""

from invoke import Context, task


@task(help={"path": "where to; by default the file that servers send"})
def write_openapi(_: Context, path: str = "") -> None:
    """Write the OpenAPI document that the page's types are made from."""
    from pathlib import Path

    from pydatalab.api.info import DOCUMENT
    from pydatalab.commands.openapi import document

    target = Path(path) if path else DOCUMENT
    target.write_text(document(), encoding="utf-8")
    print(f"{target} is written.")


@task(help={"path": "where to; by default the folder of this checkout's documentation"})
def write_api_reference(_: Context, path: str = "") -> None:
    """Write the reference of the resource API from its OpenAPI document."""
    import json
    from pathlib import Path

    from pydatalab.commands.api_reference import page
    from pydatalab.commands.openapi import document

    target = Path(path) if path else Path(__file__).parents[4] / "docs" / "reference" / "api.md"
    target.write_text(page(json.loads(document())), encoding="utf-8")
    print(f"{target} is written.")


@task(help={"path": "where to; by default the folder of this checkout's documentation"})
def write_technique_reference(_: Context, path: str = "") -> None:
    """Write the table of techniques and file formats from the registry."""
    from pathlib import Path

    from pydatalab.commands.technique_reference import page
    from pydatalab.techniques.registry import techniques

    here = Path(__file__).parents[4] / "docs" / "reference" / "techniques"
    target = Path(path) if path else here / "README.md"
    documented = frozenset(one.stem for one in here.glob("*.md"))
    target.write_text(page(techniques().values(), documented), encoding="utf-8")
    print(f"{target} is written.")


@task(help={"path": "where to; by default the folder of this checkout's documentation"})
def write_settings(_: Context, path: str = "") -> None:
    """Write the table of settings from the configuration's own descriptions."""
    from pathlib import Path

    from pydatalab.commands.settings_reference import page

    here = Path(__file__).parents[4] / "docs" / "reference"
    target = Path(path) if path else here / "settings.md"
    target.write_text(page(), encoding="utf-8")
    print(f"{target} is written.")
