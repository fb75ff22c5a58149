"""Reads of the ledger at a glance: today's messages, how the week's fared, and what does not leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.messaging")
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_LATE = timedelta(minutes=5)
MOST_LATE = 1_000


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Messages of a workspace. `waiting` is now; `sent_today` to `failed_today` since midnight; the rest are what
    became of those handed over (`sent`) in the last seven days."""

    waiting: int
    sent_today: int
    held_today: int
    failed_today: int
    sent: int
    delivered: int
    bounced: int
    complained: int
    opened: int
    clicked: int
    unsubscribed: int


@dataclass(frozen=True, slots=True)
class LateMessages:
    """Messages that are due for more than five minutes; `count` ends at MOST_LATE."""

    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class ProviderTrouble:
    """An account that messages could not leave through, and what it answered last; without a name there was none."""

    channel: str | None
    name: str | None
    messages: int
    answer: str | None


def count_outcomes(conn: Conn, *, workspace_id: int, today: datetime, now: datetime) -> Outcomes:
    """What became of the messages today (since `today`, the workspace's midnight) and in the last seven days."""
    values = {"workspace_id": workspace_id, "today": today, "week": now - _WEEK}
    row = _sql.run(conn, "count_outcomes", values).fetchone()
    assert row is not None
    return Outcomes(*row)


def find_late_messages(conn: Conn, *, workspace_id: int, now: datetime) -> LateMessages | None:
    """The messages that should have left by now; None when all is well."""
    row = _sql.run(
        conn, "find_late_messages", {"workspace_id": workspace_id, "before": now - _LATE, "limit": MOST_LATE}
    ).fetchone()
    return LateMessages(*row) if row is not None and row[0] else None


def list_troubled_providers(conn: Conn, *, workspace_id: int, now: datetime) -> list[ProviderTrouble]:
    """The accounts through which messages of the last day could not leave."""
    values = {"workspace_id": workspace_id, "since": now - _DAY}
    return [ProviderTrouble(*row) for row in _sql.run(conn, "list_troubled_providers", values)]
