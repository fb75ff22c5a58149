"""What a profile page tells of a person beside her traits: her timeline, and the lists that she is on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from ninja import Query

from kesher.api.paging import Cursor, Id, Limit, decode_cursor, encode_cursor
from kesher.api.routing import Call, Routes
from kesher.api.schemas import JsonObject, Out, PathId
from kesher.events import queries
from kesher.events.queries import TimelineKind
from kesher.profiles import queries as profiles
from kesher.segments import queries as segments

routes = Routes("profiles")

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time inside a cursor."""


class TimelineEventDetail(Out):
    """One event; `source` is the site, app or till that sent it, `origin_profile_id` whose it was before a merge."""

    id: int
    kind: TimelineKind
    type: str
    name: str
    occurred_at: datetime
    received_at: datetime
    source: str | None
    origin_profile_id: int | None
    properties: JsonObject
    context: JsonObject


class TimelineGroupDetail(Out):
    """The same thing done several times on end, within half an hour each, the latest first."""

    kind: TimelineKind
    name: str
    first_at: datetime
    last_at: datetime
    events: list[TimelineEventDetail]


class Timeline(Out):
    """A page of a person's timeline, the newest first; a group may go on upon the next page."""

    groups: list[TimelineGroupDetail]
    next: str | None


class ProfileList(Out):
    """A list that a person is on, and since when."""

    key: str
    since: datetime


@routes.get("/profiles/{profile_id}/timeline", permission="profiles:read")
def get_timeline(
    call: Call,
    profile_id: PathId,
    kind: Annotated[list[TimelineKind], Query([], description="Only events of these kinds.")],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Timeline:
    """What happened to a person, on every channel, repeated things together; `limit` counts the events."""
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    rows = queries.list_timeline(
        call.conn,
        workspace_id=call.workspace_id,
        profile_id=profile_id,
        kinds=kind,
        before=decode_cursor(cursor, tuple[Moment, Id]),
        limit=limit + 1,
    )
    shown = rows[:limit]
    more = encode_cursor((shown[-1].occurred_at.isoformat(), shown[-1].id)) if len(rows) > limit else None
    groups = [TimelineGroupDetail.model_validate(group) for group in queries.group_timeline(shown)]
    return Timeline(groups=groups, next=more)


@routes.get("/profiles/{profile_id}/lists", permission="profiles:read")
def list_profile_lists(call: Call, profile_id: PathId) -> list[ProfileList]:
    """The lists that a person is on."""
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    found = segments.list_profile_lists(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    return [ProfileList(key=key, since=since) for key, since in found.items()]
