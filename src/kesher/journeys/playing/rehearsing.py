"""A dry run: the recorded history of a period goes through a journey, person by person; nothing is written.

Everybody plays alone: what a rate gate or a cap on people would count over all of them is counted for each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kesher.events.types import PROFILE_IDENTIFIED, LoggedEvent, SystemEvent
from kesher.journeys.errors import PlayInvalid
from kesher.journeys.fields import RuleValue
from kesher.journeys.nodes.played import Decision, Effect, Stand
from kesher.journeys.playing.belongings import TOLD
from kesher.journeys.playing.conditions import conditions_of
from kesher.journeys.playing.customer import Beginning, Customer
from kesher.journeys.playing.loading import Stage, set_stage
from kesher.journeys.playing.memberships import Memberships
from kesher.journeys.playing.past import load_pasts
from kesher.journeys.playing.play import Play
from kesher.journeys.playing.post import Letter, Post
from kesher.journeys.playing.story import PlayedStep
from kesher.journeys.playing.ticking import Endless, live_through
from kesher.journeys.tick.matching import interests_of
from kesher.journeys.types import Definition
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.messaging.queries import list_sent, load_gate
from kesher.messaging.types import State
from kesher.segments import queries as segments

_sql = statements_of("kesher.journeys")

CHUNK = 500
"""People read at once: a few thousand events in memory, and a transaction of some milliseconds."""
LONGEST = timedelta(days=366)
_CAPS = timedelta(days=93)
_FIRST_PLAYED_EVENT = 10**15
_ALWAYS = frozenset(
    {
        PROFILE_IDENTIFIED,
        *(SystemEvent.CONSENT_GIVEN, SystemEvent.CONSENT_WITHDRAWN, SystemEvent.CONSENT_REQUESTED),
        *(SystemEvent.LIST_JOINED, SystemEvent.LIST_LEFT),
        *TOLD,
        *(SystemEvent.MESSAGE_SENT, SystemEvent.MESSAGE_OPENED, SystemEvent.MESSAGE_CLICKED),
    }
)
"""What changes the person, and what nodes read without a rule."""

PERIOD = Text(
    en="The period must end after it begins, not later than now, and last a year at most.",
    he="התקופה חייבת להסתיים אחרי שהתחילה, לא מאוחר מכעת, ולהימשך שנה לכל היותר.",
)


@dataclass(slots=True)
class Rehearsal:
    """A dry run in numbers. `nodes` counts by node `entered`, each outcome, `exited`, `failed`; `edges` by (from,
    outcome, to); `messages` by node and what became of them; `by_hour` would-be sends by the hour (UTC); `held` and
    `put_off` by reason. `endless` people were let go because the journey did not come to rest with them."""

    journey: str
    version: int
    start: datetime
    until: datetime
    people: int = 0
    looked_at: int = 0
    entered: int = 0
    runs: int = 0
    in_flight: int = 0
    goals: int = 0
    endless: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    nodes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    edges: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    messages: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_hour: Counter[datetime] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    put_off: Counter[str] = field(default_factory=Counter)


class Tally:
    """Listens to plays and counts."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._told = rehearsal

    def event(self, event: LoggedEvent) -> None:
        """What she does is counted by what it leads to."""

    def decision(self, stand: Stand, decision: Decision) -> None:
        """A decision is counted by the step that follows."""

    def effect(self, at: datetime, run: int, visit: int, node: str, effect: Effect) -> None:
        """A message is counted when it passed the gate."""

    def step(self, step: PlayedStep) -> None:
        told = self._told
        if step.name == SystemEvent.JOURNEY_GOAL_REACHED:
            told.goals += 1
        elif step.name == SystemEvent.JOURNEY_STEP_ENTERED:
            told.nodes[step.node]["entered"] += 1
            if step.came_from is not None and step.outcome is not None:
                told.nodes[step.came_from][step.outcome] += 1
                told.edges[step.came_from, step.outcome, step.node] += 1
        elif step.name == SystemEvent.JOURNEY_EXITED:
            told.nodes[step.node][step.outcome or str(step.state)] += 1
            told.ends[step.reason or str(step.state)] += 1

    def letter(self, at: datetime, letter: Letter) -> None:
        told = self._told
        reason = letter.reason.value if letter.reason else ""
        if letter.state is State.SENT:
            told.messages[letter.node]["sent"] += 1
            told.by_hour[at.replace(minute=0, second=0, microsecond=0)] += 1
        elif letter.state is State.HELD:
            told.messages[letter.node][f"held: {reason}"] += 1
            told.held[reason] += 1
        else:
            told.put_off[reason] += 1


Progress = Callable[[int, int], None]
"""Told at the beginning and after each chunk: how many people are done, of how many."""


def rehearse_journey(
    conn: Conn,
    definition: Definition,
    *,
    workspace_id: int,
    start: datetime,
    until: datetime,
    now: datetime,
    number: int = 0,
    progress: Progress | None = None,
) -> Rehearsal:
    """Let the people of a period live it again with this journey in force, in read-only transactions, one a chunk."""
    if not period_fits(start, until, now):
        raise PlayInvalid(problems=(Problem("until", PERIOD),))
    with _reading(conn):
        stage = set_stage(conn, definition, workspace_id=workspace_id, number=number)
        gate = load_gate(conn, workspace_id=workspace_id)
        people = _candidates(conn, stage, start=start, until=until)
    told = Rehearsal(definition.key, number, start, until, people=len(people))
    names = _names(stage, start)
    if progress is not None:
        progress(0, len(people))
    for position in range(0, len(people), CHUNK):
        chunk = people[position : position + CHUNK]
        with _reading(conn):
            pasts = load_pasts(conn, chunk, stage, until=until, names=names)
            sent = list_sent(conn, chunk, since=start - _CAPS, until=until, except_journey=definition.key)
        for profile_id, (beginning, heard) in pasts.items():
            _rehearse(told, stage, beginning, heard, Post(gate, list(sent.get(profile_id, ()))), names)
        told.looked_at += len(chunk)
        if progress is not None:
            progress(told.looked_at, len(people))
    return told


def period_fits(start: datetime, until: datetime, now: datetime) -> bool:
    """Whether a period has passed, and is not longer than a year."""
    return start < until <= now and until - start <= LONGEST


@contextmanager
def _reading(conn: Conn) -> Iterator[None]:
    """A transaction in which the database refuses every write."""
    with conn.transaction():
        conn.execute("SET TRANSACTION READ ONLY")
        yield


def _rehearse(
    told: Rehearsal, stage: Stage, beginning: Beginning, heard: Sequence[LoggedEvent], post: Post, names: set[str]
) -> None:
    customer = Customer(beginning, stage.book.copy())
    first = next((n for n, event in enumerate(heard) if event.received_at >= told.start), len(heard))
    for event in heard[:first]:
        customer.hear(event)
    memberships = Memberships(stage.rules)
    memberships.settle(customer, told.start)
    play = Play(
        stage.version,
        stage.world(post.gate.suppressed),
        customer,
        memberships,
        Tally(told),
        now=told.start,
        last_event=_FIRST_PLAYED_EVENT,
        post=post,
        heeds=names,
    )
    try:
        live_through(play, heard[first:], until=told.until)
    except Endless:
        told.endless += 1
    told.entered += bool(play.runs)
    told.runs += len(play.runs)
    told.in_flight += sum(run.active for run in play.runs)


def _candidates(conn: Conn, stage: Stage, *, start: datetime, until: datetime) -> list[int]:
    """Who can enter at all: who did what lets people in; where a segment, a schedule or a date does, everybody."""
    entry = stage.version.definition.entry
    trigger = entry.kind.trigger(entry.config)
    kept = {SystemEvent.SEGMENT_ENTERED, SystemEvent.SEGMENT_LEFT}
    by_event = trigger is not None and trigger.event not in kept and entry.kind.audience(entry.config) is None
    params = {"workspace_id": stage.version.workspace_id, "start": start, "until": until}
    if by_event and trigger is not None:
        return [row[0] for row in _sql.run(conn, "people_of_event", {**params, "name": trigger.event})]
    return [row[0] for row in _sql.run(conn, "people_of_workspace", {"workspace_id": stage.version.workspace_id})]


def _names(stage: Stage, at: datetime) -> set[str]:
    """The events that the journey could ask about."""
    definition = stage.version.definition
    rules = [*stage.rules.values(), *(each.rule.tree for each in definition.exits if each.rule)]
    rules += [definition.entry.rule.tree] if definition.entry.rule else []
    for node in definition.nodes.values():
        rules += [value.tree for _, value in conditions_of(node.config) if isinstance(value, RuleValue)]
    names = {interest.criterion.event for interest in interests_of(stage.version, at)}
    return names.union(_ALWAYS, *(segments.dependencies_of(rule).events for rule in rules))


def as_json(told: Rehearsal) -> Mapping[str, object]:
    """The numbers as JSON, for the canvas: counts by node and by edge."""
    edges = [{"from": a, "outcome": b, "to": c, "count": n} for (a, b, c), n in sorted(told.edges.items())]
    return {
        **{name: getattr(told, name) for name in ("journey", "version", "people", "entered", "runs", "in_flight")},
        "start": told.start.isoformat(),
        "until": told.until.isoformat(),
        "goals": told.goals,
        "endless": told.endless,
        "ends": dict(told.ends),
        "held": dict(told.held),
        "put_off": dict(told.put_off),
        "nodes": {node: dict(counts) for node, counts in told.nodes.items()},
        "edges": edges,
        "messages": {node: dict(counts) for node, counts in told.messages.items()},
        "by_hour": {at.isoformat(): count for at, count in sorted(told.by_hour.items())},
    }
