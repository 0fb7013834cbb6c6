"""Maintenance as jobs: each takes the lab, what it was told, and where to say how far it is."""

from collections.abc import Mapping
from typing import Any

from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.services.maintenance import blobs, rebuild, space


def list_unused_blobs(lab: Lab, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Look for unused files; ``days`` of grace."""
    return blobs.list_unused_blobs(lab, progress, arguments.get("days", blobs.GRACE))


def remove_unused_blobs(
    lab: Lab, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Remove files that were unused for so many ``days``."""
    return blobs.remove_unused_blobs(lab, progress, arguments.get("days", blobs.GRACE))


def rebuild_all(lab: Lab, _: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Work out anew what follows from items."""
    return rebuild.rebuild(lab, progress)


def show_space(lab: Lab, _: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Add up what takes space."""
    return space.show_space(lab, progress)
