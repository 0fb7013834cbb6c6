"""Making one account of two that are the same person's.

Everything that names the account that goes then names the one that is kept. The account that goes
is closed first, and managed by the one that is kept until nothing is its own any more: so nobody is
shut out in between, and whoever is interrupted does it again, which finishes it.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydatalab.errors import Cancelled, Conflict
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.models.progress import Progress
from pydatalab.models.times import now
from pydatalab.services import access, groups, histories, jobs, nesting, ownership, people, standing
from pydatalab.services.edits import Edit, edit_document
from pydatalab.store.port import Table
from pydatalab.store.query import (
    EVERYTHING,
    Condition,
    Document,
    Every,
    Is,
    OneOf,
    Query,
    Some,
)

MERGE_JOB = "merge-people"

AT_ONCE = 500
"""Items whose versions are looked through together."""

MOST = 1_000_000

NAMING = ("asked_by", "person_id", "user", "invalidated_by")
"""Fields in which jobs, backups, imports, mappings, exports and keys name a person."""


@dataclass(frozen=True)
class Merge:
    """Two accounts that are to be one."""

    kept: Document
    gone: Document

    @property
    def ids(self) -> tuple[str, str]:
        """Of the one that goes, and of the one that is kept."""
        return self.gone["immutable_id"], self.kept["immutable_id"]


def preview_merge(lab: Lab, who: Person, kept: str, gone: str) -> dict[str, Any]:
    """What ``merge_people`` would change, without changing it.

    Raises:
        as ``merge_people``.
    """
    merge = _merge(lab, who, kept, gone)
    items, collections = ownership.count_of_person(lab, gone)
    managers = people.summaries(lab, _new(merge, "managers", lambda one: one))
    joined = groups.summaries(lab, _new(merge, "groups", lambda one: one["immutable_id"]))
    return {
        "kept": people.summary(merge.kept),
        "gone": people.summary(merge.gone),
        "role": people.role_of(lab, kept),
        "items": items,
        "collections": collections,
        "files": lab.store.files.count(Is("creator_ids", gone)),
        "api_keys": lab.store.api_keys.count(_keys_of(gone)),
        "managed_people": lab.store.people.count(Is("managers", gone)),
        "managers": [one["display_name"] for one in managers.values()],
        "groups": [one["display_name"] for one in joined.values()],
        "identities": [one.get("identifier") or one.get("name") for one in _new_identities(merge)],
        "warnings": _warnings(lab, merge),
    }


def merge_people(lab: Lab, who: Person, kept: str, gone: str, progress: Progress) -> dict[str, Any]:
    """Hand all that is one person's to another, and close the account that goes.

    The role of the one that is kept stays. It cannot be stopped on the way, and doing it again
    finishes what was interrupted.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is no such person.
        Conflict: they are one account already; the one that goes is ``who``'s own, or was merged
            into another one; the one that is kept is closed; the lab would have no active
            administrator; or somebody would manage themselves through others.
    """
    told = preview_merge(lab, who, kept, gone)
    progress.tell("Closing the account that goes")
    _close(lab, who, _merge(lab, who, kept, gone))
    steady = _Steady(progress)
    merge = _merge(lab, who, kept, gone)
    if not merge.gone.get("merged_at"):
        _take_over(lab, who, merge)
    ownership.replace_person(lab, gone, kept, steady)
    _rename_all(lab, gone, kept)
    _rename_people(lab, gone, kept)
    _rename_versions(lab, gone, kept, steady)
    _finish(lab, gone)
    return told


def account_that_goes(lab: Lab, said: str) -> Document:
    """The account of this e-mail, id or name; by its former e-mail one whose merge has begun.

    Raises:
        NotFound: there is none.
        Conflict: there are several.
    """
    former = lab.store.people.find(Query(Is("former_email", said.strip().lower()), limit=1))
    return former.documents[0] if former.documents else people.person_called(lab, said)


def ask_for_merge(lab: Lab, who: Person, kept: str, gone: str) -> dict[str, Any]:
    """``merge_people`` as a job, if it can be done; the job."""
    preview_merge(lab, who, kept, gone)
    return jobs.ask_for_job(
        lab, who, MERGE_JOB, {"kept": kept, "gone": gone, "by": who.immutable_id}
    )


def run_merge(lab: Lab, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """``merge_people``, where a job does it."""
    who = people.person(lab, arguments["by"])
    return merge_people(lab, who, arguments["kept"], arguments["gone"], progress)


class _Steady:
    """A progress of work that goes on to its end though somebody asks it to stop."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Say it, and hear nothing."""
        with suppress(Cancelled):
            self._progress.tell(doing, done, total)


def _merge(lab: Lab, who: Person, kept: str, gone: str) -> Merge:
    """The two accounts, if they may be merged."""
    access.require_admin(who)
    merge = Merge(*(lab.store.people.get(Is("immutable_id", one)) for one in (kept, gone)))
    if kept == gone:
        raise Conflict("This is one account already: name two.")
    if gone == who.immutable_id:
        raise Conflict(
            "You are signed in with the account that would go. Sign in with the one that is kept."
        )
    if merge.kept.get("account_status") != "active":
        raise Conflict("The account that is kept must be active. Activate it first.")
    if merge.gone.get("merged_into") not in {None, kept}:
        raise Conflict("The account that goes was merged into another one already.")
    if not people.has_administrator(lab, besides=gone):
        raise Conflict(
            "The account that goes is the last active administrator."
            " Make somebody else administrator first."
        )
    _require_no_ring(lab, merge)
    return merge


def _require_no_ring(lab: Lab, merge: Merge) -> None:
    """Refuse what would let somebody manage themselves through others."""
    managers = [*(merge.kept.get("managers") or []), *(merge.gone.get("managers") or [])]
    others = {one for one in managers if one not in merge.ids}
    ring = [one for one in others if not standing.managers_above(lab, one).isdisjoint(merge.ids)]
    if ring:
        names = ", ".join(one["display_name"] for one in people.summaries(lab, ring).values())
        raise Conflict(
            f"As one account they would manage themselves through {names}."
            " First take one of these managers away."
        )


def _new(merge: Merge, field: str, id_of: Any) -> list[str]:
    """What the account that goes has in a list, by id, and the one that is kept has not."""
    known = {*map(id_of, merge.kept.get(field) or []), *merge.ids}
    return [one for one in map(id_of, merge.gone.get(field) or []) if one not in known]


def _new_identities(merge: Merge) -> list[dict[str, Any]]:
    known = [_identity(one) for one in merge.kept.get("identities") or []]
    return [one for one in merge.gone.get("identities") or [] if _identity(one) not in known]


def _identity(identity: Mapping[str, Any]) -> tuple[Any, Any]:
    return identity.get("identity_type"), identity.get("identifier")


def _warnings(lab: Lab, merge: Merge) -> list[str]:
    gone, kept = merge.ids
    found = []
    was, stays = people.role_of(lab, gone), people.role_of(lab, kept)
    if was != stays:
        found.append(
            f"The account that goes has the role {was}; the one that is kept stays {stays}."
        )
    if _new(merge, "managers", lambda one: one):
        found.append("Who manages the account that goes will manage all that is kept.")
    return found


def _close(lab: Lab, who: Person, merge: Merge) -> None:
    """Close the account that goes, and let the one that is kept act for it meanwhile."""
    gone, kept = merge.ids

    def closed(document: Document) -> Document:
        if document.get("merged_into"):
            return document
        email = document.get("contact_email")
        name = merge.kept.get("display_name")
        return histories.noted(document, who, "merged", None, name) | {
            "merged_into": kept,
            "merged_at": None,
            "account_status": "deactivated",
            "managers": [*(document.get("managers") or []), kept],
            "former_email": email,
            "contact_email": None,
            "derived": {"email": None},
        }

    people.edit_person(lab, gone, closed)
    standing.close_doors(lab, gone)


def _take_over(lab: Lab, who: Person, merge: Merge) -> None:
    """Give the account that is kept the e-mail, identities, groups and managers of the other."""
    gone, kept = merge.ids
    email = merge.gone.get("former_email")

    def filled(document: Document) -> Document:
        now_so = Merge(document, merge.gone)
        others = [one for one in document.get("managers") or [] if one != gone]
        joined = _new(now_so, "groups", lambda one: one["immutable_id"])
        after = document | {
            "identities": [*(document.get("identities") or []), *_new_identities(now_so)],
            "groups": nesting.listed([*nesting.groups_of(document), *joined]),
            "managers": [*others, *_new(now_so, "managers", lambda one: one)],
        }
        if email and not document.get("contact_email"):
            after |= {"contact_email": email} | people.email_kept(email)
        name = merge.gone.get("display_name")
        lines = document.get("history") or []
        if any((one["did"], one["before"]) == ("merged", name) for one in lines):
            return after
        return histories.noted(after, who, "merged", name, None)

    people.edit_person(lab, kept, filled)


def _rename_all(lab: Lab, gone: str, kept: str) -> None:
    """Let everything besides items, their versions and people name the one that is kept."""
    store = lab.store
    named = Some(tuple(Is(field, gone) for field in NAMING))
    places: list[tuple[Table, Condition, Edit]] = [
        (store.api_keys, _keys_of(gone), lambda one: one | {"user": kept}),
        (store.groups, Is("managers", gone), lambda one: renamed(one, gone, kept)),
        (store.files, Is("creator_ids", gone), lambda one: renamed(one, gone, kept)),
    ]
    for table in (
        store.api_keys, store.jobs, store.backups, store.imports, store.mappings, store.exports,
    ):  # fmt: skip
        places.append((table, named, lambda one: _named_at_top(one, gone, kept)))
    for table, where, edit in places:
        found = table.find(Query(where, limit=MOST, fields=("immutable_id",))).documents
        for one in found:
            edit_document(table, one["immutable_id"], edit, dated=False)


def _keys_of(person_id: str) -> Condition:
    """A person's keys: an older one has the person's id as its own."""
    return Some((Is("user", person_id), Every((Is("immutable_id", person_id), Is("user", None)))))


def _named_at_top(document: Document, gone: str, kept: str) -> Document:
    """A job names who asked for it beside its arguments, which stay."""
    return document | {name: kept for name in NAMING if document.get(name) == gone}


def renamed(value: Any, gone: str, kept: str) -> Any:
    """The same with one id in the place of another; a list that then had it twice has it once."""
    if isinstance(value, dict):
        return {name: renamed(one, gone, kept) for name, one in value.items()}
    if isinstance(value, list):
        new = [renamed(one, gone, kept) for one in value]
        return list(dict.fromkeys(new)) if gone in value else new
    return kept if value == gone else value


def _rename_people(lab: Lab, gone: str, kept: str) -> None:
    """Let the one that is kept manage whom the other did, and stand in histories for it."""
    everybody = lab.store.people.find(Query(limit=people.MOST_PEOPLE)).documents
    for document in everybody:
        if document["immutable_id"] != gone and renamed(document, gone, kept) != document:
            people.edit_person(
                lab, document["immutable_id"], lambda one: _named_otherwise(one, gone, kept)
            )


def _named_otherwise(document: Document, gone: str, kept: str) -> Document:
    changed: Document = renamed(document, gone, kept)
    own = document["immutable_id"]
    return changed | {"managers": [one for one in changed.get("managers") or [] if one != own]}


def _rename_versions(lab: Lab, gone: str, kept: str, progress: Progress) -> None:
    """Let snapshots say that the one that is kept made them."""
    total = lab.store.items.count(EVERYTHING, scope=access.WHOLE_LAB)
    done = 0
    for refcodes in _refcodes(lab):
        progress.tell("Handing over the history of items", done, total)
        done += len(refcodes)
        where = Every((OneOf("refcode", refcodes), Is("user_id", gone)))
        for one in lab.store.versions.find(Query(where, limit=MOST)).documents:
            # The edit of a snapshot is that of its item.
            edit_document(
                lab.store.versions,
                one["immutable_id"],
                lambda one: one | {"user_id": kept},
                counted=False,
                dated=False,
            )


def _refcodes(lab: Lab) -> Iterator[tuple[str, ...]]:
    """All refcodes of the lab, some at a time."""
    after: str | None = None
    while True:
        query = Query(limit=AT_ONCE, after=after, fields=("refcode",))
        page = lab.store.items.find(query, scope=access.WHOLE_LAB)
        yield tuple(one["refcode"] for one in page.documents)
        after = page.next_cursor
        if after is None:
            return


def _finish(lab: Lab, gone: str) -> None:
    """Leave nothing to the account that goes but its name and its history."""
    people.set_role(lab, gone, "user")
    emptied = {"identities": [], "groups": [], "managers": [], "merged_at": now()}
    people.edit_person(lab, gone, lambda one: one if one.get("merged_at") else one | emptied)
