"""Files put right from copies, wherever these are."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydatalab.lab import Lab
    from pydatalab.models.progress import Progress
    from pydatalab.services.maintenance.copies import Copies


def copies_at(lab: "Lab", source: str, identity: str = "") -> "Copies":
    """Copies of files by what people call them: a folder, or a backup.

    Args:
        lab: whose strategies and keys count.
        source: a folder, an archive, a snapshot of a repository, or a strategy.
        identity: a file with the secret key of age; without it, that of the settings, if any.

    Raises:
        NotFound: there is nothing of that name.
    """
    from pydatalab.backups.copies import BackupOfCopies
    from pydatalab.backups.sources import identity_of
    from pydatalab.commands.backups import key_in, source_in
    from pydatalab.commands.desk import path_in
    from pydatalab.services.maintenance.copies import FolderOfCopies

    path = path_in(source)
    if source not in lab.backup_plan.strategies and path.is_dir():
        return FolderOfCopies(path)
    return BackupOfCopies(lab, source_in(source), identity=key_in(identity) or identity_of(lab))


def check_files(lab: "Lab", arguments: Mapping[str, Any], progress: "Progress") -> dict[str, Any]:
    """The job that reads all files, and puts right what it can from the strategy ``repair_from``.

    Raises:
        NotFound: there is no such strategy, or no backup of it.
    """
    from pydatalab.backups.strategies import get_strategy
    from pydatalab.services.maintenance import files

    strategy = arguments.get("repair_from")
    if not strategy:
        return files.check_files(lab, progress)
    get_strategy(lab, strategy)
    return files.check_files(lab, progress, copies_at(lab, strategy))
