"""Letters about backups."""

import logging
import socket

from pydatalab.errors import Unavailable
from pydatalab.files.writer import readable_size
from pydatalab.lab import Lab
from pydatalab.models.strategies import Strategy
from pydatalab.models.words import items_counted, minute
from pydatalab.store.query import Document

log = logging.getLogger(__name__)


def tell_failure(lab: Lab, strategy: Strategy, name: str, what: str, reason: str) -> str | None:
    """Tell whoever is to know that something went wrong; why that could not be told."""
    text = (
        f"{what} {name} of {_lab_named(lab)} has failed:\n\n  {reason}\n\n"
        "Nothing of earlier backups was touched. `pydatalab admin.list-backups` shows them, and so"
        f" does the administrators' page{_link(lab)}\n"
    )
    return _send(lab, strategy, f"datalab: {what.lower()} {name} failed", text)


def tell_success(lab: Lab, strategy: Strategy, record: Document) -> str | None:
    """Tell whoever wants to know it that a backup was made; why that could not be told."""
    if not strategy.notify_on_success:
        return None
    name = record["strategy"]
    items = items_counted(record["counts"].get("items", 0), record["deleted_items"])
    lines = [
        f"The backup {name} of {_lab_named(lab)} is made.",
        "",
        f"  {record['name']}",
        f"  in {record['location']}",
        f"  {items}, {readable_size(record['size'] or 0)}",
        *(f"  {warning}" for warning in record["warnings"]),
    ]
    if late := record["late_since"]:
        lines.append(f"  It was due at {minute(late)} UTC, and is made up for.")
    lines += ["", f"The administrators' page shows all backups{_link(lab)}"]
    return _send(lab, strategy, f"datalab: backup {name} is made", "\n".join(lines) + "\n")


def _lab_named(lab: Lab) -> str:
    """A lab as whoever gets its letters knows it: by its page, or by its machine."""
    return lab.backup_plan.page or socket.gethostname()


def _link(lab: Lab) -> str:
    """The end of a sentence about the page of backups, with its address where that is known."""
    page = lab.backup_plan.page
    return f":\n{page}/administration/backups" if page else "."


def _send(lab: Lab, strategy: Strategy, subject: str, text: str) -> str | None:
    to = strategy.notification_email_address
    if to is None:
        return None
    if lab.mail is None:
        return f"No letter went to {to}: EMAIL_AUTH_SMTP_SETTINGS is not set."
    try:
        lab.mail.send([to], subject, text)
    except Unavailable as exc:
        log.warning("No letter about a backup went to %s: %s", to, exc.message)
        return f"No letter went to {to}: {exc.message}"
    return None
