"""Inventories as jobs."""

from collections.abc import Mapping
from typing import Any

from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.services.inventory import imports, wording
from pydatalab.services.inventory.undoing import undo

MOST_TOLD = 200
"""Items that the result of a job names."""


def import_inventory(
    lab: Lab, arguments: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Import an uploaded file, or look what that would do.

    Args:
        arguments: ``sha256``, ``file_name``, ``source``, ``columns``, ``sheet``, ``person_id``, ``dry_run``.
    """
    with lab.vault.as_path(arguments["sha256"]) as path:
        request = imports.Request(
            path=path,
            file_name=arguments["file_name"],
            source=arguments["source"],
            columns=dict(arguments["columns"]),
            sheet=arguments["sheet"],
            person_id=arguments["person_id"],
            changes_wanted=False,
        )
        work = imports.preview if arguments["dry_run"] else imports.run
        outcome = work(lab, request, progress)
    return {
        "import_id": outcome.import_id,
        "counts": dict(outcome.counts),
        "missing": outcome.missing,
        "summary": wording.summary(outcome.counts),
    }


def undo_import(lab: Lab, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Undo an import.

    Args:
        arguments: ``import_id``, ``person_id``.
    """
    undone = undo(lab, arguments["import_id"], arguments["person_id"], progress)
    return {
        "import_id": undone.import_id,
        "counts": dict(undone.counts),
        "kept": undone.kept[:MOST_TOLD],
        "num_kept": len(undone.kept),
        "summary": wording.undone(undone),
    }
