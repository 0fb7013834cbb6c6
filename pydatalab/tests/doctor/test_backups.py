"""What the doctor says of backups that are made."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pydatalab.backups.records import change, find_records
from pydatalab.backups.runs import run_strategy
from pydatalab.doctor.machine import Machine
from pydatalab.models.progress import Progress
from pydatalab.models.times import as_text


class Silent(Progress):
    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Nobody listens."""


@pytest.fixture
def backed_up(visit: Any, tmp_path: Path) -> Any:
    """A visit to a lab that was backed up a moment ago."""
    visit.settings["BACKUP_STRATEGIES"] = {
        "daily": {"location": str(tmp_path / "kept"), "frequency": "5 4 * * *"}
    }
    with visit.lab() as lab:
        run_strategy(lab, "daily", progress=Silent())
    return visit


def noted(visit: Any, **fields: Any) -> None:
    """Write something into the record of the backup."""
    with visit.lab() as lab:
        change(lab, find_records(lab)[0]["immutable_id"], fields)


def drilled(days_ago: int) -> dict[str, Any]:
    ended_at = as_text(datetime.now(UTC) - timedelta(days=days_ago))
    return {"health": "healthy", "drill": {"ended_at": ended_at}}


def test_one_that_nobody_tried_and_that_lies_on_the_same_disk_is_named(backed_up: Any):
    found = backed_up.names("backups")
    assert found == {
        "backup-place", "backup-age", "backup-never-drilled", "backup-on-the-same-disk"
    }  # fmt: skip
    drill = backed_up.of("backup-never-drilled", "backups").to_do
    assert "admin.drill-backup --strategy-name daily" in drill


def test_one_that_was_tried_lately_is_well_and_long_ago_is_named(backed_up: Any):
    noted(backed_up, **drilled(days_ago=3))
    assert backed_up.of("backup-drilled", "backups").level == "ok"
    noted(backed_up, **drilled(days_ago=100))
    assert backed_up.of("backup-drilled-long-ago", "backups").level == "warning"


def test_one_that_did_not_come_back_is_an_error(backed_up: Any):
    noted(backed_up, health="broken")
    assert backed_up.of("backup-broken", "backups").level == "error"


def test_one_that_somebody_removed_is_an_error(backed_up: Any, tmp_path: Path):
    for path in (tmp_path / "kept").iterdir():
        path.unlink()
    assert backed_up.of("backup-lost", "backups").level == "error"


def test_a_place_that_is_gone_is_an_error(backed_up: Any, tmp_path: Path):
    (tmp_path / "kept").rename(tmp_path / "away")
    (tmp_path / "kept").write_text("a file where a folder was")
    assert backed_up.of("backup-place-away", "backups").level == "error"


def test_one_that_was_never_made_and_none_at_all_are_named(visit: Any, tmp_path: Path):
    with visit.lab():
        pass
    assert visit.names("backups") == {"backups-none"}
    visit.settings["BACKUP_STRATEGIES"] = {"x": {"location": str(tmp_path / "kept")}}
    assert "backup-never" in visit.names("backups", level="warning")


def test_backups_that_vanish_with_the_container_are_an_error(backed_up: Any, container: Any):
    made: Machine = container(backed_up.folder / "data")
    backed_up.machine = made
    assert "backups-not-on-a-volume" in backed_up.names("files", level="error")
