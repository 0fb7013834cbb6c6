"""Backs a lab up, or restores one: says when it begins, and when it has ended."""

import sys
from pathlib import Path

from pydatalab.app import open_lab
from pydatalab.backups.archive import compression_of, create_archive
from pydatalab.backups.restore import restore_archive
from pydatalab.config import Config
from pydatalab.models.progress import Silent


def main() -> None:
    """``backup`` or ``restore``, the lab's folder, the archive."""
    what, folder, archive = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    with open_lab(Config(DATA_DIRECTORY=folder)) as lab:
        sys.stdout.write("begins\n")
        sys.stdout.flush()
        if what == "backup":
            compression = compression_of(archive.name)
            create_archive(lab, archive, settings={}, compression=compression, progress=Silent())
        else:
            restore_archive(lab, archive, replace=True, progress=Silent())
        sys.stdout.write("ended\n")


if __name__ == "__main__":
    main()
