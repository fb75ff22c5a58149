"""Rules that ask about journeys, on the real engine."""

from __future__ import annotations

import pytest
from journey_world import World

from kesher.kernel.text import Text
from kesher.segments import queries, services

SHORT = """
journey: short
name: Short
entry: {event: Started}
nodes:
  hour: {type: wait, for: 1h}
"""

LONG = """
journey: long
name: Long
entry: {event: Started}
exit:
  - rule: {journey: short, state: completed}
nodes:
  week: {type: wait, for: 7d}
"""


def test_an_exit_rule_sees_at_once_that_another_journey_was_completed(world: World) -> None:
    world.apply(SHORT)
    world.apply(LONG)
    world.track("dana", "Started")
    world.settle()
    assert sorted(world.runs()) == [("hour", "waiting", None), ("week", "waiting", None)]

    world.pass_time("1h")

    assert sorted(world.runs()) == [("hour", "completed", "completed"), ("week", "exited", "exit")]


@pytest.mark.parametrize(("state", "before", "after"), [("in", True, False), ("completed", False, True)])
def test_a_segment_follows_the_journey(world: World, state: str, before: bool, after: bool) -> None:
    world.apply(SHORT)
    rule = {"journey": "short", "state": state}
    if state == "in":
        rule["node"] = "hour"
    services.save_segment(
        world.conn, workspace_id=world.workspace, key="group", name=Text(en="g", he="g"), rule=rule, now=world.now
    )
    world.track("dana", "Started")
    world.settle()

    def is_member() -> bool:
        return bool(queries.list_members(world.conn, workspace_id=world.workspace, key="group"))

    assert is_member() is before
    world.pass_time("1h")
    assert is_member() is after
