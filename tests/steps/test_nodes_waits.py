"""Waits: for a date of the person, for a segment, for a random time; and the loop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from journey_world import World
from twins import Twins

from kesher.events import services as events
from kesher.journeys import services
from kesher.kernel.text import Text
from kesher.segments import services as segments

RENEWAL = """
journey: renewal
name: Renewal
entry: {event: Signed Up}
nodes:
  day: {type: wait_date, trait: renews, %s next: mail, passed: late, missing: none}
  mail: {type: send_email, template: first, topic: offers}
  late: {type: exit, reason: late}
  none: {type: exit, reason: none}
"""


def jerusalem(text: str) -> datetime:
    """A moment on the workspace's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jerusalem")).astimezone(UTC)


@pytest.mark.parametrize(
    ("date", "how", "due"),
    [
        pytest.param("2026-01-20", "", "2026-01-20 00:00", id="the day begins"),
        pytest.param("2026-01-20", 'offset: -3d, at: "09:30",', "2026-01-17 09:30", id="days before, at a time of day"),
        pytest.param("2026-01-20", "offset: 2h,", "2026-01-20 02:00", id="hours after the day began"),
        pytest.param("2026-01-20T10:00:00Z", "", "2026-01-20 12:00", id="a time as it is"),
        pytest.param("2026-01-20T10:00:00Z", "offset: -1d,", "2026-01-19 12:00", id="a time, a day before"),
        pytest.param("2026-01-20T23:00:00Z", 'at: "08:00",', "2026-01-21 08:00", id="the day of a time, where she is"),
        pytest.param("2026-03-27", 'at: "02:30",', "2026-03-27 03:30", id="an hour that daylight saving skips"),
        pytest.param("1990-03-01", 'yearly: true, at: "09:00",', "2026-03-01 09:00", id="a birthday ahead"),
        pytest.param("1990-01-10", "yearly: true,", "2027-01-10 00:00", id="a birthday that has passed this year"),
        pytest.param("1990-01-20", "yearly: true, offset: -10d,", "2027-01-10 00:00", id="before the next one"),
        pytest.param("1992-02-29", "yearly: true,", "2026-02-28 00:00", id="born on the 29th of February"),
    ],
)
def test_a_date_is_waited_for_by_her_own_clock(world: World, twins: Twins, date: str, how: str, due: str) -> None:
    world.apply(RENEWAL % how)
    world.identify("dana", renews=date)
    world.track("dana", "Signed Up")
    world.settle()

    world.now = jerusalem(due) - timedelta(seconds=1)
    world.settle()
    assert world.messages() == []
    world.now = jerusalem(due)
    world.settle()

    assert world.messages() == [("dana", "mail")]
    assert twins.compared["wait_date"] >= 2


def test_a_date_counts_where_the_person_lives(world: World, twins: Twins) -> None:
    world.apply(RENEWAL % 'at: "09:00",')
    world.identify("dana", renews="2026-01-20", timezone="America/New_York")
    world.track("dana", "Signed Up")
    world.settle()

    assert world.rows("SELECT due_at FROM journeys_run") == [(datetime(2026, 1, 20, 14, 0, tzinfo=UTC),)]


@pytest.mark.parametrize(
    ("renews", "reason"),
    [
        pytest.param("2026-01-12", "late", id="a day that has passed"),
        pytest.param(None, "none", id="no trait"),
        pytest.param("soon", "none", id="no date"),
        pytest.param(7, "none", id="a number"),
    ],
)
def test_those_without_a_date_or_past_it_have_a_way_of_their_own(
    world: World, twins: Twins, renews: object, reason: str
) -> None:
    world.apply(RENEWAL % "")
    world.identify("dana", renews=renews, plan="x")

    world.track("dana", "Signed Up")
    world.settle()

    assert world.runs() == [(reason if reason == "late" else "none", "completed", reason)]
    assert twins.compared["wait_date"] == 1


@pytest.mark.parametrize(
    ("moved", "runs"),
    [
        pytest.param("2026-01-16", [("mail", "completed", "completed")], id="to an earlier day"),
        pytest.param("2026-01-25", [("day", "waiting", None)], id="to a later day"),
        pytest.param(None, [("none", "completed", "none")], id="removed"),
    ],
)
def test_a_date_that_moves_is_followed(world: World, twins: Twins, moved: str | None, runs: object) -> None:
    world.apply(RENEWAL % "")
    world.identify("dana", renews="2026-01-20")
    world.track("dana", "Signed Up")
    world.pass_time("1d")

    world.identify("dana", renews=moved)
    world.pass_time("2d")  # Friday the 16th
    world.pass_time("5d")  # Wednesday the 21st

    assert world.runs() == runs


SEGMENT = """
journey: gold
name: Gold
entry: {event: Signed Up}
nodes:
  gold: {type: wait_segment, segment: gold, %s for: 2d, then: yes, timeout: no}
  yes: {type: exit, reason: yes}
  no: {type: exit, reason: no}
"""


def make_segment(world: World) -> None:
    """The segment `gold` of people whose plan is gold."""
    segments.save_segment(
        world.conn,
        workspace_id=world.workspace,
        key="gold",
        name=Text(en="Gold", he="זהב"),
        rule={"trait": "plan", "op": "eq", "value": "gold"},
        now=world.now,
    )
    world.settle()


def test_a_segment_is_waited_for(world: World, twins: Twins) -> None:
    make_segment(world)
    world.apply(SEGMENT % "")
    world.identify("already", plan="gold")
    for user in ("already", "soon", "never"):
        world.track(user, "Signed Up")
    world.pass_time("1d")
    assert world.runs() == [("yes", "completed", "yes"), ("gold", "waiting", None), ("gold", "waiting", None)]

    world.identify("soon", plan="gold")
    world.pass_time("1d")

    assert [reason for _, _, reason in world.runs()] == ["yes", "yes", "no"]
    assert twins.compared["wait_segment"] == 5


def test_leaving_a_segment_is_waited_for(world: World, twins: Twins) -> None:
    make_segment(world)
    world.apply(SEGMENT % "until: out,")
    world.identify("dana", plan="gold")
    world.track("dana", "Signed Up")
    world.track("noa", "Signed Up")
    world.settle()
    assert [reason for _, _, reason in world.runs()] == [None, "yes"]

    world.identify("dana", plan="silver")
    world.settle()

    assert [reason for _, _, reason in world.runs()] == ["yes", "yes"]


def test_a_random_wait_spreads_people_between_its_bounds(world: World, twins: Twins) -> None:
    world.apply(
        "{journey: spread, name: Spread, entry: {event: Signed Up}, nodes: {"
        "some: {type: wait_random, from: 1h, to: 3h}}}"
    )
    world.together()
    for number in range(300):
        world.track(f"u{number}", "Signed Up")
    world.settle()

    seconds = [s for (s,) in world.rows("SELECT extract(epoch FROM due_at - node_entered_at)::int FROM journeys_run")]
    assert len(seconds) == 300
    assert 3_600 <= min(seconds) < 4_000
    assert 10_400 < max(seconds) <= 10_800
    assert abs(sum(seconds) / 300 - 7_200) < 4 * 2_079 / 300**0.5  # four standard errors of a uniform draw
    world.pass_time("3h")
    assert {state for _, state, _ in world.runs()} == {"completed"}
    assert twins.compared["wait_random"] == 600


def test_a_random_wait_needs_two_bounds_in_order(world: World) -> None:
    text = "{journey: x, name: X, entry: {event: A}, nodes: {w: {type: wait_random, from: 2h, to: 1h}}}"

    [problem] = services.validate_yaml(text, workspace_id=world.workspace)

    assert (problem.path, "shorter" in problem.message.render("en")) == ("nodes.w", True)


LOOP = """
journey: remind
name: Remind
entry: {event: Signed Up}
nodes:
  mail: {type: send_email, template: first, topic: offers, next: day}
  day: {type: wait, for: 1d, next: again}
  again: {type: loop, times: 2, then: mail, done: bye}
  bye: {type: exit, reason: told}
"""


def test_a_loop_goes_round_so_many_times(world: World, twins: Twins) -> None:
    world.apply(LOOP)
    world.track("dana", "Signed Up")
    for _ in range(5):
        world.pass_time("1d")

    assert world.messages() == [("dana", "mail")] * 3
    assert world.runs() == [("bye", "completed", "told")]
    assert world.report("remind").nodes[2].outcomes == {"then": 2, "done": 1}
    assert twins.compared["loop"] == 3


def test_a_loop_within_a_loop_begins_anew(world: World, twins: Twins) -> None:
    world.apply(
        LOOP.replace("done: bye", "done: outer").replace(
            "  bye:", "  outer: {type: loop, times: 1, then: mail, done: bye}\n  bye:"
        )
    )
    world.track("dana", "Signed Up")
    for _ in range(8):
        world.pass_time("1d")

    assert world.messages() == [("dana", "mail")] * 6
    assert world.runs() == [("bye", "completed", "told")]


def test_a_loop_without_time_in_it_is_refused(world: World) -> None:
    text = LOOP.replace("day: {type: wait, for: 1d, next: again}", "day: {type: set_context, set: {a: 1}, next: again}")

    [problem] = services.validate_yaml(text, workspace_id=world.workspace)

    assert "no wait in it" in problem.message.render("en")


def test_a_random_split_has_at_most_twenty_paths(world: World) -> None:
    def paths(count: int) -> str:
        each = ", ".join(f"{{name: p{n}, weight: {10_000 // count}}}" for n in range(count - 1))
        last = f"{{name: last, weight: {10_000 - (count - 1) * (10_000 // count)}}}"
        return f"{{journey: x, name: X, entry: {{event: A}}, nodes: {{r: {{type: random, paths: [{each}, {last}]}}}}}}"

    assert services.validate_yaml(paths(20), workspace_id=world.workspace) == []
    [problem] = services.validate_yaml(paths(21), workspace_id=world.workspace)
    assert (problem.path, "at most 20" in problem.message.render("en")) == ("nodes.r.paths", True)


@pytest.mark.parametrize(
    "node",
    [
        'type: wait_date, trait: renews, offset: -3d, at: "09:00", yearly: true, passed: end, missing: end',
        "type: wait_segment, segment: gold, until: out, for: 2d, then: end, timeout: end",
        "type: wait_random, from: 1h, to: 3h, next: end",
        "type: rate_gate, limit: 100, per: day, next: end",
        "type: split_cap, first: 50, then: end",
    ],
)
def test_export_and_apply_change_nothing(world: World, node: str) -> None:
    make_segment(world)
    world.apply(
        f"{{journey: x, name: X, entry: {{event: A}}, nodes: {{n: {{{node}}}, end: {{type: wait, for: 1h}}}}}}"
        if "end" in node
        else f"{{journey: x, name: X, entry: {{event: A}}, nodes: {{n: {{{node}}}}}}}"
    )

    exported = services.export_yaml(workspace_id=world.workspace, key="x")

    assert not world.apply(exported).changed


def merge(world: World, winner: str, loser: str) -> None:
    pair = {"winner_id": world.profile(winner), "loser_id": world.profile(loser)}
    events.merge_profiles(world.conn, workspace_id=world.workspace, **pair, reason="same", now=world.now)
    world.settle()


@pytest.mark.parametrize(("winner", "loser"), [("waits", "gold"), ("gold", "waits")])
def test_a_merge_with_somebody_in_the_segment_ends_the_wait_for_it(world: World, winner: str, loser: str) -> None:
    rule = {"trait": "plan", "op": "eq", "value": "gold"}
    name = Text(en="Gold", he="זהב")
    segments.save_segment(world.conn, workspace_id=world.workspace, key="gold", name=name, rule=rule, now=world.now)
    world.apply(
        "{journey: j, name: J, entry: {event: Signed Up}, nodes: {"
        "gold: {type: wait_segment, segment: gold, for: 30d, then: mail},"
        "mail: {type: send_email, template: first, topic: offers}}}"
    )
    world.identify("gold", plan="gold")
    world.track("waits", "Signed Up")
    world.pass_time("1h")
    assert world.runs() == [("gold", "waiting", None)]

    merge(world, winner, loser)

    assert world.runs() == [("mail", "completed", "completed")]


def test_a_merge_brings_the_date_that_is_waited_for(world: World) -> None:
    world.apply(RENEWAL % "")
    world.identify("dana", renews="2026-06-01")
    world.identify("noa", renews="2026-01-20")
    world.track("dana", "Signed Up")
    world.pass_time("1h")
    assert world.rows("SELECT due_at FROM journeys_run") == [(jerusalem("2026-06-01 00:00"),)]

    merge(world, "noa", "dana")

    assert world.rows("SELECT due_at FROM journeys_run") == [(jerusalem("2026-01-20 00:00"),)]


def test_a_merge_leaves_other_waits_and_what_is_over_as_they_are(world: World) -> None:
    world.apply(
        "{journey: j, name: J, entry: {event: Signed Up}, reentry: {policy: always},"
        " nodes: {day: {type: wait, for: 1d}}}"
    )
    world.track("dana", "Signed Up")
    world.identify("noa", plan="free")
    world.pass_time("2d")
    world.track("dana", "Signed Up")
    world.pass_time("1h")
    before = world.rows("SELECT id, state, due_at, ended_at FROM journeys_run ORDER BY id")

    merge(world, "noa", "dana")

    assert world.rows("SELECT id, state, due_at, ended_at FROM journeys_run ORDER BY id") == before
