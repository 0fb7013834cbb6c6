"""The task that looks a lab over."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydatalab.commands.desk import Report, plain_task, several

if TYPE_CHECKING:
    from pydatalab.doctor.findings import Finding

WIDTH = 9
"""Of the column with the level."""


@plain_task(
    compose="a compose file of your own to compare with ours; - takes it from the standard input",
    send_test_mail_to="send a letter to this address",
    only="look at these subjects alone, with commas between: settings,backups",
)
def doctor(compose: str = "", send_test_mail_to: str = "", only: str = "") -> Report:
    """Look the lab over: settings, database, files, workers, mail, addresses, clock, backups; say what to do."""
    import logging

    from pydatalab.doctor.examining import examine, look_here
    from pydatalab.doctor.findings import count
    from pydatalab.models.words import counted

    logging.disable(logging.WARNING)  # what would be logged is among the findings
    found = examine(look_here(compose, send_test_mail_to), several(only))
    errors, warnings = count(found, "error"), count(found, "warning")
    summary = (
        f"{counted(errors, 'error')}, {counted(warnings, 'warning')}, {count(found, 'ok')} ok."
    )
    data = {
        "findings": [one.as_data() for one in found],
        "errors": errors,
        "warnings": warnings,
        "summary": summary,
    }
    return Report(data, (*_lines(found), "", summary), ok=not errors)


def _lines(found: Sequence["Finding"]) -> list[str]:
    """The findings below their subjects, in the order in which these came first."""
    lines = []
    for subject in dict.fromkeys(one.subject for one in found):
        lines.append(subject.capitalize())
        for one in found:
            if one.subject == subject:
                lines.append(f"  {one.level.ljust(WIDTH)}{one.said}")
                lines += [f"  {' ' * WIDTH}-> {one.to_do}"] if one.to_do else []
    return lines
