"""The processes that serve: as many as ``WEB_CONCURRENCY`` says."""

from collections.abc import Iterator

from pydatalab.config import Config
from pydatalab.doctor.findings import Finding, ok, warning
from pydatalab.doctor.look import Look
from pydatalab.doctor.machine import gunicorns
from pydatalab.lab import LEADER
from pydatalab.models.words import counted

NAME = "WEB_CONCURRENCY"
TO_DO = (
    "Build and start again: `docker compose --profile prod build api` and `docker compose --profile prod up"
    " --detach`. GUNICORN_CMD_ARGS goes before it, if that is set."
)


def examine(look: Look, config: Config) -> Iterator[Finding]:
    """Each gunicorn that serves this lab here, against the variable that we see, or that it saw."""
    for one in gunicorns(config.DATA_DIRECTORY.resolve() / LEADER):
        wanted = look.environment.get(NAME) or one.environment.get(NAME, "")
        runs = counted(one.workers, "process", "processes")
        if wanted and wanted != str(one.workers):
            yield warning(
                "processes-differ", f"{NAME} is {wanted}, but gunicorn serves with {runs}.", TO_DO
            )
        else:
            yield ok("processes", f"gunicorn serves with {runs}.")
