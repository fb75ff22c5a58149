"""Entries by what changes: segments, attributes, other journeys; who is in already; months and newcomers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from journey_world import World

from kesher.events import queries as events
from kesher.journeys.fields import Reading
from kesher.journeys.registry import entry_kinds
from kesher.journeys.types import Happening
from kesher.kernel.text import Text
from kesher.segments import services as segments

REST = "nodes: {rest: {type: wait, for: 30d}}\n"
GOLD = {"trait": "plan", "op": "eq", "value": "gold"}


def save_gold(world: World, rule: dict[str, Any] = GOLD) -> None:
    segments.save_segment(
        world.conn, workspace_id=world.workspace, key="gold", name=Text(en="Gold", he="זהב"), rule=rule, now=world.now
    )


def entered(world: World) -> list[str]:
    """Who entered, in order."""
    rows = world.rows(
        "SELECT i.value FROM journeys_run r JOIN profiles_identifier i ON i.profile_id = r.profile_id"
        " AND i.kind = 'user_id' ORDER BY r.id"
    )
    return [user for (user,) in rows]


def test_who_leaves_a_segment_enters_and_an_edited_rule_takes_nobody_in(world: World) -> None:
    save_gold(world)
    world.identify("dana", plan="gold")
    world.identify("yossi", plan="gold")
    world.settle()
    world.apply("journey: lost\nname: Lost\nentry: {segment_left: gold}\n" + REST)

    world.identify("dana", plan="free")
    world.settle()
    save_gold(world, {"trait": "plan", "op": "eq", "value": "platinum"})
    world.settle()

    assert entered(world) == ["dana"]
    assert world.rows("SELECT count(*) FROM segments_membership") == [(0,)], "yossi left by the edit"


def test_a_built_segment_brings_nobody_in_and_existing_takes_all_who_are_in_it(world: World) -> None:
    world.identify("dana", plan="gold")
    world.settle()
    save_gold(world)
    world.settle()
    world.apply("journey: new\nname: New\nentry: {segment: gold}\n" + REST)
    world.settle()
    assert entered(world) == []
    save_gold(world, {"any": [GOLD, {"trait": "plan", "op": "eq", "value": "silver"}]})
    world.settle()
    assert entered(world) == [], "an edited rule is no change of a person"

    world.apply("journey: all\nname: All\nentry: {segment: gold, existing: true}\n" + REST)
    world.settle()
    world.identify("noa", plan="gold")
    world.settle()

    assert world.rows("SELECT count(*) FROM journeys_schedule") == [(0,)]
    assert sorted(entered(world)) == ["dana", "noa", "noa"]


def test_existing_also_takes_those_whom_the_building_finds_later(world: World) -> None:
    world.identify("dana", plan="gold")
    world.settle()
    save_gold(world)
    world.apply("journey: all\nname: All\nentry: {segment: gold, existing: true}\n" + REST)

    world.settle()

    assert entered(world) == ["dana"]


@pytest.mark.parametrize(
    ("entry", "who"),
    [
        ("{trait: plan}", ["dana", "noa", "yossi"]),
        ("{trait: plan, to: gold}", ["dana", "noa"]),
        ("{trait: plan, from: free, to: [gold, platinum]}", ["dana"]),
        ("{trait: plan, from: gold}", ["yossi"]),
        ("{trait: city}", []),
    ],
)
def test_a_changed_attribute_lets_in(world: World, entry: str, who: list[str]) -> None:
    world.identify("dana", plan="free", city="Haifa")
    world.identify("yossi", plan="gold")
    world.settle()
    world.apply(f"journey: plans\nname: Plans\nentry: {entry}\n" + REST)

    world.identify("dana", plan="gold", city="Haifa")  # a change, and what stays as it was
    world.identify("yossi", plan=None)
    world.identify("noa", plan="gold")  # a first value
    world.settle()

    assert sorted(entered(world)) == who


def test_two_changes_in_one_slice_are_told_apart(world: World) -> None:
    world.apply("journey: plans\nname: Plans\nentry: {trait: plan, from: silver, to: gold}\n" + REST)
    world.identify("dana", plan="free")
    world.settle()

    world.together()
    world.identify("dana", plan="silver")
    world.identify("dana", plan="gold")
    world.settle()

    assert entered(world) == ["dana"]
    logged = events.list_events(
        world.conn, workspace_id=world.workspace, profile_id=world.profile("dana"), names=["Profile Identified"]
    )
    assert [event.context for event in reversed(logged)] == [
        {"changes": {"plan": {"from": None, "to": "free"}}},
        {"changes": {"plan": {"from": "free", "to": "silver"}}},
        {"changes": {"plan": {"from": "silver", "to": "gold"}}},
    ]


@pytest.mark.parametrize(
    ("on", "at_once", "later"),
    [("entered", ["dana"], ["dana"]), ("completed", [], ["dana"]), ("goal", ["dana"], ["dana"]), ("exited", [], [])],
)
def test_another_journey_lets_in(world: World, on: str, at_once: list[str], later: list[str]) -> None:
    world.apply(
        "journey: one\nname: One\nentry: {event: Signed Up}\ngoal: {event: Order Completed, exit: false}\n"
        "exit: [{event: Left}]\nnodes: {rest: {type: wait, for: 1d}}\n"
    )
    world.apply(f"journey: two\nname: Two\nentry: {{journey: one, on: {on}}}\n" + REST)

    def in_two() -> list[str]:
        rows = world.rows(
            "SELECT i.value FROM journeys_run r JOIN journeys_journey j ON j.id = r.journey_id AND j.key = 'two'"
            " JOIN profiles_identifier i ON i.profile_id = r.profile_id"
        )
        return [user for (user,) in rows]

    world.track("dana", "Signed Up")
    world.track("dana", "Order Completed", after=1)
    world.now = world.now.replace(minute=1)
    world.settle()
    assert in_two() == at_once
    world.pass_time("1d")
    assert in_two() == later


def test_a_monthly_schedule_takes_only_those_who_are_new_since_the_last(world: World) -> None:
    save_gold(world)
    world.identify("dana", plan="gold")
    world.settle()
    world.apply(
        'journey: monthly\nname: Monthly\nentry: {schedule: {time: "09:00", dates: [last]}, segment: gold,'
        " members: new}\nreentry: {policy: always}\n" + REST
    )
    assert world.rows("SELECT DISTINCT due_at FROM journeys_schedule") == [(datetime(2026, 1, 31, 7, 0, tzinfo=UTC),)]

    world.now = datetime(2026, 1, 31, 7, 0, tzinfo=UTC)
    world.settle()
    assert entered(world) == ["dana"]
    world.now = datetime(2026, 2, 3, 7, 0, tzinfo=UTC)
    world.identify("noa", plan="gold")
    world.settle()
    world.now = datetime(2026, 2, 28, 7, 0, tzinfo=UTC)
    world.settle()
    world.now = datetime(2026, 3, 31, 6, 0, tzinfo=UTC)
    world.settle()

    assert entered(world) == ["dana", "noa"]
    assert world.rows("SELECT DISTINCT due_at FROM journeys_schedule") == [(datetime(2026, 4, 30, 6, 0, tzinfo=UTC),)]


def test_a_kind_says_in_memory_which_event_lets_in() -> None:
    def admits(entry: dict[str, Any], happening: Happening) -> bool:
        kind = next(kind for key, kind in entry_kinds().items() if key in entry)
        reading = Reading(workspace_id=1)
        from kesher.journeys.fields import Place

        config = kind.read(entry, Place(reading))
        assert not reading.problems
        return kind.admits(config, happening)

    left = Happening("Segment Left", {"segment": "gold", "cause": "change"})
    assert admits({"segment_left": "gold"}, left)
    assert not admits({"segment_left": "silver"}, left)
    assert not admits({"segment": "gold"}, left)
    told = Happening("Profile Identified", {"a.b": 2}, {"changes": {"a.b": {"from": 1, "to": 2}}})
    assert admits({"trait": "a.b", "from": 1, "to": 2}, told)
    assert not admits({"trait": "a.b", "from": 2}, told)
    assert not admits({"trait": "a"}, told)
    assert admits({"journey": "x", "on": "exited"}, Happening("Journey Exited", {"journey": "x", "state": "exited"}))
    assert admits({"event": "A", "where": [{"property": "n", "op": "gt", "value": 1}]}, Happening("A", {"n": 2}))
