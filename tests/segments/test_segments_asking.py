"""One person for one question: which days of the log are opened, and what a clock that was put back changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from segment_shop import Shop

from kesher.kernel.relations import Relation
from kesher.segments import queries

BOUGHT = {"event": "Order", "within": {"days": 7}}


def _holds(shop: Shop, profile_id: int, rule: dict[str, Any], *, after: datetime | None) -> bool:
    tree = queries.parse_rule(rule)
    asking = Relation(
        "SELECT %(who)s::bigint AS profile_id, %(now)s::timestamptz AS now", {"who": profile_id, "now": shop.now}
    )
    reach, needs = queries.reach_of(tree), queries.dependencies_of(tree)
    found = queries.load_asked(shop.conn, asking, needs, reach=reach, after=after)
    assert found is not None
    now, person = found
    assert now == shop.now
    return queries.evaluate(tree, person, now=now).holds


def _write_all_on(shop: Shop, day: date) -> None:
    shop.conn.execute("UPDATE events_event SET log_day = %s", (day,))


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ({"trait": "city", "op": "eq", "value": "חיפה"}, 0),
        ({"any": [BOUGHT, {"event": "Visit", "op": "eq", "value": 0, "within": {"days": 30}}]}, 30),
        ({"sequence": [{"event": "Visit"}, {"event": "Order"}], "within": {"days": 14}}, 14),
        ({"message": "clicked", "within": {"days": 3}}, 3),
        ({"all": [BOUGHT, {"event": "Visit"}]}, None),
        ({"event": "Order", "since": "2020-01-01T00:00:00Z"}, None),
    ],
    ids=["no event", "the longest", "a sequence", "a message", "ever", "a fixed window"],
)
def test_a_rule_reaches_back_as_far_as_its_longest_window(rule: dict[str, Any], days: int | None) -> None:
    assert queries.reach_of(queries.parse_rule(rule)) == (None if days is None else timedelta(days=days))


def test_the_days_within_reach_are_opened_and_no_others(shop: Shop) -> None:
    ada = shop.did("ada", "Order", ago=timedelta(days=6))

    _write_all_on(shop, (shop.now - timedelta(days=8)).date())
    assert _holds(shop, ada, BOUGHT, after=shop.now), "logged an hour early and in another zone, it is still seen"

    _write_all_on(shop, (shop.now - timedelta(days=40)).date())
    assert not _holds(shop, ada, BOUGHT, after=shop.now), "nothing is written long before it happens"
    assert _holds(shop, ada, BOUGHT, after=None)


def test_a_clock_that_was_put_back_opens_every_day(shop: Shop) -> None:
    ada = shop.did("ada", "Order", ago=timedelta(days=6))
    _write_all_on(shop, (shop.now - timedelta(days=6)).date())

    assert _holds(shop, ada, BOUGHT, after=shop.now + timedelta(days=365))
