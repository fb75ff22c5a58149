"""What crosses the room's border: claims, resolutions, merges, trait updates, and profiles as they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class Kind(StrEnum):
    """The kinds of identifiers, strongest first."""

    USER_ID = "user_id"
    ANONYMOUS_ID = "anonymous_id"
    EMAIL = "email"
    PHONE = "phone"


LIMITS: Mapping[str, int] = {Kind.USER_ID: 5, Kind.ANONYMOUS_ID: 100, Kind.EMAIL: 5, Kind.PHONE: 5}
"""At most so many identifiers of a kind on one profile: what stops a shared value from swallowing everybody."""


MAX_RELATIONS = 100
"""At most so many objects to which one profile belongs: what a rule over them reads for each person is bounded."""
MAX_ATTRIBUTES = 16_000
"""Characters of an object's attributes as JSON."""
MAX_KINDS = 50
"""Kinds of objects in a workspace: what stops ids that were sent as kinds."""
COMPANY = "company"
"""The kind of a group call that names none."""


class TraitType(StrEnum):
    """The types of traits. Dates are stored `YYYY-MM-DD`, datetimes as ISO 8601 in UTC with a `Z`; an object is kept
    for templates and cannot stand in a rule."""

    TEXT = "text"
    NUMBER = "number"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"
    LIST = "list"
    OBJECT = "object"


RESERVED_TRAITS = frozenset({"email", "phone", "language", "locale", "timezone"})


class IdentityClaim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one call says about who somebody is. `is_identify`: the call speaks of the person (an address in it is
    hers); `previous_id` stands only in an alias. A struct, since it is made and hashed for every event."""

    workspace_id: int
    user_id: str | None = None
    anonymous_id: str | None = None
    previous_id: str | None = None
    email: str | None = None
    phone: str | None = None
    is_identify: bool = False


class MergedPair(msgspec.Struct, frozen=True):
    """A merge that was carried out on this room's rows; the other rooms' rows follow."""

    merge_id: int
    workspace_id: int
    winner_id: int
    loser_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whose each claim is (None: every identifier in it is blocked or malformed). The profiles are locked against
    merges until the transaction ends."""

    profile_ids: Sequence[int | None]
    created: int
    merges: tuple[MergedPair, ...]


@dataclass(frozen=True, slots=True)
class TraitUpdate:
    """Traits said of one profile at one time; `None` removes a trait. `locale` and `timezone` are hints of the
    device, which serve where the traits do not say."""

    workspace_id: int
    profile_id: int
    traits: Mapping[str, Any]
    at: datetime
    locale: str | None = None
    timezone: str | None = None


TraitChange = Mapping[str, Any]
"""`{"from": …, "to": …}` of a trait that an update changed; None is no trait."""


@dataclass(frozen=True, slots=True)
class TraitsApplied:
    """How many values did not fit their trait's type, and for each update what it changed, by trait."""

    rejected: int
    changes: Sequence[Mapping[str, TraitChange]]


@dataclass(frozen=True, slots=True)
class Merge:
    """A recorded merge; `undone_at` when it was taken back."""

    id: int
    workspace_id: int
    winner_id: int
    loser_id: int
    reason: str
    merged_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class IdentifierValue:
    """One identifier of a profile."""

    kind: str
    value: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IdentityConflict:
    """A key that the rules did not let join two profiles (`owner_id`, `other_id`), or over a limit; see `services`."""

    kind: str
    value: str
    owner_id: int
    other_id: int
    rule: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A profile as it is read; `merged_into_id` when it lives on in another."""

    id: int
    workspace_id: int
    traits: Mapping[str, Any]
    traits_at: datetime | None
    email: str | None
    phone: str | None
    language: str | None
    timezone: str | None
    created_at: datetime
    merged_into_id: int | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class TraitView:
    """A trait that a workspace knows, and how often a value did not fit its type."""

    name: str
    type: TraitType
    declared: bool
    rejected_count: int
    rejected_example: str | None


@dataclass(frozen=True, slots=True)
class ObjectUpdate:
    """Attributes told of an object at one time; `None` removes one. `whole`: they are all that it has."""

    workspace_id: int
    kind: str
    key: str
    attributes: Mapping[str, Any]
    at: datetime
    whole: bool = False


@dataclass(frozen=True, slots=True)
class RelationClaim:
    """A profile belongs to an object; a role or attributes that are None stay as they are."""

    profile_id: int
    object_id: int
    role: str | None = None
    attributes: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RelationChange:
    """What became of a relation: `role` as it is now, or `refused` when the person has too many."""

    profile_id: int
    object_id: int
    role: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class ObjectNews:
    """One person who is to be told of a change of an object; `changes` is None when it was removed."""

    workspace_id: int
    profile_id: int
    kind: str
    key: str
    role: str
    changes: Mapping[str, Any] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ObjectKindView:
    """A kind of objects; `refused_count` says what was left out for a limit, or could not be stored."""

    key: str
    name: Mapping[str, str]
    plural: Mapping[str, str]
    refused_count: int


@dataclass(frozen=True, slots=True)
class ObjectView:
    """An object as it is read."""

    id: int
    workspace_id: int
    kind: str
    key: str
    attributes: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ObjectPerson:
    """A person of an object."""

    profile_id: int
    role: str
    attributes: Mapping[str, Any]
    related_at: datetime
    email: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class RelatedObject:
    """An object of a person; `relation` are the attributes of their relation. As JSON texts the numbers stay exact."""

    kind: str
    key: str
    attributes: str
    role: str
    relation: str
    related_at: datetime
