"""The days of the log: each a partition, made ahead of time, dropped when the lake has it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from psycopg import sql

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)
_NAME = re.compile(r"events_event_(\d{4})(\d{2})(\d{2})")
_DAYS_AHEAD = 3
# A lock on the whole log is asked for, never waited for: behind a waiting one every writer would queue.
_PATIENCE = "SET LOCAL lock_timeout = '2s'"


def ensure_partitions(conn: Conn, *, now: datetime) -> list[str]:
    """Make the partitions of today and the next days; the names of the new ones. Today is the day of PostgreSQL's own
    clock, by which rows are written, or that of `now` when it is later. Without a partition for a day its rows go to
    the default one, and are moved from there when the partition is made."""
    today = _sql.run(conn, "read_log_day", {"now": now}).fetchone()[0]  # type: ignore[index]
    existing = set(list_partitions(conn))
    days = [today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD + 1)]
    missing = [day for day in days if day not in existing]
    return [_make_partition(conn, day) for day in missing]


def list_partitions(conn: Conn) -> list[date]:
    """The days that have a partition, oldest first."""
    found = (_NAME.fullmatch(name) for (name,) in _sql.run(conn, "list_partitions"))
    return sorted(date(int(m[1]), int(m[2]), int(m[3])) for m in found if m is not None)


def _name_of(day: date) -> str:
    return f"events_event_{day:%Y%m%d}"


def _make_partition(conn: Conn, day: date) -> str:
    name = _name_of(day)
    bounds = {"t": sql.Identifier(name), "day": sql.Literal(day), "next": sql.Literal(day + timedelta(days=1))}
    with conn.transaction():
        conn.execute(_PATIENCE)
        conn.execute("LOCK TABLE events_event_default IN ACCESS EXCLUSIVE MODE")
        # Built apart and attached: CREATE … PARTITION OF would lock the whole log.
        conn.execute(sql.SQL("CREATE TABLE {t} (LIKE events_event INCLUDING DEFAULTS)").format(**bounds))
        conn.execute(
            sql.SQL(
                "WITH moved AS (DELETE FROM events_event_default WHERE log_day = {day} RETURNING *)"
                " INSERT INTO {t} SELECT * FROM moved"
            ).format(**bounds)
        )
        conn.execute(
            sql.SQL("ALTER TABLE events_event ATTACH PARTITION {t} FOR VALUES FROM ({day}) TO ({next})").format(
                **bounds
            )
        )
    return name


def drop_old_partitions(conn: Conn, *, now: datetime, keep_days: int) -> list[str]:
    """Drop the partitions of days more than `keep_days` ago that every consumer, the lake among them, has read to the
    end; their names. What was dropped is in the lake."""
    today = _sql.run(conn, "read_log_day", {"now": now}).fetchone()[0]  # type: ignore[index]
    oldest = today - timedelta(days=keep_days)
    dropped = []
    for day in list_partitions(conn):
        if day >= oldest or not _sql.run(conn, "is_read_by_all", {"day": day}).fetchone()[0]:  # type: ignore[index]
            continue
        with conn.transaction():
            conn.execute(_PATIENCE)
            conn.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(_name_of(day))))
        dropped.append(_name_of(day))
    return dropped


def rebase_log(conn: Conn) -> None:
    """Make a log usable that was restored into another cluster, where transaction ids begin anew: each consumer goes
    on where it was. Nothing else may run meanwhile."""
    with conn.transaction():
        conn.execute("LOCK TABLE events_event, events_cursor IN ACCESS EXCLUSIVE MODE")
        bands = [row[0] for row in _sql.run(conn, "read_bands")]
        if bands:
            _sql.run(conn, "rebase_events", {"bands": bands})
            _sql.run(conn, "rebase_cursors", {"bands": bands})
