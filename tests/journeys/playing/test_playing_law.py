"""The law of playing: over any journey and any life, the player and the live engine tell the same story.

The live side is the real tick on PostgreSQL under a virtual clock; compared are every step of every run with its
moment, node, outcome, state, reason and facts, where the runs came to rest, the reserved messages, and the person.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from journeys_to_play import ENTRIES, NODES, OUTSIDE, make_story
from live_engine import CODES, START, UNTIL, Engine, Restless

from kesher.events.types import LoggedEvent
from kesher.journeys.definition import read_definition
from kesher.journeys.errors import JourneyInvalid
from kesher.journeys.fields import Reading
from kesher.journeys.nodes.played import Decision, Effect, Send, Stand
from kesher.journeys.playing.customer import Customer
from kesher.journeys.playing.loading import load_beginnings, set_stage
from kesher.journeys.playing.memberships import Memberships
from kesher.journeys.playing.play import Play
from kesher.journeys.playing.post import Letter
from kesher.journeys.playing.story import PlayedStep
from kesher.journeys.playing.ticking import live_through
from kesher.journeys.registry import entry_kinds, node_types
from kesher.journeys.services import publish_journey

EXAMPLES = int(os.environ.get("KESHER_PLAYS", "50"))


class Told:
    """Everything that a play told."""

    def __init__(self) -> None:
        self.steps: list[PlayedStep] = []
        self.sends: list[tuple[datetime, int, int, str, Send]] = []
        self.names: dict[int, str] = {}

    def event(self, event: LoggedEvent) -> None:
        self.names[event.id] = event.name

    def step(self, step: PlayedStep) -> None:
        self.steps.append(step)

    def decision(self, stand: Stand, decision: Decision) -> None:
        pass

    def letter(self, at: datetime, letter: Letter) -> None:
        pass

    def effect(self, at: datetime, run: int, visit: int, node: str, effect: Effect) -> None:
        if isinstance(effect, Send):
            self.sends.append((at, run, visit, node, effect))


def play(engine: Engine, definition: dict[str, Any]) -> tuple[Play, Told]:
    read = read_definition(definition, Reading(engine.workspace))
    assert read is not None
    stage = set_stage(engine.conn, read, workspace_id=engine.workspace, number=1)
    customer = Customer(load_beginnings(engine.conn, [engine.profile], stage)[engine.profile], stage.book)
    memberships = Memberships(stage.rules)
    memberships.settle(customer, START)
    told = Told()
    world = replace(stage.world(), coupons={"sale": CODES})
    begun = Play(stage.version, world, customer, memberships, told, now=START, last_event=10**9)
    return begun, told


Steps = dict[int, list[dict[str, Any]]]


def told_by_player(told: Told) -> Steps:
    steps: Steps = defaultdict(list)
    for step in told.steps:
        steps[step.run].append(
            {
                "at": step.at,
                "name": str(step.name),
                "step": step.visit,
                "node": step.node,
                "from": step.came_from,
                "outcome": step.outcome,
                "state": step.state,
                "reason": step.reason,
                "facts": _named(step.facts, told.names),
            }
        )
    return dict(steps)


def told_by_engine(engine: Engine, names: dict[int, str]) -> Steps:
    steps: Steps = defaultdict(list)
    for row in engine.rows(
        "SELECT occurred_at, name, properties FROM events_event WHERE type = 'system'"
        " AND (name LIKE 'Journey %' OR name = 'Holdout Exposed')"
        " AND properties ->> 'journey' = 'played' AND properties ? 'run_id'"
        " ORDER BY id"
    ):
        said = row["properties"]
        steps[said["run_id"]].append(
            {
                "at": row["occurred_at"],
                "name": row["name"],
                **{key: said.get(key) for key in ("step", "node", "from", "outcome", "state", "reason")},
                "facts": _named(said.get("facts", {}), names),
            }
        )
    return dict(steps)


def _named(facts: Any, names: dict[int, str]) -> dict[str, Any]:
    """Facts with events by name, what Kesher itself logged has other numbers in memory, and without those of calls,
    which no play makes."""
    told = {key: value for key, value in facts.items() if key not in ("call_id", "attempts")}
    return {key: names[value] if key == "event_id" else value for key, value in told.items()}


_RUNS = """SELECT id AS number, node, visit, state, reason, entered_at, node_entered_at, due_at, exit_due_at, goal_at,
    ended_at, context FROM journeys_run ORDER BY id"""
_MESSAGES = """SELECT m.reserved_at, m.run_id, m.occurrence, m.node, m.channel, t.key, m.topic, m.purpose
    FROM messaging_message m JOIN content_template_version v ON v.id = m.template_version_id
    JOIN content_template t ON t.id = v.template_id ORDER BY m.run_id, m.occurrence"""
_PERSON = "SELECT email, phone, language, timezone, traits FROM profiles_profile ORDER BY id LIMIT 1"
_LISTS = "SELECT l.key FROM segments_list_member m JOIN segments_list l ON l.id = m.list_id"
_SEGMENTS = "SELECT g.key FROM segments_membership m JOIN segments_segment g ON g.id = m.segment_id"
_OBJECTS = """SELECT o.key, r.role, o.attributes FROM profiles_relation r
    JOIN profiles_object o ON o.id = r.object_id ORDER BY o.key"""
_CONSENTS = "SELECT channel, topic, state FROM consent_state"


def assert_same(engine: Engine, played: Play, told: Told) -> None:
    names = {row["id"]: row["name"] for row in engine.rows("SELECT id, name FROM events_event")}
    assert told_by_player(told) == told_by_engine(engine, names)
    live_runs = [_rest(row, names) for row in engine.rows(_RUNS)]
    assert [_rest({name: getattr(run, name) for name in live_runs[0]}, told.names) for run in played.runs] == live_runs
    sends = [
        (at, run, visit, node, send.channel, send.template, send.topic, send.purpose)
        for at, run, visit, node, send in sorted(told.sends, key=lambda each: each[1:3])
    ]
    assert sends == [tuple(row.values()) for row in engine.rows(_MESSAGES)]
    assert_same_person(engine, played)


def _rest(run: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    """Where a run came to rest, the event in its context by name."""
    event = run["context"].get("event")
    return (
        run if event is None else {**run, "context": {**run["context"], "event": {**event, "id": names[event["id"]]}}}
    )


def assert_same_person(engine: Engine, played: Play) -> None:
    person = played.customer.person
    stored = engine.rows(_PERSON)[0]
    assert {**stored.pop("traits"), **stored} == person.traits
    assert {row["key"] for row in engine.rows(_LISTS)} == person.lists
    objects = sorted((each.key, each.role, each.attributes) for each in person.objects)
    assert objects == [tuple(row.values()) for row in engine.rows(_OBJECTS)]
    assert {row["key"] for row in engine.rows(_SEGMENTS)} & played.memberships.keys == person.segments
    assert {(row["channel"], row["topic"]): row["state"] for row in engine.rows(_CONSENTS)} == person.consents


def test_every_node_type_and_entry_kind_is_played() -> None:
    assert NODES.keys() | OUTSIDE == node_types().keys()
    assert ENTRIES.keys() == entry_kinds().keys()


WAITING = {
    "journey": "played",
    "name": "Played",
    "entry": {"event": "Order"},
    "nodes": {"wait": {"type": "wait", "for": "5d", "next": "mail"}, "mail": {"type": "exit"}},
}
ORDER = (1, ("track", "Order", {"total": 1}, 0))


@pytest.mark.parametrize(
    ("more", "life"),
    [
        # A rule that comes to hold by time alone ends the run, to the microsecond.
        ({"exit": [{"rule": {"not": {"event": "Order", "within": {"hours": 31}}}}]}, [ORDER]),
        # An event from long before the run is no exit from it.
        ({"exit": [{"event": "הזמנה"}]}, [ORDER, (2, ("track", "הזמנה", {}, 3 * 24 * 60))]),
        # A company that changes ends the run at once, and its renewal by time alone.
        (
            {"exit": [{"rule": {"object": "company", "where": [{"attribute": "plan", "op": "eq", "value": "gold"}]}}]},
            [(0, ("group", "acme", {}, 0)), ORDER, (2, ("object", "acme", {"plan": "gold"}, 0))],
        ),
        (
            {"exit": [{"rule": {"object": "company", "where": [{"date": "renewal", "op": "on"}]}}]},
            [(0, ("group", "acme", {"renewal": "2025-03-28"}, 0)), ORDER],
        ),
        # What a company was like before she came is told when she comes.
        (
            {"exit": [{"rule": {"object": "company", "where": [{"attribute": "plan", "op": "eq", "value": "gold"}]}}]},
            [(0, ("object", "acme", {"plan": "gold"}, 0)), ORDER, (2, ("group", "acme", {}, 0))],
        ),
        # Exactly the time of re-entry after the exit is late enough.
        (
            {"exit": [{"event": "הזמנה"}], "reentry": {"policy": "after_exit", "after": "6h"}},
            [ORDER, (2, ("track", "הזמנה", {}, 0)), (3, ORDER[1])],
        ),
    ],
)
def test_the_player_agrees_at_the_edges(conn: psycopg.Connection, more: dict[str, Any], life: Any) -> None:
    _empty(conn)
    engine = Engine(conn)
    definition = {**WAITING, **more}
    publish_journey(definition, workspace_id=engine.workspace, now=START)
    played, told = play(engine, definition)

    live_through(played, engine.live(life), until=UNTIL)

    assert_same(engine, played, told)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_player_tells_what_the_engine_does(conn: psycopg.Connection, seed: int) -> None:
    definition, life = make_story(seed)
    _empty(conn)
    engine = Engine(conn)
    try:
        publish_journey(definition, workspace_id=engine.workspace, now=START)
    except JourneyInvalid:
        assume(False)
    played, told = play(engine, definition)

    try:
        heard = engine.live(life)
    except Restless:
        assume(False)
    live_through(played, heard, until=UNTIL)

    assert_same(engine, played, told)


def _empty(conn: psycopg.Connection) -> None:
    tables = conn.execute(
        "SELECT string_agg(format('%I', relname), ', ') FROM pg_class"
        " WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace"
        " AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"
    ).fetchone()
    assert tables is not None
    conn.execute(f"TRUNCATE {tables[0]} RESTART IDENTITY CASCADE")
