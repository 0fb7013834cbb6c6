"""A server that leaves jobs to ``pydatalab work``."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PYDATALAB = Path(sys.executable).parent / "pydatalab"


def test_jobs_wait_for_a_machine_that_runs_them(server: Any):
    server.start(PYDATALAB_RUN_JOBS="false")
    with server.client(server.key(role="admin")) as admin:
        asked = admin.post("/v1/maintenance/show-space", json={})
        assert asked.status_code == 202, asked.text
        there = f"/v1/jobs/{asked.json()['job_id']}"
        time.sleep(2.5)
        assert admin.get(there).json()["state"] == "waiting"
        settings = {**os.environ, "PYDATALAB_DATA_DIRECTORY": str(server.data)}
        with subprocess.Popen([PYDATALAB, "work"], env=settings) as work:
            until = time.monotonic() + 60
            while (job := _seen(admin.get(there)))["state"] in ("waiting", "running"):
                assert time.monotonic() < until, job
                time.sleep(0.1)
            work.terminate()
        assert job["state"] == "done"
        assert work.returncode == 0


def _seen(answer: Any) -> dict[str, Any]:
    job: dict[str, Any] = answer.json()
    return job
