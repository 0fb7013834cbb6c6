"""Who works in the lab: people, their roles and groups."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pydatalab.models.base import Model
from pydatalab.models.identifiers import ObjectId, ShortName

Role = Literal["user", "manager", "admin"]
AccountStatus = Literal["active", "unverified", "deactivated"]

DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$|^[^@\s]+@localhost$",
    ),
]


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, with all that the access rule asks of them."""

    immutable_id: str
    display_name: str
    role: Role
    account_status: AccountStatus

    group_ids: frozenset[str] = frozenset()
    """Groups they belong to."""
    managed_ids: frozenset[str] = frozenset()
    """People they manage: they act as those would."""
    collection_ids: frozenset[str] = frozenset()
    """Collections they may see."""
    sudo: bool = False
    """Whether an administrator asked to see everything."""

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


class PersonSummary(Model):
    """Somebody, as named beside an item."""

    immutable_id: ObjectId
    display_name: str
    gravatar_hash: str


class GroupSummary(Model):
    """A group, as named beside an item."""

    immutable_id: ObjectId
    group_id: str
    display_name: str


class Account(Model):
    """A person as they see themselves, or an administrator sees them."""

    immutable_id: ObjectId
    display_name: str
    contact_email: str | None = None
    gravatar_hash: str
    role: Role
    account_status: AccountStatus
    groups: tuple[GroupSummary, ...] = ()


class NewPerson(Model):
    """An account to be made."""

    display_name: DisplayName
    contact_email: Email | None = None
    role: Role = "user"


class AccountChange(Model):
    """What people may change about themselves."""

    display_name: DisplayName | None = None
    contact_email: Email | None = None


class PersonChange(AccountChange):
    """What administrators may change about anybody; an absent field is kept."""

    role: Role | None = None
    account_status: AccountStatus | None = None
    managers: tuple[ObjectId, ...] | None = None
    """Who may do what they may; replaces those named before."""

    def of_account(self) -> AccountChange:
        """The part that people may change about themselves."""
        names = AccountChange.model_fields.keys() & self.model_fields_set
        return AccountChange.model_validate({name: getattr(self, name) for name in names})


class NewGroup(Model):
    """A group to be made."""

    group_id: ShortName
    display_name: DisplayName
    description: str | None = Field(default=None, max_length=10_000)
    managers: tuple[ObjectId, ...] = ()


class GroupChange(Model):
    """What may change about a group."""

    group_id: ShortName | None = None
    display_name: DisplayName | None = None
    description: str | None = Field(default=None, max_length=10_000)
    managers: tuple[ObjectId, ...] | None = None
