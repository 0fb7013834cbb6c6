"""How a lab was before an upgrade: an archive of its documents, from which one goes back.

The bytes of files stay where they are, so documents are all that must be kept.
"""

import re
from pathlib import Path

from pydatalab.backups.archive import about_size, write_moment
from pydatalab.backups.output import appearing
from pydatalab.backups.packing import packing
from pydatalab.backups.snapshot import Taken, release, take
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
        with lab.store.snapshot() as snapshot:
            moment = take(snapshot, lab.folder, Silent())
        try:
            _write(lab, moment, path, version)
        finally:
            release(moment)
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


def _write(lab: Lab, moment: Taken, path: Path, version: int) -> None:
    """Write a moment as the datalab before this one reads it: kinds that it may not know are left out
    where there are none of them."""
    moment.version = version
    for kind in [kind for kind, count in moment.counts.items() if not count]:
        moment.documents.pop(kind).lines.close()
    expected = about_size(sum(one.part.size for one in moment.documents.values()), "zst")
    with appearing(path, expected) as output, packing(output, "zst", ()) as packed:
        write_moment(lab, moment, packed, {}, Silent(), with_files=False)
