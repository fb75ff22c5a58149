"""How much arrives: counted by the engine as it reads the log, so that a glance costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kesher.events.types import Slice
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)
_MINUTES = 60
_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Pulse:
    """The events that people did, by when they arrived; `by_minute` are the last sixty minutes, the present last."""

    last_minute: int
    last_hour: int
    last_day: int
    by_minute: tuple[int, ...]


def count_slice(conn: Conn, read: Slice) -> None:
    """Count what the open slice holds; in its transaction, so that each event counts once."""
    if read.rows:
        _sql.run(conn, "count_slice", {"shard": min(read.shards)})


def get_pulse(conn: Conn, *, workspace_id: int, now: datetime) -> Pulse:
    """How much arrived in a workspace lately, as far as the engine has read."""
    rows = _sql.run(conn, "list_pulse", {"workspace_id": workspace_id, "now": now}).fetchall()
    minutes = {at: count for at, count, _ in rows}
    present = now.replace(second=0, microsecond=0)
    hour = tuple(minutes.get(present - timedelta(minutes=back), 0) for back in reversed(range(_MINUTES)))
    return Pulse(sum(fresh for _, _, fresh in rows), sum(hour), sum(minutes.values()), hour)


def drop_old_pulse(conn: Conn, *, now: datetime) -> None:
    """Forget the counts of days that nothing shows."""
    _sql.run(conn, "drop_old_pulse", {"before": now - _KEPT})
