"""Runs a strategy and says each step of it: ``backup_runner.py FOLDER STRATEGY``."""

import sys
from pathlib import Path

from pydatalab.app import open_lab
from pydatalab.backups.runs import run_strategy
from pydatalab.config import Config


class Aloud:
    """A progress that writes a line each time."""

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        if doing.startswith(("Storing", "Copying")):
            sys.stdout.write(f"{doing} {done}\n")
            sys.stdout.flush()


def main() -> None:
    """Run it."""
    folder, strategy = Path(sys.argv[1]), sys.argv[2]
    config = {
        "DATA_DIRECTORY": str(folder / "data"),
        "BACKUP_STRATEGIES": {
            "daily": {"location": str(folder / "daily")},
            "steps": {"location": str(folder / "steps"), "incremental": True},
        },
    }
    with open_lab(Config.model_validate(config)) as lab:
        run_strategy(lab, strategy, progress=Aloud())


if __name__ == "__main__":
    main()
