"""Large files of remote folders, copied by jobs that tell how far they are and can be cancelled."""

from collections.abc import Mapping
from typing import Any

from pydatalab.errors import Forbidden
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.models.progress import Progress
from pydatalab.services import access, items, jobs, people, presentation, remotes

JOB = "copy-remote-file"


def begin_copy(lab: Lab, who: Person, refcode: str, remote: str, path: str) -> dict[str, Any]:
    """Have a file of a remote folder copied and attached to an item, as a job.

    Raises:
        NotFound: ``who`` can see no such item, or there is no such remote folder.
        Forbidden: ``who`` may not change the item.
    """
    item = items.get_item(lab, who, refcode)
    access.require(access.may_change(who, item), "attach files to it")
    lab.remotes.place(remote)
    asked = {"refcode": item["refcode"], "remote": remote, "path": path}
    return jobs.ask_for_job(lab, who, JOB, asked | {"by": who.immutable_id, "sudo": who.sudo})


def copy(lab: Lab, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """The job that does so, with the rights that ``by`` has when it runs.

    Raises:
        Forbidden: ``by`` may not change the item any more, or has no active account.
    """
    who = people.person(lab, arguments["by"], sudo=arguments["sudo"])
    if who.account_status != "active":
        raise Forbidden("The account that asked for this copy is not active any more.")
    refcode, remote, path = (arguments[name] for name in ("refcode", "remote", "path"))
    file, new = remotes.attach_remote_file(lab, who, refcode, remote, path, progress)
    did = "is attached to" if new else "is brought up to date in"
    shown = presentation.file_record(lab, file) | {"already_attached": not new}
    return {"file": shown, "summary": f"{file['name']} {did} {refcode}."}
