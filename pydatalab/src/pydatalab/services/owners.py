"""People and groups that a thing is to belong to."""

from collections.abc import Iterable

from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.identifiers import PUBLIC_ID
from pydatalab.services import groups, people


def require_known(lab: Lab, creator_ids: Iterable[str], group_ids: Iterable[str]) -> None:
    """Go on only if all of these people and groups are there.

    Raises:
        Invalid: one is not; it is named.
    """
    creators, shared = set(creator_ids) - {PUBLIC_ID}, set(group_ids)
    unknown = creators - people.present(lab, creators)
    unknown |= shared - groups.summaries(lab, shared).keys()
    if unknown:
        raise Invalid(f"There is no person or group {', '.join(sorted(unknown))}.")
