"""A merge loses nothing, and undoing it gives each her own back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.consent import queries as consent
from kesher.consent import services as consent_services
from kesher.events import queries, services
from kesher.events.types import IncomingEvent, IngestResult
from kesher.kernel.db import connect
from kesher.kernel.relations import Relation
from kesher.profiles.errors import MergeNotPossible

Event = Callable[..., IncomingEvent]
Ingest = Callable[..., IngestResult]
Read = Callable[..., list[tuple[int, str]]]

TABLES = {
    "profiles": "SELECT id, traits, traits_at, email, phone, language, timezone, merged_into_id FROM profiles_profile",
    "identifiers": "SELECT kind, value, profile_id FROM profiles_identifier",
    "events": "SELECT id, profile_id, origin_profile_id, shard, name, properties FROM events_event"
    " WHERE type <> 'system'",
    "summary": "SELECT profile_id, name, count, first_at, last_at, shard FROM events_summary"
    " WHERE name NOT LIKE 'Profile Merge%%'",
    "consent": "SELECT id, profile_id, shard, state FROM consent_entry",
    "relations": "SELECT profile_id, object_id, role, origin_profile_id FROM profiles_relation",
    "states": "SELECT profile_id, channel, topic, state, given_at, entry_id, shard FROM consent_state",
}


def state_of(conn: psycopg.Connection) -> dict[str, list[Any]]:
    return {name: sorted(map(str, conn.execute(sql, ()).fetchall())) for name, sql in TABLES.items()}


def consented(workspace: int, profile_id: int, state: str, at: datetime) -> Relation:
    return Relation(
        "SELECT %(w)s::int AS workspace_id, %(p)s::bigint AS profile_id, 'email' AS channel, '' AS topic,"
        " %(s)s::text AS state, 'form' AS source, '' AS wording, '{}'::jsonb AS evidence,"
        " %(at)s::timestamptz AS given_at",
        {"w": workspace, "p": profile_id, "s": state, "at": at},
    )


def joined(workspace: int, profile_id: int, at: datetime) -> Relation:
    return Relation(
        "SELECT %(w)s::int AS workspace_id, %(p)s::bigint AS profile_id, 'List Joined' AS name,"
        " %(at)s::timestamptz AS occurred_at, '{}'::jsonb AS properties",
        {"w": workspace, "p": profile_id, "at": at},
    )


def test_a_merge_carries_events_summaries_consent_and_traits(
    conn: psycopg.Connection, event: Event, ingest: Ingest, read: Read, workspace: int, now: datetime
) -> None:
    anonymous, known = ingest(event(1, anonymous_id="a1", name="Page Viewed"), event(5, name="Page Viewed")).profile_ids
    assert anonymous is not None and known is not None
    ingest(event(2, anonymous_id="a1"), event(3, type="identify", anonymous_id="a1", traits={"size": "L"}))
    services.record_consents(conn, consented(workspace, anonymous, "granted", now), now=now)
    read()

    result = ingest(event(6, anonymous_id="a1", user_id="u1", name="Signed In"))

    assert (result.profile_ids, result.merges) == ((known,), 1)
    timeline = queries.list_events(conn, workspace_id=workspace, profile_id=known)
    assert [(e.name, e.origin_profile_id) for e in timeline if e.name != "Profile Merged"] == [
        ("Signed In", None),
        ("Page Viewed", None),
        ("Profile Identified", anonymous),
        ("Order Completed", anonymous),
        ("Page Viewed", anonymous),
        ("Consent Given", anonymous),
    ]
    activity = {
        a.name: (a.count, a.first_at) for a in queries.list_activity(conn, workspace_id=workspace, profile_id=known)
    }
    assert activity["Page Viewed"] == (2, now + timedelta(minutes=1))
    assert queries.list_events(conn, workspace_id=workspace, profile_id=anonymous) == []
    assert queries.list_activity(conn, workspace_id=workspace, profile_id=anonymous) == []
    assert consent.get_states(conn, [known, anonymous]) == {known: {("email", ""): "granted"}, anonymous: {}}
    merged = next(e for e in timeline if e.name == "Profile Merged")
    assert merged.properties["winner_id"] == known and merged.properties["loser_id"] == anonymous
    assert merged.properties["reason"] == "anonymous_joined"
    assert sorted(read()) == [(known, "Profile Merged"), (known, "Signed In")], "what was read is not read again"


def test_what_the_winner_was_told_since_stays_with_the_winner(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int, now: datetime
) -> None:
    winner, loser = ingest(
        event(1, type="identify", traits={"plan": "free", "city": "Haifa"}),
        event(2, type="identify", user_id="u2", traits={"plan": "pro", "size": "L"}),
    ).profile_ids
    assert winner is not None and loser is not None
    merge = services.merge_profiles(
        conn, workspace_id=workspace, winner_id=winner, loser_id=loser, reason="operator", now=now
    )
    ingest(event(9, type="identify", user_id="u2", traits={"city": "Eilat", "new": 1}), event(10, user_id="u2"))

    services.undo_merge(conn, workspace_id=workspace, merge_id=merge.merge_id, now=now)

    rows = dict(conn.execute("SELECT id, traits FROM profiles_profile").fetchall())
    assert rows == {winner: {"plan": "free", "city": "Eilat", "new": 1}, loser: {"plan": "pro", "size": "L"}}
    counts = {
        id: {a.name: (a.count, a.last_at) for a in queries.list_activity(conn, workspace_id=workspace, profile_id=id)}
        for id in (winner, loser)
    }
    assert counts[winner]["Profile Identified"] == (2, now + timedelta(minutes=9))
    assert counts[winner]["Order Completed"] == (1, now + timedelta(minutes=10))
    assert counts[loser]["Profile Identified"] == (1, now + timedelta(minutes=2))
    assert ingest(event(user_id="u2")).profile_ids == (loser,)


people = st.integers(0, 3)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("track"), people, st.sampled_from(["Viewed", "Ordered"]), st.integers(-3, 3)),
        st.tuples(
            st.just("identify"), people, st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2)), st.integers(-3, 3)
        ),
        st.tuples(st.just("consent"), people, st.sampled_from(["granted", "denied"]), st.integers(-3, 3)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=steps, merges=st.lists(st.tuples(people, people), min_size=1, max_size=3), run=st.uuids())
def test_merging_and_undoing_is_as_if_nothing_had_been(
    conn: psycopg.Connection,
    event: Event,
    ingest: Ingest,
    workspace: int,
    now: datetime,
    told: list[Any],
    merges: list[tuple[int, int]],
    run: Any,
) -> None:
    ids = ingest(*[event(user_id=f"{run}-{n}", anonymous_id=f"{run}-a{n}", name="Born") for n in range(4)]).profile_ids
    for what, who, said, minute in told:
        at = now + timedelta(minutes=minute)
        if what == "consent":
            services.record_consents(conn, consented(workspace, ids[who] or 0, said, at), now=now)
        elif what == "track":
            ingest(event(minute, user_id=f"{run}-{who}", name=said))
        else:
            ingest(event(minute, type="identify", user_id=f"{run}-{who}", traits=said))
    total = conn.execute("SELECT count(*) FROM events_event WHERE type <> 'system'").fetchone()
    snapshots, done = [], []
    for winner, loser in merges:
        before = state_of(conn)
        try:
            merge = services.merge_profiles(
                conn, workspace_id=workspace, winner_id=ids[winner] or 0, loser_id=ids[loser] or 0, reason="x", now=now
            )
        except MergeNotPossible:
            continue
        snapshots.append(before)
        done.append(merge.merge_id)
        _nothing_is_left_behind(conn)
        assert conn.execute("SELECT count(*) FROM events_event WHERE type <> 'system'").fetchone() == total

    for merge_id, before in zip(reversed(done), reversed(snapshots), strict=True):
        services.undo_merge(conn, workspace_id=workspace, merge_id=merge_id, now=now)
        after = state_of(conn)
        assert {name: after[name] for name in TABLES} == before


def _nothing_is_left_behind(conn: psycopg.Connection) -> None:
    for table in ("events_event", "events_summary", "consent_entry", "consent_state", "profiles_identifier"):
        row = conn.execute(
            f"SELECT count(*) FROM {table} t JOIN profiles_profile p ON p.id = t.profile_id"
            " WHERE p.merged_into_id IS NOT NULL"
        ).fetchone()
        assert row == (0,), f"{table} has rows of a merged profile"
    rows = conn.execute(
        "SELECT profile_id, name, count(*), min(occurred_at), max(occurred_at) FROM events_event"
        " WHERE type <> 'system' GROUP BY 1, 2"
        " EXCEPT SELECT profile_id, name, count, first_at, last_at FROM events_summary"
    ).fetchall()
    assert rows == [], "the summary says what the log says"


def test_merges_of_merges_carried_together_arrive_at_the_last_winner(
    conn: psycopg.Connection, event: Event, ingest: Ingest, workspace: int, now: datetime
) -> None:
    from kesher.events.merging import carry_merges
    from kesher.profiles import services as profiles

    one, two, three = (id or 0 for id in ingest(*[event(user_id=f"u{n}") for n in range(3)]).profile_ids)
    with conn.transaction():
        merges = [
            profiles.merge_profiles(conn, workspace_id=workspace, winner_id=w, loser_id=lo, reason="x", now=now)
            for w, lo in ((two, three), (one, two))
        ]
        carry_merges(conn, merges)

    _nothing_is_left_behind(conn)
    [activity] = queries.list_activity(conn, workspace_id=workspace, profile_id=one)
    assert activity.count == 3


@pytest.mark.parametrize("what", ["claimed event", "addressed event", "system event", "consent"])
def test_a_merge_waits_for_what_is_being_written_and_leaves_none_behind(
    conn: psycopg.Connection,
    second: psycopg.Connection,
    event: Event,
    ingest: Ingest,
    workspace: int,
    now: datetime,
    what: str,
) -> None:
    winner, loser = ingest(event(user_id="u1"), event(user_id="u2")).profile_ids
    assert winner is not None and loser is not None
    merging = threading.Thread(
        target=services.merge_profiles,
        args=(second,),
        kwargs={"workspace_id": workspace, "winner_id": winner, "loser_id": loser, "reason": "x", "now": now},
        daemon=True,
    )
    with conn.transaction():
        match what:
            case "claimed event":
                ingest(event(user_id="u2"))
            case "addressed event":
                ingest(event(profile_id=loser))
            case "system event":
                services.append_events(conn, joined(workspace, loser, now), now=now)
            case "consent":
                consent_services.record_entries(conn, consented(workspace, loser, "granted", now), now=now)
        merging.start()
        _await_lock(conn, second)
    merging.join(timeout=30)

    _nothing_is_left_behind(conn)
    assert len(queries.list_events(conn, workspace_id=workspace, profile_id=winner)) == (3 if what == "consent" else 4)


def test_events_for_a_person_who_is_just_being_merged_go_to_where_she_lives(
    conn: psycopg.Connection, second: psycopg.Connection, event: Event, ingest: Ingest, workspace: int, now: datetime
) -> None:
    winner, loser = ingest(event(user_id="u1"), event(user_id="u2")).profile_ids
    assert winner is not None and loser is not None

    def write() -> None:
        services.ingest(second, [event(user_id="u2"), event(profile_id=loser)], now=now)
        services.append_events(second, joined(workspace, loser, now), now=now)

    writing = threading.Thread(target=write, daemon=True)
    with conn.transaction():
        services.merge_profiles(conn, workspace_id=workspace, winner_id=winner, loser_id=loser, reason="x", now=now)
        writing.start()
        _await_lock(conn, second)
    writing.join(timeout=30)

    assert len(queries.list_events(conn, workspace_id=workspace, profile_id=winner)) == 6
    _nothing_is_left_behind(conn)


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


def test_many_logins_at_once_merge_each_pair_once(
    conn: psycopg.Connection, event: Event, ingest: Ingest, now: datetime
) -> None:
    ingest(*[event(anonymous_id=f"a{n}") for n in range(30)], *[event(user_id=f"u{n}") for n in range(30)])
    logins = [[event(user_id=f"u{n}", anonymous_id=f"a{n}", name="Signed In") for n in range(30)] for _ in range(4)]
    failures: list[BaseException] = []
    barrier = threading.Barrier(4)

    def write(order: int) -> None:
        try:
            with connect("writer") as mine:
                barrier.wait(timeout=30)
                services.ingest(mine, logins[order] if order % 2 else logins[order][::-1], now=now)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert conn.execute("SELECT count(*) FROM profiles_profile WHERE merged_into_id IS NULL").fetchone() == (30,)
    assert conn.execute("SELECT count(*), count(DISTINCT loser_id) FROM profiles_merge").fetchone() == (30, 30)
    _nothing_is_left_behind(conn)


@pytest.mark.parametrize("order", [1, -1])
def test_unknown_people_first_seen_by_two_writers_at_once_are_one_profile_each(
    conn: psycopg.Connection, event: Event, now: datetime, order: int
) -> None:
    calls = [[event(user_id=f"u{n}", anonymous_id=f"a{n}") for n in range(40)] for _ in range(3)]
    barrier = threading.Barrier(3)
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with connect("writer") as mine:
                barrier.wait(timeout=30)
                services.ingest(mine, calls[number][:: order if number else 1], now=now)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert conn.execute("SELECT count(*) FROM profiles_profile WHERE merged_into_id IS NULL").fetchone() == (40,)
    assert conn.execute("SELECT count(DISTINCT (kind, value)), count(*) FROM profiles_identifier").fetchone() == (
        80,
        80,
    )
    unnamed = conn.execute(
        "SELECT count(*) FROM profiles_profile p WHERE merged_into_id IS NULL"
        " AND NOT EXISTS (SELECT FROM profiles_identifier i WHERE i.profile_id = p.id)"
    ).fetchone()
    assert unnamed == (0,)
    _nothing_is_left_behind(conn)
