"""The processes that serve: as many as ``WEB_CONCURRENCY`` says."""

from collections.abc import Iterator

from pydatalab.doctor.findings import Finding, ok, warning
from pydatalab.doctor.look import Look
from pydatalab.doctor.machine import gunicorns
from pydatalab.models.words import counted

NAME = "WEB_CONCURRENCY"
TO_DO = (
    "Build and start again: `docker compose --profile prod build api` and `docker compose --profile prod up"
    " --detach`. GUNICORN_CMD_ARGS goes before it, if that is set."
)


def examine(look: Look) -> Iterator[Finding]:
    """Each gunicorn that runs here, against the variable that this process sees."""
    wanted = look.environment.get(NAME, "")
    if wanted and not wanted.isdigit():
        yield warning(
            "processes-unclear", f"{NAME} is {wanted!r}.", f"Set {NAME} to a whole number."
        )
        return
    for one in gunicorns():
        runs = counted(one.workers, "process", "processes")
        if wanted and one.workers != int(wanted):
            yield warning(
                "processes-differ", f"{NAME} is {wanted}, but gunicorn serves with {runs}.", TO_DO
            )
        else:
            yield ok("processes", f"gunicorn serves with {runs}.")
