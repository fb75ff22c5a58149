"""Runs of their own for each order, holdouts, what a goal is worth, and which messages have a part in it."""

from __future__ import annotations

import pytest
from journey_world import World

from kesher.events import services as events
from kesher.journeys import queries, services
from kesher.journeys.comparing import compare_groups
from kesher.journeys.services import check_definition
from kesher.journeys.types import ConversionReport

ORDERS = """\
journey: orders
name: Orders
entry: {event: Order Placed}
reentry: {policy: always, key: order.id}
goal: {event: Order Reviewed, same: order.id, within: 30d}
exit: [{event: Order Cancelled, same: order.id}]
nodes:
  shipped: {type: wait_until, event: Order Shipped, same: order.id, for: 10d, then: rest, timeout: rest}
  rest: {type: wait, for: 30d}
"""


def order(world: World, event: str, number: object, user: str = "dana", after: float = 0) -> None:
    world.track(user, event, {"order": {"id": number}}, after=after)


def runs_of_orders(world: World) -> list[tuple[str, str, str, str | None, bool]]:
    return world.rows("SELECT entry_key, node, state, reason, goal_at IS NOT NULL FROM journeys_run ORDER BY id")


def test_each_order_has_one_run_and_only_its_own_events_move_it(world: World) -> None:
    world.apply(ORDERS)
    world.together()
    for number in ("A", "B", "A", 7, "C"):
        order(world, "Order Placed", number)
    world.track("dana", "Order Placed", {"total": 3})  # no order: nothing to have a run for
    world.settle()
    order(world, "Order Shipped", "B")
    order(world, "Order Shipped", "unknown")
    world.track("dana", "Order Shipped")
    order(world, "Order Cancelled", "C")
    order(world, "Order Reviewed", "7")
    world.settle()
    order(world, "Order Placed", "C")  # over, and still the same order
    world.settle()

    assert runs_of_orders(world) == [
        ("A", "shipped", "waiting", None, False),
        ("B", "rest", "waiting", None, False),
        ("7", "shipped", "exited", "goal", True),
        ("C", "shipped", "exited", "exit", False),
    ]


def test_with_after_the_same_value_may_come_again(world: World) -> None:
    world.apply(ORDERS.replace("key: order.id", "key: order.id, after: 2d"))
    for _ in range(3):
        order(world, "Order Placed", "A")
        order(world, "Order Placed", "B")
        world.pass_time("1d")

    assert [key for key, *_ in runs_of_orders(world)] == ["A", "B", "A", "B"]


def test_after_a_merge_one_run_of_each_order_stays(world: World) -> None:
    world.apply(ORDERS)
    for user, number in (("dana", "A"), ("d2", "A"), ("d2", "B")):
        order(world, "Order Placed", number, user)
    world.settle()

    events.merge_profiles(
        world.conn,
        workspace_id=world.workspace,
        winner_id=world.profile("dana"),
        loser_id=world.profile("d2"),
        reason="same",
        now=world.now,
    )
    world.settle()

    assert [(key, reason) for key, _, _, reason, _ in runs_of_orders(world)] == [
        ("A", None),
        ("A", "merged"),
        ("B", None),
    ]


WELCOME = """\
journey: welcome
name: Welcome
entry: {event: Signed Up}
goal:
  event: Order Completed
  within: 30d
  exit: false
  value: total
  currency: ILS
  attribution: {click: 5d, open: 1d, send: 10d}
holdout: 30%
nodes:
  hello: {type: send_email, template: first, topic: offers, next: week}
  week: {type: wait, for: 7d, next: again}
  again: {type: send_email, template: second, topic: offers}
"""


def test_the_held_out_get_nothing_stay_held_out_and_their_goals_are_counted(world: World) -> None:
    world.apply(WELCOME.replace("entry: {event: Signed Up}", "entry: {event: Signed Up}\nreentry: {policy: always}"))
    world.apply("journey: after\nname: After\nentry: {journey: welcome, on: goal}\nnodes: {rest: {type: exit}}\n")
    people = [f"u{number}" for number in range(60)]
    for _ in range(2):
        world.together()
        for user in people:
            world.track(user, "Signed Up")
        world.settle()
        world.pass_time("1h")
    held = {
        user
        for (user,) in world.rows(
            "SELECT i.value FROM journeys_run r JOIN profiles_identifier i ON i.profile_id = r.profile_id"
            " AND i.kind = 'user_id' WHERE r.reason = 'holdout' AND r.state = 'exited' AND r.ended_at = r.entered_at"
        )
    }
    world.together()
    for user in people[:40]:
        world.track(user, "Order Completed", {"total": 10})
    world.settle()

    assert 8 <= len(held) <= 28
    assert world.rows("SELECT count(*) FROM journeys_run WHERE reason = 'holdout'") == [(2 * len(held),)], "each time"
    assert held.isdisjoint(user for user, _ in world.messages())
    assert {user for user, _ in world.messages()} == set(people) - held
    report = world.report("welcome")
    converted = len(held & set(people[:40]))
    assert report.entered == 2 * (60 - len(held))
    assert report.goals == 2 * (40 - converted)
    assert report.holdout == compare_groups(60 - len(held), 40 - converted, len(held), converted)
    exposures = world.rows("SELECT profile_id, properties FROM events_event WHERE name = 'Holdout Exposed'")
    assert len(exposures) == len(held), "once a person"
    assert exposures[0][1]["journey"] == "welcome"
    assert world.report("after").entered == 40 - converted, "a goal of a person held out is not the journey's"


def test_who_is_held_out_says_so_in_her_history(world: World) -> None:
    world.apply(WELCOME.replace("30%", "99.99%"))
    world.track("dana", "Signed Up")
    world.settle()

    assert [step.name for step in world.history().steps] == ["Holdout Exposed"]
    assert world.history().run.reason == "holdout"


def touch(world: World, node: str, column: str, hours: float) -> None:
    world.conn.execute(
        f"UPDATE messaging_message SET {column} = %s::timestamptz - %s * interval '1 hour', state = 'sent'"
        " WHERE node = %s",
        (world.now, hours, node),
    )


def test_a_conversion_names_its_worth_and_the_messages_that_were_touched_in_time(world: World) -> None:
    world.apply(WELCOME.replace("holdout: 30%\n", ""))
    world.track("dana", "Signed Up")
    world.pass_time("8d")
    touch(world, "hello", "sent_at", 8 * 24)
    touch(world, "hello", "clicked_at", 5 * 24)  # just too long ago
    touch(world, "hello", "opened_at", 30)
    touch(world, "again", "sent_at", 24)
    touch(world, "again", "opened_at", 3)
    touch(world, "again", "clicked_at", 2)

    world.track("dana", "Order Completed", {"total": 19.995, "currency": "jpy"})
    world.settle()

    facts = world.rows("SELECT properties -> 'facts' FROM events_event WHERE name = 'Journey Goal Reached'")[0][0]
    assert (facts["value"], facts["currency"]) == (20, "JPY"), "a yen has no hundredths"
    assert [(m["node"], m["touch"]) for m in facts["messages"]] == [("hello", "send"), ("again", "click")]
    assert world.report("welcome").conversions == (
        ConversionReport("", "", "JPY", 1, 20),
        ConversionReport("again", "click", "JPY", 1, 20),
        ConversionReport("hello", "send", "JPY", 1, 20),
    )


@pytest.mark.parametrize(
    ("properties", "worth"),
    [
        ({"total": 12.34}, ("ILS", 1234)),
        ({"total": 5, "currency": "KWD"}, ("KWD", 5000)),
        ({"total": "12"}, ("", 0)),
        ({}, ("", 0)),
        ({"total": 5, "currency": "shekel"}, ("ILS", 500)),
    ],
)
def test_a_conversion_is_worth_what_its_event_says(
    world: World, properties: dict[str, object], worth: tuple[str, int]
) -> None:
    world.apply(WELCOME.replace("holdout: 30%\n", ""))
    world.track("dana", "Signed Up")
    world.settle()
    world.track("dana", "Order Completed", properties)
    world.settle()

    assert world.report("welcome").conversions == (ConversionReport("", "", worth[0], 1, worth[1]),)


# Newcombe 1998, table II, method 10.
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((70, 56, 80, 48), 0.0524, 0.3339),
        ((10, 9, 10, 3), 0.1705, 0.8090),
        ((7, 6, 7, 2), 0.0582, 0.8062),
        ((56, 5, 29, 0), -0.0381, 0.1926),
        ((10, 0, 10, 0), -0.2775, 0.2775),
        ((10, 10, 10, 0), 0.6075, 1.0000),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    compared = compare_groups(*counts)

    assert compared.low == pytest.approx(low, abs=6e-5)
    assert compared.high == pytest.approx(high, abs=6e-5)


def test_without_one_of_the_groups_there_is_nothing_to_compare() -> None:
    assert compare_groups(10, 3, 0, 0).difference is None


def test_what_was_exported_is_what_was_applied(world: World) -> None:
    for text in (ORDERS, WELCOME, WELCOME.replace("holdout", "priority: 80\nholdout").replace("30%", "2.5%")):
        applied = world.apply(text)
        written = services.export_yaml(workspace_id=world.workspace, key=applied.key)
        assert not world.apply(written).changed
    assert "holdout: 2.5%" in written
    assert "priority: 80" in written


def test_the_hash_in_memory_holds_out_whom_the_engine_holds_out(world: World) -> None:
    world.apply(WELCOME)
    world.together()
    for number in range(40):
        world.track(f"u{number}", "Signed Up")
    world.settle()

    definition = check_definition(queries.get_definition("welcome", workspace_id=world.workspace), world.workspace)
    runs = world.rows(
        "SELECT profile_id, reason = 'holdout' FROM journeys_run WHERE reason = 'holdout' OR reason IS NULL"
    )
    assert {id for id, held in runs if held} == {id for id, _ in runs if definition.holds_out(id)}


def test_a_message_has_its_journeys_priority(world: World) -> None:
    world.apply(WELCOME.replace("holdout: 30%", "priority: 80"))
    world.track("dana", "Signed Up")
    world.settle()

    assert world.rows("SELECT priority FROM messaging_message") == [(80,)]


def test_the_workspaces_holdout_is_compared_in_the_journeys_report(world: World) -> None:
    world.apply(WELCOME.replace("holdout: 30%\n", ""))
    for user in ("dana", "noa"):
        world.track(user, "Signed Up")
        world.settle()
    world.conn.execute(
        "UPDATE messaging_message SET state = 'held', reason = 'holdout' WHERE profile_id = %s", (world.profile("noa"),)
    )
    world.track("dana", "Order Completed")
    world.settle()

    assert world.report("welcome").holdout == compare_groups(1, 1, 1, 0)
