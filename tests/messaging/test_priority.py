"""Who goes first where a cap has room for one, and who is held out of all marketing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from messaging_shop import Shop
from smtp_servers import Script

from kesher.accounts import services as accounts
from kesher.accounts.errors import WorkspaceInvalid
from kesher.messaging import services


def set_caps(shop: Shop, *caps: dict[str, Any]) -> None:
    services.save_policy(shop.conn, workspace_id=shop.workspace_id, caps=list(caps), quiet_hours={}, now=shop.now)


DAILY = {"limit": 1, "window_hours": 24}


def test_the_message_of_higher_priority_takes_the_place_under_the_cap(shop: Shop, server: Script) -> None:
    set_caps(shop, {**DAILY, "action": "drop"})
    person = shop.add_profile()
    low, high, middle = (shop.reserve(person, priority=priority) for priority in (10, 90, 50))

    shop.send()

    assert [shop.state(m) for m in (low, high, middle)] == [("held", "capped"), ("sent", None), ("held", "capped")]


def test_it_does_so_from_another_lane_and_from_the_near_future(shop: Shop, server: Script) -> None:
    set_caps(shop, DAILY)
    person = shop.add_profile()
    low = shop.reserve(person, priority=10)
    soon = shop.now + timedelta(minutes=9)
    high = shop.reserve(person, priority=11, lane=2, at=soon)

    shop.send()
    assert shop.state(low) == ("reserved", "outranked")
    assert shop.field(low, "available_at") == soon + timedelta(minutes=1)
    shop.send(soon)
    assert shop.state(high) == ("sent", None)
    shop.send(soon + timedelta(minutes=1))

    assert shop.state(low) == ("reserved", "capped")
    assert shop.field(low, "available_at") == soon + timedelta(hours=24)


@pytest.mark.parametrize(
    ("cap", "rival"),
    [
        (DAILY, {"priority": 40}),  # the same priority: first come, first served
        (DAILY, {"priority": 90, "minutes": 11}),  # too far off to wait for
        (DAILY, {"priority": 90, "purpose": "transactional"}),  # takes no place
        ({"limit": 2, "window_hours": 24}, {"priority": 90}),  # room for both
        ({**DAILY, "channel": "sms"}, {"priority": 90}),  # another channel's cap
        (None, {"priority": 90}),
    ],
)
def test_nobody_waits_without_need(
    shop: Shop, server: Script, cap: dict[str, Any] | None, rival: dict[str, Any]
) -> None:
    set_caps(shop, *([cap] if cap else []))
    person = shop.add_profile()
    at = shop.now + timedelta(minutes=rival.pop("minutes", 5))
    message = shop.reserve(person, priority=40)
    shop.reserve(person, at=at, **rival)

    shop.send()

    assert shop.state(message) == ("sent", None)


def test_a_rival_that_may_not_leave_makes_way(shop: Shop, server: Script) -> None:
    set_caps(shop, DAILY)
    person = shop.add_profile()
    message = shop.reserve(person, priority=10)
    rival = shop.reserve(person, priority=90, topic="unasked", at=shop.now + timedelta(minutes=1))
    shop.set_consent(person, "denied", topic="unasked")
    shop.send()
    assert shop.state(message) == ("reserved", "outranked")

    shop.send(shop.now + timedelta(minutes=2))
    shop.send(shop.now + timedelta(minutes=2))

    assert shop.state(rival) == ("held", "no_consent")
    assert shop.state(message) == ("sent", None)


def hold_out(shop: Shop, share: int, salt: str = "2026") -> None:
    accounts.update_workspace(shop.workspace_id, settings={"holdout": {"share": share, "salt": salt}})


def test_who_is_held_out_gets_no_marketing_and_is_logged_once_a_journey(shop: Shop, server: Script) -> None:
    hold_out(shop, 5_000)
    people = [shop.add_profile() for _ in range(30)]
    messages = {
        (person, journey, turn): shop.reserve(person, context={"journey": journey})
        for person in people
        for journey in ("cart", "welcome")
        for turn in (1, 2)
    }
    for _ in range(5):
        shop.send()

    held = {person for (person, *_), m in messages.items() if shop.state(m) == ("held", "holdout")}
    assert 6 <= len(held) <= 24
    for (person, *_), message in messages.items():
        assert shop.state(message) == (("held", "holdout") if person in held else ("sent", None)), "the same every time"
    exposed = shop.conn.execute(
        "SELECT profile_id, properties ->> 'journey' FROM events_event WHERE name = 'Holdout Exposed'"
    ).fetchall()
    assert sorted(exposed) == sorted((person, journey) for person in held for journey in ("cart", "welcome"))


def test_another_salt_holds_out_others_and_receipts_leave_all_the_same(shop: Shop, server: Script) -> None:
    people = [shop.add_profile() for _ in range(40)]
    held = []
    for salt in ("a", "b"):
        hold_out(shop, 5_000, salt)
        messages = {person: shop.reserve(person) for person in people}
        shop.send()
        held.append({person for person, m in messages.items() if shop.state(m)[0] == "held"})
    receipts = [shop.reserve(person, purpose="transactional", lane=0) for person in people]
    shop.send()

    assert held[0] != held[1]
    assert {shop.state(m) for m in receipts} == {("sent", None)}


def test_who_may_not_be_written_to_is_no_part_of_the_comparison(shop: Shop, server: Script) -> None:
    hold_out(shop, 9_999)
    message = shop.reserve(shop.add_profile(consent=None))
    shop.send()
    assert shop.state(message) == ("held", "no_consent")


@pytest.mark.parametrize(
    "holdout",
    [{}, {"share": 500}, {"share": 0, "salt": "a"}, {"share": 10_000, "salt": "a"}, {"share": "5%", "salt": "a"}, 5],
)
def test_a_holdout_that_is_none_is_refused(shop: Shop, holdout: Any) -> None:
    with pytest.raises(WorkspaceInvalid) as refused:
        accounts.update_workspace(shop.workspace_id, settings={"holdout": holdout})
    assert [problem.path for problem in refused.value.problems] == ["settings.holdout"]
