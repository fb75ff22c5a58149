"""A play told to a person: each thing that happened, in words, with its reasons and the messages as they would look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from kesher.content.errors import RenderFailed
from kesher.content.types import Rendered
from kesher.events.types import LoggedEvent, SystemEvent
from kesher.journeys.fields import RuleValue
from kesher.journeys.fields.given import text_at
from kesher.journeys.nodes.played import Decision, Effect, Stand
from kesher.journeys.playing.conditions import conditions_of
from kesher.journeys.playing.loading import Stage
from kesher.journeys.playing.play import Play
from kesher.journeys.playing.post import Letter
from kesher.journeys.playing.story import PlayedStep
from kesher.journeys.playing.words import line_text
from kesher.journeys.types import Happening
from kesher.journeys.zones import json_moment, on_the_wall
from kesher.kernel.db import Conn
from kesher.kernel.text import Text
from kesher.messaging.queries import Belonging, render_message
from kesher.messaging.types import REASONS, Reason, State
from kesher.segments import queries as segments
from kesher.segments.types import Explanation, Person

MOST_LINES = 1_000


class StoryTooLong(Exception):
    """The play has told as much as anybody reads."""


@dataclass(frozen=True, slots=True)
class PlayCheck:
    """A condition that was asked, where it stands in the node or the journey, and what decided it."""

    place: str
    holds: bool
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class PlayedMessage:
    """A message as it would leave, with the gate's verdict: `state` is sent, held, or reserved until `later`."""

    node: str
    template: str
    channel: str
    topic: str
    purpose: str
    state: str
    reason: str | None
    reason_text: Text | None
    later: datetime | None
    rendered: Rendered | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class PlayLine:
    """One thing that happened. `kind`: event, not_entered, entered, step, waits, message, goal or exited. `local` is
    what the clock shows where she lives."""

    at: datetime
    local: datetime
    kind: str
    text: Text
    run: int | None = None
    node: str | None = None
    came_from: str | None = None
    outcome: str | None = None
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[PlayCheck, ...] = ()
    message: PlayedMessage | None = None


_KINDS = {
    SystemEvent.JOURNEY_ENTERED: "entered",
    SystemEvent.JOURNEY_STEP_ENTERED: "step",
    SystemEvent.JOURNEY_GOAL_REACHED: "goal",
    SystemEvent.JOURNEY_EXITED: "exited",
}


class Teller:
    """Listens to a play (`attend` it first) and writes its lines."""

    def __init__(self, conn: Conn, stage: Stage, *, language: str | None) -> None:
        self.lines: list[PlayLine] = []
        self._conn = conn
        self._stage = stage
        self._language = language
        self._names: dict[int, str] = {}
        self._checks: dict[int, tuple[PlayCheck, ...]] = {}
        self._asked: dict[int, tuple[int, tuple[PlayCheck, ...]]] = {}

    def attend(self, play: Play) -> None:
        """Take a seat."""
        self._play = play

    def event(self, event: LoggedEvent) -> None:
        self._names[event.id] = event.name
        if event.name in _KINDS or event.name in (SystemEvent.MESSAGE_SENT, SystemEvent.MESSAGE_HELD):
            return
        self._write("event", name=event.name, facts={"event": event.name, "properties": event.properties})
        entry = self._play.definition.entry
        if entry.kind.admits(entry.config, Happening(event.name, event.properties, event.context)):
            checks = tuple(self._explained("entry.rule", entry.rule)) if entry.rule else ()
            self._asked[event.id] = (len(self.lines), checks)

    def step(self, step: PlayedStep) -> None:
        facts = dict(step.facts)
        event_id = facts.get("event_id")
        if event_id is not None:
            facts["event"] = self._names.get(event_id)
        checks = self._checks.pop(step.run, ())
        if step.name == SystemEvent.JOURNEY_ENTERED:
            checks = self._asked.pop(event_id, (0, ()))[1] if event_id is not None else ()
        elif step.name == SystemEvent.JOURNEY_EXITED and event_id is None and "criterion" in facts:
            rule = self._play.definition.exits[facts["criterion"]].rule
            checks = tuple(self._explained(f"exit[{facts['criterion']}].rule", rule)) if rule else ()
        self._write(
            _KINDS[SystemEvent(step.name)],
            run=step.run,
            node=step.node,
            came_from=step.came_from,
            outcome=step.outcome,
            reason=step.reason,
            facts=facts,
            checks=checks,
        )

    def decision(self, stand: Stand, decision: Decision) -> None:
        checks = tuple(self._checks_of(stand))
        self._checks[stand.run_id or 0] = checks
        if decision.due_at is not None:
            facts = {"until": json_moment(decision.due_at)}
            local = on_the_wall(decision.due_at, stand.person)
            self._write("waits", run=stand.run_id, node=stand.node.key, facts=facts, checks=checks, until=local)

    def effect(self, at: datetime, run: int, visit: int, node: str, effect: Effect) -> None:
        """What a node does is told by the events that it logs, and by its letters."""

    def letter(self, at: datetime, letter: Letter) -> None:
        rendered, problem = self._render(letter)
        reason = letter.reason
        if problem is not None and letter.state is State.SENT:
            letter.state, reason = State.HELD, problem[0]
        message = PlayedMessage(
            node=letter.node,
            template=letter.send.template,
            channel=letter.send.channel,
            topic=letter.send.topic,
            purpose=letter.send.purpose,
            state=letter.state.value,
            reason=reason.value if reason else None,
            reason_text=REASONS[reason] if reason else None,
            later=letter.available_at if letter.state is State.RESERVED else None,
            rendered=rendered,
            problem=problem[1] if problem else None,
        )
        told = {"state": message.state, "template": message.template, "why": message.reason_text}
        self._write("message", run=letter.run.number, node=letter.node, message=message, reason=message.reason, **told)

    def finish(self) -> list[PlayLine]:
        """The lines; where an event could have let her in and did not, why."""
        for event_id, (position, checks) in sorted(self._asked.items(), key=lambda each: -each[1][0]):
            event = self.lines[position - 1]
            reason, key = self._refusal(event, checks), self._play.definition.reentry.key
            text = line_text("not_entered", reason=reason, name=self._names[event_id], key=key)
            self.lines.insert(position, replace(event, kind="not_entered", text=text, reason=reason, checks=checks))
        self._asked.clear()
        return self.lines

    def _refusal(self, event: PlayLine, checks: Sequence[PlayCheck]) -> str:
        key = self._play.definition.reentry.key
        if any(not check.holds for check in checks):
            return "rule"
        if key is not None and text_at(event.facts["properties"], key) is None:
            return "no_key"
        return "reentry" if self._play.runs else "late"

    def _write(self, kind: str, **told: Any) -> None:
        if len(self.lines) >= MOST_LINES:
            raise StoryTooLong
        kept = {name: told[name] for name in told if name in _LINE_FIELDS}
        now, person = self._play.now, self._play.customer.person
        self.lines.append(PlayLine(now, on_the_wall(now, person), kind, line_text(kind, **told), **kept))

    def _checks_of(self, stand: Stand) -> Iterator[PlayCheck]:
        for place, value in conditions_of(stand.node.config):
            if isinstance(value, RuleValue):
                yield from self._explained(place, value)
            elif stand.node.type.awaits(stand.node.config) is None:
                properties = stand.context.get("event", {}).get("properties", {})
                yield PlayCheck(place, segments.matches(value.tree, properties))

    def _explained(self, place: str, rule: RuleValue) -> Iterator[PlayCheck]:
        explanation = segments.explain(rule.tree, self._play.customer.person, self._play.now)
        yield PlayCheck(place, explanation.holds, explanation)

    def _render(self, letter: Letter) -> tuple[Rendered | None, tuple[Reason, str] | None]:
        person = self._play.customer.person
        run = letter.run
        context = {
            "event": run.context.get("event", {}),
            "run": {
                **run.context,
                "id": run.number,
                "journey": self._play.version.key,
                "node": letter.node,
                "entered_at": json_moment(run.entered_at),
            },
        }
        try:
            rendered = render_message(
                self._conn,
                self._stage.templates[letter.send.template],
                workspace_id=self._stage.version.workspace_id,
                traits=person.traits,
                language=self._language or _language(person) or self._stage.language,
                context=context,
                objects=[Belonging(each.kind, each.key, each.role, each.attributes) for each in person.objects],
            )
        except RenderFailed as error:
            missing = "name" in error.fields
            return None, (Reason.MISSING_VALUE if missing else Reason.TEMPLATE_ERROR, str(error))
        return rendered, None


_LINE_FIELDS = {each.name for each in fields(PlayLine)}


def _language(person: Person) -> str | None:
    language = person.traits.get("language")
    return language if isinstance(language, str) else None
