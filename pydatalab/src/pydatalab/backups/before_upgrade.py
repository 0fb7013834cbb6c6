"""How a lab was before an upgrade: an archive of its documents, from which one goes back.

The bytes of files stay where they are, so documents are all that must be kept.
"""

import re
from pathlib import Path

from pydatalab.backups.archive import write_documents
from pydatalab.backups.snapshot import Taken, taken
from pydatalab.errors import NotFound, Unavailable
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.models.steps import newest
from pydatalab.models.times import now

FOLDER = "before-upgrade"
"""Folder of the lab with what was there before each upgrade."""

_NAME = re.compile(r"\S+-documents-(\d+)\.tar\.zst")


def keep(lab: Lab, version: int) -> Path:
    """Write all documents, which are of that version, to an archive; where it lies.

    Raises:
        Unavailable: there is no room, or the folder cannot be written to.
    """
    path = lab.folder / FOLDER / f"{now()[:23].replace(':', '')}-documents-{version}.tar.zst"
    try:
        with taken(lab, Silent()) as moment:
            write_documents(lab, _as_the_older_reads_it(moment, version), path)
    except Unavailable as exc:
        raise Unavailable(
            "The lab is of an older datalab, and the backup before its upgrade cannot be made, so nothing"
            f" was changed. {exc.message}"
        ) from exc
    return path


def newest_for(folder: Path) -> Path:
    """The newest archive in a lab's folder that this datalab can read.

    Raises:
        NotFound: there is none.
    """
    readable = [
        path
        for path in sorted((folder / FOLDER).glob("*.tar.zst"))
        if (found := _NAME.fullmatch(path.name)) and int(found[1]) <= newest()
    ]
    if not readable:
        raise NotFound(
            f"No backup from before an upgrade is in {folder / FOLDER}. Say by --source where it is; or, if"
            " the lab was empty then, begin with another database."
        )
    return readable[-1]


def _as_the_older_reads_it(moment: Taken, version: int) -> Taken:
    """A moment without the kinds that the datalab before this one may not know, where there are none of
    them."""
    moment.version = version
    for kind in [kind for kind, count in moment.counts.items() if not count]:
        moment.documents.pop(kind).close()
    return moment
