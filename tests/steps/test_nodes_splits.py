"""Splits by engagement, reachability and time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from journey_world import World
from twins import Twins

from kesher.events import services as events
from kesher.journeys import services
from kesher.kernel.relations import Relation
from kesher.messaging import services as messaging

ENGAGED = """
journey: engaged
name: Engaged
entry: {event: Signed Up}
reentry: {policy: always}
nodes:
  mail: {type: send_email, template: first, topic: offers, next: day}
  day: {type: wait, for: 1d, next: did}
  did: {type: split_engagement, %s then: yes, else: no}
  yes: {type: exit, reason: yes}
  no: {type: exit, reason: no}
"""


def sign_up(world: World, user: str = "dana") -> int:
    """Somebody enters and gets the message of node `mail`; its number."""
    world.track(user, "Signed Up")
    world.settle()
    [(message_id,)] = world.rows("SELECT max(id) FROM messaging_message")
    return int(message_id)


def reasons(world: World) -> list[str | None]:
    """How each run ended, oldest first."""
    return [reason for _, _, reason in world.runs()]


Deed = Callable[[World, int], None]


def opened(world: World, message_id: int) -> None:
    messaging.record_open(world.conn, message_id=message_id, now=world.now)


def scanned(world: World, message_id: int) -> None:
    messaging.record_click(
        world.conn, message_id=message_id, url="https://shop.example/sale", now=world.now, machine=True
    )


def clicked(world: World, message_id: int) -> None:
    messaging.record_click(world.conn, message_id=message_id, url="https://shop.example/sale", now=world.now)


def nothing(world: World, message_id: int) -> None:
    pass


@pytest.mark.parametrize(
    ("asked", "deed", "way"),
    [
        pytest.param("node: mail,", opened, "yes", id="opened"),
        pytest.param("node: mail,", clicked, "yes", id="who clicked has opened"),
        pytest.param("node: mail,", nothing, "no", id="did not open"),
        pytest.param("node: mail,", scanned, "no", id="a scanner counts for nothing"),
        pytest.param("node: mail, did: clicked,", opened, "no", id="opened is not clicked"),
        pytest.param("node: mail, did: clicked,", clicked, "yes", id="clicked"),
        pytest.param("node: mail, did: clicked, link: /sale,", clicked, "yes", id="this link"),
        pytest.param("node: mail, did: clicked, link: /jobs,", clicked, "no", id="another link"),
        pytest.param("template: first,", opened, "yes", id="a template"),
        pytest.param("template: second,", opened, "no", id="another template"),
        pytest.param("template: first, within: 23h,", opened, "no", id="too long ago"),
        pytest.param("template: first, within: 25h,", opened, "yes", id="lately"),
    ],
)
def test_people_part_by_what_they_did_with_a_message(
    world: World, twins: Twins, asked: str, deed: Deed, way: str
) -> None:
    world.apply(ENGAGED % asked)
    message_id = sign_up(world)

    deed(world, message_id)
    world.pass_time("1d")

    assert reasons(world) == [way]
    assert twins.compared["split_engagement"] == 1


def test_the_message_of_another_run_does_not_count(world: World, twins: Twins) -> None:
    world.apply(ENGAGED % "node: mail,")
    first = sign_up(world)
    world.pass_time("1h")
    sign_up(world)
    opened(world, first)

    world.pass_time("1d")

    assert reasons(world) == ["yes", "no"]
    assert twins.compared["split_engagement"] == 2


def test_a_sent_message_is_asked_for(world: World, twins: Twins) -> None:
    world.apply(ENGAGED % "template: second, did: sent,")
    sign_up(world)
    log = Relation(
        "SELECT %(w)s::int AS workspace_id, %(p)s::bigint AS profile_id, 'Message Sent' AS name,"
        ' %(at)s::timestamptz AS occurred_at, \'{"template": "second"}\'::jsonb AS properties',
        {"w": world.workspace, "p": world.profile("dana"), "at": world.now},
    )
    events.append_events(world.conn, log, now=world.now)

    world.pass_time("1d")

    assert reasons(world) == ["yes"]


@pytest.mark.parametrize(
    ("asked", "path", "said"),
    [
        ("did: opened,", "nodes.did", "either a “node”"),
        ("node: mail, template: first,", "nodes.did", "either a “node”"),
        ("node: male,", "nodes.did.node", "Did you mean “mail”?"),
        ("node: mail, link: x,", "nodes.did.link", "goes with “clicked”"),
    ],
)
def test_an_unclear_question_is_refused(world: World, asked: str, path: str, said: str) -> None:
    problems = {
        p.path: p.message.render("en") for p in services.validate_yaml(ENGAGED % asked, workspace_id=world.workspace)
    }

    assert said in problems[path]


REACH = """
journey: reach
name: Reach
entry: {event: Signed Up}
nodes:
  reach: {type: split_reach, %s then: yes, else: no}
  yes: {type: exit, reason: yes}
  no: {type: exit, reason: no}
"""


def agree(world: World, user: str, topic: str, state: str) -> None:
    """Record what somebody said about e-mail on a topic."""
    entry = Relation(
        "SELECT %(w)s::int AS workspace_id, %(p)s::bigint AS profile_id, 'email' AS channel, %(topic)s::text AS topic,"
        " %(state)s::text AS state, 'test' AS source, '' AS wording, '{}'::jsonb AS evidence,"
        " %(at)s::timestamptz AS given_at",
        {"w": world.workspace, "p": world.profile(user), "topic": topic, "state": state, "at": world.now},
    )
    events.record_consents(world.conn, entry, now=world.now)


@pytest.mark.parametrize(
    ("asked", "traits", "said", "way", "reason"),
    [
        pytest.param("", {"email": "Dana@example.com"}, [], "yes", None, id="an address is enough"),
        pytest.param("", {"plan": "x"}, [], "no", "no_address", id="no address"),
        pytest.param("", {"email": "stop@example.com"}, [], "no", "suppressed", id="suppressed"),
        pytest.param("channel: sms,", {"phone": "+972501234567"}, [], "yes", None, id="a telephone"),
        pytest.param("channel: sms,", {"email": "dana@example.com"}, [], "no", "no_address", id="no telephone"),
        pytest.param("topic: offers,", {"email": "d@e.com"}, [], "no", "no_consent", id="nothing said"),
        pytest.param("topic: offers,", {"email": "d@e.com"}, [("offers", "granted")], "yes", None, id="agreed"),
        pytest.param(
            "topic: offers,", {"email": "d@e.com"}, [("", "granted")], "yes", None, id="agreed to the channel"
        ),
        pytest.param(
            "topic: offers,",
            {"email": "d@e.com"},
            [("offers", "granted"), ("", "denied")],
            "no",
            "no_consent",
            id="the channel is denied",
        ),
    ],
)
def test_people_part_by_whether_they_can_be_reached(
    world: World, twins: Twins, asked: str, traits: dict[str, str], said: list[Any], way: str, reason: str | None
) -> None:
    messaging.add_suppression(
        world.conn, workspace_id=world.workspace, address="stop@example.com", reason="manual", now=world.now
    )
    world.apply(REACH % asked)
    world.identify("dana", **traits)
    for topic, state in said:
        agree(world, "dana", topic, state)

    world.track("dana", "Signed Up")
    world.settle()

    assert reasons(world) == [way]
    assert world.history().steps[-2].facts.get("reason") == reason
    assert twins.compared["split_reach"] == 1


TIME = """
journey: time
name: Time
entry: {event: Signed Up}
nodes:
  time:
    type: split_time
    branches:
      - {name: sale, from: "2026-01-20", to: "2026-01-21", next: out}
      - {name: office, days: [sun, mon, tue, wed, thu], after: "09:00", before: "17:00", next: out}
      - {name: weekend, days: [fri, sat], next: out}
    else: out
  out: {type: wait, for: 1h}
"""


@pytest.mark.parametrize(
    ("zone", "local", "way"),
    [
        ("Asia/Jerusalem", "2026-01-13 09:00", "office"),
        ("Asia/Jerusalem", "2026-01-13 08:59", "else"),
        ("Asia/Jerusalem", "2026-01-13 17:00", "else"),
        ("Asia/Jerusalem", "2026-01-16 10:00", "weekend"),
        ("Asia/Jerusalem", "2026-01-20 00:00", "sale"),
        ("Asia/Jerusalem", "2026-01-21 23:59", "sale"),
        ("Asia/Jerusalem", "2026-01-22 00:00", "else"),
        ("America/Los_Angeles", "2026-01-16 23:30", "weekend"),
        ("Pacific/Auckland", "2026-01-19 10:00", "office"),
    ],
)
def test_people_part_by_the_time_where_they_live(world: World, twins: Twins, zone: str, local: str, way: str) -> None:
    world.now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    world.apply(TIME)
    world.identify("dana", timezone=zone)

    world.track("dana", "Signed Up")
    world.settle()

    assert world.report("time").nodes[0].outcomes == {way: 1}
    assert twins.compared["split_time"] == 1


@pytest.mark.parametrize(
    ("right", "wrong", "path", "said"),
    [
        ('from: "2026-01-20"', 'from: "2026-01-32"', "nodes.time.branches[0].from", "such as"),
        ('from: "2026-01-20"', 'from: "2026-02-20"', "nodes.time.branches[0]", "not be later"),
        ('after: "09:00"', 'after: "19:00"', "nodes.time.branches[1]", "earlier in the day"),
        ("name: weekend", "name: else", "nodes.time.branches[2].name", "something else"),
    ],
)
def test_times_that_never_come_are_refused(world: World, right: str, wrong: str, path: str, said: str) -> None:
    found = services.validate_yaml(TIME.replace(right, wrong), workspace_id=world.workspace)

    assert said in {p.path: p.message.render("en") for p in found}[path]


def test_export_and_apply_change_nothing(world: World) -> None:
    for yaml in (TIME, REACH % "topic: offers, channel: email,", ENGAGED % "node: mail, did: clicked, link: x,"):
        applied = world.apply(yaml)
        exported = services.export_yaml(workspace_id=world.workspace, key=applied.key)
        assert not world.apply(exported).changed


def test_hours_are_asked_at_the_moment_of_the_step(world: World, twins: Twins) -> None:
    world.apply(TIME.replace("  time:\n", "  day: {type: wait, for: 20h, next: time}\n  time:\n", 1))
    world.track("dana", "Signed Up")  # Tuesday 14:00 in Jerusalem
    world.pass_time("20h")  # Wednesday 10:00
    world.now += timedelta(hours=1)

    assert world.report("time").nodes[1].outcomes == {"office": 1}
