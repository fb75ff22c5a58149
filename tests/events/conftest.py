"""Events in one line each, and second connections for what happens at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:  # Django is set up only after conftest files are read
    from kesher.events.types import IncomingEvent, IngestResult


@pytest.fixture(autouse=True)
def partitions(conn: psycopg.Connection, now: datetime) -> None:
    """The partitions of the days, as an installation has them."""
    from kesher.events.services import ensure_partitions
    from kesher.events.temporary import create_temporary_tables

    ensure_partitions(conn, now=now)
    create_temporary_tables(conn)


@pytest.fixture
def event(workspace: int, now: datetime) -> Callable[..., IncomingEvent]:
    """A track of `u1` unless told otherwise; `minute` is when it happened."""
    from kesher.events.types import IncomingEvent

    numbers = count()

    def make(minute: float = 0, **fields: Any) -> IncomingEvent:
        if not fields.keys() & {"user_id", "anonymous_id", "profile_id"}:
            fields["user_id"] = "u1"
        if fields.get("type") == "identify":
            fields.setdefault("name", "Profile Identified")
        return IncomingEvent(
            **{
                "workspace_id": workspace,
                "source_id": 1,
                "message_id": f"m{next(numbers)}",
                "type": "track",
                "name": "Order Completed",
                "occurred_at": now + timedelta(minutes=minute),
                "received_at": now,
                **fields,
            }
        )

    return make


@pytest.fixture
def ingest(conn: psycopg.Connection, now: datetime) -> Callable[..., IngestResult]:
    """Write events in one call."""
    from kesher.events import services

    return lambda *events: services.ingest(conn, events, now=now)


@pytest.fixture
def second(conn: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """Another connection to the same database."""
    from kesher.kernel.db import connect

    with connect("second") as other:
        yield other


@pytest.fixture
def read(conn: psycopg.Connection) -> Callable[..., list[tuple[int, str]]]:
    """What a consumer reads next: (profile, name) in the order of the log; the slice is closed."""
    from kesher.events import services
    from kesher.kernel.shards import SHARDS

    def run(consumer: str = "reader", limit: int = 1000) -> list[tuple[int, str]]:
        with conn.transaction():
            piece = services.open_slice(conn, consumer=consumer, shards=range(SHARDS), limit=limit)
            rows = conn.execute("SELECT profile_id, name FROM events_slice ORDER BY event_id").fetchall()
            assert piece.rows == len(rows)
            services.close_slice(conn, piece)
            return rows

    return run
