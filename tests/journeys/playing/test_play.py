"""One customer walks a journey: what the play tells, of somebody imagined and of somebody real."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from kesher.content import services as content
from kesher.content.types import VariantSource
from kesher.events import services as events
from kesher.events.types import PROFILE_IDENTIFIED, IncomingEvent
from kesher.journeys import queries
from kesher.journeys.errors import JourneyInvalid, PlayInvalid
from kesher.journeys.queries import PlayRequest, PlayTold
from kesher.messaging import services as messaging
from kesher.profiles.errors import ProfileNotFound

CART = """
journey: cart
name: Cart
entry:
  event: Product Added
  rule: {trait: plan, op: eq, value: gold}
exit:
  - event: Order Completed
nodes:
  hour: {type: wait, for: 1h, next: who}
  who:
    type: split
    branches:
      - {name: big, where: [{property: price, op: gt, value: 100}], next: remind}
  remind: {type: send_email, template: reminder, topic: offers}
"""
GOLD = {"traits": {"plan": "gold", "email": "dana@shop.test", "first_name": "Dana", "timezone": "Asia/Jerusalem"}}
ALLOWED = {**GOLD, "consents": [{"channel": "email", "topic": "offers", "state": "granted"}]}
ADDED = {"event": "Product Added", "properties": {"price": 120, "name": "Shoes"}}


@pytest.fixture
def cart(shop: int, now: datetime) -> int:
    """The workspace with a template that speaks to the person."""
    body = "<p>Hi {{ customer.first_name }}, still {{ event.properties.name }}?</p>{% footer %}"
    content.save_template(
        workspace_id=shop,
        key="reminder",
        name="reminder",
        variants=[
            VariantSource(language="en", subject="Your {{ event.properties.name }}", body=body, body_format="html"),
            VariantSource(language="he", subject="העגלה שלך", body=body, body_format="html"),
        ],
        fallback_language="en",
        now=now,
    )
    return shop


def play(conn: psycopg.Connection, workspace: int, now: datetime, yaml: str = CART, **asked: Any) -> PlayTold:
    definition, number = queries.read_to_play(workspace_id=workspace, yaml=yaml)
    return queries.play_journey(conn, definition, PlayRequest(**asked), workspace_id=workspace, now=now, number=number)


def kinds(told: PlayTold) -> list[str]:
    return [line.kind for line in told.lines]


def test_an_imagined_customer_walks_to_her_message(conn: psycopg.Connection, cart: int, now: datetime) -> None:
    told = play(conn, cart, now, imagine=ALLOWED, events=[{**ADDED, "after": "2h"}], language="en")

    assert kinds(told) == ["event", "entered", "step", "waits", "step", "step", "exited", "message"]
    waits, to_split, to_message, _, message = told.lines[3:]
    assert (waits.at, waits.facts) == (now + timedelta(hours=2), {"until": "2026-01-13T15:00:00+00:00"})
    assert told.lines[0].local == datetime(2026, 1, 13, 16, 0)  # noqa: DTZ001 - her own clock
    assert (to_split.at, to_message.outcome) == (now + timedelta(hours=3), "big")
    assert [(check.place, check.holds) for check in to_message.checks] == [("branches[0].where", True)]
    assert message.message is not None and message.message.rendered is not None
    assert (message.message.state, message.message.rendered.subject) == ("sent", "Your Shoes")
    assert "Hi Dana, still Shoes?" in message.message.rendered.html


def test_an_imagined_customer_belongs_to_a_company(conn: psycopg.Connection, cart: int, now: datetime) -> None:
    pro = "rule: {object: company, where: [{attribute: plan, op: eq, value: pro}]}"
    yaml = CART.replace("rule: {trait: plan, op: eq, value: gold}", pro)
    company = {"kind": "company", "key": "aleph", "attributes": {"plan": "pro"}}

    entered = play(conn, cart, now, yaml=yaml, imagine={**ALLOWED, "objects": [company]}, events=[ADDED])
    refused = play(conn, cart, now, yaml=yaml, imagine=ALLOWED, events=[ADDED])

    assert (kinds(entered)[1], kinds(refused)[1]) == ("entered", "not_entered")


def test_what_an_imagined_customer_belongs_to_is_read_strictly(
    conn: psycopg.Connection, cart: int, now: datetime
) -> None:
    wrong = [{"kind": "company", "attributes": []}, "aleph", {"kind": "course", "key": "x", "rol": "admin"}]

    with pytest.raises(PlayInvalid) as raised:
        play(conn, cart, now, imagine={**ALLOWED, "objects": wrong})

    assert {problem.path for problem in raised.value.problems} == {
        "imagine.objects[0].key",
        "imagine.objects[0].attributes",
        "imagine.objects[1]",
        "imagine.objects[2].rol",
    }


def test_who_does_not_enter_is_told_which_part_of_the_rule_fails(
    conn: psycopg.Connection, cart: int, now: datetime
) -> None:
    told = play(conn, cart, now, imagine={"plan": "basic"}, events=[ADDED])

    assert kinds(told) == ["event", "not_entered"]
    refused = told.lines[1]
    assert refused.reason == "rule"
    explanation = refused.checks[0].explanation
    assert explanation is not None and (explanation.holds, explanation.value) == (False, "basic")
    assert refused.text.he == "אין כניסה בעקבות ”Product Added“: כלל הכניסה אינו מתקיים."


def test_the_second_event_does_not_let_her_in_again(conn: psycopg.Connection, cart: int, now: datetime) -> None:
    told = play(conn, cart, now, imagine=ALLOWED, events=[ADDED, {**ADDED, "after": "2d"}])

    assert [line.reason for line in told.lines if line.kind == "not_entered"] == ["reentry"]


def test_an_event_without_the_journeys_key_is_told(conn: psycopg.Connection, cart: int, now: datetime) -> None:
    keyed = CART.replace("exit:\n", "reentry: {policy: always, key: cart_id}\nexit:\n")
    told = play(conn, cart, now, yaml=keyed, imagine=ALLOWED, events=[ADDED])

    assert [(line.kind, line.reason) for line in told.lines] == [("event", None), ("not_entered", "no_key")]
    assert told.lines[1].text.en.endswith("the event has no “cart_id”, by which the journey keeps its runs apart.")


def test_an_order_ends_the_journey_before_the_message(conn: psycopg.Connection, cart: int, now: datetime) -> None:
    told = play(conn, cart, now, imagine=ALLOWED, events=[ADDED, {"event": "Order Completed", "after": "30m"}])

    assert kinds(told) == ["event", "entered", "step", "waits", "event", "exited"]
    assert (told.lines[-1].reason, told.lines[-1].facts["event"]) == ("exit", "Order Completed")


def test_the_gate_holds_a_message_without_consent_and_puts_one_off_in_quiet_hours(
    conn: psycopg.Connection, cart: int, now: datetime
) -> None:
    held = play(conn, cart, now, imagine=GOLD, events=[ADDED]).lines[-1].message
    messaging.save_policy(
        conn, workspace_id=cart, caps=[], quiet_hours={"start": "14:00", "end": "20:00", "action": "defer"}, now=now
    )
    told = play(conn, cart, now, imagine=ALLOWED, events=[ADDED])

    assert held is not None and (held.state, held.reason) == ("held", "no_consent")
    messages = [line for line in told.lines if line.message is not None]
    first, second = (line.message for line in messages)
    assert first is not None and second is not None
    assert (first.state, first.reason, first.later) == ("reserved", "quiet_hours", now + timedelta(hours=6))
    assert (second.state, messages[1].at) == ("sent", now + timedelta(hours=6))


def test_a_real_customer_plays_with_what_she_did_then(conn: psycopg.Connection, cart: int, now: datetime) -> None:
    ingest(
        conn, cart, now - timedelta(days=5), "identify", PROFILE_IDENTIFIED, {"plan": "gold", "email": "d@shop.test"}
    )
    ingest(conn, cart, now - timedelta(days=3), "track", "Product Added", {"price": 150, "name": "Hat"})
    ingest(conn, cart, now - timedelta(days=1), "identify", PROFILE_IDENTIFIED, {"plan": "basic"})

    then = play(conn, cart, now, person="d@shop.test", start=now - timedelta(days=4))
    today = play(conn, cart, now, person="d@shop.test", events=[ADDED])

    assert kinds(then)[:3] == ["event", "entered", "step"]
    assert then.lines[0].at == now - timedelta(days=3)
    assert kinds(today) == ["event", "not_entered"]
    assert conn.execute("SELECT count(*) FROM journeys_run").fetchone() == (0,)


def test_mistakes_are_named_by_their_place(conn: psycopg.Connection, cart: int, now: datetime) -> None:
    wrong = [{"event": "A", "after": "soon"}, {"name": "B"}, {"event": "C", "at": "2026-01-01T00:00:00Z"}]
    with pytest.raises(PlayInvalid) as error:
        play(conn, cart, now, imagine=GOLD, events=wrong)
    assert [problem.path for problem in error.value.problems] == ["events[0].at", "events[1]", "events[2].at"]
    with pytest.raises(ProfileNotFound):
        play(conn, cart, now, person="nobody@shop.test")
    with pytest.raises(JourneyInvalid):
        play(conn, cart, now, yaml=CART.replace("reminder", "reminders"), imagine=GOLD)
    with pytest.raises(PlayInvalid):
        play(conn, cart, now, imagine=GOLD, until=now + timedelta(days=1000))


def ingest(conn: psycopg.Connection, workspace: int, at: datetime, kind: str, name: str, said: dict[str, Any]) -> None:
    event = IncomingEvent(
        workspace_id=workspace,
        source_id=0,
        message_id=f"m{at.isoformat()}{name}",
        type=kind,
        name=name,
        occurred_at=at,
        received_at=at,
        user_id="dana",
        traits=said if kind == "identify" else None,
        properties=json.dumps(said),
    )
    events.ingest(conn, [event], now=at)
