"""Which events of a slice mean something to the journey: the twin of tick/matching for one person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kesher.events.types import LoggedEvent
from kesher.journeys.playing.runs import PlayedRun
from kesher.journeys.tick.matching import LATE, Interest
from kesher.journeys.types import Happening
from kesher.segments import queries as segments
from kesher.segments.types import Person


@dataclass(frozen=True, slots=True)
class Hit:
    """An event that meets an interest."""

    event: LoggedEvent
    interest: Interest

    @property
    def kind(self) -> str:
        """entry, goal, exit or wait."""
        return self.interest.kind


def match_events(
    interests: Iterable[Interest],
    events: Sequence[LoggedEvent],
    person: Person,
    runs: Sequence[PlayedRun],
    now: datetime,
) -> list[list[Hit]]:
    """The waves: the hits of each event that means something, in the order of the events."""
    hits = [
        Hit(event, interest)
        for event in events
        for interest in interests
        if _is_met(interest, event) and _holds(interest, person, now)
    ]
    entering = any(hit.kind == "entry" for hit in hits)
    waves: dict[int, list[Hit]] = {}
    for hit in sorted(hits, key=lambda each: (each.event.received_at, each.event.occurred_at, each.event.id)):
        if _matters(hit, entering, runs):
            waves.setdefault(hit.event.id, []).append(hit)
    return list(waves.values())


def _is_met(interest: Interest, event: LoggedEvent) -> bool:
    return interest.criterion.event == event.name and interest.criterion.met_by(_happening(event))


def _happening(event: LoggedEvent) -> Happening:
    return Happening(event.name, event.properties, event.context)


def _holds(interest: Interest, person: Person, now: datetime) -> bool:
    return interest.rule is None or segments.evaluate(interest.rule.tree, person, now=now).holds


def _matters(hit: Hit, entering: bool, runs: Sequence[PlayedRun]) -> bool:
    """A late event starts nothing; the others count for a run that is active (a goal also later, within its time), or
    that may begin earlier in the same slice."""
    received_at = hit.event.received_at
    if hit.kind == "entry":
        return hit.event.occurred_at > received_at - LATE
    return entering or any(
        run.active or (hit.kind == "goal" and run.goal_at is None and _within(hit, run, ever=False)) for run in runs
    )


def _within(hit: Hit, run: PlayedRun, *, ever: bool) -> bool:
    """Whether the event came within the interest's time; `ever` answers for an interest without one."""
    within = hit.interest.within
    return ever if within is None else hit.event.received_at <= run.entered_at + within.length


def timely(hit: Hit, run: PlayedRun) -> bool:
    """Whether the event is no older than the run, give or take a day, and about the same thing."""
    recent = hit.event.occurred_at > run.entered_at - LATE
    return recent and hit.interest.criterion.concerns(_happening(hit.event), run.context)


def reaches_goal(hit: Hit, run: PlayedRun) -> bool:
    """Whether the run reaches its goal by this event."""
    return run.goal_at is None and timely(hit, run) and _within(hit, run, ever=run.active)


def ends(hit: Hit, run: PlayedRun) -> bool:
    """Whether this event ends the run."""
    return run.active and timely(hit, run) and _within(hit, run, ever=True)
