"""Messages follow their people when profiles merge, and back when a merge is undone."""

from __future__ import annotations

from datetime import datetime

from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.log import log_messages

_sql = statements_of("kesher.messaging")


def follow_merges(conn: Conn, *, now: datetime | None = None) -> int:
    """Inside the tick: move the messages of the people whom the merges in `events_slice` name; returns how many."""
    moved = [row[0] for row in _sql.run(conn, "follow_merges")]
    if moved:
        held = [row[0] for row in _sql.run(conn, "hold_duplicates", {"ids": moved})]
        log_messages(conn, held, now=now or read_clock(conn))
    return len(moved)
