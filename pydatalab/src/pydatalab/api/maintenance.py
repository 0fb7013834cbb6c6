"""Looking after the lab: ``/v1/maintenance``."""

from pydatalab.api.answers import Json
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.routing import Router
from pydatalab.models.jobs import Job, Maintenance, MaintenanceOptions
from pydatalab.services import jobs

router = Router(prefix="/maintenance", tags=["jobs"])


@router.post("/{task}", status_code=202, response_model=Job)
def begin_maintenance(
    task: Maintenance, options: MaintenanceOptions, lab: OpenLab, who: CurrentPerson
) -> Json:
    """Have it done as a job; the one of this name that is under way already, if there is one.
    Administrators only."""
    return Json(jobs.begin_maintenance(lab, who, task, options), 202)
