"""Waits: for a time, until a time of day, until an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journey_world import World

from kesher.journeys.nodes.wait import WaitConfig, WaitNode, Window
from kesher.journeys.registry import Group, Moment
from kesher.journeys.types import Node

CART = """
journey: cart
name: Cart
entry: {event: Product Added}
nodes:
  hour: {type: wait, for: 1h, next: remind}
  remind: {type: send_email, template: first, topic: offers}
"""

OFFICE_HOURS = """
journey: hours
name: Hours
entry: {event: Product Added}
nodes:
  window: {type: wait, until: {after: "09:00", before: "20:00", days: [sun, mon, tue, wed, thu]}, next: remind}
  remind: {type: send_email, template: first, topic: offers}
"""

ASK = """
journey: ask
name: Ask
entry: {event: Product Added}
nodes:
  order:
    type: wait_until
    event: Order Completed
    where: [{property: total, op: ge, value: 100}]
    for: 2d
    then: thanks
    timeout: remind
  thanks: {type: send_email, template: first, topic: offers}
  remind: {type: send_email, template: second, topic: offers}
"""


def test_a_wait_ends_after_its_time_and_not_before(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")

    world.pass_time("59m")
    assert world.messages() == []

    world.pass_time("1m")
    assert world.messages() == [("dana", "remind")]
    assert world.runs() == [("remind", "completed", "completed")]
    assert world.steps() == [
        ("Journey Entered", "hour", None),
        ("Journey Step Entered", "hour", None),
        ("Journey Step Entered", "remind", "next"),
        ("Journey Exited", "remind", "next"),
    ]


def test_an_open_window_lets_through_at_once(world: World) -> None:
    world.apply(OFFICE_HOURS)

    world.track("dana", "Product Added")  # Tuesday 14:00 in Jerusalem
    world.settle()

    assert world.messages() == [("dana", "remind")]


@pytest.mark.parametrize(
    ("zone", "arrives", "opens"),
    [
        pytest.param("Asia/Jerusalem", "2026-01-13 20:00", "2026-01-14 09:00", id="the evening waits for the morning"),
        pytest.param("Asia/Jerusalem", "2026-01-15 20:00", "2026-01-18 09:00", id="Thursday evening waits for Sunday"),
        pytest.param("Asia/Jerusalem", "2026-01-16 12:00", "2026-01-18 09:00", id="Friday waits for Sunday"),
        pytest.param("Asia/Jerusalem", "2026-01-13 08:59", "2026-01-13 09:00", id="a minute early"),
        pytest.param("America/New_York", "2026-03-05 21:00", "2026-03-08 09:00", id="over the spring change"),
        pytest.param("America/New_York", "2026-10-29 21:00", "2026-11-01 09:00", id="over the autumn change"),
    ],
)
def test_a_window_opens_by_the_persons_own_clock(world: World, zone: str, arrives: str, opens: str) -> None:
    # given someone who lives in a zone
    world.now = datetime.fromisoformat(arrives).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    world.identify("dana", timezone=zone)
    world.apply(OFFICE_HOURS)
    world.track("dana", "Product Added")
    world.settle()
    assert world.messages() == []

    # when the window opens there, and not a second earlier
    opening = datetime.fromisoformat(opens).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    world.now = opening - timedelta(seconds=1)
    world.settle()
    assert world.messages() == []
    world.now = opening
    world.settle()

    # then she is let through
    assert world.messages() == [("dana", "remind")]


def test_without_a_zone_of_her_own_the_workspace_clock_counts(world: World) -> None:
    world.now = datetime(2026, 1, 14, 6, 30, tzinfo=UTC)  # 08:30 in Jerusalem
    world.apply(OFFICE_HOURS)
    world.track("dana", "Product Added")

    world.pass_time("29m")
    assert world.messages() == []
    world.pass_time("1m")

    assert world.messages() == [("dana", "remind")]


def test_a_window_missed_because_the_engine_was_down_is_waited_for_again(world: World) -> None:
    world.now = datetime(2026, 1, 13, 19, 0, tzinfo=UTC)
    world.apply(OFFICE_HOURS)
    world.track("dana", "Product Added")
    world.settle()

    world.now = datetime(2026, 1, 14, 21, 0, tzinfo=UTC)  # the whole next day passed without a tick
    world.settle()
    assert world.messages() == []
    world.now = datetime(2026, 1, 15, 7, 0, tzinfo=UTC)
    world.settle()

    assert world.messages() == [("dana", "remind")]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Jerusalem", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_whatever_the_moment_the_window_is_open_when_the_wait_ends_and_was_shut_before(world: World, zone: str) -> None:
    world.identify("dana", timezone=zone)
    profile = world.profile("dana")
    node_type = WaitNode()
    minutes = st.integers(0, 24 * 60)

    @settings(max_examples=60, deadline=None, database=None)
    @given(
        arrives=st.integers(0, 365 * 86_400).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)),
        edges=st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1]),
        days=st.sets(st.sampled_from(["sun", "mon", "tue", "wed", "thu", "fri", "sat"]), min_size=1),
    )
    def check(arrives: datetime, edges: tuple[int, int], days: set[str]) -> None:
        after, before = (f"{edge // 60:02}:{edge % 60:02}" for edge in edges)
        config = WaitConfig(None, Window(after, before, tuple(sorted(days))), None)
        group = Group(world.workspace, "j", 1, Node("wait", node_type, config, {}))

        def decide(at: datetime) -> datetime | None:
            with world.conn.transaction(force_rollback=True):
                world.conn.execute(
                    "INSERT INTO journeys_ready (step, run_id, workspace_id, profile_id, version_id, node, visit,"
                    " node_entered_at) VALUES (1, 1, %s, %s, 1, 'wait', 1, %s)",
                    (world.workspace, profile, at),
                )
                node_type.advance(Moment(world.conn, at, 1), [group])
                row = world.conn.execute("SELECT outcome, due_at FROM journeys_decision").fetchone()
                assert row is not None
                assert (row[0] == "next") == (row[1] is None)
                due: datetime | None = row[1]
                return due

        def is_open(at: datetime) -> bool:
            local = at.astimezone(ZoneInfo(zone))
            minute = local.hour * 60 + local.minute
            day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][local.weekday()]
            return edges[0] <= minute < edges[1] and day in days

        due = decide(arrives)
        assert (due is None) == is_open(arrives)
        if due is not None:
            assert arrives < due <= arrives + timedelta(days=8)
            second_look = decide(due)
            # Only where the clocks skip the whole window there is nothing open at its opening.
            assert second_look is None or second_look > due
            if second_look is None:
                assert is_open(due)
            quarter = timedelta(minutes=15)
            moments = [arrives + n * quarter for n in range(int((due - arrives) / quarter))]
            twice = [m for m in moments if is_open(m)]
            # An hour that comes twice opens the second time.
            assert all(due - m <= timedelta(hours=1, minutes=15) for m in twice)

    check()


def test_a_wait_for_an_event_goes_on_when_it_comes(world: World) -> None:
    world.apply(ASK)
    world.track("dana", "Product Added")
    world.pass_time("1d")

    world.track("dana", "Order Completed", {"total": 120})
    world.settle()

    assert world.messages() == [("dana", "thanks")]
    history = world.history(1)
    assert history.steps[2].outcome == "then"
    assert history.steps[2].facts["event"] == "Order Completed"


def test_an_event_that_the_filters_refuse_does_not_end_the_wait(world: World) -> None:
    world.apply(ASK)
    world.track("dana", "Product Added")
    world.settle()

    world.track("dana", "Order Completed", {"total": 99})
    world.pass_time("2d")

    assert world.messages() == [("dana", "remind")]


def test_another_persons_event_does_not_end_the_wait(world: World) -> None:
    world.apply(ASK)
    world.track("dana", "Product Added")
    world.settle()

    world.track("yossi", "Order Completed", {"total": 120})
    world.settle()

    assert world.messages() == []


def test_the_event_counts_only_while_the_rule_holds(world: World) -> None:
    world.apply(ASK.replace("for: 2d", "for: 2d\n    rule: {trait: plan, op: eq, value: gold}"))
    world.track("dana", "Product Added")
    world.settle()

    world.track("dana", "Order Completed", {"total": 120})
    world.settle()
    assert world.messages() == []

    world.identify("dana", plan="gold")
    world.track("dana", "Order Completed", {"total": 120})
    world.settle()
    assert world.messages() == [("dana", "thanks")]


def test_an_event_before_the_wait_began_does_not_count(world: World) -> None:
    world.apply(ASK)

    world.together()
    world.track("dana", "Order Completed", {"total": 120})
    world.track("dana", "Product Added", after=1)
    world.now += timedelta(seconds=1)
    world.settle()

    assert world.messages() == []
    assert world.runs() == [("order", "waiting", None)]
