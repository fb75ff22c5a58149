"""Broadcasts: drafted, started, paused, resumed, cancelled, counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from kesher.api.paging import Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, Key, LocalText, Moment, Out, PathKey
from kesher.messaging import queries, services
from kesher.messaging.types import BroadcastInfo

routes = Routes("broadcasts")


class BroadcastDetail(Out):
    """A broadcast to a segment or a list, and how far it is; `counts` are messages by state. With `local_time`,
    `scheduled_at` is a time of everybody's own clock."""

    id: int
    key: str
    name: BothTexts
    template: str
    segment: str | None
    list: str | None
    topic: str
    state: str
    rate_per_minute: int | None
    scheduled_at: datetime | None
    local_time: bool
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    counts: dict[str, int]


class NewBroadcast(In):
    """A draft: a template to a `segment` or to a `list`, all by key, about a topic (empty: the whole channel)."""

    key: Key
    name: LocalText
    template: str = Field(max_length=100)
    segment: str | None = Field(None, max_length=100)
    list: str | None = Field(None, max_length=100)
    topic: str = Field("", max_length=100)
    rate_per_minute: int | None = Field(None, ge=1, le=10_000_000)


class BroadcastStart(In):
    """When to start; now when left out. With `local_time` everybody gets it when the clock where she is shows what the
    workspace's shows `at` that moment."""

    at: Moment | None = None
    local_time: bool = False


class BroadcastRate(In):
    """At most so many messages a minute; null lets it run free."""

    rate_per_minute: int | None = Field(ge=1, le=10_000_000)


@routes.get("/broadcasts", permission="messaging:read")
def list_broadcasts(call: Call, cursor: Cursor = None, limit: Limit = 50) -> Page[BroadcastDetail]:
    """Broadcasts with their counts, the newest first."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_broadcasts(
        call.conn, workspace_id=call.workspace_id, before=after[0] if after else None, limit=limit + 1
    )
    return page_of(rows, limit, key=lambda row: (row.id,), show=BroadcastDetail.model_validate)


@routes.post("/broadcasts", permission="messaging:broadcast", status=201)
def create_broadcast(call: Call, body: NewBroadcast) -> BroadcastDetail:
    """Draft a broadcast; nothing is sent before it is started."""
    made = services.create_broadcast(
        call.conn,
        workspace_id=call.workspace_id,
        key=body.key,
        name=body.name.as_text(),
        template=body.template,
        segment=body.segment,
        list_key=body.list,
        topic=body.topic,
        rate_per_minute=body.rate_per_minute,
        now=call.now,
    )
    return _changed(call, "create_broadcast", made, body.model_dump())


@routes.get("/broadcasts/{key}", permission="messaging:read")
def get_broadcast(call: Call, key: PathKey) -> BroadcastDetail:
    """A broadcast and how far it is."""
    return _detail(queries.get_broadcast(call.conn, workspace_id=call.workspace_id, key=key))


@routes.patch("/broadcasts/{key}", permission="messaging:broadcast")
def set_broadcast_rate(call: Call, key: PathKey, body: BroadcastRate) -> BroadcastDetail:
    """Throttle a broadcast, also while it runs."""
    changed = services.set_broadcast_rate(
        call.conn, workspace_id=call.workspace_id, key=key, rate_per_minute=body.rate_per_minute
    )
    return _changed(call, "set_broadcast_rate", changed, body.model_dump())


@routes.post("/broadcasts/{key}/start", permission="messaging:broadcast")
def start_broadcast(call: Call, key: PathKey, body: BroadcastStart) -> BroadcastDetail:
    """Send a draft now or at a later time."""
    started = services.start_broadcast(
        call.conn, workspace_id=call.workspace_id, key=key, now=call.now, at=body.at, local_time=body.local_time
    )
    return _changed(call, "start_broadcast", started, body.model_dump(mode="json"))


@routes.post("/broadcasts/{key}/pause", permission="messaging:broadcast")
def pause_broadcast(call: Call, key: PathKey) -> BroadcastDetail:
    """Stop sending; only what a sender already holds still goes out."""
    paused = services.pause_broadcast(call.conn, workspace_id=call.workspace_id, key=key, now=call.now)
    return _changed(call, "pause_broadcast", paused, {})


@routes.post("/broadcasts/{key}/resume", permission="messaging:broadcast")
def resume_broadcast(call: Call, key: PathKey) -> BroadcastDetail:
    """Go on where a paused broadcast stopped."""
    resumed = services.resume_broadcast(call.conn, workspace_id=call.workspace_id, key=key, now=call.now)
    return _changed(call, "resume_broadcast", resumed, {})


@routes.post("/broadcasts/{key}/cancel", permission="messaging:broadcast")
def cancel_broadcast(call: Call, key: PathKey) -> BroadcastDetail:
    """End a broadcast for good; what nobody has taken yet is held."""
    cancelled = services.cancel_broadcast(call.conn, workspace_id=call.workspace_id, key=key, now=call.now)
    return _changed(call, "cancel_broadcast", cancelled, {})


def _changed(call: Call, action: str, broadcast: BroadcastInfo, changes: dict[str, Any]) -> BroadcastDetail:
    call.audit(f"messaging.{action}", broadcast.key, changes)
    return _detail(broadcast)


def _detail(broadcast: BroadcastInfo) -> BroadcastDetail:
    return BroadcastDetail.model_validate(broadcast)
