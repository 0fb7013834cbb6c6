"""How the server does: ``/v1/administration``. For administrators only."""

from pydatalab.api.answers import Json
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.routing import Router
from pydatalab.models.server import ServerNow
from pydatalab.services import server

router = Router(prefix="/administration", tags=["administration"])


@router.get("/server", response_model=ServerNow)
def show_server(lab: OpenLab, who: CurrentPerson) -> Json:
    """Load, requests, workers, jobs, database and storage at this moment."""
    return Json(server.server_now(lab, who))
