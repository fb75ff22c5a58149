"""A dry run: what a journey would have done in a period, from the recorded history, with nothing written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from journey_world import World

from kesher.consent.types import ConsentState
from kesher.events import services as events
from kesher.journeys import queries, services
from kesher.journeys.errors import DryRunNotFound, PlayInvalid
from kesher.journeys.playing import rehearsing
from kesher.journeys.queries import Rehearsal
from kesher.journeys.services.dry_runs import JOB, work_dry_run
from kesher.kernel.relations import Relation
from kesher.messaging import services as messaging

CART = """
journey: cart
name: Cart
entry:
  event: Product Added
  rule: {not: {trait: plan, op: eq, value: none}}
reentry: {policy: after_exit, after: 1h}
goal: {event: Order Completed}
exit:
  - rule: {trait: plan, op: eq, value: left}
nodes:
  hour: {type: wait, for: 90m, next: parts}
  parts:
    type: random
    paths:
      - {name: treated, weight: 7000, next: who}
      - {name: control, weight: 3000, holdout: true}
  who:
    type: split
    branches:
      - {name: gold, rule: {trait: plan, op: eq, value: gold}, next: remind}
    else: answer
  remind: {type: send_email, template: first, topic: offers, next: mark}
  mark: {type: update_profile, set: {reminded: true}}
  answer: {type: wait_until, event: Product Added, for: 5h, then: remind}
"""
USERS = [f"u{number}" for number in range(8)]


def rehearse(world: World, yaml: str, start: datetime, **more: Any) -> Rehearsal:
    definition, number = queries.read_to_play(workspace_id=world.workspace, yaml=yaml)
    return queries.rehearse_journey(
        world.conn,
        definition,
        workspace_id=world.workspace,
        start=start,
        until=world.now,
        now=world.now,
        number=number,
        **more,
    )


def allow(world: World, user: str) -> None:
    events.record_consents(
        world.conn,
        Relation(
            "SELECT %(c_w)s::int AS workspace_id, %(c_p)s::bigint AS profile_id, 'email' AS channel, 'offers' AS topic,"
            " %(c_s)s::text AS state, 'form' AS source, '' AS wording, '{}'::jsonb AS evidence,"
            " %(c_at)s::timestamptz AS given_at",
            {"c_w": world.workspace, "c_p": world.profile(user), "c_s": ConsentState.GRANTED, "c_at": world.now},
        ),
        now=world.now,
    )


def live(world: World) -> None:
    """Eight people and two days."""
    for number, user in enumerate(USERS):
        world.identify(user, plan=["gold", "basic", "none"][number % 3], email=f"{user}@shop.test")
    world.settle()
    for number, user in enumerate(USERS):
        if number % 2 == 0:
            allow(world, user)
    for hour in range(12):
        for number, user in enumerate(USERS):
            if (hour + number) % 5 == 0:
                world.track(user, "Product Added", {"price": hour})
            if (hour * number) % 11 == 7:
                world.track(user, "Order Completed")
        if hour == 6:
            world.identify(USERS[0], plan="left")
        world.pass_time("30m")
        world.pass_time("30m")
        world.pass_time("3h")


def test_the_dry_run_of_what_was_live_counts_what_the_live_journey_did(world: World) -> None:
    world.pass_time("1h")
    start = world.now
    world.apply(CART)
    live(world)

    told, report = rehearse(world, CART, start), world.report("cart")

    assert told.runs == report.entered > 8
    assert {name: dict(counts) for name, counts in told.nodes.items()} == {
        node.node: {"entered": node.entered, **node.outcomes} for node in report.nodes if node.entered
    }
    assert (told.in_flight, told.goals) == (report.active, report.goals)
    canvas = queries.report_canvas(world.conn, workspace_id=world.workspace, key="cart")
    assert dict(told.ends) == dict(canvas.ended), "by reason, as the canvas counts them"


def test_the_gate_and_the_hours_of_would_be_sends_are_counted(world: World) -> None:
    messaging.save_policy(
        world.conn,
        workspace_id=world.workspace,
        caps=[{"channel": "email", "limit": 1, "window_hours": 24, "action": "drop"}],
        quiet_hours={"start": "22:00", "end": "08:00", "action": "defer"},
        now=world.now,
    )
    world.pass_time("1h")
    start = world.now
    live(world)

    told = rehearse(world, CART, start)

    sent = sum(counts["sent"] for counts in told.messages.values())
    assert sent == sum(told.by_hour.values()) > 0
    assert told.held["no_consent"] > 0
    assert told.put_off["quiet_hours"] > 0
    assert all(not at.hour >= 20 or at.hour < 6 for at in told.by_hour), "quiet hours of Israel, in UTC"
    assert queries.as_json(told)["edges"]


def test_nothing_can_be_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    start = world.now
    live(world)
    before = world.rows("SELECT count(*), max(id) FROM events_event")
    done: list[tuple[int, int]] = []
    rehearse(world, CART, start, progress=lambda *each: done.append(each))
    assert world.rows("SELECT count(*), max(id) FROM events_event") == before
    assert world.rows("SELECT count(*) FROM journeys_run") == [(0,)]
    assert done == [(0, 8), (8, 8)]

    def write(conn: psycopg.Connection, *_: Any, **__: Any) -> None:
        conn.execute(
            "INSERT INTO journeys_journey (workspace_id, key, name, state, created_at) SELECT 1, 'x', '{}', '', now()"
        )

    monkeypatch.setattr(rehearsing, "load_pasts", write)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        rehearse(world, CART, start)


def test_a_dry_run_is_asked_for_worked_and_read(world: World) -> None:
    start = world.now
    live(world)
    definition, number = queries.read_to_play(workspace_id=world.workspace, yaml=CART)
    asked = services.ask_dry_run(
        definition, workspace_id=world.workspace, number=number, start=start, until=world.now, now=world.now
    )
    assert (asked.state, asked.result) == ("waiting", None)
    assert world.rows("SELECT task_name, args FROM procrastinate_jobs") == [(JOB, {"dry_run_id": asked.id})]

    work_dry_run(world.conn, asked.id)

    read = services.get_dry_run(workspace_id=world.workspace, dry_run_id=asked.id)
    assert (read.state, read.done, read.people) == ("finished", 8, 8)
    assert read.result is not None and read.result["runs"] > 8
    with pytest.raises(DryRunNotFound):
        services.get_dry_run(workspace_id=world.workspace + 1, dry_run_id=asked.id)


def test_a_period_that_has_not_passed_is_refused(world: World) -> None:
    with pytest.raises(PlayInvalid):
        rehearse(world, CART, world.now + timedelta(hours=1))
    with pytest.raises(PlayInvalid):
        rehearse(world, CART, datetime(2020, 1, 1, tzinfo=UTC))
