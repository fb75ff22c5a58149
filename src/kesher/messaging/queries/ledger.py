"""Reads of the send ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.errors import MessageNotFound
from kesher.messaging.types import MessageInfo, Recipient

_sql = statements_of("kesher.messaging")


@dataclass(frozen=True, slots=True)
class LaneQueue:
    """The messages of a lane that could leave now, and since when the oldest could."""

    lane: int
    ready: int
    oldest_at: datetime


def list_messages(
    conn: Conn,
    *,
    workspace_id: int,
    profile_id: int | None = None,
    state: str | None = None,
    broadcast: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[MessageInfo]:
    """The ledger, newest first; `before` is the id of the last row of the page before."""
    values = {
        "workspace_id": workspace_id,
        "message_id": None,
        "profile_id": profile_id,
        "state": state,
        "broadcast": broadcast,
        "before": before,
        "limit": limit,
    }
    return [MessageInfo(*row) for row in _sql.run(conn, "list_messages", values)]


def get_message(conn: Conn, *, workspace_id: int, message_id: int) -> MessageInfo:
    """One message of the workspace; MessageNotFound otherwise."""
    values = {
        "workspace_id": workspace_id,
        "message_id": message_id,
        "profile_id": None,
        "state": None,
        "broadcast": None,
        "before": None,
        "limit": 1,
    }
    row = _sql.run(conn, "list_messages", values).fetchone()
    if row is None:
        raise MessageNotFound(key=message_id)
    return MessageInfo(*row)


def find_message_profile(conn: Conn, *, message_id: int) -> Recipient | None:
    """Whose message it is; for pages whose signed link already proves that the reader holds the message."""
    row = _sql.run(conn, "find_message", {"message_id": message_id}).fetchone()
    return Recipient(*row) if row else None


def count_messages(conn: Conn, *, newest: int) -> dict[tuple[int, str], int]:
    """How many of the newest messages there are by lane and state, over all workspaces."""
    rows = _sql.run(conn, "count_messages", {"newest": newest})
    return {(lane, state): count for lane, state, count in rows}


def get_queue_state(conn: Conn, *, now: datetime) -> list[LaneQueue]:
    """What could leave now, by lane."""
    return [LaneQueue(*row) for row in _sql.run(conn, "queue_state", {"now": now})]
