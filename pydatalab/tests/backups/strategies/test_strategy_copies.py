"""Lost files out of the backups of strategies."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backed_up import blobs, lose

from pydatalab.backups.copies import BackupOfCopies
from pydatalab.backups.runs import run_strategy
from pydatalab.commands import repairs
from pydatalab.errors import NotFound
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services.maintenance.files import check_files

QUIET = Silent()


def mended(lab: Lab, source: Path | str) -> dict[str, Any]:
    return check_files(lab, QUIET, BackupOfCopies(lab, str(source)))


def test_a_strategy_gives_its_newest_backup(
    open_with: Callable[..., Lab], fill: Callable[..., Any]
):
    lab = open_with(daily={}, little={"incremental": True})
    fill(lab, 3)
    before = blobs(lab)
    for name in ("daily", "little"):
        record = run_strategy(lab, name, progress=QUIET)
        lose(lab, *list(before.values())[:2])
        found = mended(lab, name)
        assert (found["num_repaired"], found["num_faults"]) == (2, 0), name
        assert blobs(lab) == before
    lose(lab, *before.values())
    snapshot = Path(record["location"], record["name"])
    assert mended(lab, snapshot)["num_repaired"] == 3
    with pytest.raises(NotFound, match="daily, little"):
        mended(lab, "weekly")


def test_the_job_of_the_page_puts_files_right_from_a_strategy(
    open_with: Callable[..., Lab], fill: Callable[..., Any]
):
    lab = open_with(daily={})
    fill(lab, 2)
    before = blobs(lab)
    run_strategy(lab, "daily", progress=QUIET)
    lose(lab, *before.values())
    assert repairs.check_files(lab, {"repair_from": None}, QUIET)["num_faults"] == 2
    found = repairs.check_files(lab, {"repair_from": "daily"}, QUIET)
    assert (found["num_repaired"], blobs(lab)) == (2, before)
    with pytest.raises(NotFound, match="daily"):
        repairs.check_files(lab, {"repair_from": str(lab.folder)}, QUIET)
