"""The log: sources that write it, a person's timeline, and the newest events as they arrive."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import msgspec
from ninja import Query
from pydantic import Field

from kesher.api.live import RecentEvent, list_recent, list_since
from kesher.api.paging import Cursor, Id, Limit, Page, decode_cursor, encode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, JsonObject, Out, PathId
from kesher.events import queries, services
from kesher.events.errors import SourceNotFound
from kesher.events.types import Source
from kesher.profiles import queries as profiles

routes = Routes("events")

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time inside a cursor."""


class SourceDetail(Out):
    """Where events come from; its write key can do nothing but write events. `last_event_at` is null when none of the
    workspace's newest 5,000 events came from it."""

    id: int
    name: str
    write_key: str
    enabled: bool
    created_at: datetime
    last_event_at: datetime | None = None


class NewSource(In):
    """A site, an app or a till."""

    name: str = Field(max_length=200)


class SourceSwitch(In):
    """What it is called, and whether its events are taken; what is left out stays."""

    name: str | None = Field(None, max_length=200)
    enabled: bool | None = None


class LoggedEventDetail(Out):
    """One event of a person; `origin_profile_id` when a merge brought it here."""

    id: int
    type: str
    name: str
    occurred_at: datetime
    received_at: datetime
    origin_profile_id: int | None
    properties: JsonObject
    context: JsonObject


class ActivityDetail(Out):
    """How often, first and last a person did a thing."""

    name: str
    count: int
    first_at: datetime
    last_at: datetime


class EventExample(Out):
    """An event as it came; `properties` is null when nobody has done it yet."""

    name: str
    properties: JsonObject | None


class RecentEventDetail(Out):
    """One event as it arrived."""

    id: int
    profile_id: int
    type: str
    name: str
    occurred_at: datetime
    received_at: datetime
    properties: JsonObject


class EventFeed(Out):
    """The newest events, the newest first; ask again with `latest` as `after` for what came since."""

    items: list[RecentEventDetail]
    next: str | None
    latest: str | None


@routes.get("/sources", permission="events:read")
def list_sources(call: Call) -> list[SourceDetail]:
    """The sources and their write keys."""
    heard = queries.list_heard(call.conn, workspace_id=call.workspace_id)
    rows = queries.list_sources(call.conn, workspace_id=call.workspace_id)
    return [SourceDetail(**asdict(row), last_event_at=heard.get(row.id)) for row in rows]


@routes.post("/sources", permission="events:sources", status=201)
def create_source(call: Call, body: NewSource) -> SourceDetail:
    """Add a source with a new write key."""
    made = services.create_source(call.conn, workspace_id=call.workspace_id, name=body.name, now=call.now)
    call.audit("events.create_source", made.id, {"name": made.name})
    return SourceDetail.model_validate(made)


@routes.patch("/sources/{source_id}", permission="events:sources")
def switch_source(call: Call, source_id: PathId, body: SourceSwitch) -> SourceDetail:
    """Rename a source; take its events, or refuse them: collectors notice within seconds."""
    target = {"workspace_id": call.workspace_id, "source_id": source_id}
    if body.name is not None:
        services.rename_source(call.conn, **target, name=body.name)
    if body.enabled is not None:
        switch = services.enable_source if body.enabled else services.disable_source
        switch(call.conn, **target)
    changed = SourceDetail.model_validate(_source(call, source_id))
    call.audit("events.switch_source", source_id, body.model_dump(exclude_none=True))
    return changed


@routes.post("/sources/{source_id}/write-key", permission="events:sources")
def replace_write_key(call: Call, source_id: PathId) -> SourceDetail:
    """Give a source a new write key; events with the old one are refused within seconds."""
    changed = services.replace_write_key(call.conn, workspace_id=call.workspace_id, source_id=source_id)
    call.audit("events.replace_write_key", source_id, {"name": changed.name})
    return SourceDetail.model_validate(changed)


@routes.get("/profiles/{profile_id}/events", permission="profiles:read")
def list_profile_events(
    call: Call,
    profile_id: PathId,
    name: Annotated[list[str], Query([], max_length=50, description="Only events of these names.")],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[LoggedEventDetail]:
    """A person's timeline, the newest first."""
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    rows = queries.list_events(
        call.conn,
        workspace_id=call.workspace_id,
        profile_id=profile_id,
        names=name or None,
        before=decode_cursor(cursor, tuple[Moment, Id]),
        limit=limit + 1,
    )
    return page_of(
        rows, limit, key=lambda row: (row.occurred_at.isoformat(), row.id), show=LoggedEventDetail.model_validate
    )


@routes.get("/profiles/{profile_id}/activity", permission="profiles:read")
def list_profile_activity(call: Call, profile_id: PathId) -> list[ActivityDetail]:
    """What a person did and how often, the most recent first."""
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    rows = queries.list_activity(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    return [ActivityDetail.model_validate(row) for row in rows]


@routes.get("/event-names", permission="events:read")
def list_event_names(call: Call) -> list[str]:
    """The names of events that people of the workspace have done."""
    return queries.list_event_names(call.conn, workspace_id=call.workspace_id)


@routes.get("/event-example", permission="events:read")
def get_event_example(
    call: Call, name: Annotated[str, Query(max_length=200, description="The name of the event.")]
) -> EventExample:
    """What an event of a name looked like of late, to try things with."""
    found = queries.find_event_example(call.conn, workspace_id=call.workspace_id, name=name)
    return EventExample(name=name, properties=None if found is None else dict(found))


@routes.get("/events", permission="events:read")
def list_recent_events(
    call: Call,
    after: Annotated[str | None, Query(None, max_length=400, description="The `latest` of the answer before.")],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> EventFeed:
    """The newest events of the last seven days; with `after` only what came since."""
    since = decode_cursor(after, tuple[Id, Id])
    if since is not None:
        found = list_since(call.conn, workspace_id=call.workspace_id, after=since, limit=limit)
        return _feed(found[::-1], None, after)
    rows = list_recent(
        call.conn, workspace_id=call.workspace_id, before=decode_cursor(cursor, tuple[Id, Id]), limit=limit + 1
    )
    shown = rows[:limit]
    return _feed(shown, encode_cursor(shown[-1].place) if len(rows) > limit else None, None)


def _feed(rows: list[RecentEvent], older: str | None, known: str | None) -> EventFeed:
    return EventFeed(
        items=[RecentEventDetail.model_validate(row) for row in rows],
        next=older,
        latest=encode_cursor(rows[0].place) if rows else known,
    )


def _source(call: Call, source_id: int) -> Source:
    for source in queries.list_sources(call.conn, workspace_id=call.workspace_id):
        if source.id == source_id:
            return source
    raise SourceNotFound(source_id=source_id)
