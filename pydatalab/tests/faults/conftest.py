"""Workers that can be handed bad jobs, and servers that can be killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pydatalab.compute.workers import Workers

JOBS = Path(__file__).parent / "jobs"


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Two workers that know the module ``hostile``, each with 1 GB for a job."""
    opened = Workers(tmp_path_factory.mktemp("lab") / "compute", count=2, memory=1_000_000_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(JOBS))
        opened.start()
        yield opened
    opened.close()
