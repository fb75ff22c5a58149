"""Processes sleep until there is work: NOTIFY on commit, LISTEN here, a time-out for the timers."""

from __future__ import annotations

from collections.abc import Iterable

from kesher.kernel.db import Conn

WORK = "kesher_work"
"""Something for the engine: events were logged, a definition changed, the clock moved."""
MESSAGES = "kesher_messages"
"""Something for a sender: messages were reserved or released."""
CALLS = "kesher_calls"
"""Something for the worker that calls other systems: calls were reserved."""


def listen(conn: Conn, channels: Iterable[str]) -> None:
    """Subscribe an idle autocommit connection to channels."""
    for channel in channels:
        conn.execute(f'LISTEN "{channel}"')


def notify(conn: Conn, channel: str, payload: str = "") -> None:
    """Wake the listeners of a channel when the current transaction commits (equal notices collapse into one)."""
    conn.execute("SELECT pg_notify(%s, %s)", (channel, payload))


def wait_for_work(conn: Conn, timeout_seconds: float) -> bool:
    """Sleep until a notice arrives or the time is out; True for a notice. Takes all that are waiting."""
    return any(True for _ in conn.notifies(timeout=timeout_seconds, stop_after=1))
