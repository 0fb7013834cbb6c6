"""Tasks over the remote folders of the settings: seeing, attaching, keeping in step."""

from pydatalab.commands.desk import Desk, Report, in_columns, lab_task

REMOTE = "its name in REMOTE_FILESYSTEMS"


@lab_task()
def list_remotes(desk: Desk) -> Report:
    """List the remote folders, whether each can be reached now, and how many files are followed."""
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.remote_states import states

    found = states(desk.lab, OPERATOR)
    rows = [
        (
            one["name"],
            one["kind"],
            f"{one['hostname']}:{one['path']}" if one["hostname"] else one["path"],
            f"{one['latency_ms']} ms" if one["is_reachable"] else one["problem"],
            f"{one['num_live_files']:,}",
        )
        for one in found
    ]
    head = ("remote", "kind", "where", "answers", "followed files")
    lines = in_columns([head, *rows]) if rows else ("REMOTE_FILESYSTEMS names none.",)
    return Report({"remotes": found}, lines, ok=all(one["is_reachable"] for one in found))


@lab_task(remote=REMOTE, path="a folder in it", words="what names of files must contain")
def list_remote_files(desk: Desk, remote: str, path: str = "", words: str = "") -> Report:
    """List what stands in a remote folder, as it is now."""
    from pydatalab.files.writer import readable_size
    from pydatalab.services.remotes import browse

    found = browse(desk.lab, remote, path.strip("/"), wanted="fresh", words=words, limit=100_000)
    rows = [
        (
            f"{one['path']}/" if one["kind"] == "folder" else one["path"],
            readable_size(one["size"]) if one["size"] is not None else "",
            (one["modified_at"] or "")[:16].replace("T", " "),
        )
        for one in found["entries"]
    ]
    lines = (
        in_columns([("path", "size", "changed (UTC)"), *rows]) if rows else ("Nothing is there.",)
    )
    return Report(found, lines)


@lab_task(
    item="refcode of the item",
    remote=REMOTE,
    path="the file in it, as admin.list-remote-files says it",
    person="who attaches it, by e-mail, name or id",
)
def attach_remote_file(desk: Desk, item: str, remote: str, path: str, person: str) -> Report:
    """Copy a file of a remote folder, and attach it to an item; it is followed while it grows."""
    from pydatalab.files.writer import readable_size
    from pydatalab.services import people, remotes

    who = people.person(desk.lab, people.person_called(desk.lab, person)["immutable_id"])
    file, new = remotes.attach_remote_file(
        desk.lab, who, item, remote, path.strip("/"), desk.progress
    )
    did = "is attached to" if new else "is brought up to date in"
    more = " It is followed while it grows." if file.get("is_live") else ""
    said = f"{file['name']} ({readable_size(file['size'])}) {did} {item}.{more}"
    known = ("immutable_id", "name", "size", "checksums", "revision", "is_live")
    return Report({name: file.get(name) for name in known} | {"new": new}, (said,))


@lab_task()
def follow_remote_files(desk: Desk) -> Report:
    """Look now at every attached file that may still grow, and copy anew what changed."""
    from pydatalab.services.following import follow_files

    found = follow_files(desk.lab, desk.progress)
    problems = (f"{name}: {problem}" for name, problem in found["problems"].items())
    return Report(found, (*problems, found["summary"]), ok=not found["problems"])
