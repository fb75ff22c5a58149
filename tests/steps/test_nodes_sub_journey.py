"""One journey starts another, and waits for it or goes on."""

from __future__ import annotations

import pytest
from journey_world import World
from twins import Twins

from kesher.journeys import services

CHILD = """
journey: teach
name: Teach
entry: {event: Lesson Asked}
reentry: {policy: %s}
exit: [{event: Bought}]
nodes:
  %s
  mail: {type: send_email, template: second, topic: offers}
"""
PARENT = """
journey: welcome
name: Welcome
entry: {event: Signed Up}
reentry: {policy: always}
nodes:
  lessons: {type: sub_journey, journey: teach, %s then: mail}
  mail: {type: send_email, template: first, topic: offers}
  late: {type: exit, reason: late}
  sorry: {type: exit, reason: sorry}
"""
SLOW, QUICK = "day: {type: wait, for: 1d, next: mail}", "note: {type: set_context, set: {a: 1}, next: mail}"


def furnish(world: World, parent: str = "", *, policy: str = "always", child: str = SLOW) -> None:
    """Both journeys."""
    world.apply(CHILD % (policy, child))
    text = PARENT % parent
    for way in ("late", "sorry"):
        if way not in parent:
            text = text.replace(f"  {way}: {{type: exit, reason: {way}}}\n", "")
    world.apply(text)


def runs(world: World) -> list[tuple[str, str, str]]:
    """(journey, node, state) of each run, oldest first."""
    return world.rows(
        "SELECT j.key, r.node, r.state FROM journeys_run r JOIN journeys_journey j ON j.id = r.journey_id ORDER BY r.id"
    )


def test_a_run_waits_until_the_other_journey_is_through(world: World, twins: Twins) -> None:
    furnish(world)

    world.track("dana", "Signed Up", {"plan": "gold"})
    world.settle()
    assert runs(world) == [("welcome", "lessons", "waiting"), ("teach", "day", "waiting")]
    world.pass_time("1d")

    assert world.messages() == [("dana", "mail"), ("dana", "mail")]
    assert runs(world) == [("welcome", "mail", "completed"), ("teach", "mail", "completed")]
    # the other journey's templates see what started this one
    assert world.rows("SELECT context -> 'event' -> 'properties' FROM messaging_message ORDER BY id") == [
        ({"plan": "gold"},),
        ({"plan": "gold"},),
    ]
    assert world.rows("SELECT context -> 'run' ? 'parent' FROM messaging_message") == [(False,), (False,)]
    assert twins.compared["sub_journey"] == 2


def test_a_run_need_not_wait(world: World, twins: Twins) -> None:
    furnish(world, "wait: false,")

    world.track("dana", "Signed Up")
    world.settle()

    assert runs(world) == [("welcome", "mail", "completed"), ("teach", "day", "waiting")]
    assert twins.compared["sub_journey"] == 1


def test_a_journey_that_is_through_at_once_is_not_waited_for_long(world: World) -> None:
    furnish(world, child=QUICK)

    world.track("dana", "Signed Up")
    world.settle()

    assert runs(world) == [("welcome", "mail", "completed"), ("teach", "mail", "completed")]


def test_leaving_the_other_journey_early_counts_as_through(world: World) -> None:
    furnish(world)
    world.track("dana", "Signed Up")
    world.settle()

    world.track("dana", "Bought")
    world.settle()

    assert runs(world) == [("welcome", "mail", "completed"), ("teach", "day", "exited")]


@pytest.mark.parametrize(
    ("parent", "reason"),
    [("for: 2h, timeout: late,", "late"), ("for: 2h, on_error: sorry,", "sorry"), ("for: 2h,", "journey_timeout")],
    ids=["a way of its own", "the way of errors", "no way"],
)
def test_a_journey_that_takes_too_long(world: World, parent: str, reason: str) -> None:
    furnish(world, parent)
    world.track("dana", "Signed Up")

    world.pass_time("2h")

    assert world.runs()[0][2] == reason
    assert runs(world)[1] == ("teach", "day", "waiting")


def test_the_other_journeys_policy_decides_whether_she_enters(world: World) -> None:
    furnish(world, "on_error: sorry,", policy="never", child=QUICK)
    world.track("dana", "Signed Up")
    world.settle()

    world.track("dana", "Signed Up")
    world.settle()

    assert [(state, reason) for _, state, reason in world.runs()] == [
        ("completed", "completed"),
        ("completed", "completed"),
        ("completed", "sorry"),
    ]
    assert world.history(3).steps[-2].facts["failure"] == "journey_not_entered"


def test_each_run_waits_for_its_own(world: World) -> None:
    furnish(world)
    world.track("dana", "Signed Up")
    world.pass_time("12h")
    world.track("dana", "Signed Up")

    world.pass_time("12h")

    assert runs(world) == [
        ("welcome", "mail", "completed"),
        ("teach", "mail", "completed"),
        ("welcome", "lessons", "waiting"),
        ("teach", "day", "waiting"),
    ]


def test_a_circle_of_journeys_ends(world: World) -> None:
    furnish(world)
    back = "back: {type: sub_journey, journey: welcome, on_error: mail, then: mail}"
    world.apply(CHILD % ("always", back))

    world.track("dana", "Signed Up")
    world.settle()

    assert runs(world) == [("welcome", "mail", "completed"), ("teach", "mail", "completed")]
    assert world.history(2).steps[-2].facts["failure"] == "journey_circle"


def test_a_paused_journey_lets_nobody_in(world: World) -> None:
    furnish(world)
    services.pause_journey("teach", workspace_id=world.workspace, now=world.now)

    world.track("dana", "Signed Up")
    world.settle()

    assert world.runs() == [("lessons", "failed", "journey_not_entered")]


def test_two_hundred_people_start_it_in_one_tick(world: World) -> None:
    furnish(world)
    world.together()
    for number in range(200):
        world.track(f"u{number}", "Signed Up")
    world.settle()

    assert world.report("teach").entered == 200
    assert world.report("welcome").nodes[0].here == 200


def test_export_and_apply_change_nothing(world: World) -> None:
    furnish(world, "wait: false, for: 2d, timeout: late, on_error: sorry,")

    exported = services.export_yaml(workspace_id=world.workspace, key="welcome")

    assert not world.apply(exported).changed
    [problem] = services.validate_yaml(exported.replace("teach", "teech"), workspace_id=world.workspace)
    assert "Did you mean “teach”?" in problem.message.render("en")


def test_who_is_held_out_of_the_other_journey_is_not_waited_for(world: World) -> None:
    furnish(world)
    world.apply(CHILD.replace("name: Teach", "name: Teach\nholdout: 50%%") % ("always", SLOW))
    people = [f"u{number}" for number in range(12)]
    world.together()
    for user in people:
        world.track(user, "Signed Up")
    world.settle()

    held_out = world.rows("SELECT profile_id FROM journeys_run WHERE reason = 'holdout' ORDER BY profile_id")
    assert 0 < len(held_out) < len(people)
    gone_on = "SELECT r.profile_id FROM journeys_run r JOIN journeys_journey j ON j.id = r.journey_id"
    gone_on += " WHERE j.key = 'welcome' AND r.node = 'mail' ORDER BY r.profile_id"
    assert world.rows(gone_on) == held_out

    world.pass_time("1d")
    assert len(world.rows(gone_on)) == len(people)
