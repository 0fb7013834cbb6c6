"""Drills of backups with all that they need: scratch labs, and the API to look at them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydatalab.errors import DatalabError, Invalid

if TYPE_CHECKING:
    from pydatalab.lab import Lab
    from pydatalab.models.progress import Progress


def drill_backups(lab: "Lab", arguments: Mapping[str, Any], progress: "Progress") -> dict[str, Any]:
    """The job that drills the newest backup of the strategy that its arguments name, or of each.

    Raises:
        Invalid: a backup is broken, or a drill could not be made; all of them were tried.
    """
    from pydatalab.backups.sources import identity_of

    one = arguments.get("strategy")
    plan = lab.backup_plan.strategies
    names = [one] if one else [name for name, strategy in plan.items() if strategy.active]
    drilled, problems = drill_all(lab, names, identity_of(lab), progress)
    if problems:
        raise Invalid(" ".join(problems))
    came_back = ", ".join(record["name"] for record in drilled)
    return {"backups": drilled, "summary": f"All came back as it was: {came_back}."}


def drill_all(
    lab: "Lab", names: Sequence[str], identity: str | None, progress: "Progress"
) -> tuple[list[dict[str, Any]], list[str]]:
    """Drill the newest backup of each of these strategies; their records, and what is wrong."""
    from pydatalab.backups.drill import drill_strategy

    drilled: list[dict[str, Any]] = []
    problems: list[str] = []
    for name in names:
        try:
            record = drill_strategy(
                lab, name, open_scratch=scratch_like(lab), look=open_items, identity=identity,
                progress=progress,
            )  # fmt: skip
        except DatalabError as exc:
            if len(names) == 1:
                raise
            problems.append(f"{name}: {exc.message}")
            continue
        drilled.append(record)
        if record["health"] == "broken":
            problems.append(f"{name}: {record['name']} is broken. {record['drill']['problems'][0]}")
    return drilled, problems


def scratch_like(lab: "Lab") -> Any:
    """Opens empty labs in folders of their own, with the limits of this one."""

    @contextmanager
    def opened(folder: Path) -> Iterator["Lab"]:
        from pydatalab.app import open_lab
        from pydatalab.config import Config

        config = Config(
            DATA_DIRECTORY=folder,
            IDENTIFIER_PREFIX=lab.prefix,
            MAX_CONTENT_LENGTH=lab.vault.largest,
        )
        with open_lab(config) as scratch:
            yield scratch

    return opened


def open_items(lab: "Lab", refcodes: Sequence[str]) -> list[str]:
    """Open items as their pages and existing clients do; what is wrong, in sentences."""
    import asyncio

    from pydatalab.api.checking import Opener
    from pydatalab.store.query import Is, Scope

    problems = []
    with asyncio.Runner() as runner:
        opener = Opener(lab, runner)
        for refcode in refcodes:
            item = lab.store.items.get(Is("refcode", refcode), scope=Scope.all())
            for failure in opener.open_item(item):
                problems.append(f"The {failure.what} {refcode} cannot be opened. {failure.reason}")
    return problems
