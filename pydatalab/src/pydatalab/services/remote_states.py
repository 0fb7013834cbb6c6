"""How the remote folders of a lab do, for those who look after it."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from pydatalab.errors import DatalabError
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.models.times import as_text
from pydatalab.services import access, files, following, jobs, presentation, remotes

JOB = "follow-remote-files"


def states(lab: Lab, who: Person) -> list[dict[str, Any]]:
    """Each remote folder, asked now whether it is there; all at once.

    Raises:
        Forbidden: ``who`` is no administrator.
    """
    access.require_admin(who)
    known = remotes.list_remotes(lab)
    if not known:
        return []
    live = Counter(file["source_server_name"] for file in following.live_files(lab))
    with ThreadPoolExecutor(min(len(known), 16)) as threads:
        asked = list(threads.map(lambda one: _asked(lab, one["name"]), known))
    return [
        one
        | how
        | _remembered(lab.remotes.ages(one["name"]))
        | {"num_live_files": live[one["name"]]}
        for one, how in zip(known, asked, strict=True)
    ]


def _asked(lab: Lab, name: str) -> dict[str, Any]:
    begun = time.perf_counter()
    try:
        lab.remotes.look(name, "")
    except DatalabError as exc:
        return {"is_reachable": False, "latency_ms": None, "problem": exc.message}
    taken = round((time.perf_counter() - begun) * 1000)
    return {"is_reachable": True, "latency_ms": taken, "problem": None}


def _remembered(ages: Sequence[float]) -> dict[str, Any]:
    def text(moment: float) -> str:
        return as_text(datetime.fromtimestamp(moment, UTC))

    return {
        "num_listings": len(ages),
        "oldest_listing_at": text(ages[0]) if ages else None,
        "newest_listing_at": text(ages[-1]) if ages else None,
    }


def live_files(lab: Lab, who: Person) -> list[dict[str, Any]]:
    """The files that are kept in step, whoever's they are.

    Raises:
        Forbidden: ``who`` is no administrator.
    """
    access.require_admin(who)
    return [
        {
            "file_id": file["immutable_id"],
            "name": file.get("original_name") or file["name"],
            "size": file.get("size"),
            "revision": file.get("revision", 1),
            "refcodes": [one["refcode"] for one in files.holders(lab, who, file["immutable_id"])],
            "origin": presentation.origin(file),
        }
        for file in following.live_files(lab)
    ]


def follow_now(lab: Lab, who: Person) -> dict[str, Any]:
    """Have the files that are followed looked at now, as a job; the one under way, if there is one.

    Raises:
        Forbidden: ``who`` is no administrator.
    """
    access.require_admin(who)
    under_way = jobs.under_way(lab, JOB)
    return under_way or jobs.ask_for_job(lab, who, JOB, {})
