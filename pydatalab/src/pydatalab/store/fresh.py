"""Whether somebody has used a lab yet."""

from pydatalab.store.kinds import LASTING_KINDS, ROLES, SESSIONS, SIGN_IN_LINKS
from pydatalab.store.port import Snapshot

FIRST = {kind.name for kind in (ROLES, SESSIONS, SIGN_IN_LINKS)}
"""Kinds of which a lab that nobody has used yet may have some."""


def is_fresh(snapshot: Snapshot) -> bool:
    """Whether nobody has used this lab yet: nothing is in it but what its first start makes."""
    return not any(snapshot.count(kind.name) for kind in LASTING_KINDS if kind.name not in FIRST)
