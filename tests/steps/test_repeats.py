"""Many events of one person in one slice: passing over repeats changes nothing but the time that it takes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journey_world import World

from kesher.journeys.tick import advancing, repeats

JOURNEYS = [
    """
journey: chain
name: Chain
entry: {event: A}
reentry: {policy: after_exit}
goal: {event: D, exit: false}
exit: [{event: E}]
nodes:
  one: {type: wait_until, event: B, for: 20s, then: two, timeout: two}
  two: {type: wait_until, event: B, for: 1d, then: three, timeout: three}
  three: {type: wait_until, event: C, for: 1d}
""",
    """
journey: often
name: Often
entry: {event: B}
reentry: {policy: always, after: 15s}
goal: {event: C, within: 40s}
nodes: {rest: {type: wait, for: 10s}}
""",
    """
journey: orders
name: Orders
entry: {event: C}
reentry: {policy: always, key: n}
exit: [{event: D, same: n}]
nodes: {rest: {type: wait, for: 1d}}
""",
]


def outcome(world: World, user: str) -> list[tuple[Any, ...]]:
    """Everything that was recorded of the person's runs, without numbers that are the runs' own."""
    rows = world.rows(
        "SELECT j.key, r.node, r.visit, r.state, r.reason, r.entered_at, r.due_at, r.goal_at, r.ended_at, r.entry_key,"
        " (SELECT array_agg(e.name || '/' || (e.properties ->> 'node') ORDER BY e.id) FROM events_event e"
        "  WHERE e.profile_id = r.profile_id AND (e.properties ->> 'run_id')::bigint = r.id)"
        " FROM journeys_run r JOIN journeys_journey j ON j.id = r.journey_id"
        " WHERE r.profile_id = (SELECT profile_id FROM profiles_identifier WHERE kind = 'user_id' AND value = %s)"
        " ORDER BY r.entered_at, j.key, r.entry_key, r.id",
        user,
    )
    return [tuple(row) for row in rows]


HAPPENED = st.lists(
    st.tuples(st.sampled_from("ABBBCDE"), st.integers(0, 40), st.sampled_from([1, 1, 2])), min_size=1, max_size=25
)


def test_passing_over_repeats_changes_no_outcome(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in JOURNEYS:
        world.apply(text)
    people = iter(range(10_000))

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(HAPPENED)
    def holds(happened: list[tuple[str, int, int]]) -> None:
        users = []
        for few_waves in (10_000, 0):
            monkeypatch.setattr(repeats, "FEW_WAVES", few_waves)
            user = f"u{next(people)}"
            users.append(user)
            world.together()
            for name, second, number in happened:
                world.track(user, name, {"n": number}, after=second - 60)
            world.settle()
        assert outcome(world, users[0]) == outcome(world, users[1])

    holds()


def test_three_hundred_page_views_are_a_few_waves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.apply(JOURNEYS[0])
    world.apply("journey: page\nname: Page\nentry: {event: B}\ngoal: {event: B, exit: false, within: 1d}\n"
                "nodes: {rest: {type: wait, for: 1d}}\n")  # fmt: skip
    worked = []
    advance = advancing._advance_wave
    monkeypatch.setattr(
        advancing, "_advance_wave", lambda work, wave, kinds: (worked.append(wave), advance(work, wave, kinds))
    )
    world.track("dana", "A")
    world.settle()
    worked.clear()

    world.together()
    for number in range(300):
        world.track("dana", "B", after=number / 100 - 10)
    world.settle()

    assert len(worked) <= 6
    assert world.rows("SELECT node FROM journeys_run ORDER BY id") == [("three",), ("rest",)]
