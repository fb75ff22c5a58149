"""What comes first: events among each other, events and timers, goals and exits; and re-entry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from journey_world import World

CART = """
journey: cart
name: Cart
entry: {event: Product Added}
exit:
  - event: Order Completed
nodes:
  hour: {type: wait, for: 1h, next: remind}
  remind: {type: send_email, template: first, topic: offers}
"""

AT_ONCE = """
journey: at_once
name: At once
entry: {event: Product Added}
goal: {event: Order Completed, within: 3d, exit: false}
nodes:
  remind: {type: send_email, template: first, topic: offers}
"""


def test_cart_then_order_in_one_slice_sends_nothing(world: World) -> None:
    world.apply(CART)

    world.together()
    world.track("dana", "Product Added")
    world.track("dana", "Order Completed")
    world.pass_time("1h")

    assert world.runs() == [("hour", "exited", "exit")]
    assert world.messages() == []


def test_order_then_cart_in_one_slice_reminds(world: World) -> None:
    world.apply(CART)

    world.together()
    world.track("dana", "Order Completed")
    world.track("dana", "Product Added")
    world.pass_time("1h")

    assert world.messages() == [("dana", "remind")]


def test_each_persons_events_keep_their_own_order(world: World) -> None:
    world.apply(CART)

    world.together()
    world.track("dana", "Product Added")
    world.track("yossi", "Order Completed")
    world.track("dana", "Order Completed")
    world.track("yossi", "Product Added")
    world.pass_time("1h")

    assert world.messages() == [("yossi", "remind")]


def test_a_wait_that_fell_due_before_the_event_comes_first(world: World) -> None:
    # given a run due at 13:00, and an engine that sleeps until 13:05
    world.apply(CART)
    world.track("dana", "Product Added")
    world.settle()

    # when an order arrives at 13:01
    world.track("dana", "Order Completed", after=3_660)
    world.now = world.now.replace(hour=13, minute=5)
    world.settle()

    # then the run had reserved its e-mail and was over before the order could end it
    assert world.steps()[2] == ("Journey Step Entered", "remind", "next")
    assert world.runs() == [("remind", "completed", "completed")]


def test_an_event_that_arrived_before_the_wait_fell_due_comes_first(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")
    world.settle()

    world.track("dana", "Order Completed", after=3_540)  # 12:59
    world.now = world.now.replace(hour=13, minute=5)
    world.settle()

    assert world.runs() == [("hour", "exited", "exit")]
    assert world.messages() == []


def test_what_was_reserved_but_not_sent_is_withdrawn_at_the_exit(world: World) -> None:
    world.apply(CART.replace("topic: offers}", "topic: offers, next: later}\n  later: {type: wait, for: 1d}"))
    world.track("dana", "Product Added")
    world.pass_time("1h")
    assert world.messages() == [("dana", "remind")]

    world.track("dana", "Order Completed")
    world.settle()

    assert world.messages() == []
    assert world.withdrawn() == [("remind", "cancelled")]


def test_an_exit_concerns_nobody_else(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")
    world.track("yossi", "Product Added")
    world.settle()

    world.track("yossi", "Order Completed")
    world.pass_time("1h")

    assert world.messages() == [("dana", "remind")]


def test_a_goal_ends_the_run_and_is_counted(world: World) -> None:
    world.apply(CART.replace("exit:\n  - event", "goal:\n    event"))
    world.track("dana", "Product Added")
    world.settle()

    world.track("dana", "Order Completed")
    world.settle()

    assert world.runs() == [("hour", "exited", "goal")]
    report = world.report("cart")
    assert (report.entered, report.goals, report.exited, report.active) == (1, 1, 1, 0)
    assert [step.name for step in world.history().steps][2:] == ["Journey Goal Reached", "Journey Exited"]


def test_a_goal_and_an_exit_on_the_same_event_count_as_a_goal(world: World) -> None:
    world.apply(CART.replace("exit:", "goal: {event: Order Completed}\nexit:"))
    world.track("dana", "Product Added")
    world.settle()

    world.track("dana", "Order Completed")
    world.settle()

    assert world.runs() == [("hour", "exited", "goal")]
    assert world.report("cart").goals == 1


@pytest.mark.parametrize(("after", "goals"), [("3d", 1), ("4d", 0)])
def test_a_goal_counts_after_the_run_ended_within_its_time(world: World, after: str, goals: int) -> None:
    world.apply(AT_ONCE)
    world.track("dana", "Product Added")
    world.pass_time(after)
    assert world.runs() == [("remind", "completed", "completed")]

    world.track("dana", "Order Completed")
    world.track("dana", "Order Completed")
    world.settle()

    assert world.report("at_once").goals == goals


def test_the_entry_event_itself_is_no_goal(world: World) -> None:
    world.apply(AT_ONCE.replace("event: Product Added", "event: Order Completed"))

    world.track("dana", "Order Completed")
    world.settle()
    assert world.report("at_once").goals == 0
    world.track("dana", "Order Completed")
    world.settle()

    assert world.report("at_once").goals == 1


def test_a_goal_still_counts_for_the_version_it_was_entered_in(world: World) -> None:
    world.apply(AT_ONCE)
    world.track("dana", "Product Added")
    world.settle()
    world.apply(AT_ONCE.replace("Order Completed", "Survey Answered"))

    world.track("dana", "Order Completed")
    world.settle()

    assert world.report("at_once").goals == 1


def test_an_exit_rule_that_comes_to_hold_ends_the_run(world: World) -> None:
    world.apply(CART.replace("- event: Order Completed", "- rule: {trait: blocked, op: eq, value: true}"))
    world.track("dana", "Product Added")
    world.track("yossi", "Product Added")
    world.settle()

    world.identify("dana", blocked=True)
    world.settle()

    assert world.runs() == [("hour", "exited", "exit"), ("hour", "waiting", None)]


def test_an_exit_rule_that_holds_from_the_start_lets_nothing_out(world: World) -> None:
    world.identify("dana", blocked=True)
    world.apply(
        AT_ONCE.replace(
            "nodes:",
            "exit:\n  - rule: {trait: blocked, op: eq, value: true}\n"
            "nodes:\n  pause: {type: wait, for: 1h, next: remind}",
        )
    )

    world.track("dana", "Product Added")
    world.settle()

    assert world.runs() == [("pause", "exited", "exit")]


def test_an_exit_rule_about_time_fires_at_its_moment_with_no_event(world: World) -> None:
    # given people who leave once their last visit is two hours old
    rule = "- rule: {not: {event: Visited, measure: count, op: ge, value: 1, within: {hours: 2}}}"
    world.apply(CART.replace("- event: Order Completed", rule).replace("for: 1h", "for: 1d"))
    world.track("dana", "Visited")
    world.track("dana", "Product Added")
    world.pass_time("119m")
    assert world.runs() == [("hour", "waiting", None)]

    world.pass_time("1m")
    world.pass_time("1s")

    assert world.runs() == [("hour", "exited", "exit")]


@pytest.mark.parametrize(
    ("policy", "entries"),
    [
        pytest.param("{policy: never}", 1, id="never"),
        pytest.param("{policy: after_exit}", 2, id="after the exit"),
        pytest.param("{policy: after_exit, after: 1d}", 1, id="a day after the exit"),
        pytest.param("{policy: always}", 3, id="always"),
        pytest.param("{policy: always, after: 10s}", 2, id="not within ten seconds"),
    ],
)
def test_reentry_is_exact_within_one_slice(world: World, policy: str, entries: int) -> None:
    world.apply(CART.replace("exit:", f"reentry: {policy}\nexit:"))

    world.together()
    world.track("dana", "Product Added")
    world.track("dana", "Product Added", after=1)
    world.track("dana", "Order Completed", after=2)
    world.track("dana", "Product Added", after=10)
    world.now = world.now.replace(second=10)
    world.settle()

    assert len(world.runs()) == entries


@pytest.mark.parametrize(
    ("policy", "waited", "entries"),
    [
        pytest.param("{policy: never}", "700d", 1, id="never again"),
        pytest.param("{policy: after_exit, after: 7d}", "604799s", 1, id="a second before"),
        pytest.param("{policy: after_exit, after: 7d}", "604800s", 2, id="seven days after the exit"),
        pytest.param("{policy: always, after: 7d}", "604740s", 2, id="seven days after the entry"),
        pytest.param("{policy: always, after: 7d}", "604739s", 1, id="not before that"),
    ],
)
def test_reentry_is_exact_to_the_second(world: World, policy: str, waited: str, entries: int) -> None:
    world.apply(CART.replace("exit:", f"reentry: {policy}\nexit:"))
    world.track("dana", "Product Added")
    world.pass_time("1m")
    world.track("dana", "Order Completed")
    world.pass_time(waited)

    world.track("dana", "Product Added")
    world.settle()

    assert len(world.runs()) == entries


def test_history_that_is_imported_starts_nothing(world: World) -> None:
    world.apply(CART)

    world.track("dana", "Product Added", occurred=world.now - timedelta(days=30))
    world.settle()

    assert world.runs() == []


def test_an_old_order_that_is_imported_ends_nothing(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")
    world.settle()

    world.track("dana", "Order Completed", occurred=world.now - timedelta(days=30))
    world.settle()

    assert world.runs() == [("hour", "waiting", None)]
