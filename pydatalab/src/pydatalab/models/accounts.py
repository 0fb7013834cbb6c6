"""Accounts and groups as those who look after them see them."""

from typing import Literal

from pydantic import ConfigDict

from pydatalab.models.base import Model, Moment
from pydatalab.models.identifiers import ObjectId
from pydatalab.models.people import AccountStatus, GroupSummary, PersonSummary, Role

Deed = Literal[
    "created", "name", "email", "status", "role", "managers", "joined group", "left group",
    "made key", "revoked key", "made link", "merged",
]  # fmt: skip
"""What was done to an account: a field that changed from one value to another, or an act."""


class AccountRow(PersonSummary):
    """A person in the administrators' list."""

    contact_email: str | None
    role: Role
    account_status: AccountStatus
    groups: list[GroupSummary]
    """Groups that they belong to themselves."""
    last_seen: Moment
    """When they last asked for anything, to the hour."""
    num_items: int
    """Items of which they are a creator."""
    num_api_keys: int
    merged_into: ObjectId | None
    """The account that took over all that this one had."""


class Identity(Model):
    """A way in which somebody is known elsewhere."""

    identity_type: str | None
    identifier: str | None
    name: str | None
    verified: bool | None


class ApiKey(Model):
    """An API key, without the key itself."""

    model_config = ConfigDict(extra="allow")

    immutable_id: ObjectId
    name: str
    digest: str
    """Its beginning and end."""
    created_at: Moment
    expires_at: Moment


class AccountEvent(Model):
    """A line of an account's history."""

    at: str
    """When."""
    by: PersonSummary | None
    """Who did it; ``null``: whoever ran a command on the server."""
    did: Deed
    before: str | None
    after: str | None


class AccountInFull(AccountRow):
    """A person with all that administrators look after."""

    managers: list[PersonSummary]
    """Who may do what they may."""
    manages: list[PersonSummary]
    identities: list[Identity]
    merge_unfinished: bool
    """Whether a merge into another account was interrupted; doing it again finishes it."""
    api_keys: list[ApiKey]
    num_sessions: int
    """Browsers in which they are signed in."""
    history: list[AccountEvent]
    """The last 200 changes, newest first."""


class SignInLink(Model):
    """A link that signs somebody in once, within a day."""

    link: str


class MergeAsked(Model):
    """Which account is to go."""

    person_id: ObjectId


class MergePreview(Model):
    """What making one account of two would change."""

    kept: PersonSummary
    gone: PersonSummary
    role: Role
    """That of the account that is kept, which stays."""
    items: int
    collections: int
    files: int
    api_keys: int
    managed_people: int
    """People whom the account that goes manages."""
    managers: list[str]
    """Who will manage the account that is kept, and does not yet."""
    groups: list[str]
    """Groups that it will belong to, and does not yet."""
    identities: list[str]
    """By which one will sign in to it, and does not yet."""
    warnings: list[str]


class GroupInFull(GroupSummary):
    """A group with its people and groups."""

    description: str | None
    managers: list[PersonSummary]
    """Who may say who belongs to it, besides administrators."""
    members: list[PersonSummary]
    """People who belong to it themselves."""
    groups: list[GroupSummary]
    """Groups that it contains: whoever belongs to one of them belongs to it."""
    belongs_to: list[GroupSummary]
    """Groups that contain it."""
    num_people: int
    """People who belong to it, themselves or through the groups that it contains."""


class GroupRow(GroupSummary):
    """A group in the outline of all groups."""

    description: str | None
    managers: list[PersonSummary]
    belongs_to: list[ObjectId]
    """Groups that contain it."""
    num_members: int
    """People who belong to it themselves."""
    num_people: int
    """The same with those of the groups that it contains."""


class GroupUse(Model):
    """What is shared with a group, and what its people reach through it."""

    items: int
    collections: int
    people: int
    """Who belongs to it, through the groups that it contains too."""
    outer_items: int
    """Items that are shared with groups that contain it: its people see these because of it."""
    outer_collections: int
