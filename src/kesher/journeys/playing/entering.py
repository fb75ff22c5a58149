"""Starting runs: the twin of tick/entering for one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from kesher.events.types import EventType, LoggedEvent, SystemEvent
from kesher.journeys.fields.given import text_at
from kesher.journeys.playing.advancing import Ready, advance_ready
from kesher.journeys.playing.matching import Hit
from kesher.journeys.playing.play import Play
from kesher.journeys.playing.runs import PlayedRun
from kesher.journeys.tick.matching import LATE
from kesher.journeys.types import ReentryPolicy, RunState
from kesher.journeys.zones import json_moment
from kesher.segments import queries as segments


def enter(play: Play, hit: Hit) -> list[Ready]:
    """The run that the event starts, if the re-entry policy allows it."""
    event = hit.event
    told = {
        "id": event.id,
        "name": event.name,
        "occurred_at": json_moment(event.occurred_at),
        "properties": event.properties,
    }
    return _start(play, at=event.received_at, context={"event": told}, event_id=event.id)


def enter_by_schedule(play: Play) -> None:
    """Let her enter when a scheduled occurrence has come and she is in its segment."""
    due_at, entry = play.schedule, play.definition.entry
    if due_at is None or due_at > play.now:
        return
    audience = entry.kind.audience(entry.config)
    assert audience is not None
    previous_at = play.previous_schedule
    play.schedule = entry.kind.next_occurrence(entry.config, after=play.now, zone=play.world.zone)
    play.previous_schedule = due_at
    if not play.memberships.among(audience, previous_at=previous_at, due_at=due_at):
        return
    _let_in(play, {"schedule": {"at": json_moment(due_at)}})


def enter_by_date(play: Play, slice: Sequence[LoggedEvent]) -> None:
    """Let her enter when a date of hers has come; what the slice says of it moves the moment first."""
    if not play.dated:
        return
    terms, due_at = play.definition.entry.kind.dated(play.definition.entry.config), play.date_at
    assert terms is not None
    if any(_moves_date(event, terms.trait.split(".")[0]) for event in slice):
        late = due_at is not None and due_at <= play.now
        play.follow_date(after=due_at - timedelta(microseconds=1) if late and due_at else play.now)
    due_at = play.date_at
    if due_at is None or due_at > play.now:
        return
    if due_at > play.now - LATE:
        _let_in(play, {"date": {"trait": terms.trait, "at": json_moment(due_at)}})
    play.follow_date(after=play.now)


def _moves_date(event: LoggedEvent, trait: str) -> bool:
    said = event.properties.keys() | (event.context.keys() & {"timezone"})
    return event.type == EventType.IDENTIFY and not said.isdisjoint({trait, "timezone"})


def _let_in(play: Play, context: dict[str, Any]) -> None:
    rule = play.definition.entry.rule
    if rule is None or segments.evaluate(rule.tree, play.customer.person, now=play.now).holds:
        advance_ready(play, _start(play, at=play.now, context=context, event_id=None))


def _start(play: Play, *, at: datetime, context: dict[str, Any], event_id: int | None) -> list[Ready]:
    definition, reentry = play.definition, play.definition.reentry
    key = text_at(context.get("event", {}).get("properties", {}), reentry.key) if reentry.key else None
    if (reentry.key and key is None) or not _may_enter(play, at, event_id, key):
        return []
    run = PlayedRun(len(play.runs) + 1, definition.start, at, play.now, context, event_id, key)
    if definition.holds_out(play.customer.person.profile_id):
        run.end(RunState.EXITED, "holdout", at)
        if not play.runs:
            play.tell(SystemEvent.HOLDOUT_EXPOSED, run, facts={"event_id": event_id, "of": "journey"})
        play.runs.append(run)
        return []
    if any(each.rule is not None for each in definition.exits):
        run.exit_due_at = play.now
    play.runs.append(run)
    play.tell(SystemEvent.JOURNEY_ENTERED, run, facts={"event_id": event_id})
    play.tell(SystemEvent.JOURNEY_STEP_ENTERED, run)
    return [Ready(run)]


def _may_enter(play: Play, at: datetime, event_id: int | None, key: str | None) -> bool:
    reentry = play.definition.reentry
    runs = [run for run in play.runs if run.entry_key == key]
    if event_id is not None and any(run.entry_event == event_id for run in runs):
        return False
    if reentry.policy is ReentryPolicy.NEVER or (reentry.key is not None and reentry.after is None):
        return not runs
    if reentry.policy is ReentryPolicy.AFTER_EXIT:
        if any(run.active for run in runs):
            return False
        before = max((run.ended_at for run in runs if run.ended_at is not None), default=None)
    else:
        before = max((run.entered_at for run in runs), default=None)
    return before is None or reentry.after is None or before + reentry.after.length <= at
