"""Coupons: one code a person, never twice, told before they run out."""

from __future__ import annotations

import threading

import pytest
from journey_world import ALL, World
from twins import Twins

from kesher.config import engine
from kesher.events import services as events
from kesher.journeys import queries, services
from kesher.journeys.errors import CouponPoolInvalid, CouponPoolNotFound
from kesher.kernel.db import connect
from kesher.kernel.text import Text

GIFT = """
journey: gift
name: Gift
entry: {event: Signed Up}
reentry: {policy: always}
nodes:
  code: {type: coupon, pool: spring, %s next: mail}
  mail: {type: send_email, template: first, topic: offers, next: day}
  day: {type: wait, for: 1d}
  sorry: {type: exit, reason: sorry}
"""
PLAIN = GIFT.replace("  sorry: {type: exit, reason: sorry}\n", "") % ""
WITH_EMPTY = GIFT % "empty: sorry,"
WITH_ERROR = GIFT % "on_error: sorry,"


def fill(world: World, count: int, warn_below: int = 0) -> None:
    """The pool `spring` with so many codes."""
    services.save_coupon_pool(
        world.conn,
        workspace_id=world.workspace,
        key="spring",
        name=Text(en="Spring", he="אביב"),
        warn_below=warn_below,
        now=world.now,
    )
    if count:
        codes = [f"SPRING-{number}" for number in range(count)]
        services.add_coupons(world.conn, codes, workspace_id=world.workspace, key="spring")


def left(world: World) -> int:
    """How many codes nobody has."""
    [pool] = queries.list_coupon_pools(world.conn, workspace_id=world.workspace)
    return pool.left


def test_each_person_gets_a_code_of_her_own_for_her_message(world: World, twins: Twins) -> None:
    fill(world, 5)
    world.apply(PLAIN)

    world.together().track("dana", "Signed Up")
    world.track("noa", "Signed Up")
    world.settle()

    codes = world.rows("SELECT context -> 'run' ->> 'coupon' FROM messaging_message ORDER BY id")
    assert codes == [("SPRING-0",), ("SPRING-1",)]
    assert left(world) == 3
    assert world.history().steps[-2].facts == {"pool": "spring", "code": "SPRING-0"}
    assert twins.compared["coupon"] == 2


@pytest.mark.parametrize(
    ("yaml", "run"),
    [
        pytest.param(WITH_EMPTY, ("sorry", "completed", "sorry"), id="a way of its own"),
        pytest.param(WITH_ERROR, ("sorry", "completed", "sorry"), id="the way of errors"),
        pytest.param(PLAIN, ("code", "failed", "coupons_out"), id="no way"),
    ],
)
def test_an_empty_pool(world: World, twins: Twins, yaml: str, run: tuple[str, str, str]) -> None:
    fill(world, 1)
    world.apply(yaml)

    world.track("dana", "Signed Up")
    world.settle()
    world.track("noa", "Signed Up")
    world.settle()

    assert world.runs() == [("day", "waiting", None), run]
    assert twins.compared["coupon"] == 2


def test_it_is_told_once_before_the_pool_runs_dry(world: World) -> None:
    fill(world, 4, warn_below=3)
    world.apply(PLAIN)
    for user in ("a", "b", "c"):
        world.track(user, "Signed Up")
        world.settle()

    told = "SELECT profile_id, properties FROM events_event WHERE name = 'Coupons Low'"
    assert world.rows(told) == [(world.profile("b"), {"pool": "spring", "left": 2})]

    # after an import it may be told again
    services.add_coupons(world.conn, ["X-1", "X-2", "X-3"], workspace_id=world.workspace, key="spring")
    for user in ("d", "e"):
        world.track(user, "Signed Up")
        world.settle()
    assert [properties["left"] for _, properties in world.rows(told)] == [2, 2]


def test_a_merge_gives_no_code_twice(world: World) -> None:
    fill(world, 5)
    world.apply(PLAIN)
    world.track("a", "Signed Up")
    world.track("b", "Signed Up")
    world.settle()

    events.merge_profiles(
        world.conn,
        workspace_id=world.workspace,
        winner_id=world.profile("a"),
        loser_id=world.profile("b"),
        reason="manual",
        now=world.now,
    )
    world.settle()
    world.track("b", "Signed Up")
    world.settle()

    codes = world.rows("SELECT context ->> 'coupon' FROM journeys_run ORDER BY id")
    assert codes == [("SPRING-0",), ("SPRING-1",), ("SPRING-2",)]


def test_several_engines_give_no_code_twice(world: World) -> None:
    fill(world, 150)
    world.apply(WITH_EMPTY)
    world.together()
    for number in range(200):
        world.track(f"u{number}", "Signed Up")
    world._flush()
    failures: list[BaseException] = []
    barrier = threading.Barrier(2)

    def work(shards: list[int]) -> None:
        try:
            with connect("second") as conn:
                engine.prepare(conn)
                barrier.wait(10)
                for _ in range(3):
                    engine.tick(conn, shards)
        except BaseException as error:
            failures.append(error)

    engines = [threading.Thread(target=work, args=(ALL[part::2],)) for part in (0, 1)]
    for thread in engines:
        thread.start()
    for thread in engines:
        thread.join(60)

    codes = [code for (code,) in world.rows("SELECT context ->> 'coupon' FROM journeys_run WHERE node = 'day'")]
    assert failures == []
    assert len(codes) == len(set(codes)) == 150
    assert left(world) == 0


def test_a_code_is_known_once_in_the_workspace(world: World) -> None:
    fill(world, 3)

    added = services.add_coupons(world.conn, ["SPRING-1", "NEW", "NEW"], workspace_id=world.workspace, key="spring")

    assert added == 1
    assert left(world) == 4


@pytest.mark.parametrize("code", ["", " A", "A\n", "x" * 101])
def test_a_code_that_cannot_be_printed_is_refused_with_its_place(world: World, code: str) -> None:
    fill(world, 0)

    with pytest.raises(CouponPoolInvalid) as refused:
        services.add_coupons(world.conn, ["GOOD", code], workspace_id=world.workspace, key="spring")

    assert [problem.path for problem in refused.value.problems] == ["codes[1]"]
    assert left(world) == 0


def test_an_unknown_pool_is_named(world: World) -> None:
    fill(world, 0)

    with pytest.raises(CouponPoolNotFound):
        services.add_coupons(world.conn, ["A"], workspace_id=world.workspace, key="sprig")
    [problem] = services.validate_yaml(PLAIN.replace("spring", "sprig"), workspace_id=world.workspace)
    assert "Did you mean “spring”?" in problem.message.render("en")


def test_export_and_apply_change_nothing(world: World) -> None:
    fill(world, 0)
    world.apply(WITH_EMPTY.replace("empty: sorry,", "empty: sorry, into: gift_code, on_error: mail,"))

    exported = services.export_yaml(workspace_id=world.workspace, key="gift")

    assert not world.apply(exported).changed
