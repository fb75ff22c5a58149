"""Reads of broadcasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.errors import BroadcastNotFound
from kesher.messaging.types import BroadcastInfo

_sql = statements_of("kesher.messaging")


def get_broadcast(conn: Conn, *, workspace_id: int, key: str) -> BroadcastInfo:
    """One broadcast with its messages by state; BroadcastNotFound otherwise."""
    found = _page(conn, workspace_id=workspace_id, key=key, before=None, limit=1)
    if not found:
        raise BroadcastNotFound(key=key)
    return found[0]


def list_broadcasts(
    conn: Conn, *, workspace_id: int, before: int | None = None, limit: int = 50
) -> list[BroadcastInfo]:
    """Broadcasts, newest first, each with its messages by state; `before` is the last id of the page before."""
    return _page(conn, workspace_id=workspace_id, key=None, before=before, limit=limit)


def list_broadcast_keys(conn: Conn, workspace_id: int) -> list[str]:
    """The keys of the workspace's broadcasts."""
    return [row[0] for row in _sql.run(conn, "broadcast_keys", {"workspace_id": workspace_id})]


def list_broadcasts_using(conn: Conn, kind: str, workspace_id: int, key: str) -> list[str]:
    """The broadcasts that are not over and go to a `segment` or a `list`."""
    values = {"kind": kind, "workspace_id": workspace_id, "key": key}
    return [row[0] for row in _sql.run(conn, "broadcasts_using", values)]


def count_broadcast_messages(conn: Conn, broadcast_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Messages by state for each of the broadcasts."""
    counts: dict[int, dict[str, int]] = {broadcast_id: {} for broadcast_id in broadcast_ids}
    for broadcast_id, state, count in _sql.run(conn, "count_broadcast_messages", {"ids": list(broadcast_ids)}):
        counts[broadcast_id][state] = count
    return counts


def _page(conn: Conn, **values: Any) -> list[BroadcastInfo]:
    rows = [BroadcastInfo(*row) for row in _sql.run(conn, "list_broadcasts", values)]
    counts = count_broadcast_messages(conn, [row.id for row in rows])
    return [replace(row, counts=counts[row.id]) for row in rows]
