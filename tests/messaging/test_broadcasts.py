"""Broadcasts: everyone in a segment, once; paused, resumed, cancelled and throttled at once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from messaging_shop import Shop
from smtp_servers import Script

from kesher.kernel.relations import Relation
from kesher.messaging import queries, services
from kesher.messaging.errors import (
    BroadcastExists,
    BroadcastNotFound,
    BroadcastStateWrong,
    LocalTimeInvalid,
    SegmentNotReady,
    TemplateNotReady,
)
from kesher.messaging.types import BroadcastInfo


def add_segment(shop: Shop, people: list[int], *, key: str = "all", state: str = "live") -> None:
    row = shop.conn.execute(
        "INSERT INTO segments_segment (workspace_id, key, name, rule, state, revision, level, holds_empty,"
        " build_cursor, created_at, updated_at)"
        " VALUES (%s, %s, '{}', '{}', %s, 1, 0, false, 0, %s, %s) RETURNING id",
        (shop.workspace_id, key, state, shop.now, shop.now),
    ).fetchone()
    assert row is not None
    shop.conn.execute(
        "INSERT INTO segments_membership (segment_id, profile_id, workspace_id, shard, entered_at)"
        " SELECT %s, p, %s, p %% 64, %s FROM unnest(%s::bigint[]) p",
        (row[0], shop.workspace_id, shop.now, people),
    )


def draft(shop: Shop, *, key: str = "sale", segment: str = "all", rate: int | None = None) -> BroadcastInfo:
    return services.create_broadcast(
        shop.conn,
        workspace_id=shop.workspace_id,
        key=key,
        name={"en": "Sale", "he": "מבצע"},
        template="hello",
        segment=segment,
        topic="news",
        rate_per_minute=rate,
        now=shop.now,
    )


def ref(shop: Shop, key: str = "sale") -> dict[str, object]:
    return {"workspace_id": shop.workspace_id, "key": key}


def info(shop: Shop) -> BroadcastInfo:
    return queries.get_broadcast(shop.conn, workspace_id=shop.workspace_id, key="sale")


def start(shop: Shop) -> BroadcastInfo:
    return services.start_broadcast(shop.conn, workspace_id=shop.workspace_id, key="sale", now=shop.now)


def test_everyone_with_permission_gets_it_once(shop: Shop, server: Script) -> None:
    people = [shop.add_profile() for _ in range(25)]
    refused = [shop.add_profile(consent=None) for _ in range(3)]
    add_segment(shop, people + refused)
    draft(shop)
    assert start(shop).state == "sending"

    assert shop.send() == 25

    done = info(shop)
    assert done.state == "finished"
    assert done.finished_at == shop.now
    assert done.counts == {"sent": 25, "held": 3}
    rows = shop.conn.execute("SELECT profile_id, lane, purpose, topic FROM messaging_message").fetchall()
    assert Counter(row[0] for row in rows) == dict.fromkeys(people + refused, 1)
    assert {row[1:] for row in rows} == {(2, "marketing", "news")}
    assert {p["broadcast"] for _, _, p in shop.events()} == {"sale"}
    shop.send()
    assert len(server.messages) == 25


def test_the_audience_is_reserved_in_chunks_just_ahead(shop: Shop) -> None:
    add_segment(shop, [shop.add_profile() for _ in range(10)])
    draft(shop)
    start(shop)
    reserved = [services.advance_broadcasts(shop.conn, now=shop.now, chunk=4, low=5) for _ in range(4)]
    # After two chunks eight are ready, which is not short of five.
    assert reserved == [4, 4, 0, 0]
    assert info(shop).counts == {"reserved": 8}


def test_pausing_stops_at_once_and_resuming_goes_on(shop: Shop, server: Script) -> None:
    add_segment(shop, [shop.add_profile() for _ in range(10)])
    draft(shop)
    start(shop)
    services.advance_broadcasts(shop.conn, now=shop.now, chunk=4)

    assert services.pause_broadcast(shop.conn, **ref(shop), now=shop.now).state == "paused"
    assert shop.send() == 0
    assert info(shop).counts == {"reserved": 4}

    assert services.resume_broadcast(shop.conn, **ref(shop), now=shop.now).state == "sending"
    assert shop.send() == 10
    assert info(shop).state == "finished"


def test_cancelling_holds_what_was_not_sent_and_says_so(shop: Shop, server: Script) -> None:
    add_segment(shop, [shop.add_profile() for _ in range(10)])
    draft(shop)
    start(shop)
    services.advance_broadcasts(shop.conn, now=shop.now, chunk=4)
    done = services.cancel_broadcast(shop.conn, **ref(shop), now=shop.now)
    assert (done.state, done.counts) == ("cancelled", {"held": 4})
    assert shop.send() == 0
    assert [p["reason"] for _, _, p in shop.events("Message Held")] == ["cancelled"] * 4
    with pytest.raises(BroadcastStateWrong):
        services.resume_broadcast(shop.conn, **ref(shop), now=shop.now)


def test_a_throttled_broadcast_keeps_its_pace(shop: Shop, server: Script) -> None:
    add_segment(shop, [shop.add_profile() for _ in range(30)])
    draft(shop, rate=60)
    start(shop)
    by_second = []
    for second in range(40):
        by_second.append(shop.send(shop.now + timedelta(seconds=second)))
    assert by_second[:30] == [1] * 30
    assert sum(by_second) == 30


def test_a_rate_may_be_lifted_while_it_runs(shop: Shop, server: Script) -> None:
    add_segment(shop, [shop.add_profile() for _ in range(50)])
    draft(shop, rate=6)
    start(shop)
    assert shop.send() == 1
    services.set_broadcast_rate(shop.conn, **ref(shop), rate_per_minute=None)
    assert shop.send(shop.now + timedelta(seconds=30)) == 49


def test_a_scheduled_broadcast_begins_at_its_time_with_the_version_of_when_it_was_scheduled(
    shop: Shop, server: Script
) -> None:
    add_segment(shop, [shop.add_profile()])
    draft(shop)
    at = shop.now + timedelta(hours=2)
    planned = services.start_broadcast(shop.conn, **ref(shop), now=shop.now, at=at)
    assert (planned.state, planned.scheduled_at) == ("scheduled", at)
    assert shop.send(at - timedelta(seconds=1)) == 0
    assert shop.send(at) == 1
    assert info(shop).started_at == at


def test_at_everybodys_own_time_each_gets_it_when_the_clock_there_shows_it(shop: Shop, server: Script) -> None:
    # The workspace is in Jerusalem (UTC+2 in November): nine in the morning of the day after tomorrow there.
    nine = datetime(2026, 11, 4, 7, 0, tzinfo=UTC)
    zones = {"Asia/Tokyo": -7, "Asia/Jerusalem": 0, "America/New_York": 7}
    people = {zone: shop.add_profile(timezone=zone) for zone in zones}
    homebody = shop.add_profile()
    add_segment(shop, [*people.values(), homebody])
    draft(shop)

    planned = services.start_broadcast(shop.conn, **ref(shop), now=shop.now, at=nine, local_time=True)

    assert (planned.state, planned.scheduled_at, planned.local_time) == ("scheduled", nine, True)
    tokyo = nine - timedelta(hours=7)
    assert shop.send(tokyo - timedelta(seconds=1)) == 0
    assert info(shop).state == "scheduled"
    assert shop.send(tokyo) == 1
    assert shop.send(nine - timedelta(seconds=1)) == 0
    # A pause does not bring it forward.
    services.pause_broadcast(shop.conn, **ref(shop), now=nine - timedelta(hours=1))
    services.resume_broadcast(shop.conn, **ref(shop), now=nine - timedelta(hours=1))
    assert shop.send(nine - timedelta(seconds=1)) == 0
    assert shop.send(nine) == 2
    assert info(shop).state == "sending"
    assert shop.send(nine + timedelta(hours=7)) == 1
    assert info(shop).state == "finished"
    rows = shop.conn.execute("SELECT profile_id, sent_at FROM messaging_message").fetchall()
    assert dict(rows) == {
        homebody: nine,
        **{person: nine + timedelta(hours=zones[zone]) for zone, person in people.items()},
    }


def test_where_the_time_has_passed_it_goes_out_at_once(shop: Shop, server: Script) -> None:
    add_segment(shop, [shop.add_profile(timezone="Pacific/Auckland"), shop.add_profile()])
    draft(shop)
    soon = shop.now + timedelta(hours=1)
    assert services.start_broadcast(shop.conn, **ref(shop), now=shop.now, at=soon, local_time=True).state == "sending"
    assert shop.send() == 1
    assert shop.send(soon) == 1


def test_everybodys_own_time_needs_a_time_and_no_pace(shop: Shop) -> None:
    add_segment(shop, [shop.add_profile()])
    draft(shop)
    draft(shop, key="slow", rate=10)
    later = shop.now + timedelta(days=1)
    with pytest.raises(LocalTimeInvalid):
        services.start_broadcast(shop.conn, **ref(shop), now=shop.now, local_time=True)
    with pytest.raises(LocalTimeInvalid):
        services.start_broadcast(shop.conn, **ref(shop, "slow"), now=shop.now, at=later, local_time=True)
    services.start_broadcast(shop.conn, **ref(shop), now=shop.now, at=later, local_time=True)
    with pytest.raises(LocalTimeInvalid):
        services.set_broadcast_rate(shop.conn, **ref(shop), rate_per_minute=10)


def test_a_deferred_message_keeps_the_broadcast_open(shop: Shop, server: Script) -> None:
    services.save_policy(
        shop.conn, workspace_id=shop.workspace_id, caps=[], quiet_hours={"start": "13:00", "end": "15:00"}, now=shop.now
    )
    add_segment(shop, [shop.add_profile(), shop.add_profile(timezone="America/New_York")])
    draft(shop)
    start(shop)
    assert shop.send() == 1
    assert info(shop).state == "sending"
    assert shop.send(shop.now + timedelta(hours=1)) == 1
    assert info(shop).state == "finished"


def test_a_broadcast_does_not_delay_a_triggered_message(shop: Shop) -> None:
    from kesher.messaging.sender.claim import Room, claim_batch
    from kesher.messaging.types import Lane

    add_segment(shop, [shop.add_profile() for _ in range(20)])
    draft(shop)
    start(shop)
    services.advance_broadcasts(shop.conn, now=shop.now)
    room = Room(dict.fromkeys(Lane, 5))
    assert len(claim_batch(shop.conn, owner="a", now=shop.now, room=room).messages) == 5
    triggered = shop.reserve(shop.add_profile())
    assert claim_batch(shop.conn, owner="a", now=shop.now, room=room).messages[0].id == triggered


def test_a_merged_person_is_not_written_to_again(shop: Shop, server: Script) -> None:
    loser, winner = shop.add_profile(), shop.add_profile()
    add_segment(shop, [loser, winner])
    draft(shop)
    start(shop)
    assert services.advance_broadcasts(shop.conn, now=shop.now, chunk=1, low=1) == 1
    # The merge moves what was reserved before the cursor reaches the winner.
    shop.conn.execute("UPDATE messaging_message SET profile_id = %s", (winner,))
    shop.conn.execute("UPDATE profiles_profile SET merged_into_id = %s WHERE id = %s", (winner, loser))
    shop.send()
    assert len(server.messages) == 1


def test_what_is_missing_is_named(shop: Shop) -> None:
    add_segment(shop, [], key="half", state="building")
    with pytest.raises(SegmentNotReady):
        draft(shop, segment="nowhere")
    with pytest.raises(TemplateNotReady):
        services.create_broadcast(
            shop.conn,
            workspace_id=shop.workspace_id,
            key="x",
            name={"en": "x"},
            template="nothing",
            segment="half",
            now=shop.now,
        )
    draft(shop, segment="half")
    with pytest.raises(BroadcastExists):
        draft(shop, segment="half")
    with pytest.raises(SegmentNotReady):
        start(shop)


def test_another_workspace_cannot_touch_it(shop: Shop) -> None:
    add_segment(shop, [])
    draft(shop)
    for change in (services.start_broadcast, services.pause_broadcast, services.cancel_broadcast):
        with pytest.raises(BroadcastNotFound):
            change(shop.conn, workspace_id=shop.workspace_id + 1, key="sale", now=shop.now)
    assert queries.list_broadcasts(shop.conn, workspace_id=shop.workspace_id + 1) == []


# Merges.


def slice_of(shop: Shop, *events: tuple[str, int, int]) -> None:
    from kesher.events.temporary import create_temporary_tables

    create_temporary_tables(shop.conn)
    for name, winner, loser in events:
        shop.conn.execute(
            "INSERT INTO events_slice (event_id, workspace_id, shard, profile_id, type, name, occurred_at, received_at,"
            " properties, context) VALUES (1, %s, 0, %s, 'system', %s, %s, %s,"
            " jsonb_build_object('winner_id', %s::bigint, 'loser_id', %s::bigint), '{}')",
            (shop.workspace_id, winner, name, shop.now, shop.now, winner, loser),
        )


def follow(shop: Shop, *events: tuple[str, int, int]) -> int:
    with shop.conn.transaction():
        slice_of(shop, *events)
        return services.follow_merges(shop.conn, now=shop.now)


def set_merged(shop: Shop, loser: int, winner: int | None) -> None:
    shop.conn.execute("UPDATE profiles_profile SET merged_into_id = %s WHERE id = %s", (winner, loser))


def test_messages_follow_a_merge_and_come_back_with_its_undoing(shop: Shop) -> None:
    a, b, c = (shop.add_profile() for _ in range(3))
    messages = {person: shop.reserve(person) for person in (a, b, c)}

    set_merged(shop, c, b)
    assert follow(shop, ("Profile Merged", b, c)) == 1
    set_merged(shop, b, a)
    assert follow(shop, ("Profile Merged", a, b)) == 2
    assert {shop.field(m, "profile_id") for m in messages.values()} == {a}
    assert {shop.field(m, "shard") for m in messages.values()} == {a % 64}

    set_merged(shop, b, None)
    assert follow(shop, ("Profile Merge Undone", a, b)) == 2
    assert [shop.field(messages[p], "profile_id") for p in (a, b, c)] == [a, b, b]


def test_a_chain_of_merges_in_one_slice_is_followed_to_its_end(shop: Shop) -> None:
    a, b, c = (shop.add_profile() for _ in range(3))
    message = shop.reserve(c)
    set_merged(shop, c, b)
    set_merged(shop, b, a)
    assert follow(shop, ("Profile Merged", b, c), ("Profile Merged", a, b)) == 1
    assert shop.field(message, "profile_id") == a


def test_of_one_broadcast_a_merged_person_keeps_one_message(shop: Shop, server: Script) -> None:
    loser, winner = shop.add_profile(), shop.add_profile()
    add_segment(shop, [loser, winner])
    draft(shop)
    start(shop)
    services.advance_broadcasts(shop.conn, now=shop.now)
    set_merged(shop, loser, winner)
    follow(shop, ("Profile Merged", winner, loser))
    assert shop.send() == 1
    assert info(shop).counts == {"sent": 1, "held": 1}
    assert [p["reason"] for _, _, p in shop.events("Message Held")] == ["duplicate"]


def test_a_slice_without_merges_moves_nothing(shop: Shop) -> None:
    shop.reserve(shop.add_profile())
    assert follow(shop) == 0


def test_messages_of_ended_runs_follow_relations(shop: Shop) -> None:
    assert services.cancel_messages(shop.conn, Relation("SELECT 1::bigint AS run_id WHERE false"), now=shop.now) == 0
