"""Entries: by an event with filters and a rule, by a segment, by schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from journey_world import World

from kesher.journeys import queries
from kesher.journeys.tick import entering
from kesher.kernel.text import Text
from kesher.segments import services as segments

REST = "nodes: {rest: {type: wait, for: 30d}}\n"


def test_filters_and_the_rule_decide_who_enters(world: World) -> None:
    world.apply(
        """
journey: dear
name: Dear
entry:
  event: Order Completed
  where: [{property: total, op: ge, value: 100}]
  rule: {trait: plan, op: eq, value: gold}
"""
        + REST
    )
    world.identify("dana", plan="gold")
    world.identify("yossi", plan="gold")
    world.identify("noa", plan="free")

    world.track("dana", "Order Completed", {"total": 100})
    world.track("yossi", "Order Completed", {"total": 99})
    world.track("noa", "Order Completed", {"total": 200})
    world.settle()

    assert world.rows("SELECT profile_id FROM journeys_run") == [(world.profile("dana"),)]


def test_a_rule_sees_what_came_in_the_same_slice(world: World) -> None:
    world.apply("{journey: gold, name: Gold, entry: {event: Order Completed, rule: {trait: plan, op: eq, value: gold}},"
                + REST.strip() + "}")  # fmt: skip

    world.together()
    world.identify("dana", plan="gold")
    world.track("dana", "Order Completed")
    world.settle()

    assert len(world.runs()) == 1


def test_entering_a_segment_starts_a_run_and_belonging_does_not(world: World) -> None:
    # given a segment with one member
    rule = {"trait": "plan", "op": "eq", "value": "gold"}
    segments.save_segment(
        world.conn, workspace_id=world.workspace, key="gold", name=Text(en="Gold", he="זהב"), rule=rule, now=world.now
    )
    world.identify("dana", plan="gold")
    world.settle()
    world.apply("journey: gold\nname: Gold\nentry: {segment: gold}\n" + REST)

    # when another comes in
    world.identify("yossi", plan="gold")
    world.settle()

    assert world.rows("SELECT profile_id FROM journeys_run") == [(world.profile("yossi"),)]


def test_another_segment_starts_nothing(world: World) -> None:
    for key, plan in (("gold", "gold"), ("free", "free")):
        rule = {"trait": "plan", "op": "eq", "value": plan}
        segments.save_segment(
            world.conn, workspace_id=world.workspace, key=key, name=Text(en=key, he=key), rule=rule, now=world.now
        )
    world.apply("journey: gold\nname: Gold\nentry: {segment: gold}\n" + REST)

    world.identify("dana", plan="free")
    world.settle()

    assert world.runs() == []


def members(world: World, *users: str) -> None:
    """These people, in the segment `gold`."""
    rule = {"trait": "plan", "op": "eq", "value": "gold"}
    segments.save_segment(
        world.conn, workspace_id=world.workspace, key="gold", name=Text(en="Gold", he="זהב"), rule=rule, now=world.now
    )
    world.together()
    for user in users:
        world.identify(user, plan="gold")
    world.settle()


def test_a_schedule_lets_the_segment_in_once_at_its_time(world: World) -> None:
    members(world, "dana", "yossi")
    world.identify("noa", plan="free")
    world.apply('journey: once\nname: Once\nentry: {schedule: {at: "2026-01-14 09:00"}, segment: gold}\n' + REST)
    assert queries.next_timer(world.conn, range(64)) == datetime(2026, 1, 14, 7, 0, tzinfo=UTC)

    world.now = datetime(2026, 1, 14, 6, 59, 59, tzinfo=UTC)
    world.settle()
    assert world.runs() == []
    world.now = datetime(2026, 1, 14, 7, 0, tzinfo=UTC)
    world.settle()
    assert len(world.runs()) == 2

    world.identify("late", plan="gold")
    world.pass_time("2d")
    assert len(world.runs()) == 2
    assert world.rows("SELECT count(*) FROM journeys_schedule") == [(0,)]


def test_a_weekly_schedule_comes_again_and_is_made_up_once(world: World) -> None:
    members(world, "dana")
    world.apply(
        'journey: weekly\nname: Weekly\nentry: {schedule: {time: "09:00", days: [sun]}, segment: gold}\n'
        "reentry: {policy: always}\n" + REST
    )

    world.now = datetime(2026, 1, 18, 7, 0, tzinfo=UTC)
    world.settle()
    assert len(world.runs()) == 1

    # when the engine is down for three Sundays
    world.now = datetime(2026, 2, 10, 12, 0, tzinfo=UTC)
    world.settle()

    assert len(world.runs()) == 2
    assert world.rows("SELECT DISTINCT due_at FROM journeys_schedule") == [(datetime(2026, 2, 15, 7, 0, tzinfo=UTC),)]


def test_a_schedule_keeps_to_the_local_hour_over_the_change_of_clocks(world: World) -> None:
    members(world, "dana")
    world.apply(
        'journey: daily\nname: Daily\nentry: {schedule: {time: "09:00"}, segment: gold}\nreentry: {policy: always}\n'
        + REST
    )
    due = []
    for day in range(3):  # clocks change in Israel on Friday 27 March 2026
        world.now = datetime(2026, 3, 26, 12, 0, tzinfo=UTC) + timedelta(days=day)
        world.settle()
        due += world.rows("SELECT DISTINCT due_at FROM journeys_schedule")

    assert [at.hour for (at,) in due] == [6, 6, 6]
    world.now = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)


def test_a_schedule_goes_in_chunks_and_each_person_enters_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "CHUNK", 7)
    members(world, *(f"u{number}" for number in range(30)))
    world.apply(
        'journey: once\nname: Once\nentry: {schedule: {at: "2026-01-14 09:00"}, segment: gold}\n'
        "reentry: {policy: always}\n" + REST
    )
    world.now = datetime(2026, 1, 14, 7, 0, tzinfo=UTC)

    counts = []
    for _ in range(5):
        more = world.tick().more
        counts.append((len(world.runs()), more))

    assert counts == [(7, True), (14, True), (21, True), (28, True), (30, False)]
    assert world.rows("SELECT count(DISTINCT profile_id) FROM journeys_run") == [(30,)]


def test_a_schedule_obeys_the_rule_and_the_reentry_policy(world: World) -> None:
    members(world, "dana", "yossi")
    world.identify("dana", city="Haifa")
    world.apply(
        'journey: daily\nname: Daily\nentry: {schedule: {time: "09:00"}, segment: gold,'
        " rule: {trait: city, op: eq, value: Haifa}}\n" + REST
    )
    for _ in range(3):
        world.pass_time("1d")

    assert world.rows("SELECT profile_id FROM journeys_run") == [(world.profile("dana"),)]


def test_publishing_a_new_version_under_the_same_schedule_keeps_the_timers(world: World) -> None:
    members(world, "dana")
    text = 'journey: once\nname: Once\nentry: {schedule: {at: "2026-01-14 09:00"}, segment: gold}\n' + REST
    world.apply(text)
    world.now = datetime(2026, 1, 15, 7, 0, tzinfo=UTC)
    world.settle()

    world.apply(text.replace("30d", "31d"))
    world.pass_time("1d")

    assert len(world.runs()) == 1
