"""The lake has every event exactly once, whoever dies when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kesher.events import queries, services
from kesher.events.lake import table_url
from kesher.events.types import IncomingEvent, IngestResult
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS

Event = Callable[..., IncomingEvent]
Ingest = Callable[..., IngestResult]


@pytest.fixture
def lake(tmp_path: Path) -> str:
    return str(tmp_path / "lake")


def rows_of(lake: str) -> list[dict[str, Any]]:
    from deltalake import DeltaTable

    rows: list[dict[str, Any]] = DeltaTable(table_url(lake)).to_pyarrow_table().to_pylist()
    return sorted(rows, key=lambda row: row["event_id"])


class Killed(BaseException):
    """The process died."""


def die() -> None:
    raise Killed


def test_an_event_arrives_in_the_lake_as_it_is_in_the_log(
    conn: psycopg.Connection, event: Event, ingest: Ingest, lake: str, workspace: int, now: datetime
) -> None:
    ingest(
        event(1.5, name='say "hi",\nשלום', properties='{"a": "x,\\"y\\"\\n", "n": 1.5}', context='{"ip": "192.0.2.1"}')
    )

    assert services.export_slice(conn, lake) is False
    [row] = rows_of(lake)
    assert row["name"] == 'say "hi",\nשלום'
    assert row["properties"] == '{"a": "x,\\"y\\"\\n", "n": 1.5}'
    assert row["context"] == '{"ip": "192.0.2.1"}'
    assert (row["workspace_id"], row["profile_id"], row["source_id"], row["type"]) == (workspace, 1, 1, "track")
    assert (row["occurred_at"], row["received_at"]) == (datetime(2026, 1, 13, 12, 1, 30, tzinfo=UTC), now)


def test_an_event_arrives_once_over_any_number_of_exports(
    conn: psycopg.Connection, event: Event, ingest: Ingest, lake: str
) -> None:
    ingest(*[event() for _ in range(3)])
    ingest(*[event() for _ in range(3)])

    assert services.export_slice(conn, lake, limit=2) is True
    assert len(rows_of(lake)) == 3
    while services.export_slice(conn, lake, limit=4):
        pass
    assert services.export_slice(conn, lake) is False
    assert [row["event_id"] for row in rows_of(lake)] == [1, 2, 3, 4, 5, 6]
    assert not queries.has_unread(conn, consumer="lake", shards=range(SHARDS))


def test_a_writer_that_dies_between_the_two_commits_does_not_write_twice(
    conn: psycopg.Connection, event: Event, ingest: Ingest, lake: str
) -> None:
    ingest(event(), event())
    with pytest.raises(Killed):
        services.export_slice(conn, lake, committed=die)
    ingest(event(user_id="u2"))

    while services.export_slice(conn, lake):
        pass

    assert [row["event_id"] for row in rows_of(lake)] == [1, 2, 3]


def test_a_slow_transaction_reaches_the_lake_too(
    conn: psycopg.Connection, second: psycopg.Connection, event: Event, ingest: Ingest, lake: str, now: datetime
) -> None:
    with second.transaction():
        services.ingest(second, [event(name="slow", user_id="u2")], now=now)
        ingest(event(name="fast"))
        services.export_slice(conn, lake)
    services.export_slice(conn, lake)

    assert sorted(row["name"] for row in rows_of(lake)) == ["fast", "slow"]


def test_one_writer_at_a_time_and_none_inside_a_transaction(
    conn: psycopg.Connection, second: psycopg.Connection, event: Event, ingest: Ingest, lake: str
) -> None:
    ingest(event())
    seen: list[bool] = []

    services.export_slice(conn, lake, committed=lambda: seen.append(services.export_slice(second, lake)))

    assert seen == [False]
    assert len(rows_of(lake)) == 1
    with pytest.raises(RuntimeError), conn.transaction():
        services.export_slice(conn, lake)


def test_tending_joins_small_files_and_loses_nothing(
    conn: psycopg.Connection, event: Event, ingest: Ingest, lake: str
) -> None:
    from deltalake import DeltaTable

    for _ in range(3):
        ingest(event())
        services.export_slice(conn, lake)

    services.tend_lake(lake)

    assert len(DeltaTable(table_url(lake)).file_uris()) == 1
    assert len(rows_of(lake)) == 3
    ingest(event())
    services.export_slice(conn, lake)
    assert len(rows_of(lake)) == 4


def test_erasing_the_winner_of_an_undone_merge_leaves_the_other_persons_rows_in_the_lake(
    conn: psycopg.Connection, event: Event, ingest: Ingest, lake: str, workspace: int, now: datetime
) -> None:
    winner, loser = ingest(event(user_id="w", name="Hers"), event(user_id="l", name="Of the other")).profile_ids
    assert winner is not None and loser is not None
    merge = services.merge_profiles(
        conn, workspace_id=workspace, winner_id=winner, loser_id=loser, reason="same", now=now
    )
    services.export_slice(conn, lake)
    parted_at = now + timedelta(hours=1)
    services.undo_merge(conn, workspace_id=workspace, merge_id=merge.merge_id, now=parted_at)
    assert {row["profile_id"] for row in rows_of(lake)} == {winner}, "the lake has both under the winner's number"

    erase(conn, winner, workspace, parted_at)
    assert services.erase_from_lake(conn, lake) == 1
    assert [row["name"] for row in rows_of(lake)] == ["Of the other"]


def erase(conn: psycopg.Connection, profile_id: int, workspace: int, now: datetime) -> None:
    she = Relation("SELECT %(e_id)s::bigint AS profile_id", {"e_id": profile_id})
    services.erase_profiles(conn, she, workspace_id=workspace, now=now)
