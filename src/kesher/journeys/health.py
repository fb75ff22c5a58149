"""How a workspace's journeys are: who is in them, what is late, what failed, what they achieved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kesher.journeys.types import JourneyState
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of(__package__)
_LATE = timedelta(minutes=5)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class JourneyHealth:
    """A journey with the people in it now (`people`), those of them who should have moved on more than five minutes ago
    (`late`), the runs that failed in the last day, and all who ever entered and reached the goal."""

    key: str
    name: Text
    state: JourneyState
    people: int
    late: int
    failed: int
    entered: int
    goals: int


def list_health(conn: Conn, *, workspace_id: int, now: datetime) -> list[JourneyHealth]:
    """The journeys that run or still hold people, the fullest first."""
    values = {"workspace_id": workspace_id, "late": now - _LATE, "since": now - _DAY}
    rows = _sql.run(conn, "list_health", values)
    return [JourneyHealth(key, Text.from_dict(name), JourneyState(state), *rest) for key, name, state, *rest in rows]


def count_goals(conn: Conn, *, workspace_id: int, today: datetime, now: datetime) -> tuple[int, int]:
    """How many runs reached their goal since `today`, and in the last seven days."""
    values = {"workspace_id": workspace_id, "today": today, "week": min(today, now - _WEEK)}
    row = _sql.run(conn, "count_goals", values).fetchone()
    assert row is not None
    return row[0], row[1]
