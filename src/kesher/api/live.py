"""The newest events of a workspace, to watch them arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kesher.api.paging import BIGGEST
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)

Place = tuple[int, int]
"""A transaction and an event in it: a place in the log that later commits cannot slip in before."""
_END: Place = (BIGGEST, BIGGEST)


@dataclass(frozen=True, slots=True)
class RecentEvent:
    """One event of the log and its place."""

    place: Place
    id: int
    profile_id: int
    type: str
    name: str
    occurred_at: datetime
    received_at: datetime
    properties: Mapping[str, Any]


def list_recent(conn: Conn, *, workspace_id: int, before: Place | None, limit: int) -> list[RecentEvent]:
    """The newest events before a place (or of all), the newest first."""
    return _list(conn, "older_events", workspace_id, before or _END, limit)


def list_since(conn: Conn, *, workspace_id: int, after: Place, limit: int) -> list[RecentEvent]:
    """What was logged after a place, the oldest first."""
    return _list(conn, "newer_events", workspace_id, after, limit)


def _list(conn: Conn, statement: str, workspace_id: int, place: Place, limit: int) -> list[RecentEvent]:
    tx_id, event_id = place
    values = {"workspace_id": workspace_id, "tx_id": str(tx_id), "id": event_id, "limit": limit}
    return [RecentEvent((int(tx), event), event, *rest) for tx, event, *rest in _sql.run(conn, statement, values)]
