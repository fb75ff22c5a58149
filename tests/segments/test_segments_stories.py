"""What the newer leaves are for, told as stories on the real engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb
from segment_shop import ALL_SHARDS, Shop

from kesher.events import services as events
from kesher.journeys.models import Journey
from kesher.kernel.relations import Relation
from kesher.segments import queries

ABANDONED = {
    "sequence": [{"event": "Cart Updated"}, {"not": "Order Completed", "within": {"hours": 2}}],
    "within": {"days": 1},
}


def test_a_cart_is_abandoned_at_the_instant_when_the_time_to_order_has_passed(shop: Shop) -> None:
    shop.segment("abandoned", ABANDONED)
    ada = shop.did("ada", "Cart Updated")
    bob = shop.did("bob", "Cart Updated", ago=timedelta(hours=1))
    shop.settle()
    assert shop.members("abandoned") == []
    assert queries.next_timer(shop.conn, ALL_SHARDS) == shop.now + timedelta(hours=1)

    shop.pass_time(minutes=30)
    shop.did("bob", "Order Completed")
    shop.settle()
    shop.pass_time(minutes=90, microseconds=-1)
    assert shop.members("abandoned") == []
    shop.pass_time(microseconds=1)
    assert shop.members("abandoned") == [ada]

    shop.pass_time(hours=22)
    assert shop.members("abandoned") == []
    assert [name for name, _, _ in shop.news(ada)] == ["Segment Entered", "Segment Left"]
    assert shop.news(bob) == []


def test_a_late_order_takes_an_abandoned_cart_back(shop: Shop) -> None:
    shop.segment("abandoned", ABANDONED)
    ada = shop.did("ada", "Cart Updated", ago=timedelta(hours=3))
    shop.settle()
    assert shop.members("abandoned") == [ada]

    shop.did("ada", "Order Completed", ago=timedelta(hours=1, minutes=1))
    shop.settle()

    assert shop.members("abandoned") == []


def test_a_sequence_wants_its_order_its_distance_and_nothing_forbidden_between(shop: Shop) -> None:
    shop.segment(
        "straight",
        {"sequence": [{"event": "A"}, {"not": "C"}, {"event": "B", "within": {"days": 2}}]},
    )
    hour = timedelta(hours=1)
    _did(shop, "backwards", B=3 * hour, A=2 * hour)
    _did(shop, "slow", A=60 * hour, B=2 * hour)
    _did(shop, "diverted", A=9 * hour, C=5 * hour, B=2 * hour)
    straight = _did(shop, "straight", C=10 * hour, A=9 * hour, B=2 * hour)
    shop.settle()

    assert shop.members("straight") == [straight]


def test_visits_are_counted_and_summed_over_the_same_events(shop: Shop) -> None:
    shop.segment(
        "keen",
        {
            "event": "Visit",
            "where": [{"property": "page", "op": "eq", "value": "x"}],
            "measures": [{"op": "ge", "value": 3}, {"measure": "sum", "of": "seconds", "op": "gt", "value": 600}],
            "within": {"days": 7},
        },
    )
    for seconds in (100, 200, 301):
        ada = shop.did("ada", "Visit", page="x", seconds=seconds)
        shop.did("bob", "Visit", page="x" if seconds < 300 else "y", seconds=seconds * 3)
        shop.did("eve", "Visit", page="x", seconds=200)
    shop.settle()

    assert shop.members("keen") == [ada]


def test_one_product_must_be_both_dairy_and_dear(shop: Shop) -> None:
    same = [{"property": "kind", "op": "eq", "value": "dairy"}, {"property": "price", "op": "gt", "value": 20}]
    shop.segment("dear_dairy", {"event": "Order", "where": [{"items": "products[]", "where": same}]})
    ada = shop.did("ada", "Order", products=[{"kind": "dairy", "price": 30}, {"kind": "bread", "price": 5}])
    shop.did("bob", "Order", products=[{"kind": "dairy", "price": 10}, {"kind": "bread", "price": 50}])
    shop.settle()

    assert shop.members("dear_dairy") == [ada]


def test_a_birthday_comes_every_year_and_on_28_february_where_there_is_no_29th(shop: Shop) -> None:
    shop.segment("today", {"anniversary": "birthday"})
    shop.segment("soon", {"anniversary": "birthday", "op": "within_next", "days": 7})
    ada = shop.identify("ada", birthday="1992-02-29")
    shop.settle()
    assert shop.members("soon") == []

    def entered(key: str) -> list[str]:
        rows = shop.conn.execute(
            "SELECT to_char(occurred_at AT TIME ZONE 'Asia/Jerusalem', 'YYYY-MM-DD HH24:MI') FROM events_event"
            " WHERE profile_id = %s AND name = 'Segment Entered' AND properties ->> 'segment' = %s ORDER BY 1",
            (ada, key),
        )
        return [row[0] for row in rows]

    shop.pass_time(days=365 * 3 + 200)

    assert entered("today") == ["2025-02-28 00:00", "2026-02-28 00:00", "2027-02-28 00:00", "2028-02-29 00:00"]
    assert entered("soon")[0] == "2025-02-21 00:00"


@pytest.fixture
def welcome(shop: Shop) -> None:
    """A journey that rules may name."""
    Journey.objects.create(workspace_id=shop.workspace, key="welcome", name={}, created_at=shop.now)


@pytest.mark.usefixtures("welcome")
def test_a_message_is_opened_by_people_only_and_unanswered_after_its_time(shop: Shop) -> None:
    shop.segment("opened", {"message": "opened", "journey": "welcome", "within": {"days": 7}})
    shop.segment("ignored", {"message": "sent", "journey": "welcome", "without": "opened", "after": {"days": 3}})
    ada, bob = shop.did("ada", "Page Viewed"), shop.did("bob", "Page Viewed")
    said = {"journey": "welcome", "template": "hello"}
    for profile_id in (ada, bob):
        logged(shop, profile_id, "Message Sent", said)
    shop.pass_time(minutes=1)
    logged(shop, bob, "Message Opened", {**said, "machine": True})
    logged(shop, ada, "Message Opened", said)
    shop.settle()
    assert shop.members("opened") == [ada]
    assert shop.members("ignored") == []

    shop.pass_time(days=3)

    assert shop.members("ignored") == [bob]


@pytest.mark.usefixtures("welcome")
def test_a_person_is_in_a_journey_until_her_run_ends_and_at_its_node(shop: Shop) -> None:
    shop.segment("in", {"journey": "welcome"})
    shop.segment("waiting", {"journey": "welcome", "node": "wait"})
    shop.segment("never", {"journey": "welcome", "state": "never"})
    shop.segment("done", {"journey": "welcome", "state": "completed"})
    ada, bob = shop.did("ada", "Page Viewed"), shop.did("bob", "Page Viewed")
    run = {"journey": "welcome", "run_id": 1}
    logged(shop, ada, "Journey Entered", {**run, "step": 1, "node": "mail"})
    logged(shop, ada, "Journey Step Entered", {**run, "step": 1, "node": "mail"})
    logged(shop, ada, "Journey Step Entered", {**run, "step": 2, "node": "wait"})
    shop.settle()
    assert (shop.members("in"), shop.members("waiting"), shop.members("never")) == ([ada], [ada], [bob])

    logged(shop, ada, "Journey Exited", {**run, "step": 2, "node": "wait", "state": "completed"})
    shop.settle()
    assert (shop.members("in"), shop.members("waiting"), shop.members("done")) == ([], [], [ada])


def logged(shop: Shop, profile_id: int, name: str, said: dict[str, Any]) -> None:
    """Kesher itself logs something about a person."""
    event = Relation(
        "SELECT %(l_workspace)s::int AS workspace_id, %(l_profile)s::bigint AS profile_id, %(l_name)s::text AS name,"
        " %(l_at)s::timestamptz AS occurred_at, %(l_said)s::jsonb AS properties",
        {
            "l_workspace": shop.workspace,
            "l_profile": profile_id,
            "l_name": name,
            "l_at": shop.now,
            "l_said": Jsonb(said),
        },
    )
    events.append_events(shop.conn, event, now=shop.now)


def _did(shop: Shop, who: str, **ago: timedelta) -> int:
    for name, length in ago.items():
        profile_id = shop.did(who, name, ago=length)
    return profile_id
