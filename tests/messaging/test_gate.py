"""The policy gate: who may be written to now, later, or not at all, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from messaging_shop import Shop
from smtp_servers import Script

from kesher.messaging import services
from kesher.messaging.addresses import EMAIL_PATTERN, is_email

GRANTED, DENIED, PENDING = "granted", "denied", "pending"


@pytest.mark.parametrize(
    ("whole", "topical", "allowed"),
    [
        (None, None, False),
        (None, GRANTED, True),
        (None, DENIED, False),
        (None, PENDING, False),
        (GRANTED, None, True),
        (GRANTED, GRANTED, True),
        (GRANTED, DENIED, False),
        (GRANTED, PENDING, False),
        (DENIED, None, False),
        (DENIED, GRANTED, False),
        (PENDING, None, False),
        (PENDING, GRANTED, True),
    ],
)
def test_permission_needs_a_yes_to_the_topic_and_no_no_to_the_channel(
    shop: Shop, server: Script, whole: str | None, topical: str | None, allowed: bool
) -> None:
    person = shop.add_profile(consent=None)
    for topic, state in (("", whole), ("news", topical)):
        if state:
            shop.set_consent(person, state, topic=topic)
    message = shop.reserve(person)

    shop.send()

    assert shop.state(message) == (("sent", None) if allowed else ("held", "no_consent"))
    assert len(server.messages) == allowed


def test_consent_on_another_channel_or_topic_permits_nothing(shop: Shop, server: Script) -> None:
    person = shop.add_profile(consent=None)
    shop.set_consent(person, GRANTED, topic="news", channel="sms")
    shop.set_consent(person, GRANTED, topic="offers")
    message = shop.reserve(person)
    shop.send()
    assert shop.state(message) == ("held", "no_consent")


def test_a_transactional_message_needs_no_marketing_consent(shop: Shop, server: Script) -> None:
    person = shop.add_profile(consent=DENIED, topic="")
    message = shop.reserve(person, purpose="transactional", lane=0)
    shop.send()
    assert shop.state(message) == ("sent", None)


def test_suppression_stops_even_a_transactional_message(shop: Shop, server: Script) -> None:
    person = shop.add_profile("Dana@People.example")
    services.add_suppression(
        shop.conn, workspace_id=shop.workspace_id, address=" dana@people.EXAMPLE ", reason="manual", now=shop.now
    )
    messages = [shop.reserve(person, purpose=purpose) for purpose in ("marketing", "transactional")]
    shop.send()
    assert [shop.state(m) for m in messages] == [("held", "suppressed")] * 2


def test_suppression_in_another_workspace_stops_nothing(shop: Shop, server: Script) -> None:
    person = shop.add_profile("dana@people.example")
    services.add_suppression(
        shop.conn, workspace_id=shop.workspace_id + 1, address="dana@people.example", reason="manual", now=shop.now
    )
    message = shop.reserve(person)
    shop.send()
    assert shop.state(message) == ("sent", None)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (None, "no_address"),
        ("   ", "no_address"),
        ("nobody", "invalid_address"),
        ("a@b@c.example", "invalid_address"),
        ("a@b.example\r\nBcc: all@people.example", "invalid_address"),
        ("a@b.example>\r\nDATA", "invalid_address"),
        ("a b@c.example", "invalid_address"),
        ("<a@b.example>", "invalid_address"),
        ("a\x01@b.example", "invalid_address"),
        ("a@b..example", "invalid_address"),
        ("a" * 65 + "@b.example", "invalid_address"),
        ("a@" + "b" * 250 + ".example", "invalid_address"),
    ],
)
def test_an_address_that_cannot_be_written_to_holds_the_message(
    shop: Shop, server: Script, address: str | None, reason: str
) -> None:
    message = shop.reserve(shop.add_profile(address))
    shop.send()
    assert shop.state(message) == ("held", reason)
    assert server.commands == []


@pytest.mark.parametrize(
    "address", ["a@b.example", "דנה@דואר.example", "a.b+c=d'e@x-y.co.il", "a@localhost", "x_y@z_1.q"]
)
def test_usual_addresses_pass(shop: Shop, server: Script, address: str) -> None:
    message = shop.reserve(shop.add_profile(address))
    shop.send()
    assert shop.state(message) == ("sent", None)


def test_the_database_and_python_agree_on_what_an_address_is(shop: Shop) -> None:
    odd = [*map(chr, range(1, 0x180)), "\u200f", "\u2028", "א", "😀", "\ufeff"]
    addresses = [f"{a}x@b.example" for a in odd] + [f"a@{b}x.example" for b in odd] + ["", "@", "a@", "@b", "a@b."]
    rows = shop.conn.execute("SELECT a, a ~ %s FROM unnest(%s::text[]) AS t (a)", (EMAIL_PATTERN, addresses)).fetchall()
    assert [(a, is_email(a)) for a, _ in rows] == rows


def test_an_erased_person_is_not_written_to(shop: Shop, server: Script) -> None:
    person = shop.add_profile()
    message = shop.reserve(person)
    shop.conn.execute("UPDATE profiles_profile SET erased_at = %s WHERE id = %s", (shop.now, person))
    shop.send()
    assert shop.state(message) == ("held", "no_profile")


def test_a_message_of_a_person_merged_a_moment_ago_goes_to_the_survivor(shop: Shop, server: Script) -> None:
    loser, winner = shop.add_profile("old@people.example"), shop.add_profile("new@people.example")
    message = shop.reserve(loser)
    shop.conn.execute("UPDATE profiles_profile SET merged_into_id = %s WHERE id = %s", (winner, loser))
    shop.send()
    assert shop.state(message) == ("sent", None)
    assert shop.field(message, "profile_id") == winner
    assert b"RCPT TO:<new@people.example>" in server.commands


def test_what_is_held_is_logged_with_its_reason(shop: Shop, server: Script) -> None:
    person = shop.add_profile(consent=None)
    message = shop.reserve(person, context={"journey": "welcome"})
    shop.send()
    [(name, profile_id, properties)] = shop.events()
    assert (name, profile_id) == ("Message Held", person)
    assert properties["message_id"] == message
    assert properties["reason"] == "no_consent"
    assert properties["journey"] == "welcome"
    assert properties["node"] == "mail"


# Frequency caps.


def set_policy(shop: Shop, caps: list[dict[str, Any]] | None = None, quiet: dict[str, Any] | None = None) -> None:
    services.save_policy(
        shop.conn, workspace_id=shop.workspace_id, caps=caps or [], quiet_hours=quiet or {}, now=shop.now
    )


def test_a_cap_puts_the_next_message_off_to_the_moment_at_which_it_frees(shop: Shop, server: Script) -> None:
    set_policy(shop, [{"channel": "email", "limit": 2, "window_hours": 24}])
    person = shop.add_profile()
    first, second, third = (shop.reserve(person) for _ in range(3))

    shop.send(shop.now)
    assert [shop.state(m) for m in (first, second, third)] == [("sent", None), ("sent", None), ("reserved", "capped")]
    frees = shop.now + timedelta(hours=24)
    assert shop.field(third, "available_at") == frees

    assert shop.send(frees - timedelta(microseconds=1)) == 0
    assert shop.send(frees) == 1
    assert shop.state(third) == ("sent", None)


def test_a_rolling_window_frees_one_place_at_a_time(shop: Shop, server: Script) -> None:
    set_policy(shop, [{"limit": 2, "window_hours": 10}])
    person = shop.add_profile()
    sent_at = []
    for hours in (0, 4, 5, 6, 7):
        shop.reserve(person, at=shop.now + timedelta(hours=hours))
    for hours in range(40):
        if shop.send(shop.now + timedelta(hours=hours)):
            sent_at.append(hours)
    assert sent_at == [0, 4, 10, 14, 20]


def test_a_cap_that_drops_holds_the_message(shop: Shop, server: Script) -> None:
    set_policy(shop, [{"limit": 1, "window_hours": 1, "action": "drop"}])
    person = shop.add_profile()
    messages = [shop.reserve(person) for _ in range(3)]
    shop.send()
    assert [shop.state(m) for m in messages] == [("sent", None), ("held", "capped"), ("held", "capped")]


def test_the_strictest_of_several_caps_decides(shop: Shop, server: Script) -> None:
    set_policy(shop, [{"limit": 5, "window_hours": 1}, {"channel": "email", "limit": 1, "window_hours": 48}])
    person = shop.add_profile()
    _, second = shop.reserve(person), shop.reserve(person)
    shop.send()
    assert shop.field(second, "available_at") == shop.now + timedelta(hours=48)


def test_a_cap_of_another_channel_does_not_count_mail(shop: Shop, server: Script) -> None:
    set_policy(shop, [{"channel": "sms", "limit": 1, "window_hours": 48}])
    person = shop.add_profile()
    messages = [shop.reserve(person) for _ in range(2)]
    shop.send()
    assert [shop.state(m) for m in messages] == [("sent", None)] * 2


def test_transactional_messages_are_neither_capped_nor_counted(shop: Shop, server: Script) -> None:
    set_policy(shop, [{"limit": 1, "window_hours": 24}])
    person = shop.add_profile()
    receipts = [shop.reserve(person, purpose="transactional", lane=0) for _ in range(3)]
    offer = shop.reserve(person)
    late_receipt = shop.reserve(person, purpose="transactional", lane=0)
    shop.send()
    assert [shop.state(m) for m in (*receipts, offer, late_receipt)] == [("sent", None)] * 5


def test_a_failed_message_frees_its_place_under_the_cap(shop: Shop, server: Script) -> None:
    set_policy(shop, [{"limit": 1, "window_hours": 24}])
    server.answers["END"] = [b"554 5.7.1 not this text"]
    person = shop.add_profile()
    first, second = shop.reserve(person), shop.reserve(person)
    shop.send()
    assert shop.state(first) == ("failed", "refused")
    assert shop.state(second) == ("sent", None)


# Quiet hours.

QUIET = {"start": "21:00", "end": "08:00"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "until"),
    [
        # The workspace is in Jerusalem, UTC+2 in winter.
        (None, "2026-01-13T18:59:59", None),
        (None, "2026-01-13T19:00:00", "2026-01-14T06:00:00"),
        (None, "2026-01-14T05:59:59", "2026-01-14T06:00:00"),
        (None, "2026-01-14T06:00:00", None),
        ("America/New_York", "2026-01-13T19:00:00", None),
        ("America/New_York", "2026-01-14T02:00:00", "2026-01-14T13:00:00"),
        ("Asia/Kathmandu", "2026-01-13T15:15:00", "2026-01-14T02:15:00"),
        ("Not/AZone", "2026-01-13T19:00:00", "2026-01-14T06:00:00"),
        # Israel's clocks go forward on Friday 27 March 2026 at 02:00: the night is an hour shorter.
        (None, "2026-03-26T20:00:00", "2026-03-27T05:00:00"),
        # And back on Sunday 25 October 2026 at 02:00.
        (None, "2026-10-24T20:00:00", "2026-10-25T06:00:00"),
    ],
)
def test_quiet_hours_are_the_persons_own(
    shop: Shop, server: Script, zone: str | None, moment: str, until: str | None
) -> None:
    set_policy(shop, quiet=QUIET)
    message = shop.reserve(shop.add_profile(timezone=zone))
    shop.conn.execute("UPDATE messaging_message SET available_at = %s", (at(moment),))

    shop.send(at(moment))

    if until is None:
        assert shop.state(message) == ("sent", None)
        return
    assert shop.state(message) == ("reserved", "quiet_hours")
    assert shop.field(message, "available_at") == at(until)
    shop.send(at(until))
    assert shop.state(message) == ("sent", None)


def test_quiet_hours_that_drop_hold_the_message(shop: Shop, server: Script) -> None:
    set_policy(shop, quiet={**QUIET, "action": "drop"})
    message = shop.reserve(shop.add_profile(), at=at("2026-01-13T23:00:00"))
    shop.send(at("2026-01-13T23:00:00"))
    assert shop.state(message) == ("held", "quiet_hours")


def test_a_transactional_message_does_not_wait_for_the_morning(shop: Shop, server: Script) -> None:
    set_policy(shop, quiet=QUIET)
    message = shop.reserve(shop.add_profile(), purpose="transactional", at=at("2026-01-13T23:00:00"))
    shop.send(at("2026-01-13T23:00:00"))
    assert shop.state(message) == ("sent", None)


def test_a_cap_is_looked_at_when_the_quiet_hours_end(shop: Shop, server: Script) -> None:
    set_policy(shop, [{"limit": 1, "window_hours": 24, "action": "drop"}], quiet=QUIET)
    person = shop.add_profile()
    evening = at("2026-01-13T10:00:00")
    shop.reserve(person, at=evening)
    shop.send(evening)
    late = shop.reserve(person, at=at("2026-01-13T23:00:00"))
    shop.send(at("2026-01-13T23:00:00"))
    assert shop.state(late) == ("reserved", "quiet_hours")
    shop.send(at("2026-01-14T06:00:00"))
    assert shop.state(late) == ("held", "capped")


def test_another_workspaces_policy_does_not_apply(shop: Shop, server: Script) -> None:
    services.save_policy(
        shop.conn,
        workspace_id=shop.workspace_id + 1,
        caps=[{"limit": 1, "window_hours": 24}],
        quiet_hours={"start": "00:00", "end": "23:59"},
        now=shop.now,
    )
    person = shop.add_profile()
    messages = [shop.reserve(person) for _ in range(2)]
    shop.send()
    assert [shop.state(m) for m in messages] == [("sent", None)] * 2
