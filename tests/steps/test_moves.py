"""People in flight when their journey changes: they finish their version, or go where the mapping says."""

from __future__ import annotations

import pytest
from journey_world import World

from kesher.config import engine
from kesher.journeys import queries, services
from kesher.journeys.errors import JourneyInvalid
from kesher.kernel.shards import SHARDS

BEFORE = """\
journey: j
name: J
entry: {event: Start}
nodes:
  first: {type: wait, for: 2d, next: hello}
  hello: {type: send_email, template: first, topic: offers, next: second}
  second: {type: wait, for: 2d, next: bye}
  bye: {type: send_email, template: second, topic: offers}
"""
AFTER = """\
journey: j
name: J
entry: {event: Start}
nodes:
  first: {type: wait, for: 3d, next: hello}
  hello: {type: send_email, template: third, topic: offers, next: last}
  last: {type: wait_until, event: Answer, for: 1d, then: bye}
  bye: {type: send_email, template: second, topic: offers}
"""


def publish(world: World, yaml: str, moves: dict[str, str | None] | None = None) -> None:
    services.apply_yaml(yaml, workspace_id=world.workspace, now=world.now, moves=moves)


def templates(world: World) -> list[str]:
    rows = world.rows(
        "SELECT t.key FROM messaging_message m JOIN content_template_version v ON v.id = m.template_version_id"
        " JOIN content_template t ON t.id = v.template_id ORDER BY m.id"
    )
    return [row[0] for row in rows]


def test_without_a_mapping_people_finish_their_version(world: World) -> None:
    publish(world, BEFORE)
    world.track("dana", "Start")
    world.pass_time("1d")

    publish(world, AFTER)
    world.pass_time("1d")
    world.pass_time("2d")

    assert templates(world) == ["first", "second"]
    assert world.runs() == [("bye", "completed", "completed")]


def test_who_keeps_her_node_keeps_her_time_there_and_waits_by_the_new_rule(world: World) -> None:
    publish(world, BEFORE)
    world.track("dana", "Start")
    world.pass_time("1d")

    publish(world, AFTER, {"first": "first"})
    world.pass_time("1d")
    assert templates(world) == []
    world.pass_time("1d")

    assert templates(world) == ["third"]
    assert world.steps()[2:4] == [("Journey Run Moved", "first", None), ("Journey Step Entered", "hello", "next")]
    moved = world.history().steps[2]
    assert (moved.came_from, moved.facts) == ("first", {"from_version": 1})
    assert world.history().run.version == 2


def test_a_wait_that_the_new_rule_makes_shorter_ends_at_once(world: World) -> None:
    publish(world, AFTER)
    world.track("dana", "Start")
    world.pass_time("2d")

    publish(world, BEFORE, {"first": "first"})
    world.pass_time()

    assert templates(world) == ["first"]


def test_people_go_to_another_node_and_begin_it_afresh(world: World) -> None:
    publish(world, BEFORE)
    world.track("dana", "Start")
    world.pass_time("2d")
    world.pass_time("1d")

    publish(world, AFTER, {"second": "last"})
    world.pass_time()
    assert world.runs() == [("last", "waiting", None)]
    world.track("dana", "Answer")
    world.pass_time()

    assert templates(world) == ["first", "second"]
    report = {node.node: node for node in world.report("j").nodes}
    assert (report["last"].entered, report["second"].outcomes) == (1, {"moved": 1})
    assert world.report("j").entered == 1


def test_people_whose_node_leads_nowhere_leave_and_their_messages_are_withdrawn(world: World) -> None:
    publish(world, BEFORE)
    world.track("dana", "Start")
    world.pass_time("2d")
    assert world.messages() == [("dana", "hello")]

    publish(world, AFTER, {"second": None})
    world.pass_time()

    assert world.runs() == [("second", "exited", "moved")]
    assert world.withdrawn() == [("hello", "cancelled")]
    assert world.report("j").exited == 1


def test_the_mapping_holds_also_for_those_who_come_to_the_node_later(world: World) -> None:
    publish(world, BEFORE)
    world.track("dana", "Start")
    world.pass_time("1d")

    publish(world, AFTER, {"second": "last"})
    world.pass_time("1d")

    assert templates(world) == ["first"]
    assert world.runs() == [("last", "waiting", None)]


def test_an_event_in_the_same_slice_meets_the_new_version(world: World) -> None:
    publish(world, BEFORE)
    world.track("dana", "Start")
    world.pass_time("2d")

    publish(world, AFTER, {"second": "last"})
    world.track("dana", "Answer", after=1)
    world.now = world.now.replace(second=2)
    world.settle()

    assert templates(world) == ["first", "second"]


def test_a_new_exit_rule_is_looked_at_for_those_who_are_moved(world: World) -> None:
    publish(world, BEFORE)
    world.identify("dana", plan="gold")
    world.track("dana", "Start")
    world.pass_time()

    exit_rule = "exit: [{rule: {trait: plan, op: eq, value: gold}}]\nnodes:"
    publish(world, AFTER.replace("nodes:", exit_rule), {"first": "first"})
    world.pass_time()

    assert world.runs() == [("first", "exited", "exit")]


def test_a_paused_journey_moves_its_people_when_it_is_resumed(world: World) -> None:
    publish(world, BEFORE)
    world.track("dana", "Start")
    world.pass_time()
    services.pause_journey("j", workspace_id=world.workspace, now=world.now)

    publish(world, AFTER, {"first": None})
    world.pass_time()
    assert world.runs() == [("first", "waiting", None)]
    services.resume_journey("j", workspace_id=world.workspace, now=world.now)
    world.pass_time()

    assert world.runs() == [("first", "exited", "moved")]


def test_many_are_moved_in_chunks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kesher.journeys.tick.moving.BATCH", 2)
    publish(world, BEFORE)
    for number in range(5):
        world.track(f"u{number}", "Start")
    world.pass_time()

    publish(world, AFTER, {"first": "last"})
    assert world.tick().more
    world.pass_time()

    assert world.runs() == [("last", "waiting", None)] * 5


def test_an_engine_moves_only_the_people_of_its_own_shards(world: World) -> None:
    publish(world, BEFORE)
    world.track("dana", "Start")
    world.pass_time()
    shard = world.profile("dana") % SHARDS

    publish(world, AFTER, {"first": "last"})
    engine.tick(world.conn, [other for other in range(SHARDS) if other != shard])
    assert world.runs() == [("first", "waiting", None)]
    engine.tick(world.conn, [shard])

    assert world.runs() == [("last", "waiting", None)]


def test_the_preview_says_who_stands_where_and_what_would_happen(world: World) -> None:
    publish(world, BEFORE)
    for number in range(3):
        world.track(f"u{number}", "Start")
    world.pass_time("2d")
    world.track("dana", "Start")
    world.pass_time()
    draft = services.save_draft(
        queries.get_definition("j", workspace_id=world.workspace) | nodes_of(AFTER),
        workspace_id=world.workspace,
        key="j",
        revision=0,
        now=world.now,
    )

    suggested = queries.preview_draft_moves(world.conn, "j", workspace_id=world.workspace)
    chosen = queries.preview_draft_moves(
        world.conn, "j", workspace_id=world.workspace, moves={"first": "last", "second": None}
    )

    assert suggested.suggestion == {"first": "first"}
    assert [(g.version, g.node, g.people, g.action, g.target) for g in suggested.groups] == [
        (1, "first", 1, "move", "first"),
        (1, "second", 3, "stay", None),
    ]
    assert [group.text.render("en") for group in chosen.groups] == [
        "At “first” (version 1), 1 person: go to “last” of the new version and begin it afresh.",
        "At “second” (version 1), 3 people: leave the journey.",
    ]
    services.publish_draft(
        "j", workspace_id=world.workspace, revision=draft, now=world.now, moves={"first": "last", "second": None}
    )
    world.pass_time()
    assert sorted(world.runs()) == [("last", "waiting", None)] + [("second", "exited", "moved")] * 3


def test_a_mapping_of_unknown_nodes_is_refused_with_the_nearest(world: World) -> None:
    publish(world, BEFORE)

    with pytest.raises(JourneyInvalid) as refused:
        publish(world, AFTER, {"frist": "last", "second": "lats"})

    assert [(p.path, p.message.render("en")) for p in refused.value.problems] == [
        ("moves.frist", "No earlier version has a node “frist”. Did you mean “first”?"),
        ("moves.second", "The new version has no node “lats”. Did you mean “last”?"),
    ]


def test_rolling_back_can_take_people_along(world: World) -> None:
    publish(world, BEFORE)
    publish(world, AFTER)
    world.track("dana", "Start")
    world.pass_time("1d")

    services.roll_back("j", workspace_id=world.workspace, version=1, now=world.now, moves={"first": "first"})
    world.pass_time("1d")

    assert templates(world) == ["first"]


def nodes_of(yaml: str) -> dict[str, object]:
    from kesher.journeys.definition import load_yaml

    return {"nodes": load_yaml(yaml).data["nodes"], "start": "first"}
