"""People: found, shown, told apart and brought together; and the traits that a workspace knows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import uuid4

import msgspec
from ninja import Query
from pydantic import Field

from kesher.api.errors import MessageRepeated, RequestInvalid
from kesher.api.paging import BIGGEST, Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, JsonObject, Moment, Out, PathId
from kesher.events import services as events
from kesher.events.types import PROFILE_IDENTIFIED, EventType, IncomingEvent
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.profiles import queries, services
from kesher.profiles.errors import MergeNotFound
from kesher.profiles.types import ProfileView, TraitType

routes = Routes("profiles")

_MAX_TRAITS = 32_000
"""The collector's limit for an event, in characters."""
_TOO_MUCH = Text(en="These are more than 32 kB; send less at once.", he="אלה יותר מ־32 ק״ב; יש לשלוח פחות בכל פעם.")
_FUTURE = Text(en="This lies in the future.", he="המועד הזה עתידי.")
_NOBODY = Text(
    en="Nobody can be recognised by this; give a user_id, an anonymous_id, or an e-mail or phone in the traits.",
    he="אי אפשר לזהות כך אדם; יש לתת user_id או anonymous_id, או כתובת דוא״ל או טלפון במאפיינים.",
)

ProfileId = Annotated[int, Field(ge=1, le=BIGGEST)]


class ProfileDetail(Out):
    """A person; `merged_into_id` when she lives on in another profile."""

    id: int
    traits: JsonObject
    traits_at: datetime | None
    email: str | None
    phone: str | None
    language: str | None
    timezone: str | None
    created_at: datetime
    merged_into_id: int | None
    erased_at: datetime | None


class IdentifierDetail(Out):
    """A value by which the person is recognised."""

    kind: str
    value: str
    created_at: datetime


class MergeDetail(Out):
    """Two profiles that became one; `undone_at` when it was taken back."""

    id: int
    winner_id: int
    loser_id: int
    reason: str
    merged_at: datetime
    undone_at: datetime | None


class TraitDetail(Out):
    """A trait, its type, and how many values did not fit it."""

    name: str
    type: TraitType
    declared: bool
    rejected_count: int
    rejected_example: str | None


class TraitDeclaration(In):
    """A trait's type; values that came before stay as they are."""

    name: str = Field(max_length=200)
    type: TraitType


class ProfileCall(In):
    """Who it is, and what is now known of her: an `identify` call. At least one way to recognise her is needed.

    `message_id` makes a repeated call harmless: the same one is written once.
    """

    user_id: str | None = Field(None, min_length=1, max_length=255)
    anonymous_id: str | None = Field(None, min_length=1, max_length=255)
    traits: JsonObject = Field(default_factory=dict, max_length=500)
    message_id: str | None = Field(None, min_length=1, max_length=100)
    occurred_at: Moment | None = None


class TraitChanges(In):
    """Traits to set; a null removes one."""

    traits: JsonObject = Field(min_length=1, max_length=500)


class MergeRequest(In):
    """The profile that ends, and why it is the same person."""

    loser_id: ProfileId
    reason: str = Field(min_length=1, max_length=500)


@routes.get("/profiles", permission="profiles:read")
def search_profiles(
    call: Call,
    q: Annotated[str, Query("", max_length=255, description="An identifier, or part of a name or an address.")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ProfileDetail]:
    """Living profiles, the newest first."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.search_profiles(
        call.conn,
        workspace_id=call.workspace_id,
        text=q,
        before_id=after[0] if after else None,
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.id,), show=ProfileDetail.model_validate)


@routes.get("/profiles/{profile_id}", permission="profiles:read")
def get_profile(call: Call, profile_id: PathId) -> ProfileDetail:
    """A person."""
    return ProfileDetail.model_validate(_profile(call, profile_id))


@routes.get("/profiles/{profile_id}/identifiers", permission="profiles:read")
def list_identifiers(call: Call, profile_id: PathId) -> list[IdentifierDetail]:
    """The values by which a person is recognised."""
    _profile(call, profile_id)
    rows = queries.list_identifiers(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    return [IdentifierDetail.model_validate(row) for row in rows]


@routes.get("/profiles/{profile_id}/merges", permission="profiles:read")
def list_merges(call: Call, profile_id: PathId) -> list[MergeDetail]:
    """The merges of a profile, the newest first."""
    _profile(call, profile_id)
    rows = queries.list_merges(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    return [MergeDetail.model_validate(row) for row in rows]


@routes.post("/identify", permission="profiles:write")
def identify_profile(call: Call, body: ProfileCall) -> ProfileDetail:
    """Recognise a person, or make her known, and say what is known of her."""
    event = _identify_event(call, body.traits, body.message_id, body.occurred_at)
    event = msgspec.structs.replace(event, user_id=body.user_id, anonymous_id=body.anonymous_id)
    result = events.ingest(call.conn, [event], now=call.now)
    if result.unidentified:
        raise RequestInvalid(problems=(Problem("user_id", _NOBODY),))
    profile_id = result.profile_ids[0]
    if profile_id is None:
        raise MessageRepeated(key=event.message_id)
    call.audit("profiles.identify", profile_id, {"traits": sorted(body.traits)})
    return ProfileDetail.model_validate(_profile(call, profile_id))


@routes.patch("/profiles/{profile_id}", permission="profiles:write")
def update_profile(call: Call, profile_id: PathId, body: TraitChanges) -> ProfileDetail:
    """Set traits of a known person."""
    profile = _profile(call, profile_id)
    event = msgspec.structs.replace(
        _identify_event(call, body.traits, None, None), profile_id=profile.merged_into_id or profile.id
    )
    events.ingest(call.conn, [event], now=call.now)
    call.audit("profiles.update", profile_id, {"traits": sorted(body.traits)})
    return ProfileDetail.model_validate(_profile(call, profile_id))


@routes.post("/profiles/{profile_id}/merges", permission="profiles:merge", status=201)
def merge_profiles(call: Call, profile_id: PathId, body: MergeRequest) -> list[MergeDetail]:
    """Declare two profiles the same person: this one stays, the other joins it with everything it has."""
    _profile(call, profile_id)
    _profile(call, body.loser_id)
    merge = events.merge_profiles(
        call.conn,
        workspace_id=call.workspace_id,
        winner_id=profile_id,
        loser_id=body.loser_id,
        reason=body.reason,
        now=call.now,
    )
    call.audit("profiles.merge", profile_id, {"merge_id": merge.merge_id, **body.model_dump()})
    return list_merges(call, profile_id)


@routes.delete("/profiles/{profile_id}/merges/{merge_id}", permission="profiles:merge")
def undo_merge(call: Call, profile_id: PathId, merge_id: PathId) -> MergeDetail:
    """Part two merged profiles again; what came since stays with the one that stayed."""
    known = queries.list_merges(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    if merge_id not in {merge.id for merge in known}:
        raise MergeNotFound(merge_id=merge_id)
    undone = events.undo_merge(call.conn, workspace_id=call.workspace_id, merge_id=merge_id, now=call.now)
    call.audit("profiles.undo_merge", profile_id, {"merge_id": merge_id})
    return MergeDetail.model_validate(undone)


@routes.get("/traits", permission="profiles:read")
def list_traits(call: Call) -> list[TraitDetail]:
    """The traits that the workspace knows, by name."""
    rows = queries.list_traits(call.conn, workspace_id=call.workspace_id)
    return [TraitDetail.model_validate(row) for row in rows]


@routes.post("/traits", permission="profiles:write")
def declare_trait(call: Call, body: TraitDeclaration) -> list[TraitDetail]:
    """Fix the type of a trait; the answer is the list of all traits."""
    services.declare_trait(call.conn, workspace_id=call.workspace_id, name=body.name, type=body.type, now=call.now)
    call.audit("profiles.declare_trait", body.name, {"type": body.type})
    return list_traits(call)


def _identify_event(
    call: Call, traits: JsonObject, message_id: str | None, occurred_at: datetime | None
) -> IncomingEvent:
    properties = msgspec.json.encode(traits).decode()
    if len(properties) > _MAX_TRAITS:
        raise RequestInvalid(problems=(Problem("traits", _TOO_MUCH),))
    if occurred_at is not None and occurred_at > call.now:
        raise RequestInvalid(problems=(Problem("occurred_at", _FUTURE),))
    return IncomingEvent(
        workspace_id=call.workspace_id,
        source_id=0,
        message_id=message_id or f"api-{uuid4()}",
        type=EventType.IDENTIFY,
        name=PROFILE_IDENTIFIED,
        occurred_at=occurred_at or call.now,
        received_at=call.now,
        traits=traits,
        properties=properties,
    )


def _profile(call: Call, profile_id: int) -> ProfileView:
    return queries.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
