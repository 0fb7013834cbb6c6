"""Groups of people and of groups: ``/v1/groups``."""

from fastapi.responses import Response

from pydatalab.api import schemas
from pydatalab.api.answers import Json, listed
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.routing import Router
from pydatalab.models.accounts import GroupInFull, GroupRow, GroupUse
from pydatalab.models.people import GroupChange, GroupSummary, NewGroup
from pydatalab.services import groups

router = Router(tags=["people"])


@router.get("/groups", response_model=schemas.listed(GroupSummary))
def list_groups(lab: OpenLab, _: CurrentPerson, q: str = "") -> Json:
    """Groups of the lab, by name."""
    return listed([groups.summary(one) for one in groups.find_groups(lab, q)])


@router.get("/groups/outline", response_model=schemas.listed(GroupRow))
def outline_groups(lab: OpenLab, _: CurrentPerson, q: str = "") -> Json:
    """All groups with how many people are in them, and which contains which."""
    return listed(groups.outline(lab, q))


@router.post("/groups", status_code=201, response_model=GroupInFull)
def create_group(new: NewGroup, lab: OpenLab, who: CurrentPerson) -> Json:
    """Make a group. Administrators only."""
    return Json(groups.in_full(lab, groups.add_group(lab, who, new)), 201)


@router.get("/groups/{group_id}", response_model=GroupInFull)
def get_group(group_id: str, lab: OpenLab, _: CurrentPerson) -> Json:
    """A group with its people."""
    return Json(groups.in_full(lab, groups.get_group(lab, group_id)))


@router.patch("/groups/{group_id}", response_model=GroupInFull)
def change_group(group_id: str, change: GroupChange, lab: OpenLab, who: CurrentPerson) -> Json:
    """Change what a group is called. Administrators, and who manages the group.

    Its id and its managers are changed by administrators alone.
    """
    return Json(groups.in_full(lab, groups.change_group(lab, who, group_id, change)))


@router.delete("/groups/{group_id}", status_code=204, response_class=Response)
def remove_group(group_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Remove a group for good, also from all that is shared with it. Administrators only."""
    groups.remove_group(lab, who, group_id)
    return Response(status_code=204)


@router.put("/groups/{group_id}/members/{person_id}", status_code=204, response_class=Response)
def add_member(group_id: str, person_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Add a person to a group. Administrators, and who manages the group."""
    groups.add_member(lab, who, group_id, person_id)
    return Response(status_code=204)


@router.delete("/groups/{group_id}/members/{person_id}", status_code=204, response_class=Response)
def remove_member(group_id: str, person_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Take a person out of a group. Administrators, and who manages the group."""
    groups.remove_member(lab, who, group_id, person_id)
    return Response(status_code=204)


@router.put("/groups/{group_id}/groups/{inner_id}", status_code=204, response_class=Response)
def add_group_within(group_id: str, inner_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Let a group contain another: whoever belongs to that one then belongs to both.

    Administrators, and who manages the group. 409 if it belongs to the other one itself.
    """
    groups.add_group_within(lab, who, group_id, inner_id)
    return Response(status_code=204)


@router.delete("/groups/{group_id}/groups/{inner_id}", status_code=204, response_class=Response)
def remove_group_within(group_id: str, inner_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Take a group out of a group. Administrators, and who manages the outer one."""
    groups.remove_group_within(lab, who, group_id, inner_id)
    return Response(status_code=204)


@router.get("/groups/{group_id}/use", response_model=GroupUse)
def use_of_group(group_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """How much is shared with a group. Administrators only."""
    return Json(groups.use(lab, who, group_id))
