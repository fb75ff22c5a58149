"""The room's reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from kesher.events.exporting import export_person
from kesher.events.pulse import Pulse, get_pulse
from kesher.events.timeline import (
    TimelineEvent,
    TimelineGroup,
    TimelineKind,
    group_timeline,
    list_last_seen,
    list_timeline,
)
from kesher.events.types import Activity, EventShape, LoggedEvent, Source
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)
_MOST_PROPERTIES = 100
_LAST_ID = 2**63 - 1
_NEWEST = 5_000
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)


def list_erased(conn: Conn) -> list[int]:
    """The profiles that the open slice says were erased."""
    return [row[0] for row in _sql.run(conn, "list_erased")]


def list_events(
    conn: Conn,
    *,
    workspace_id: int,
    profile_id: int,
    names: Sequence[str] | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[LoggedEvent]:
    """A person's timeline, newest first. The next page comes before the (occurred_at, id) of the last one."""
    before_at, before_id = before if before is not None else (_LAST_MOMENT, _LAST_ID)
    params = {
        "workspace_id": workspace_id,
        "profile_id": profile_id,
        "names": list(names) if names is not None else None,
        "before_at": before_at,
        "before_id": before_id,
        "limit": limit,
    }
    return [LoggedEvent(*row) for row in _sql.run(conn, "list_events", params)]


def list_activity(conn: Conn, *, workspace_id: int, profile_id: int) -> list[Activity]:
    """What a person did: how often, first and last, the most recent first."""
    params = {"workspace_id": workspace_id, "profile_id": profile_id}
    return [Activity(*row) for row in _sql.run(conn, "list_activity", params)]


def list_event_names(conn: Conn, *, workspace_id: int) -> list[str]:
    """The names of events that people of the workspace have done."""
    return [row[0] for row in _sql.run(conn, "list_event_names", {"workspace_id": workspace_id})]


def list_event_shapes(conn: Conn, *, workspace_id: int, most: int = 200) -> list[EventShape]:
    """The names of events that people of the workspace have done, each with the paths and types of its properties, as a
    few of the latest show them."""
    params = {"workspace_id": workspace_id, "most": most, "most_properties": _MOST_PROPERTIES}
    return [
        EventShape(name, tuple((path, kind) for path, kind in found))
        for name, found in _sql.run(conn, "list_event_shapes", params)
    ]


def find_event_example(conn: Conn, *, workspace_id: int, name: str) -> Mapping[str, Any] | None:
    """The properties of one of the latest events of a name; None when nobody has done it."""
    row = _sql.run(conn, "find_event_example", {"workspace_id": workspace_id, "name": name}).fetchone()
    return row[0] if row is not None else None


def count_events(conn: Conn, *, workspace_id: int, since: datetime, until: datetime) -> dict[str, int]:
    """How many events of each name were received in a span of the hot log."""
    params = {
        "workspace_id": workspace_id,
        "since": since,
        "until": until,
        # Rows are written at or after they are received; the frozen clock may receive them in the past.
        "first_day": since.astimezone(UTC).date(),
    }
    return dict(_sql.run(conn, "count_events", params).fetchall())


def count_logged(conn: Conn) -> int:
    """Events ever logged: only grows."""
    return int(_sql.run(conn, "count_logged").fetchone()[0])  # type: ignore[index]


def has_unread(conn: Conn, *, consumer: str, shards: Sequence[int]) -> bool:
    """Whether a consumer has something to read, now or as soon as an older transaction ends."""
    params = {"consumer": consumer, "shards": list(shards)}
    return bool(_sql.run(conn, "has_unread", params).fetchone()[0])  # type: ignore[index]


def lag_seconds(conn: Conn, *, consumer: str, shards: Sequence[int]) -> float:
    """The age of the oldest event that a consumer has not read; 0 when it has read all."""
    row = _sql.run(conn, "oldest_unread", {"consumer": consumer, "shards": list(shards)}).fetchone()
    return max(0.0, (read_clock(conn) - row[0]).total_seconds()) if row is not None else 0.0


def list_heard(conn: Conn, *, workspace_id: int) -> dict[int, datetime]:
    """When each source was last heard; one that has no part in the workspace's newest 5,000 events is left out."""
    values = {"workspace_id": workspace_id, "newest": _NEWEST}
    return dict(_sql.run(conn, "list_heard", values).fetchall())


def list_sources(conn: Conn, *, workspace_id: int) -> list[Source]:
    """The sources of a workspace, oldest first."""
    return [Source(*row) for row in _sql.run(conn, "list_sources", {"workspace_id": workspace_id})]


__all__ = [
    "Pulse",
    "TimelineEvent",
    "TimelineGroup",
    "TimelineKind",
    "count_events",
    "count_logged",
    "export_person",
    "find_event_example",
    "get_pulse",
    "group_timeline",
    "has_unread",
    "lag_seconds",
    "list_activity",
    "list_erased",
    "list_event_names",
    "list_event_shapes",
    "list_events",
    "list_heard",
    "list_last_seen",
    "list_sources",
    "list_timeline",
]
