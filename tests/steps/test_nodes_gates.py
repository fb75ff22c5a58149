"""Nodes that count people: the rate gate and the cap, with one engine and with several."""

from __future__ import annotations

import contextlib
import random
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from journey_world import ALL, World
from twins import Twins

from kesher.config import engine
from kesher.events import services as events
from kesher.journeys.nodes.base import Group, Moment
from kesher.journeys.nodes.rate_gate import RateGateNode
from kesher.kernel.clock import freeze_clock
from kesher.kernel.db import connect

GATE = """
journey: gate
name: Gate
entry: {event: Called}
exit: [{event: Gave Up}]
nodes:
  gate: {type: rate_gate, limit: %d, per: hour, next: through}
  through: {type: wait, for: 90d}
"""
CAP = """
journey: cap
name: Cap
entry: {event: Called}
reentry: {policy: always}
nodes:
  first: {type: split_cap, first: %d, then: yes, else: no}
  yes: {type: exit, reason: yes}
  no: {type: exit, reason: no}
"""


def call(world: World, *users: str) -> None:
    """People enter, in this order."""
    world.together()
    for number, user in enumerate(users):
        world.track(user, "Called", after=number / 1000)
    world.now += timedelta(seconds=1)
    world.settle()


def through(world: World) -> list[str]:
    """Who is through the gate, in the order of entry."""
    return [
        user
        for (user,) in world.rows(
            "SELECT i.value FROM journeys_run r JOIN profiles_identifier i ON i.profile_id = r.profile_id"
            " WHERE r.node = 'through' AND i.kind = 'user_id' ORDER BY r.node_entered_at, r.entered_at"
        )
    ]


def test_people_pass_in_order_so_many_an_hour(world: World, twins: Twins) -> None:
    world.apply(GATE % 2)

    call(world, "a", "b", "c", "d", "e")
    assert through(world) == ["a", "b"]
    world.pass_time("59m")
    assert through(world) == ["a", "b"]
    world.pass_time("1m")
    assert through(world) == ["a", "b", "c", "d"]
    world.pass_time("1h")

    assert through(world) == ["a", "b", "c", "d", "e"]
    assert twins.compared["rate_gate"] == 8


def test_an_outage_lets_nobody_through_in_a_crowd(world: World, twins: Twins) -> None:
    world.apply(GATE % 2)
    call(world, *"abcdefg")

    world.pass_time("10h")
    assert len(through(world)) == 4
    world.pass_time("1h")
    assert len(through(world)) == 6
    world.pass_time("1h")

    assert through(world) == list("abcdefg")


def test_the_place_of_one_who_leaves_stays_empty(world: World) -> None:
    world.apply(GATE % 1)
    call(world, "a", "b", "c")
    world.track("b", "Gave Up")

    world.pass_time("1h")
    assert through(world) == ["a"]
    world.pass_time("1h")

    assert through(world) == ["a", "c"]


@pytest.mark.parametrize("seed", range(4))
def test_no_hour_sees_more_than_the_limit(world: World, seed: int) -> None:
    # given people who arrive at any time, and an engine that looks now and then
    chance = random.Random(seed)
    limit = chance.randint(1, 3)
    world.apply(GATE % limit)
    for number in range(12):
        world.track(f"u{number}", "Called")
        if chance.random() < 0.2:
            world.track(f"u{chance.randrange(number + 1)}", "Gave Up")
        if chance.random() < 0.7:
            world.now += timedelta(minutes=chance.choice([0, 1, 10, 59, 60, 61, 200]))
            world.settle()
    for _ in range(14):
        world.pass_time(f"{chance.choice([7, 60, 90])}m")

    # then they pass in order, and in no stretch of an hour more than the limit
    passed = world.rows(
        "SELECT r.node_entered_at, t.number FROM journeys_run r"
        " JOIN LATERAL (SELECT (properties -> 'facts' ->> 'number')::int AS number FROM events_event e"
        "  WHERE e.profile_id = r.profile_id AND properties -> 'facts' ? 'number') t ON true"
        " WHERE r.node = 'through' ORDER BY 1, 2"
    )
    assert len(passed) > 3
    assert [number for _, number in passed] == sorted(number for _, number in passed)
    for first, after in zip(passed, passed[limit:], strict=False):
        assert after[0] - first[0] >= timedelta(hours=1)


def test_the_first_people_go_one_way(world: World, twins: Twins) -> None:
    world.apply(CAP % 2)
    call(world, "a", "b", "c")
    assert [reason for _, _, reason in world.runs()] == ["yes", "yes", "no"]

    # who was among the first is so again; places are people's, not runs'
    call(world, "c", "b", "d", "a")

    assert [reason for _, _, reason in world.runs()][3:] == ["no", "yes", "no", "yes"]
    assert twins.compared["split_cap"] == 7


def test_a_cap_counts_on_in_the_next_version(world: World) -> None:
    world.apply(CAP % 2)
    call(world, "a", "b")

    world.apply(CAP % 3)
    call(world, "c", "d")

    assert [reason for _, _, reason in world.runs()] == ["yes", "yes", "yes", "no"]


def test_a_merged_person_keeps_her_place(world: World) -> None:
    world.apply(CAP % 1)
    call(world, "a")
    world.identify("b", plan="x")
    events.merge_profiles(
        world.conn,
        workspace_id=world.workspace,
        winner_id=world.profile("b"),
        loser_id=world.profile("a"),
        reason="manual",
        now=world.now,
    )
    world.settle()

    call(world, "b")

    assert [reason for _, _, reason in world.runs()] == ["yes", "yes"]


def two_engines(*, ticks: int) -> list[BaseException]:
    """Both tick so often, beginning together; what they raised."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(2)

    def work(shards: list[int]) -> None:
        try:
            with connect("second") as conn:
                engine.prepare(conn)
                barrier.wait(10)
                for _ in range(ticks):
                    engine.tick(conn, shards)
        except BaseException as error:
            failures.append(error)

    engines = [threading.Thread(target=work, args=(ALL[part::2],)) for part in (0, 1)]
    for thread in engines:
        thread.start()
    for thread in engines:
        thread.join(60)
    return failures


@pytest.mark.parametrize(("yaml", "place"), [(GATE, "through"), (CAP, "yes")], ids=["rate gate", "cap"])
def test_several_engines_share_one_count(world: World, yaml: str, place: str) -> None:
    # given one who came before, and two hundred people who arrive at once, in the shards of two engines
    world.apply(yaml % 50)
    call(world, "early")
    world.together()
    for number in range(200):
        world.track(f"u{number}", "Called")
    world._flush()

    # when both tick at the same moment
    failures = two_engines(ticks=3)

    # then no more than the limit passed
    assert failures == []
    assert Counter(node for node, _, _ in world.runs())[place] == 50


def test_two_engines_that_meet_two_gates_in_opposite_order_do_not_block_each_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two gates, and two people in the shards of two engines who come to them in opposite order
    for key in ("one", "two"):
        world.apply(GATE.replace("journey: gate", f"journey: {key}").replace("Called", f"Called {key}") % 5)
    for user in ("u0", "u1"):
        world.identify(user)
        world.settle()
    assert {world.profile(user) % 2 for user in ("u0", "u1")} == {0, 1}
    world.together()
    for user, order in (("u0", ("one", "two")), ("u1", ("two", "one"))):
        for number, key in enumerate(order):
            world.track(user, f"Called {key}", after=number)
    world._flush()
    world.now += timedelta(seconds=2)

    # when each has counted at its first gate before it comes to the second
    both_counted = threading.Barrier(2)
    advance = RateGateNode.advance

    def meet(node: RateGateNode, moment: Moment, groups: Sequence[Group]) -> None:
        advance(node, moment, groups)
        with contextlib.suppress(threading.BrokenBarrierError):  # one of them waits for the other's commit
            both_counted.wait(1)

    monkeypatch.setattr(RateGateNode, "advance", meet)
    freeze_clock(world.conn, world.now)
    failures = two_engines(ticks=1)

    # then both came through
    assert failures == []
    assert [node for node, _, _ in world.runs()] == ["through"] * 4
