"""Broadcasts: one message to everyone in a segment or on a list.

The audience is reserved in small chunks just ahead of the sender, in the order of profile ids, so that pausing,
cancelling and throttling take effect at once and no transaction is long.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from kesher.content import queries as content
from kesher.kernel import wake
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.messaging.errors import (
    AudienceInvalid,
    BroadcastExists,
    BroadcastNotFound,
    BroadcastStateWrong,
    ListNotReady,
    LocalTimeInvalid,
    SegmentNotReady,
    TemplateNotReady,
    TemplateWithoutWayOut,
)
from kesher.messaging.log import log_messages
from kesher.messaging.queries.broadcasts import get_broadcast
from kesher.messaging.types import BroadcastInfo

_sql = statements_of("kesher.messaging")

CHUNK = 2000
"""People reserved in one transaction: short enough not to hold back the readers of the log."""
LOW_WATER = 1500
"""Reserve more when fewer are ready: about a third of a second of work for one sender."""


class _Locked(NamedTuple):
    id: int
    state: str
    template: str
    template_version_id: int | None
    segment: str | None
    segment_state: str | None
    list: str | None
    rate_per_minute: int | None
    local_time: bool


def create_broadcast(
    conn: Conn,
    *,
    workspace_id: int,
    key: str,
    name: Text | Mapping[str, str],
    template: str,
    now: datetime,
    segment: str | None = None,
    list_key: str | None = None,
    topic: str = "",
    rate_per_minute: int | None = None,
) -> BroadcastInfo:
    """Draft a broadcast of a template to a segment or a list (all by key)."""
    if (segment is None) == (list_key is None):
        raise AudienceInvalid
    values = {
        "workspace_id": workspace_id,
        "key": key,
        "name": Jsonb(name.as_dict() if isinstance(name, Text) else dict(name)),
        "template": template,
        "segment": segment,
        "list": list_key,
        "topic": topic,
        "rate_per_minute": rate_per_minute,
        "now": now,
    }
    if _sql.run(conn, "create_broadcast", values).fetchone() is None:
        parts = _sql.run(conn, "broadcast_parts", values).fetchone()
        assert parts is not None
        if not parts[0]:
            raise TemplateNotReady(key=template)
        if segment is not None and not parts[1]:
            raise SegmentNotReady(key=segment)
        if list_key is not None and not parts[2]:
            raise ListNotReady(key=list_key)
        raise BroadcastExists(key=key)
    return get_broadcast(conn, workspace_id=workspace_id, key=key)


def start_broadcast(
    conn: Conn, *, workspace_id: int, key: str, now: datetime, at: datetime | None = None, local_time: bool = False
) -> BroadcastInfo:
    """Send a draft now, or `at` a later time; the template's current version is the one that goes out.

    With `local_time` everybody gets it when the clock where she is shows what the workspace's shows `at` that moment;
    where that is past already, at once. Who is in the audience is read when the first of them is due.
    """
    with conn.transaction():
        broadcast = _lock(conn, workspace_id=workspace_id, key=key, states=("draft", "scheduled"))
        if local_time and (at is None or broadcast.rate_per_minute is not None):
            raise LocalTimeInvalid
        if broadcast.template_version_id is None:
            raise TemplateNotReady(key=broadcast.template)
        if closed := content.list_without_way_out(conn, broadcast.template_version_id):
            raise TemplateWithoutWayOut(key=broadcast.template, languages=", ".join(closed))
        # A scheduled one may begin to wait while its segment is still being built.
        ready = ("live",) if at is None else ("live", "building")
        if broadcast.list is None and broadcast.segment_state not in ready:
            raise SegmentNotReady(key=broadcast.segment or "")
        values = {"id": broadcast.id, "at": at or now, "template_version_id": broadcast.template_version_id}
        _sql.run(conn, "schedule_broadcast", {**values, "local": local_time})
        _sql.run(conn, "due_broadcasts", {"now": now})
        wake.notify(conn, wake.MESSAGES)
    return get_broadcast(conn, workspace_id=workspace_id, key=key)


def pause_broadcast(conn: Conn, *, workspace_id: int, key: str, now: datetime) -> BroadcastInfo:
    """Stop sending; only what a sender already holds still goes out."""
    with conn.transaction():
        broadcast = _lock(conn, workspace_id=workspace_id, key=key, states=("sending",))
        _set_state(conn, broadcast.id, "paused")
        _sql.run(conn, "park_messages", {"id": broadcast.id})
    return get_broadcast(conn, workspace_id=workspace_id, key=key)


def resume_broadcast(conn: Conn, *, workspace_id: int, key: str, now: datetime) -> BroadcastInfo:
    """Go on where a paused broadcast stopped."""
    with conn.transaction():
        broadcast = _lock(conn, workspace_id=workspace_id, key=key, states=("paused",))
        _set_state(conn, broadcast.id, "sending")
        _sql.run(conn, "unpark_messages", {"id": broadcast.id, "now": now})
        wake.notify(conn, wake.MESSAGES)
    return get_broadcast(conn, workspace_id=workspace_id, key=key)


def cancel_broadcast(conn: Conn, *, workspace_id: int, key: str, now: datetime) -> BroadcastInfo:
    """End a broadcast for good: what nobody has taken yet is held, each with its reason in the log."""
    with conn.transaction():
        broadcast = _lock(conn, workspace_id=workspace_id, key=key, states=("draft", "scheduled", "sending", "paused"))
        _set_state(conn, broadcast.id, "cancelled", finished_at=now)
        _sql.run(conn, "park_messages", {"id": broadcast.id})
    while _cancel_some(conn, broadcast.id, now=now):
        pass
    return get_broadcast(conn, workspace_id=workspace_id, key=key)


def set_broadcast_rate(conn: Conn, *, workspace_id: int, key: str, rate_per_minute: int | None) -> BroadcastInfo:
    """Throttle a broadcast to so many messages a minute, or let it run free with None."""
    with conn.transaction():
        broadcast = _lock(conn, workspace_id=workspace_id, key=key)
        if broadcast.local_time and rate_per_minute is not None:
            raise LocalTimeInvalid
        _sql.run(conn, "set_broadcast_rate", {"id": broadcast.id, "rate_per_minute": rate_per_minute})
        wake.notify(conn, wake.MESSAGES)
    return get_broadcast(conn, workspace_id=workspace_id, key=key)


def advance_broadcasts(conn: Conn, *, now: datetime, chunk: int = CHUNK, low: int = LOW_WATER) -> int:
    """Begin what is due, reserve a chunk for each broadcast that runs short, finish what is settled.

    Called by the sender; returns how many messages were reserved. Each chunk is a transaction of its own.
    """
    _sql.run(conn, "due_broadcasts", {"now": now})
    reserved = 0
    with conn.transaction():
        for (broadcast_id,) in _sql.run(conn, "broadcasts_short", {"now": now, "low": low}).fetchall():
            row = _sql.run(conn, "reserve_chunk", {"id": broadcast_id, "now": now, "limit": chunk}).fetchone()
            reserved += row[0] if row else 0
    _sql.run(conn, "finish_broadcasts", {"now": now})
    return reserved


def _lock(conn: Conn, *, workspace_id: int, key: str, states: tuple[str, ...] = ()) -> _Locked:
    row = _sql.run(conn, "lock_broadcast", {"workspace_id": workspace_id, "key": key}).fetchone()
    if row is None:
        raise BroadcastNotFound(key=key)
    broadcast = _Locked(*row)
    if states and broadcast.state not in states:
        raise BroadcastStateWrong(key=key, state=broadcast.state)
    return broadcast


def _set_state(conn: Conn, broadcast_id: int, state: str, *, finished_at: datetime | None = None) -> None:
    _sql.run(conn, "set_broadcast_state", {"id": broadcast_id, "state": state, "finished_at": finished_at})


def _cancel_some(conn: Conn, broadcast_id: int, *, now: datetime) -> bool:
    with conn.transaction():
        rows: list[Any] = _sql.run(conn, "cancel_broadcast_messages", {"id": broadcast_id, "limit": CHUNK}).fetchall()
        log_messages(conn, [row[0] for row in rows], now=now)
    return len(rows) == CHUNK
