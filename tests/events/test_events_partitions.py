"""The days of the log, and the sources that write to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from kesher.events import queries, services
from kesher.events.errors import SourceNameInvalid, SourceNotFound
from kesher.events.partitions import list_partitions
from kesher.events.types import IncomingEvent, IngestResult

Event = Callable[..., IncomingEvent]
Ingest = Callable[..., IngestResult]
Read = Callable[..., list[tuple[int, str]]]

YEARS_AHEAD = datetime(2090, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def restored(conn: psycopg.Connection) -> object:
    """The partitions that a test adds are taken away with its transaction."""
    with conn.transaction(force_rollback=True):
        yield


@pytest.mark.usefixtures("restored")
def test_days_ahead_have_their_partitions_and_asking_again_changes_nothing(conn: psycopg.Connection) -> None:
    made = services.ensure_partitions(conn, now=YEARS_AHEAD)

    assert made == ["events_event_20900501", "events_event_20900502", "events_event_20900503", "events_event_20900504"]
    assert services.ensure_partitions(conn, now=YEARS_AHEAD) == []


@pytest.mark.usefixtures("restored")
def test_today_is_the_day_of_the_database_when_the_clock_is_frozen_in_the_past(conn: psycopg.Connection) -> None:
    services.ensure_partitions(conn, now=datetime(2017, 1, 1, tzinfo=UTC))

    assert conn.execute("SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date").fetchone() in [
        (day,) for day in list_partitions(conn)
    ]
    assert min(list_partitions(conn)).year > 2017


@pytest.mark.usefixtures("restored")
def test_rows_of_a_day_without_a_partition_are_kept_and_moved_into_it(
    conn: psycopg.Connection, event: Event, ingest: Ingest
) -> None:
    ingest(event(message_id="a"))
    conn.execute("UPDATE events_event SET log_day = %s", (YEARS_AHEAD.date(),))
    assert conn.execute("SELECT count(*) FROM events_event_default").fetchone() == (1,)

    services.ensure_partitions(conn, now=YEARS_AHEAD)

    assert conn.execute("SELECT count(*) FROM events_event_default").fetchone() == (0,)
    assert conn.execute("SELECT count(*) FROM events_event_20900501").fetchone() == (1,)


@pytest.mark.usefixtures("restored")
def test_a_new_partition_has_the_logs_indexes(conn: psycopg.Connection) -> None:
    services.ensure_partitions(conn, now=YEARS_AHEAD)

    rows = conn.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'events_event_20900501'").fetchall()
    assert len(rows) == 3
    assert any("UNIQUE" in row[0] and "(log_day, message_key)" in row[0] for row in rows)


def test_an_old_day_is_dropped_only_when_everyone_has_read_it_and_the_lake_has_it(
    conn: psycopg.Connection, event: Event, ingest: Ingest, read: Read, tmp_path: Path
) -> None:
    ingest(event(name="old"))
    services.ensure_partitions(conn, now=YEARS_AHEAD)
    conn.execute("UPDATE events_event SET log_day = %s", (YEARS_AHEAD.date(),))
    later = YEARS_AHEAD + timedelta(days=40)
    ahead = [f"events_event_2090050{day}" for day in (1, 2, 3, 4)]

    def drop(keep_days: int = 30) -> list[str]:
        return [name for name in services.drop_old_partitions(conn, now=later, keep_days=keep_days) if name in ahead]

    assert drop() == [], "the lake has read nothing"
    read("slow reader", limit=1)
    conn.execute("UPDATE events_cursor SET tx_id = '0'")
    while services.export_slice(conn, str(tmp_path / "lake")):
        pass
    assert "events_event_20900501" not in drop(), "a reader has not seen it"
    read("slow reader")
    assert drop(keep_days=41) == [], "it is not old enough"
    assert "events_event_20900501" in drop()
    assert conn.execute("SELECT count(*) FROM events_event").fetchone() == (0,)
    services.ensure_partitions(conn, now=datetime(2026, 1, 13, tzinfo=UTC))
    assert {day.year for day in list_partitions(conn)} != {2090}


def test_a_source_has_a_key_of_its_own_and_can_be_switched_off(
    conn: psycopg.Connection, workspace: int, now: datetime
) -> None:
    site = services.create_source(conn, workspace_id=workspace, name=" Web site ", now=now)
    till = services.create_source(conn, workspace_id=workspace, name="Till", now=now)

    assert (site.name, site.enabled, site.created_at) == ("Web site", True, now)
    assert len(site.write_key) >= 32 and site.write_key != till.write_key
    services.disable_source(conn, workspace_id=workspace, source_id=till.id)
    assert [(s.id, s.enabled) for s in queries.list_sources(conn, workspace_id=workspace)] == [
        (site.id, True),
        (till.id, False),
    ]
    services.enable_source(conn, workspace_id=workspace, source_id=till.id)
    assert all(s.enabled for s in queries.list_sources(conn, workspace_id=workspace))
    with pytest.raises(SourceNotFound):
        services.disable_source(conn, workspace_id=workspace + 1, source_id=till.id)
    with pytest.raises(SourceNameInvalid):
        services.create_source(conn, workspace_id=workspace, name="  ", now=now)
    assert queries.list_sources(conn, workspace_id=workspace + 1) == []
