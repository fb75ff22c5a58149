"""From calls to the log: each message once, for the right person, whatever it holds."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from kesher.events import queries, services
from kesher.events.types import IncomingEvent, IngestResult
from kesher.kernel.db import connect
from kesher.profiles import queries as profiles

Event = Callable[..., IncomingEvent]
Ingest = Callable[..., IngestResult]


def names_of(conn: psycopg.Connection) -> list[str]:
    return [row[0] for row in conn.execute("SELECT name FROM events_event ORDER BY id")]


def test_a_message_is_written_once_within_a_call_and_over_calls(
    conn: psycopg.Connection, event: Event, ingest: Ingest
) -> None:
    first = ingest(event(message_id="a"), event(message_id="a", name="Again"), event(message_id="b"))
    second = ingest(event(message_id="b", name="Again"), event(message_id="c"))

    assert (first.accepted, first.duplicates, second.accepted, second.duplicates) == (2, 1, 1, 1)
    assert names_of(conn) == ["Order Completed"] * 3
    assert first.profile_ids == (1, None, 1) and second.profile_ids == (None, 1)
    [activity] = queries.list_activity(conn, workspace_id=1, profile_id=1)
    assert activity.count == 3


def test_the_same_message_id_of_another_source_or_workspace_is_another_message(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int
) -> None:
    result = ingest(
        event(message_id="a"), event(message_id="a", source_id=2), event(message_id="a", workspace_id=workspace + 1)
    )

    assert result.accepted == 3
    assert len(set(result.profile_ids)) == 2


def test_a_message_of_yesterday_is_known_today(conn: psycopg.Connection, event: Event, ingest: Ingest) -> None:
    ingest(event(message_id="a"))
    conn.execute("UPDATE events_event SET log_day = log_day - 1")

    assert ingest(event(message_id="a")).duplicates == 1


def test_writers_at_the_same_moment_write_a_message_once(conn: psycopg.Connection, event: Event, now: datetime) -> None:
    events = [event(message_id=f"m{n}", user_id=f"u{n % 7}", anonymous_id=f"a{n % 11}") for n in range(200)]
    results: list[IngestResult] = []
    failures: list[BaseException] = []
    barrier = threading.Barrier(4)

    def write(order: int) -> None:
        try:
            with connect("writer") as mine:
                for start in range(0, 200, 20):
                    barrier.wait(timeout=30)
                    part = events[start : start + 20]
                    results.append(services.ingest(mine, part if order % 2 else part[::-1], now=now))
        except BaseException as error:
            failures.append(error)
            barrier.abort()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sum(result.accepted for result in results) == 200
    assert sum(result.duplicates for result in results) == 600
    assert conn.execute(
        "SELECT count(*), count(DISTINCT message_key) FROM events_event WHERE type = 'track'"
    ).fetchone() == (
        200,
        200,
    )
    counted = conn.execute("SELECT sum(count) FROM events_summary WHERE name = 'Order Completed'").fetchone()
    assert counted == (200,)
    lost = conn.execute(
        "SELECT count(*) FROM events_event e JOIN profiles_profile p ON p.id = e.profile_id"
        " WHERE p.merged_into_id IS NOT NULL"
    ).fetchone()
    assert lost == (0,), "no event stays behind on a merged profile"


def test_a_writer_before_midnight_is_seen_by_the_writer_after_it(
    conn: psycopg.Connection,
    second: psycopg.Connection,
    event: Event,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from kesher.events import ingest as module

    monkeypatch.setattr(module, "_closed_days", set())
    _live_tomorrow(second)
    results: list[IngestResult] = []
    later = threading.Thread(
        target=lambda: results.append(services.ingest(second, [event(message_id="a")], now=now)), daemon=True
    )

    with conn.transaction():
        services.ingest(conn, [event(message_id="a")], now=now)
        later.start()
        _await_lock(conn, second)
    later.join(timeout=30)

    assert [result.duplicates for result in results] == [1]


def _live_tomorrow(conn: psycopg.Connection) -> None:
    """Put this session's clock a day ahead."""
    conn.execute(
        "CREATE SCHEMA IF NOT EXISTS tomorrow;"
        " CREATE OR REPLACE FUNCTION tomorrow.clock_timestamp() RETURNS timestamptz"
        " LANGUAGE sql AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 day' $$;"
        " SET search_path = tomorrow, pg_catalog, public"
    )


def _await_lock(conn: psycopg.Connection, waiter: psycopg.Connection) -> None:
    """Until the other connection waits for a lock; bounded by the database's own sleep."""
    for _ in range(500):
        row = conn.execute(
            "SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", (waiter.info.backend_pid,)
        ).fetchone()
        if row == ("Lock",):
            return
        conn.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
    raise AssertionError("the other connection never waited")


@pytest.mark.parametrize(
    "text", ['tab\tnewline\nreturn\rback\\slash\\n quote" end', "\\.", "\\N", "שלום 👩‍👩‍👧", "\u2028\u200f\x7f", "}{,'"]
)
def test_any_text_comes_back_from_the_log_as_it_went_in(
    conn: psycopg.Connection, event: Event, ingest: Ingest, text: str
) -> None:
    properties = json.dumps({text: [text, {"deep": text}]})
    context = json.dumps({"a": text}, ensure_ascii=False, indent="\t")

    ingest(event(name=text, message_id=text, properties=properties, context=context))

    assert conn.execute("SELECT name, properties, context FROM events_event").fetchall() == [
        (text, {text: [text, {"deep": text}]}, {"a": text})
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "nul\x00"},
        {"name": "half\ud800"},
        {"properties": '{"a": "\\u0000"}'},
        {"properties": '{"a": "\\ud800"}'},
        {"properties": '{"a": "\x00"}'},
        {"properties": '{"a": 1'},
        {"context": "\ud83d"},
    ],
)
def test_what_the_database_cannot_store_is_refused_whole_and_leaves_nothing(
    conn: psycopg.Connection, event: Event, ingest: Ingest, fields: dict[str, str]
) -> None:
    with pytest.raises(psycopg.DataError):
        ingest(event(), event(user_id="u2", **fields))

    assert names_of(conn) == []
    assert profiles.count_profiles(conn, workspace_id=1) == 0
    assert ingest(event()).accepted == 1, "the connection is usable"


def test_an_event_of_nobody_is_named_and_its_neighbours_are_written(
    conn: psycopg.Connection, event: Event, ingest: Ingest
) -> None:
    result = ingest(event(user_id="null"), event(), event(profile_id=999), event(anonymous_id="a\x00"))

    assert result.unidentified == (0, 2, 3)
    assert result.accepted == 1
    assert ingest(event(user_id="null")).accepted == 0


def test_an_event_addressed_to_a_profile_reaches_where_it_lives_and_no_other_workspace(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int, now: datetime
) -> None:
    winner, loser = ingest(event(), event(user_id="u2")).profile_ids
    assert winner is not None and loser is not None
    services.merge_profiles(conn, workspace_id=workspace, winner_id=winner, loser_id=loser, reason="x", now=now)

    result = ingest(event(profile_id=loser), event(profile_id=winner, workspace_id=workspace + 1))

    assert result.profile_ids == (winner, None)


def test_an_identify_tells_traits_and_addresses_even_when_one_does_not_fit(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int
) -> None:
    ingest(event(type="identify", traits={"age": 30}))

    traits = {"email": "dana@example.org", "age": "old", "plan": "pro", "phone": "0541234567"}
    [person] = ingest(
        event(
            1, type="identify", traits=traits, locale="he-IL", timezone="Asia/Jerusalem", properties=json.dumps(traits)
        )
    ).profile_ids
    assert person is not None

    profile = profiles.get_profile(conn, workspace_id=workspace, profile_id=person)
    assert profile.traits["age"] == 30 and profile.traits["plan"] == "pro"
    assert (profile.email, profile.phone) == ("dana@example.org", "+972541234567")
    assert (profile.language, profile.timezone) == ("he", "Asia/Jerusalem")
    found = profiles.find_profile_by_identifier(conn, workspace_id=workspace, value="dana@example.org")
    assert found is not None and found.id == person
    logged = queries.list_events(conn, workspace_id=workspace, profile_id=person, limit=1)
    assert logged[0].properties == traits, "the log keeps what was sent"


def test_a_repeated_identify_does_not_tell_its_traits_again(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int
) -> None:
    ingest(event(0, type="identify", message_id="a", traits={"plan": "free"}))
    ingest(event(1, type="identify", traits={"plan": "pro"}))
    ingest(event(2, type="identify", message_id="a", traits={"plan": "free"}))

    assert profiles.get_profile(conn, workspace_id=workspace, profile_id=1).traits == {"plan": "pro"}


def test_the_summary_counts_first_and_last_in_any_order_of_arrival(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int, now: datetime
) -> None:
    ingest(event(5), event(3))
    ingest(event(9), event(-60), event(4, name="Cart Viewed"))

    activity = queries.list_activity(conn, workspace_id=workspace, profile_id=1)
    assert [(a.name, a.count, a.first_at, a.last_at) for a in activity] == [
        ("Order Completed", 4, now - timedelta(minutes=60), now + timedelta(minutes=9)),
        ("Cart Viewed", 1, now + timedelta(minutes=4), now + timedelta(minutes=4)),
    ]
    assert queries.list_event_names(conn, workspace_id=workspace) == ["Cart Viewed", "Order Completed"]


def test_two_calls_in_one_transaction_count_each_event_once(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int
) -> None:
    with conn.transaction():
        ingest(event())
        ingest(event(), event(anonymous_id="a1", user_id="u1"))

    [activity] = queries.list_activity(conn, workspace_id=workspace, profile_id=1)
    assert activity.count == 3


def test_the_engine_is_woken_at_the_commit(
    conn: psycopg.Connection, second: psycopg.Connection, event: Event, ingest: Ingest
) -> None:
    from kesher.kernel.wake import WORK, listen, wait_for_work

    listen(second, [WORK])
    with conn.transaction():
        ingest(event())
        assert not wait_for_work(second, 0.0)
    assert wait_for_work(second, 5.0)


def test_the_timeline_pages_and_stays_inside_the_workspace(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int
) -> None:
    ingest(*[event(minute // 2, name=f"E{minute}") for minute in range(5)], event(user_id="u2"))

    def page(**more: Any) -> list[Any]:
        return queries.list_events(conn, **{"workspace_id": workspace, "profile_id": 1, "limit": 2, **more})

    first = page()
    second = page(before=(first[-1].occurred_at, first[-1].id))
    third = page(before=(second[-1].occurred_at, second[-1].id))
    assert [e.name for e in first + second + third] == ["E4", "E3", "E2", "E1", "E0"]
    assert [e.name for e in page(names=["E1", "E9"])] == ["E1"]
    assert page(workspace_id=workspace + 1) == []
    assert queries.list_activity(conn, workspace_id=workspace + 1, profile_id=1) == []


def test_counts_for_reports_and_metrics(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int, now: datetime
) -> None:
    assert queries.count_logged(conn) == 0
    ingest(event(), event(), event(received_at=now - timedelta(hours=2), name="Cart Viewed"))

    span = {"since": now - timedelta(hours=1), "until": now + timedelta(hours=1)}
    assert queries.count_events(conn, workspace_id=workspace, **span) == {"Order Completed": 2}
    assert queries.count_events(conn, workspace_id=workspace + 1, **span) == {}
    assert queries.count_logged(conn) == 3
