"""Memberships follow what happens and the passing of time, exactly and as events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from segment_shop import ALL_SHARDS, Shop

from kesher.events import services as events
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS
from kesher.kernel.text import Text
from kesher.segments import queries, services, ticking

TWICE = {"event": "Order", "op": "ge", "value": 2, "within": {"days": 30}}
NEVER = {"event": "Order", "op": "eq", "value": 0}


def test_a_count_in_a_window_is_entered_by_the_event_and_left_at_the_instant_it_ages_out(shop: Shop) -> None:
    shop.segment("twice", TWICE)
    ada = shop.did("ada", "Order", ago=timedelta(days=10))
    shop.settle()
    assert shop.members("twice") == []

    shop.did("ada", "Order")
    shop.settle()
    assert shop.members("twice") == [ada]

    edge = shop.now - timedelta(days=10) + timedelta(days=30)
    assert queries.next_timer(shop.conn, ALL_SHARDS) == edge
    shop.pass_time(days=20, microseconds=-1)
    shop.settle()
    assert shop.members("twice") == [ada]
    shop.pass_time(microseconds=1)
    assert shop.members("twice") == []
    assert shop.news(ada) == [("Segment Entered", "twice", "change"), ("Segment Left", "twice", "change")]


def test_a_third_order_moves_the_timer_only_when_the_first_one_fires(shop: Shop) -> None:
    shop.segment("twice", TWICE)
    shop.did("ada", "Order", ago=timedelta(days=10))
    ada = shop.did("ada", "Order", ago=timedelta(days=5))
    shop.settle()
    early = queries.next_timer(shop.conn, ALL_SHARDS)

    shop.did("ada", "Order")
    shop.settle()

    assert queries.next_timer(shop.conn, ALL_SHARDS) == early
    shop.pass_time(days=21)
    assert shop.members("twice") == [ada]
    assert queries.next_timer(shop.conn, ALL_SHARDS) == early + timedelta(days=5)


def test_a_late_event_counts_where_it_belongs(shop: Shop) -> None:
    shop.segment("twice", TWICE)
    ada = shop.did("ada", "Order", ago=timedelta(days=29))
    shop.did("ada", "Order", ago=timedelta(days=31))
    shop.settle()
    assert shop.members("twice") == []

    shop.did("ada", "Order", ago=timedelta(days=29))
    shop.settle()

    assert shop.members("twice") == [ada]
    shop.pass_time(days=2)
    assert shop.members("twice") == []


def test_an_event_from_a_clock_that_runs_ahead_counts_when_its_time_comes(shop: Shop) -> None:
    shop.segment("bought", {"event": "Order", "within": {"hours": 1}})
    ada = shop.did("ada", "Order", ago=timedelta(minutes=-30))
    shop.settle()
    assert shop.members("bought") == []

    shop.pass_time(minutes=30)

    assert shop.members("bought") == [ada]
    shop.pass_time(hours=1)
    assert shop.members("bought") == []


def test_a_stranger_is_in_the_segments_of_those_who_did_not(shop: Shop) -> None:
    shop.segment("never", NEVER)
    shop.settle()

    ada = shop.did("ada", "Page Viewed")
    bob = shop.did("bob", "Order")
    shop.settle()

    assert shop.members("never") == [ada]
    assert shop.news(bob) == []


def test_a_segment_of_segments_settles_in_the_same_tick(shop: Shop) -> None:
    shop.segment("buyers", {"event": "Order"})
    shop.segment("haifa", {"trait": "city", "op": "eq", "value": "חיפה"})
    shop.segment("both", {"all": [{"segment": "buyers"}, {"segment": "haifa"}]})
    shop.segment("rest", {"not": {"segment": "both"}})
    ada = shop.identify("ada", city="חיפה")
    shop.settle()
    assert shop.members("rest") == [ada]

    shop.did("ada", "Order")
    shop.tick()

    assert shop.members("both") == [ada]
    assert shop.members("rest") == []


def test_a_trait_a_consent_and_a_list_are_followed(shop: Shop) -> None:
    shop.conn.execute(
        "INSERT INTO consent_topic (workspace_id, key, name, description, purpose, position)"
        " VALUES (%s, 'news', '{}', '{}', 'marketing', 0)",
        (shop.workspace,),
    )
    services.create_list(shop.conn, workspace_id=shop.workspace, key="friends", name=_name("friends"), now=shop.now)
    shop.segment(
        "target",
        {
            "all": [
                {"trait": "kids", "op": "gt", "value": 1},
                {"consent": "email", "topic": "news"},
                {"list": "friends"},
            ]
        },
    )
    ada = shop.identify("ada", kids=2)
    shop.consents(ada, "news", "granted")
    _put_on_list(shop, "friends", [ada])
    shop.settle()
    assert shop.members("target") == [ada]

    shop.consents(ada, "news", "denied")
    shop.settle()

    assert shop.members("target") == []


def test_a_day_begins_in_the_persons_own_zone(shop: Shop) -> None:
    shop.segment("birthday", {"date": "birthday", "op": "on"})
    tel_aviv = shop.identify("ada", birthday="2025-01-15")
    new_york = shop.identify("bob", birthday="2025-01-15", timezone="America/New_York")
    shop.settle()
    assert queries.next_timer(shop.conn, ALL_SHARDS) == datetime.fromisoformat("2025-01-15T00:00:00+02:00")

    shop.pass_time(hours=10)
    assert shop.members("birthday") == [tel_aviv]
    shop.pass_time(hours=12)
    assert shop.members("birthday") == [tel_aviv, new_york]
    shop.pass_time(hours=12)
    assert shop.members("birthday") == [new_york]


def test_a_device_that_moves_to_another_zone_moves_the_day(shop: Shop) -> None:
    shop.segment("birthday", {"date": "birthday", "op": "on"})
    ada = shop.identify("ada", birthday="2025-01-15")
    shop.settle()
    assert shop.members("birthday") == []

    shop.identify("ada", device_zone="Pacific/Apia")
    shop.settle()

    assert shop.members("birthday") == [ada]


def test_a_workspace_that_moves_to_another_zone_moves_the_days(shop: Shop) -> None:
    shop.segment("birthday", {"date": "birthday", "op": "on"})
    shop.segment("chosen", {"event": "Order"})
    ada = shop.identify("ada", birthday="2025-01-15")
    bob = shop.identify("bob", birthday="2025-01-15", timezone="America/New_York")
    shop.settle()
    assert shop.members("birthday") == []

    shop.conn.execute("UPDATE accounts_workspace SET timezone = 'Pacific/Apia' WHERE id = %s", (shop.workspace,))
    assert services.follow_workspace_zone(shop.conn, workspace_id=shop.workspace) == 1
    shop.settle()

    assert shop.members("birthday") == [ada]
    shop.pass_time(hours=18)
    assert shop.members("birthday") == [ada, bob]
    shop.pass_time(hours=6)
    assert shop.members("birthday") == [bob], "his own zone stays as it is"


def test_an_edited_rule_is_built_in_chunks_while_events_go_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticking, "CHUNK", 2)
    shop.segment("chosen", {"event": "Order"})
    people = [shop.did(f"p{n}", "Order" if n % 2 else "Page Viewed") for n in range(7)]
    shop.settle()
    assert shop.members("chosen") == people[1::2]

    shop.segment("chosen", NEVER)
    shop.tick()
    assert queries.get_segment(shop.conn, workspace_id=shop.workspace, key="chosen").state == "building"
    shop.did("p0", "Order")
    shop.settle()

    segment = queries.get_segment(shop.conn, workspace_id=shop.workspace, key="chosen")
    assert (segment.state, segment.revision) == ("live", 2)
    assert shop.members("chosen") == people[2::2]
    assert shop.news(people[1])[-1] == ("Segment Left", "chosen", "build")


def test_saving_the_same_rule_again_builds_nothing(shop: Shop) -> None:
    shop.segment("twice", TWICE)
    shop.settle()

    shop.segment("twice", TWICE)

    segment = queries.get_segment(shop.conn, workspace_id=shop.workspace, key="twice")
    assert (segment.state, segment.revision) == ("live", 1)


def test_a_deleted_segment_vanishes_in_chunks_without_events(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticking, "CHUNK", 2)
    shop.segment("recent", {"event": "Order", "within": {"days": 3}})
    people = [shop.did(f"p{n}", "Order") for n in range(5)]
    shop.settle()
    before = shop.news(people[0])

    services.delete_segment(shop.conn, workspace_id=shop.workspace, key="recent", now=shop.now)
    shop.settle()

    left = shop.conn.execute(
        "SELECT (SELECT count(*) FROM segments_membership) + (SELECT count(*) FROM segments_timer)"
        " + (SELECT count(*) FROM segments_segment) + (SELECT count(*) FROM segments_dependency)"
    ).fetchone()
    assert left == (0,)
    assert shop.news(people[0]) == before


def test_a_merge_moves_memberships_without_entering_anew(shop: Shop) -> None:
    shop.segment("buyers", {"event": "Order"})
    shop.segment("never", NEVER)
    loser, winner = shop.did("old", "Order"), shop.did("new", "Page Viewed")
    shop.settle()
    assert (shop.members("buyers"), shop.members("never")) == ([loser], [winner])

    events.merge_profiles(
        shop.conn, workspace_id=shop.workspace, winner_id=winner, loser_id=loser, reason="test", now=shop.now
    )
    shop.settle()

    assert (shop.members("buyers"), shop.members("never")) == ([winner], [])
    entered = [news for news in shop.news(winner) if news[:2] == ("Segment Entered", "buyers")]
    assert len(entered) == 1


def test_a_merge_and_its_undoing_carry_lists(shop: Shop) -> None:
    services.create_list(shop.conn, workspace_id=shop.workspace, key="friends", name=_name("friends"), now=shop.now)
    shop.segment("befriended", {"list": "friends"})
    loser, winner = shop.did("old", "Order"), shop.did("new", "Order")
    _put_on_list(shop, "friends", [loser])
    shop.settle()

    merged = events.merge_profiles(
        shop.conn, workspace_id=shop.workspace, winner_id=winner, loser_id=loser, reason="test", now=shop.now
    )
    shop.settle()
    assert shop.members("befriended") == _on_list(shop, "friends") == [winner]

    events.undo_merge(shop.conn, workspace_id=shop.workspace, merge_id=merged.merge_id, now=shop.now)
    shop.settle()
    assert shop.members("befriended") == _on_list(shop, "friends") == [loser]


def test_two_engines_share_the_work_and_hand_over_merged_profiles(shop: Shop) -> None:
    even, odd = ALL_SHARDS[::2], ALL_SHARDS[1::2]
    shop.segment("buyers", {"event": "Order"})
    people = [shop.did(f"p{n}", "Order" if n < 3 else "Page Viewed") for n in range(6)]
    for _ in range(6):
        shop.tick(even)
        shop.tick(odd)
    assert shop.members("buyers") == people[:3]

    loser = next(p for p in people[:3] if p % 2)
    winner = next(p for p in people[3:] if p % 2 == 0)
    events.merge_profiles(
        shop.conn, workspace_id=shop.workspace, winner_id=winner, loser_id=loser, reason="test", now=shop.now
    )
    shop.did("p5", "Order")
    for _ in range(6):
        shop.tick(odd)
        shop.tick(even)

    assert set(shop.members("buyers")) == {*people[:3], winner, people[5]} - {loser}


def test_a_tick_needs_no_more_statements_for_more_people(shop: Shop) -> None:
    for n in range(20):
        shop.segment(f"s{n}", {"event": "Order", "op": "ge", "value": n + 1, "within": {"days": n + 1}})
    shop.settle()
    counts: list[int] = []
    for people in (2, 40):
        for n in range(people):
            shop.did(f"p{n}", "Order")
        counts.append(_statements(shop, shop.tick))

    assert counts[0] == counts[1] < 30


def test_one_workspace_does_not_see_another(shop: Shop, now: datetime) -> None:
    row = shop.conn.execute(
        "INSERT INTO accounts_workspace (slug, name, timezone, default_language, settings, created_at)"
        " VALUES ('other', 'other', 'UTC', 'en', '{}', %s) RETURNING id",
        (now,),
    ).fetchone()
    assert row is not None
    other = Shop(shop.conn, row[0], now)
    shop.segment("buyers", {"event": "Order"})
    other.segment("buyers", {"event": "Order"})
    ada, eve = shop.did("ada", "Order"), other.did("ada", "Order")
    shop.settle()

    assert (shop.members("buyers"), other.members("buyers")) == ([ada], [eve])
    rule = queries.parse_rule({"segment": "buyers"})
    assert queries.count_matching(shop.conn, rule, workspace_id=shop.workspace, now=now) == 1
    assert queries.preview_rule(shop.conn, rule, workspace_id=other.workspace, now=now).sample == (eve,)
    assert list(shop.conn.execute(*_relation(shop, "buyers"))) == [(ada,)]


def test_what_is_touched_elsewhere_is_left_to_its_own_engine(shop: Shop) -> None:
    shop.segment("buyers", {"event": "Order"})
    ada = shop.did("ada", "Order")
    mine = [shard for shard in ALL_SHARDS if shard != ada % SHARDS]

    shop.tick(mine)
    assert shop.members("buyers") == []
    assert queries.next_timer(shop.conn, [ada % SHARDS]) == shop.now

    shop.tick([ada % SHARDS])
    assert shop.members("buyers") == [ada]


def _name(key: str) -> Text:
    return Text(en=key, he=key)


def _put_on_list(shop: Shop, key: str, people: list[int]) -> int:
    profiles = Relation("SELECT unnest(%(people)s::bigint[]) AS profile_id", {"people": people})
    return services.add_to_list(shop.conn, profiles, workspace_id=shop.workspace, key=key, now=shop.now)


def _on_list(shop: Shop, key: str) -> list[int]:
    rows = queries.list_list_members(shop.conn, workspace_id=shop.workspace, key=key)
    return [row.profile_id for row in rows]


def _relation(shop: Shop, key: str) -> tuple[str, Any]:
    segment = queries.get_segment(shop.conn, workspace_id=shop.workspace, key=key)
    relation = queries.relation_members(segment.id)
    return relation.sql, relation.params


def _statements(shop: Shop, work: Callable[[], object]) -> int:
    """How many statements a piece of work sends."""
    counted = 0
    execute = psycopg.Cursor.execute

    def counting(self: psycopg.Cursor, *args: Any, **options: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(self, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", counting)
        work()
    return counted
