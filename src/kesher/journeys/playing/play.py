"""A play under way: the journey, the person, her runs, and what is still to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from kesher.events.types import EventType, LoggedEvent, SystemEvent
from kesher.journeys.nodes.played import World
from kesher.journeys.playing.customer import Customer
from kesher.journeys.playing.memberships import Memberships
from kesher.journeys.playing.post import Letter, Post
from kesher.journeys.playing.runs import PlayedRun
from kesher.journeys.playing.story import PlayedStep, Story
from kesher.journeys.tick.catalogue import Version
from kesher.journeys.tick.matching import interests_of
from kesher.journeys.types import Definition, RunState
from kesher.messaging.types import State

_STEP_NAMES = (
    SystemEvent.JOURNEY_ENTERED,
    SystemEvent.JOURNEY_STEP_ENTERED,
    SystemEvent.JOURNEY_GOAL_REACHED,
    SystemEvent.JOURNEY_EXITED,
)


class Play:
    """One person in one version of a journey. `now` is the virtual time; `unread` are events that the log has and no
    tick has seen yet. With `heeds`, events that Kesher itself would log are kept only of these names."""

    def __init__(
        self,
        version: Version,
        world: World,
        customer: Customer,
        memberships: Memberships,
        story: Story,
        *,
        now: datetime,
        last_event: int = 0,
        post: Post | None = None,
        heeds: Set[str] | None = None,
    ) -> None:
        self.version = version
        self.world = world
        self.customer = customer
        self.memberships = memberships
        self.story = story
        self.now = now
        self.post = post
        self._heeds = heeds
        entry = version.definition.entry
        self.dated = entry.kind.dated(entry.config) is not None
        first = None if self.dated else entry.kind.first_occurrence(entry.config, now=now, zone=world.zone)
        self.schedule = first
        """When a scheduled entry is due next."""
        self.date_at: datetime | None = None
        """When a date of hers lets her in."""
        self.follow_date(after=now)
        self.previous_schedule: datetime | None = None
        self.interests = interests_of(version, now)
        self.runs: list[PlayedRun] = []
        self.unread: list[LoggedEvent] = []
        self._last_event = last_event
        self._told: list[PlayedStep] = []

    @property
    def definition(self) -> Definition:
        """The journey."""
        return self.version.definition

    def follow_date(self, *, after: datetime) -> None:
        """Find the next moment at which a date of hers lets her in."""
        if self.dated:
            entry = self.definition.entry
            self.date_at = entry.kind.next_moment(entry.config, self.customer.person, after=after)

    def active(self) -> list[PlayedRun]:
        """The runs that have not ended."""
        return [run for run in self.runs if run.active]

    def concerned(self, slice: Sequence[LoggedEvent]) -> bool:
        """Whether a tick could do anything: somebody is in flight, time may change a segment or let her in, or
        something happened that the journey listens to."""
        if self.memberships.keys or self.dated or self.schedule is not None or any(run.active for run in self.runs):
            return True
        names = {interest.criterion.event for interest in self.interests}
        return any(event.name in names for event in slice)

    def due(self) -> list[PlayedRun]:
        """The runs whose wait is over by now, the oldest first."""
        waiting = [run for run in self.runs if run.due_at is not None and run.due_at <= self.now]
        return sorted(waiting, key=lambda run: run.due_at or self.now)

    def tell(self, name: SystemEvent, run: PlayedRun, **more: Any) -> None:
        """Something happened to a run: it is told at once, and logged when the tick ends."""
        facts = without_nulls(more.pop("facts", None) or {})
        step = PlayedStep(self.now, name, run.number, run.visit, run.node, facts=facts, **more)
        self._told.append(step)
        self.story.step(step)

    def log(self, name: str, properties: Mapping[str, Any], type: str = EventType.SYSTEM) -> None:
        """An event of the person that Kesher itself logs now, unless nothing in the journey heeds its name."""
        if self._heeds is not None and name not in self._heeds:
            return
        self._last_event += 1
        self.hear(LoggedEvent(self._last_event, type, name, self.now, self.now, None, properties, {}))

    def hear(self, event: LoggedEvent) -> None:
        """An event is in the log, for the next tick to read."""
        heard = self.customer.hear(event)
        self.unread.append(heard)
        self.story.event(heard)

    def log_steps(self) -> None:
        """What the tick did to the runs becomes events."""
        told, self._told = self._told, []
        if self._heeds is not None and self._heeds.isdisjoint(_STEP_NAMES):
            return
        names = {"journey": self.version.key, "version": self.version.number}
        for step in told:
            properties = {
                "run_id": step.run,
                "step": step.visit,
                "node": step.node,
                "from": step.came_from,
                "outcome": step.outcome,
                "state": step.state,
                "reason": step.reason,
                "facts": step.facts or None,
            }
            self.log(step.name, {**names, **without_nulls(properties)})

    def exit(self, run: PlayedRun, reason: str, **facts: Any) -> None:
        """End a run early."""
        run.end(RunState.EXITED, reason, self.now)
        self.tell(SystemEvent.JOURNEY_EXITED, run, state=RunState.EXITED.value, reason=reason, facts=facts)
        for letter in self.post.cancel(run) if self.post else ():
            self._log_letter(letter)

    def deliver(self) -> None:
        """Let the letters that are due pass the gate; what becomes of them is logged."""
        for letter in self.post.deliver(self.customer.person, self.now) if self.post else ():
            self._log_letter(letter)

    def _log_letter(self, letter: Letter) -> None:
        self.story.letter(self.now, letter)
        if letter.state is State.RESERVED:
            return
        said = {
            "channel": letter.send.channel,
            "topic": letter.send.topic,
            "template": letter.send.template,
            "journey": self.version.key,
            "run_id": letter.run.number,
            "node": letter.node,
            "reason": letter.reason and letter.reason.value,
        }
        sent = letter.state is State.SENT
        self.log(SystemEvent.MESSAGE_SENT if sent else SystemEvent.MESSAGE_HELD, without_nulls(said))


def without_nulls(value: Any) -> Any:
    """The value as jsonb_strip_nulls leaves it."""
    if isinstance(value, Mapping):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
