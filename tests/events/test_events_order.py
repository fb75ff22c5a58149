"""Reading the log in commit order: whole transactions, none slipping in behind, each row once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest

from kesher.events import queries, services
from kesher.events.errors import CursorAheadOfLog
from kesher.events.types import IncomingEvent, IngestResult
from kesher.kernel.clock import freeze_clock
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS, shard_of

Event = Callable[..., IncomingEvent]
Ingest = Callable[..., IngestResult]
Read = Callable[..., list[tuple[int, str]]]
ALL = range(SHARDS)


def names(rows: list[tuple[int, str]]) -> list[str]:
    return [name for _, name in rows]


def test_a_slow_transaction_in_the_middle_is_waited_for_and_never_slips_in_behind(
    second: psycopg.Connection, event: Event, ingest: Ingest, read: Read, now: datetime
) -> None:
    ingest(event(name="before"))
    with second.transaction():
        services.ingest(second, [event(name="slow", user_id="u2")], now=now)
        ingest(event(name="after"))

        assert names(read()) == ["before"], "what began after the slow one waits for it"
        assert names(read()) == []
    assert names(read()) == ["slow", "after"]
    assert names(read()) == []


def test_what_a_failed_transaction_wrote_is_never_read(
    second: psycopg.Connection, event: Event, ingest: Ingest, read: Read, now: datetime
) -> None:
    with pytest.raises(ZeroDivisionError), second.transaction():
        services.ingest(second, [event(name="lost")], now=now)
        raise ZeroDivisionError
    ingest(event(name="kept"))

    assert names(read()) == ["kept"]


def test_a_slice_that_was_not_closed_is_read_again(
    conn: psycopg.Connection, event: Event, ingest: Ingest, read: Read
) -> None:
    ingest(event(name="a"))
    with pytest.raises(ZeroDivisionError), conn.transaction():
        services.close_slice(conn, services.open_slice(conn, consumer="reader", shards=ALL, limit=10))
        raise ZeroDivisionError

    assert names(read()) == ["a"]


def test_a_limit_ends_after_a_whole_transaction(
    conn: psycopg.Connection, event: Event, ingest: Ingest, read: Read
) -> None:
    for call in range(3):
        ingest(*[event(name=f"{call}{n}") for n in range(3)])

    assert names(read(limit=2)) == ["00", "01", "02"]
    assert names(read(limit=4)) == ["10", "11", "12", "20", "21", "22"]
    assert names(read(limit=4)) == []


def test_a_slice_says_whether_more_waits(conn: psycopg.Connection, event: Event, ingest: Ingest) -> None:
    ingest(event())
    ingest(event())

    with conn.transaction():
        assert not services.open_slice(conn, consumer="reader", shards=ALL, limit=1).complete
    with conn.transaction():
        assert services.open_slice(conn, consumer="reader", shards=ALL, limit=3).complete


def test_shards_are_read_apart_and_each_row_by_one_of_them(
    conn: psycopg.Connection, event: Event, ingest: Ingest
) -> None:
    people = ingest(*[event(user_id=f"u{n}") for n in range(70)]).profile_ids
    seen: list[int] = []
    for part in (range(0, SHARDS, 2), range(1, SHARDS, 2)):
        for _ in range(2):
            with conn.transaction():
                piece = services.open_slice(conn, consumer="reader", shards=part, limit=20)
                rows = conn.execute("SELECT profile_id, shard FROM events_slice").fetchall()
                assert all(shard == shard_of(profile_id) and shard in part for profile_id, shard in rows)
                seen += [profile_id for profile_id, _ in rows]
                services.close_slice(conn, piece)

    assert sorted(seen) == sorted(id for id in people if id is not None)


def test_consumers_read_apart_and_begin_at_the_beginning_or_at_the_news(
    conn: psycopg.Connection, event: Event, ingest: Ingest, read: Read
) -> None:
    ingest(event(name="old"))
    with conn.transaction():
        piece = services.open_slice(conn, consumer="news", shards=ALL, limit=9, start="horizon")
        assert piece.rows == 0
    ingest(event(name="new"))

    assert names(read("news")) == ["new"]
    assert names(read("history")) == ["old", "new"]


def test_what_waits_is_known_and_how_long(
    conn: psycopg.Connection, second: psycopg.Connection, event: Event, ingest: Ingest, read: Read, now: datetime
) -> None:
    freeze_clock(conn, now + timedelta(seconds=90))
    waiting = {"consumer": "reader", "shards": list(ALL)}
    assert (queries.has_unread(conn, **waiting), queries.lag_seconds(conn, **waiting)) == (False, 0.0)

    ingest(event())
    assert (queries.has_unread(conn, **waiting), queries.lag_seconds(conn, **waiting)) == (True, 90.0)
    read()
    assert (queries.has_unread(conn, **waiting), queries.lag_seconds(conn, **waiting)) == (False, 0.0)

    with second.transaction():
        second.execute("SELECT pg_current_xact_id()")
        ingest(event())
        assert read() == []
        assert queries.has_unread(conn, **waiting), "also what lies above the horizon"


def test_system_events_are_logged_for_people_of_the_workspace_and_read_like_any_other(
    conn: psycopg.Connection, event: Event, ingest: Ingest, read: Read, workspace: int, now: datetime
) -> None:
    [person] = ingest(event(name="first")).profile_ids
    rows = Relation(
        "SELECT w AS workspace_id, p AS profile_id, 'List Joined' AS name, %(at)s::timestamptz AS occurred_at,"
        ' \'{"list": "vip"}\'::jsonb AS properties'
        " FROM unnest(%(w)s::int[], %(p)s::bigint[]) AS x (w, p)",
        {"at": now, "w": [workspace, workspace, workspace + 1, workspace], "p": [person, person, person, 999]},
    )

    assert services.append_events(conn, rows, now=now) == 2
    assert read() == [(person, "first"), (person, "List Joined"), (person, "List Joined")]
    [activity] = queries.list_activity(conn, workspace_id=workspace, profile_id=person or 0)
    assert (activity.name, activity.count) == ("first", 1), "the summary counts what people did"


def test_consents_are_logged_by_what_they_say(
    conn: psycopg.Connection, event: Event, ingest: Ingest, read: Read, workspace: int, now: datetime
) -> None:
    [person] = ingest(event(name="first")).profile_ids
    entries = Relation(
        "SELECT %(w)s::int AS workspace_id, %(p)s::bigint AS profile_id, 'email' AS channel, 'news' AS topic, state,"
        " 'form' AS source, '' AS wording, '{}'::jsonb AS evidence, %(at)s::timestamptz AS given_at"
        " FROM unnest(ARRAY['pending', 'granted', 'denied']) AS state",
        {"w": workspace, "p": person, "at": now},
    )

    assert services.record_consents(conn, entries, now=now) == 3
    assert sorted(names(read())) == ["Consent Given", "Consent Requested", "Consent Withdrawn", "first"]
    logged = queries.list_events(conn, workspace_id=workspace, profile_id=person or 0, names=["Consent Given"])
    assert logged[0].properties == {"channel": "email", "topic": "news", "source": "form"}


def test_a_log_restored_into_another_cluster_is_noticed_and_goes_on_where_each_consumer_was(
    conn: psycopg.Connection, event: Event, ingest: Ingest, read: Read
) -> None:
    ingest(event(name="a"))
    read("first")
    ingest(event(name="b"))
    read("second")
    ingest(event(name="c"))
    # As after a restore: every transaction id is far ahead of this cluster's.
    far = "(tx_id::text::bigint + 1000000000)::text::xid8"
    conn.execute(f"UPDATE events_event SET tx_id = {far}")
    conn.execute(f"UPDATE events_cursor SET tx_id = {far}")
    with pytest.raises(CursorAheadOfLog):
        read("first")

    services.rebase_log(conn)

    assert (names(read("first")), names(read("second")), names(read("third"))) == (["b", "c"], ["c"], ["a", "b", "c"])
    ingest(event(name="d"))
    assert names(read("first")) == ["d"]
