"""Nodes that write: events, lists, consent, what the run remembers; and the way of those that fail."""

from __future__ import annotations

from typing import Any

import pytest
from journey_world import World
from twins import Twins

from kesher.journeys import services
from kesher.journeys.nodes.played import ChangeConsent, ChangeList, LogEvent, Remember
from kesher.kernel.text import Text
from kesher.segments import services as segments

EMIT = """
journey: emit
name: Emit
entry: {event: Order Completed}
nodes:
  note:
    type: emit_event
    event: Order Praised
    properties:
      kind: big
      total: {event: total}
      city: {trait: address.city}
      mail: {trait: email}
      nothing: {trait: unknown}
    next: rest
  rest: {type: wait, for: 1d}
"""


def make_list(world: World, key: str) -> None:
    """An empty list."""
    segments.create_list(world.conn, workspace_id=world.workspace, key=key, name=Text(en=key, he=key), now=world.now)


def test_an_event_is_logged_with_values_from_everywhere(world: World, twins: Twins) -> None:
    world.apply(EMIT)
    world.identify("dana", email="dana@example.com", address={"city": "Haifa"})

    world.track("dana", "Order Completed", {"total": 70.5})
    world.settle()

    properties = {"kind": "big", "total": 70.5, "city": "Haifa", "mail": "dana@example.com"}
    assert world.rows("SELECT type, properties FROM events_event WHERE name = 'Order Praised'") == [
        ("track", properties)
    ]
    assert twins.effects == [LogEvent("Order Praised", properties)]


def test_another_journey_follows_a_logged_event(world: World) -> None:
    world.apply(EMIT)
    world.apply(
        "{journey: follow, name: Follow, entry: {event: Order Praised},"
        " nodes: {mail: {type: send_email, template: first, topic: offers}}}"
    )

    world.track("dana", "Order Completed")
    world.settle()

    assert world.messages() == [("dana", "mail")]


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ("event: Message Sent", "nodes.note.event", "Kesher itself logs"),
        ("event: Order Completed", "entry", "could start for ever"),
    ],
)
def test_an_event_that_would_run_in_circles_is_refused(world: World, change: str, path: str, said: str) -> None:
    text = EMIT.replace("event: Order Praised", change) + "reentry: {policy: always}\n"

    problems = services.validate_yaml(text, workspace_id=world.workspace)

    assert [problem.path for problem in problems] == [path]
    assert said in problems[0].message.render("en")


def test_people_join_and_leave_a_list(world: World, twins: Twins) -> None:
    make_list(world, "fans")
    world.apply(
        """
journey: lists
name: Lists
entry: {event: Product Added}
nodes:
  join: {type: change_list, list: fans, next: hour}
  hour: {type: wait, for: 1h, next: leave}
  leave: {type: change_list, list: fans, action: remove}
"""
    )
    world.together().track("dana", "Product Added")
    world.track("noa", "Product Added")
    world.settle()
    assert world.rows("SELECT profile_id FROM segments_list_member ORDER BY 1") == [
        (world.profile("dana"),),
        (world.profile("noa"),),
    ]

    world.pass_time("1h")

    assert world.rows("SELECT profile_id FROM segments_list_member") == []
    assert world.rows("SELECT name, count(*) FROM events_event WHERE name LIKE 'List%%' GROUP BY 1 ORDER BY 1") == [
        ("List Joined", 2),
        ("List Left", 2),
    ]
    assert twins.effects.count(ChangeList("fans", joins=True)) == 2
    assert twins.effects.count(ChangeList("fans", joins=False)) == 2


@pytest.mark.parametrize(
    ("on_error", "runs"),
    [
        pytest.param("", [("join", "failed", "list_missing")], id="fails without a way for errors"),
        pytest.param(", on_error: sorry", [("sorry", "completed", "completed")], id="goes on by it"),
    ],
)
def test_a_list_that_is_gone(world: World, on_error: str, runs: list[Any]) -> None:
    make_list(world, "fans")
    sorry = "sorry: {type: send_email, template: first, topic: offers}" if on_error else ""
    world.apply(
        "{journey: lists, name: Lists, entry: {event: Product Added}, nodes: {"
        f"join: {{type: change_list, list: fans{on_error}}}, {sorry}}}}}"
    )
    world.conn.execute("DELETE FROM segments_list")

    world.track("dana", "Product Added")
    world.settle()

    assert world.runs() == runs
    if on_error:
        assert world.messages() == [("dana", "sorry")]
        entered = world.history().steps[-2]
        assert (entered.outcome, entered.facts["failure"]) == ("error", "list_missing")
        assert world.report("lists").nodes[0].outcomes == {"error": 1}


def test_only_nodes_that_can_fail_take_a_way_for_errors(world: World) -> None:
    text = (
        "{journey: x, name: X, entry: {event: A}, nodes: {w: {type: wait, for: 1h, on_error: m},"
        " m: {type: send_email, template: first, topic: offers, on_error: nowhere}}}"
    )

    problems = {p.path: p.message.render("en") for p in services.validate_yaml(text, workspace_id=world.workspace)}

    assert "no field “on_error”" in problems["nodes.w.on_error"]
    assert "no node “nowhere”" in problems["nodes.m.on_error"]


def test_the_way_for_errors_survives_export(world: World) -> None:
    world.apply(
        "{journey: x, name: X, entry: {event: A}, nodes: {m: {type: send_email, template: first, topic: offers,"
        " on_error: w}, w: {type: wait, for: 1h}}}"
    )

    exported = services.export_yaml(workspace_id=world.workspace, key="x")

    assert "on_error: w" in exported
    assert not world.apply(exported).changed


def test_consent_is_recorded_with_the_journey_as_its_source(world: World, twins: Twins) -> None:
    world.apply(
        """
journey: ask
name: Ask
entry: {event: Form Sent}
nodes:
  yes_please: {type: change_consent, topic: offers, state: granted, wording: Yes to offers, next: wholly}
  wholly: {type: change_consent, channel: sms, state: denied, wording: No SMS}
"""
    )

    world.track("dana", "Form Sent")
    world.settle()

    assert world.rows("SELECT channel, topic, state, source, wording, evidence FROM consent_entry ORDER BY id") == [
        ("email", "offers", "granted", "journey:ask", "Yes to offers", {"run_id": 1, "node": "yes_please"}),
        ("sms", "", "denied", "journey:ask", "No SMS", {"run_id": 1, "node": "wholly"}),
    ]
    assert world.rows("SELECT name FROM events_event WHERE name LIKE 'Consent%%' ORDER BY id") == [
        ("Consent Given",),
        ("Consent Withdrawn",),
    ]
    assert twins.effects == [ChangeConsent("email", "offers", "granted"), ChangeConsent("sms", "", "denied")]


def test_a_run_remembers_for_later_nodes_and_messages(world: World, twins: Twins) -> None:
    world.apply(
        """
journey: memory
name: Memory
entry: {event: Product Added}
nodes:
  keep: {type: set_context, set: {gift: {event: items.0.name}, level: 3}, next: note}
  note: {type: emit_event, event: Noted, properties: {gift: {run: gift}}, next: mail}
  mail: {type: send_email, template: first, topic: offers}
"""
    )

    world.track("dana", "Product Added", {"items": [{"name": "cup"}]})
    world.settle()

    assert world.rows("SELECT properties FROM events_event WHERE name = 'Noted'") == [({"gift": "cup"},)]
    [(run,)] = world.rows("SELECT context -> 'run' FROM messaging_message")
    assert (run["gift"], run["level"], run["node"], "event" in run) == ("cup", 3, "mail", False)
    assert twins.effects[:2] == [Remember({"gift": "cup", "level": 3}), LogEvent("Noted", {"gift": "cup"})]


def test_a_run_cannot_remember_under_a_name_of_the_journeys_own(world: World) -> None:
    text = "{journey: x, name: X, entry: {event: A}, nodes: {k: {type: set_context, set: {event: 1, a: {even: b}}}}}"

    problems = {p.path: p.message.render("en") for p in services.validate_yaml(text, workspace_id=world.workspace)}

    assert "choose another name" in problems["nodes.k.set.event"]
    assert "where to take it from" in problems["nodes.k.set.a"]
