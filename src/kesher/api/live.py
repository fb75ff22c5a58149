"""The newest events of a workspace, to watch them arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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


def list_newest(
    conn: Conn, *, workspaces: Sequence[int], after: Place, limit: int
) -> tuple[Place, dict[int, list[RecentEvent]]]:
    """The place behind which nothing can be read yet, and the newest events of each workspace between `after` and it,
    the oldest first."""
    values = {"workspaces": list(workspaces), "tx_id": str(after[0]), "id": after[1], "limit": limit}
    rows = _sql.run(conn, "newest_events", values).fetchall()
    found = defaultdict[int, list[RecentEvent]](list)
    for _, workspace_id, tx, event, *rest in reversed(rows):
        if workspace_id is not None:
            found[workspace_id].append(RecentEvent((int(tx), event), event, *rest))
    return _before(rows[0][0]), dict(found)


def read_horizon(conn: Conn) -> Place:
    """The place behind which nothing can be read yet."""
    row = _sql.run(conn, "read_horizon").fetchone()
    assert row is not None
    return _before(row[0])


def _before(tx_id: str) -> Place:
    """The last place before a transaction."""
    return int(tx_id) - 1, BIGGEST
