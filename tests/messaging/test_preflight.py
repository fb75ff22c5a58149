"""The pre-flight of a broadcast says what the sender then does, reason by reason; its results keep programs apart."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from messaging_shop import Shop
from smtp_servers import Script
from test_broadcasts import add_segment, draft, start

from kesher.messaging import queries, services
from kesher.messaging.errors import SegmentNotReady, TemplateWithoutWayOut


def flight(shop: Shop) -> queries.Preflight:
    return queries.preflight_broadcast(
        shop.conn, workspace_id=shop.workspace_id, segment="all", topic="news", now=shop.now
    )


def as_sent(shop: Shop) -> Counter[str | None]:
    """What the sender did: by reason, None for what left."""
    rows = shop.conn.execute("SELECT CASE WHEN state <> 'sent' THEN reason END FROM messaging_message WHERE lane = 2")
    return Counter(row[0] for row in rows)


def furnish(shop: Shop) -> list[int]:
    """People for whom the gate has every answer but the clocks'."""
    people = [shop.add_profile() for _ in range(6)]
    people += [shop.add_profile(consent=None), shop.add_profile(consent="denied")]
    people += [shop.add_profile(None), shop.add_profile("not an address")]
    blocked = shop.add_profile("blocked@people.example")
    services.add_suppression(
        shop.conn, workspace_id=shop.workspace_id, channel="email", address="blocked@people.example",
        reason="manual", now=shop.now,
    )  # fmt: skip
    return [*people, blocked]


def test_it_says_what_the_sender_does(shop: Shop, server: Script) -> None:
    people = furnish(shop)
    services.save_policy(
        shop.conn,
        workspace_id=shop.workspace_id,
        caps=[{"channel": "email", "limit": 1, "window_hours": 24}],
        quiet_hours={},
        now=shop.now - timedelta(hours=2),
    )
    capped = shop.reserve(people[0], at=shop.now - timedelta(hours=1))
    shop.send(shop.now - timedelta(hours=1))
    assert shop.state(capped)[0] == "sent"
    add_segment(shop, people)

    told = flight(shop)
    draft(shop)
    start(shop)
    shop.send()

    said: Counter[str | None] = Counter({held.reason: held.people for held in told.held})
    assert said + Counter({None: told.sends}) == as_sent(shop)
    assert (told.audience, told.sends, told.estimated) == (11, 5, False)
    assert {held.reason for held in told.held if held.later} == {"capped"}


def test_hours_are_those_of_each_persons_place(shop: Shop, server: Script) -> None:
    people = [shop.add_profile(timezone=zone) for zone in ("Asia/Jerusalem", "Pacific/Auckland", "America/New_York")]
    local = shop.now.hour + 2
    services.save_policy(
        shop.conn,
        workspace_id=shop.workspace_id,
        caps=[],
        quiet_hours={"start": f"{(local - 1) % 24:02}:00", "end": f"{(local + 1) % 24:02}:00"},
        now=shop.now,
    )
    add_segment(shop, people)

    told = flight(shop)
    draft(shop)
    start(shop)
    shop.send()

    assert [(held.reason, held.people, held.later) for held in told.held] == [("quiet_hours", 1, True)]
    assert as_sent(shop) == Counter({None: 2, "quiet_hours": 1})


def test_at_everybodys_own_time_it_is_that_hour_everywhere(shop: Shop, server: Script) -> None:
    people = [shop.add_profile(timezone=zone) for zone in ("Asia/Jerusalem", "Pacific/Auckland", "America/New_York")]
    add_segment(shop, people)
    at = (shop.now + timedelta(days=1)).replace(hour=7, minute=0)
    services.save_policy(
        shop.conn, workspace_id=shop.workspace_id, caps=[], quiet_hours={"start": "08:00", "end": "10:00"}, now=shop.now
    )
    asked = {"workspace_id": shop.workspace_id, "segment": "all", "topic": "news", "now": at}

    told = queries.preflight_broadcast(shop.conn, **asked, local_time=True)

    # Nine in Jerusalem: nine everywhere, and so quiet everywhere; at one moment it is only in one of the three.
    assert [(held.reason, held.people) for held in told.held] == [("quiet_hours", 3)]
    assert [held.people for held in queries.preflight_broadcast(shop.conn, **asked).held] == [1]


def test_a_great_audience_is_estimated(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    add_segment(shop, [shop.add_profile(consent="granted" if n % 4 else None) for n in range(80)])
    monkeypatch.setattr("kesher.messaging.queries.preflight._MOST", 40)

    told = flight(shop)

    assert told.estimated and told.audience == 80
    assert abs(told.sends + sum(held.people for held in told.held) - 80) <= 1


def test_an_audience_that_is_not_there_is_an_error(shop: Shop) -> None:
    with pytest.raises(SegmentNotReady):
        flight(shop)


def test_an_advertisement_without_a_way_out_is_not_started(shop: Shop) -> None:
    add_segment(shop, [shop.add_profile()])
    draft(shop)
    shop.conn.execute("UPDATE content_variant SET compiled_html = '<p>x</p>' WHERE language = 'he'")

    with pytest.raises(TemplateWithoutWayOut) as caught:
        start(shop)

    assert caught.value.fields["languages"] == "he"
    assert as_sent(shop) == Counter()


def test_results_count_people_and_keep_programs_apart(shop: Shop, server: Script) -> None:
    add_segment(shop, [shop.add_profile() for _ in range(4)] + [shop.add_profile(consent=None)])
    draft(shop)
    start(shop)
    shop.send()
    ids = [row[0] for row in shop.conn.execute("SELECT id FROM messaging_message WHERE state = 'sent' ORDER BY id")]
    services.record_open(shop.conn, message_id=ids[0], now=shop.now)
    services.record_open(shop.conn, message_id=ids[1], now=shop.now, machine=True)
    services.record_click(shop.conn, message_id=ids[2], url="https://shop.example/", now=shop.now)
    services.record_click(shop.conn, message_id=ids[2], url="https://shop.example/", now=shop.now, machine=True)

    found = queries.get_broadcast_results(shop.conn, workspace_id=shop.workspace_id, key="sale")

    counts: dict[str, Any] = {
        name: getattr(found, name) for name in ("messages", "sent", "held", "opened", "clicked", "machine")
    }
    assert counts == {"messages": 5, "sent": 4, "held": 1, "opened": 2, "clicked": 1, "machine": 1}
    assert [(each.state, each.reason, each.count) for each in found.reasons] == [("held", "no_consent", 1)]
