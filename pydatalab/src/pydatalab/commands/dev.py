"""Tasks for those who build datalab."""

from invoke import Context, task


@task(help={"path": "where to; by default the page's folder"})
def write_openapi(_: Context, path: str = "") -> None:
    """Write the OpenAPI document that the page's types are made from."""
    from pathlib import Path

    from pydatalab.commands.openapi import document

    target = Path(path) if path else Path(__file__).parents[4] / "webapp" / "openapi.json"
    target.write_text(document(), encoding="utf-8")
    print(f"{target} is written.")
