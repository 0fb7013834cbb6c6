"""Merges two accounts of a lab; each word of progress is a line."""

import sys
from pathlib import Path

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.services import merging
from pydatalab.services.access import OPERATOR


class Lines:
    """Progress as lines."""

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Say how far it is."""
        sys.stdout.write(f"{doing} {done}\n")
        sys.stdout.flush()


def main() -> None:
    """Merge until done, or killed."""
    folder, kept, gone = sys.argv[1:]
    with open_lab(Config(DATA_DIRECTORY=Path(folder))) as lab:
        merging.merge_people(lab, OPERATOR, kept, gone, Lines())


if __name__ == "__main__":
    main()
