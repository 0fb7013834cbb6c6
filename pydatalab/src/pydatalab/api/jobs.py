"""Work beside requests: ``/v1/jobs``, ``/v1/schedules``."""

from pydatalab.api import schemas
from pydatalab.api.answers import Json, listed
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.listing import Limit
from pydatalab.api.routing import Router
from pydatalab.models.jobs import Job, ScheduleShown
from pydatalab.services import jobs

router = Router(tags=["jobs"])


@router.get("/jobs", response_model=schemas.listed(Job))
def list_jobs(
    lab: OpenLab,
    who: CurrentPerson,
    name: str | None = None,
    state: str | None = None,
    limit: Limit = 50,
) -> Json:
    """The newest jobs: all of them for administrators, for others those that they asked for."""
    return listed(jobs.find_jobs(lab, who, name=name, state=state, limit=limit))


@router.get("/jobs/{job_id}", response_model=Job)
def get_job(job_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """A job: how far it is, or what came of it."""
    return Json(jobs.get_job(lab, who, job_id))


@router.post("/jobs/{job_id}/cancel", response_model=Job)
def cancel_job(job_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """End a job that waits, or ask one that runs to stop. 409 if it has ended by itself."""
    return Json(jobs.cancel_job(lab, who, job_id))


@router.get("/schedules", response_model=schemas.listed(ScheduleShown))
def list_schedules(lab: OpenLab, who: CurrentPerson) -> Json:
    """The jobs that are made by themselves, with their next times. Administrators only."""
    return listed(jobs.schedules(lab, who))
