"""A container that runs the lab's jobs beside an API that leaves them to others, as the guide has it."""

import re
from collections.abc import Callable
from typing import Any

from conftest import Compose, docker, is_healthy, until_true


def test_jobs_are_run_by_a_container_for_them_which_tells_how_it_does(
    compose: Compose, administrator: Callable[[Compose], Any]
):
    guide = (compose.folder / "docs" / "explanation" / "scale.md").read_text()
    (service,) = re.findall(r"```yaml\n(  work:.*?)```", guide, re.DOTALL)
    more = compose.folder / "docker-compose.override.yml"
    more.write_text(f"services:\n{service}\nvolumes:\n  work:\n")
    (compose.folder / ".env").write_text("PYDATALAB_RUN_JOBS=false\n")
    compose("build", "work")
    compose.up()
    admin = administrator(compose)
    job = admin.post("/v1/maintenance/show-space", json={}).json()
    until_true(lambda: admin.get(f"/v1/jobs/{job['job_id']}").json()["state"] == "done", 60)
    metrics = "import urllib.request as u; print(u.urlopen('http://localhost:5001/metrics').read().decode())"
    counted = 'pydatalab_jobs_run_total{name="show-space",state="done"} 1'
    until_true(lambda: counted in compose.inside("work", "python3", "-c", metrics), 30)
    assert counted not in compose.inside("api", "python3", "-c", metrics)
    until_true(lambda: is_healthy(f"{compose.project}-work-1"), 120)
    compose("stop", "--timeout", "20", "work")
    exited = docker("inspect", "-f", "{{.State.ExitCode}}", f"{compose.project}-work-1")
    assert exited.strip() == "0"
