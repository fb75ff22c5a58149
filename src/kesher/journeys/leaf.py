"""The rule leaf `journey`: what a person did in a journey, as the log tells it.

The log, not the table of runs: events follow merges and their undoing at once, in the transaction that makes them, so
that a segment over journeys is exact whichever room's turn it is in a tick.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Self

from kesher.events.types import EventType, SystemEvent
from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.queries import read_event_leaf
from kesher.segments.registry import COUNT_FORM, WINDOW_FORM, Reader, Words, phrase, quoted
from kesher.segments.types import (
    Dependencies,
    Found,
    Leaf,
    LeafSql,
    PastEvent,
    Person,
    Reference,
    Rows,
    Scope,
    Verdict,
    one_of,
)

_EVENTS: Mapping[str, SystemEvent] = {
    "was_in": SystemEvent.JOURNEY_ENTERED,
    "never": SystemEvent.JOURNEY_ENTERED,
    "completed": SystemEvent.JOURNEY_EXITED,
    "exited": SystemEvent.JOURNEY_EXITED,
    "failed": SystemEvent.JOURNEY_EXITED,
    "reached_goal": SystemEvent.JOURNEY_GOAL_REACHED,
}
_STANDING = (SystemEvent.JOURNEY_ENTERED, SystemEvent.JOURNEY_STEP_ENTERED, SystemEvent.JOURNEY_RUN_MOVED)
_ENDINGS = ("completed", "exited", "failed")
_ENTRIES = ("was_in", "never")


_SAID: Mapping[str, Words] = {
    "in": Words("is in it now", "נמצא בו עכשיו"),
    "was_in": Words("entered it", "נכנס אליו"),
    "never": Words("did not enter it", "לא נכנס אליו"),
    "completed": Words("completed it", "השלים אותו"),
    "exited": Words("left it early", "יצא ממנו לפני הסוף"),
    "failed": Words("failed in it", "נכשל בו"),
    "reached_goal": Words("reached its goal", "הגיע ליעד שלו"),
}
_WINDOWED = {"state": tuple(state for state in _SAID if state != "in")}
_COUNTED = {"state": tuple(state for state in _SAID if state not in ("in", "never"))}


@dataclass(frozen=True, slots=True)
class JourneyLeaf(Leaf):
    """`{"journey": "welcome", "state": "in", "node": "wait_1"}`.

    `in`: is in the journey now (at the node); `was_in`: ever entered it (or the node); `never`: did not; `completed`,
    `exited`, `failed`: a run ended so (at the node); `reached_goal`. All but `in` take a window and, except `never`,
    `op` and `value` for how often.
    """

    head: ClassVar[str] = "journey"
    label: ClassVar[Text] = Text(en="Journey", he="מסע")
    help: ClassVar[Text] = Text(
        en="Whether the person is or was in a journey, and how it ended.",
        he="האם האדם נמצא או היה במסע, ואיך המסע הסתיים.",
    )
    form = (
        FormField("journey", "reference", Text(en="Journey", he="מסע"), required=True, of="journey"),
        FormField(
            "state",
            "choice",
            Text(en="State", he="מצב"),
            default="in",
            choices=tuple(Choice(state, words.text()) for state, words in _SAID.items()),
        ),
        FormField("node", "text", Text(en="At the node", he="בצומת")),
        *(replace(each, when=_COUNTED) for each in COUNT_FORM),
        *(replace(each, when=_WINDOWED) for each in WINDOW_FORM),
    )
    key: str
    state: str
    node: str | None
    asked: Leaf | None = field(repr=False)

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        key = reader.text(cls.head)
        state = reader.choice("state", ("in", *_EVENTS), default="in")
        node = reader.text("node") if reader.has("node") else None
        if state == "in":
            return cls(key, state, node, None)
        where: list[dict[str, Any]] = [{"property": "journey", "op": "eq", "value": key}]
        if node is not None:
            where.append({"property": "node", "op": "eq", "value": node})
        if state in _ENDINGS:
            where.append({"property": "state", "op": "eq", "value": state})
        name = SystemEvent.JOURNEY_STEP_ENTERED if node is not None and state in _ENTRIES else _EVENTS[state]
        counted = {"op": "eq", "value": 0} if state == "never" else None
        return cls(key, state, node, read_event_leaf(reader, name=name, where=where, counted=counted))

    def compile(self, scope: Scope) -> LeafSql:
        if self.asked is not None:
            return self.asked.compile(scope)
        here = "true" if self.node is None else f"r.node = {scope.bind(self.node, 'text')}"
        rows = _RunRows(
            profile=f"{scope.profile}.id",
            journey=scope.bind(self.key, "text"),
            names_sql=scope.bind([str(name) for name in (*_STANDING, SystemEvent.JOURNEY_EXITED)], "text[]"),
            here=here,
        )
        return LeafSql("coalesce(s.inside, false)", "s.next", rows)

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        if self.asked is not None:
            return self.asked.evaluate(person, now)
        mine = [event for name in (*_STANDING, SystemEvent.JOURNEY_EXITED) for event in self._logged(person, name)]
        ahead = min((event.occurred_at for event in mine if event.occurred_at > now), default=None)
        runs: dict[Any, list[PastEvent]] = defaultdict(list)
        for event in mine:
            if event.occurred_at <= now:
                runs[event.properties.get("run_id")].append(event)
        return Verdict(any(self._stands(steps) for steps in runs.values()), ahead)

    def _logged(self, person: Person, name: str) -> list[PastEvent]:
        return [
            event
            for event in person.events.get(name, ())
            if event.type == EventType.SYSTEM and event.properties.get("journey") == self.key
        ]

    def _stands(self, steps: list[PastEvent]) -> bool:
        if any(step.name == SystemEvent.JOURNEY_EXITED for step in steps):
            return False
        return self.node is None or max(steps, key=_order).properties.get("node") == self.node

    def says(self) -> Words:
        node = phrase(" at {node}", " בצומת {node}", node=quoted(self.node)) if self.node else Words("", "")
        said = phrase(
            "journey {key}: {state}{node}",
            "המסע {key}: {state}{node}",
            key=quoted(self.key),
            state=_SAID[self.state],
            node=node,
        )
        return (
            said
            if self.asked is None
            else phrase("{said} ({asked})", "{said} ({asked})", said=said, asked=self.asked.says())
        )

    def found(self, person: Person, now: datetime) -> Found:
        if self.asked is not None:
            return self.asked.found(person, now)
        steps = [event for name in _STANDING for event in self._logged(person, name) if event.occurred_at <= now]
        last = max(steps, key=lambda step: step.occurred_at, default=None)
        return Found(last.properties.get("node") if last else None, steps)

    def dependencies(self) -> Dependencies:
        if self.asked is not None:
            return self.asked.dependencies()
        return Dependencies(events=frozenset(map(str, (*_STANDING, SystemEvent.JOURNEY_EXITED))))

    def references(self) -> tuple[Reference, ...]:
        return (Reference("journey", self.key, self.head),)


def _order(step: PastEvent) -> tuple[int, bool, datetime]:
    """A run's steps are numbered; being moved to another version keeps the number of the step."""
    return int(step.properties["step"]), step.name == SystemEvent.JOURNEY_RUN_MOVED, step.occurred_at


@dataclass(frozen=True, slots=True)
class _RunRows(Rows):
    """Of a person's runs of one journey: whether one stands where it is asked for, and the next step still to be seen
    (a clock that was put back)."""

    profile: str
    journey: str
    names_sql: str
    here: str

    def select(self, now: str) -> str:
        return f"SELECT {self._columns()} FROM ({self._runs(now, f'e.profile_id = {self.profile}')}) AS r"

    def grouped(self, now: str, workspace: str, among: str = "") -> str:
        runs = self._runs(now, " AND ".join([f"e.workspace_id = {workspace}", *one_of("e.profile_id", among)]))
        return f"SELECT r.who AS profile_id, {self._columns()} FROM ({runs}) AS r GROUP BY r.who"

    def names(self) -> Iterable[str]:
        return ("inside", "next")

    def _columns(self) -> str:
        return f"bool_or(r.stands AND coalesce({self.here}, false)) AS inside, min(r.next) AS next"

    def _runs(self, now: str, whose: str) -> str:
        gone, moved = f"'{SystemEvent.JOURNEY_EXITED}'", f"'{SystemEvent.JOURNEY_RUN_MOVED}'"
        order = f"(e.properties ->> 'step')::int DESC, (e.name = {moved}) DESC, e.occurred_at DESC"
        return (
            f"SELECT e.profile_id AS who, count(*) FILTER (WHERE e.occurred_at <= {now}) > 0"
            f" AND count(*) FILTER (WHERE e.name = {gone} AND e.occurred_at <= {now}) = 0 AS stands,"
            f" (array_agg(e.properties ->> 'node' ORDER BY {order}) FILTER (WHERE e.occurred_at <= {now}))[1] AS node,"
            f" min(e.occurred_at) FILTER (WHERE e.occurred_at > {now}) AS next FROM events_event e"
            f" WHERE {whose} AND e.name = ANY ({self.names_sql}) AND e.type = '{EventType.SYSTEM}'"
            f" AND e.properties ->> 'journey' = {self.journey} GROUP BY e.profile_id, e.properties ->> 'run_id'"
        )
