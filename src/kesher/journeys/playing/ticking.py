"""The order of a tick for one person in memory: the twin of tick/advancing, which says why it is this one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from kesher.events.types import EventType, LoggedEvent, SystemEvent
from kesher.journeys.playing.advancing import Ready, advance_ready
from kesher.journeys.playing.entering import enter, enter_by_date, enter_by_schedule
from kesher.journeys.playing.matching import Hit, ends, match_events, reaches_goal, timely
from kesher.journeys.playing.play import Play
from kesher.journeys.playing.runs import PlayedRun
from kesher.journeys.types import RunState
from kesher.segments import queries as segments

MOST_TICKS = 100
"""At one moment; a journey whose own events start it again and again would never come to rest."""


class Endless(Exception):
    """The journey does not come to rest at one moment."""


def live_through(play: Play, events: Iterable[LoggedEvent], *, until: datetime) -> None:
    """Let the person live from the play's now until a later moment; events that are received together are read
    together."""
    in_order = sorted(events, key=lambda event: (event.received_at, event.id))
    for received_at, group in groupby(in_order, key=lambda event: event.received_at):
        if received_at > until:
            break
        _pass_time(play, before=received_at)
        play.now = max(play.now, received_at)
        for event in group:
            play.hear(event)
        settle(play)
    _pass_time(play, before=until + timedelta(microseconds=1))
    play.now = until


def settle(play: Play) -> None:
    """Tick until nothing is left to do at this moment."""
    for _ in range(MOST_TICKS):
        tick(play)
        if not play.unread:
            play.deliver()
        if not play.unread:
            return
    raise Endless


def tick(play: Play) -> None:
    """One tick: the slice in waves, then scheduled entries, exit rules, and the waits that are due."""
    slice, play.unread = play.unread, []
    if not play.concerned(slice):
        return
    for key, entered in play.memberships.settle(play.customer, play.now):
        name = SystemEvent.SEGMENT_ENTERED if entered else SystemEvent.SEGMENT_LEFT
        play.log(name, {"segment": key, "cause": "change"})
    for wave in match_events(play.interests, slice, play.customer.person, play.runs, play.now):
        _advance_wave(play, wave)
    enter_by_schedule(play)
    enter_by_date(play, slice)
    _exit_on_rules(play, slice)
    advance_ready(play, [Ready(run, run.signal) for run in play.due()])
    play.log_steps()


def _pass_time(play: Play, *, before: datetime) -> None:
    while (due := _next_due(play)) is not None and due < before:
        play.now = max(play.now, due)
        settle(play)


def _next_due(play: Play) -> datetime | None:
    times = [run.due_at for run in play.runs] + [run.exit_due_at for run in play.runs]
    times += [play.memberships.changes_at, play.schedule, play.date_at]
    if play.post is not None:
        times.append(play.post.next_due())
    return min((at for at in times if at is not None), default=None)


def _advance_wave(play: Play, wave: Sequence[Hit]) -> None:
    advance_ready(play, [Ready(run, run.signal) for run in play.due()])
    for hit in wave:
        if hit.kind == "goal":
            _reach_goals(play, hit)
    _exit_on_event(play, sorted((hit for hit in wave if hit.kind == "exit"), key=lambda hit: hit.interest.ordinal))
    ready = [each for hit in wave if hit.kind == "wait" for each in _wake(play, hit)]
    ready += [each for hit in wave if hit.kind == "entry" for each in enter(play, hit)]
    advance_ready(play, ready)


def _reach_goals(play: Play, hit: Hit) -> None:
    for run in play.runs:
        if reaches_goal(hit, run):
            run.goal_at = hit.event.received_at
            play.tell(SystemEvent.JOURNEY_GOAL_REACHED, run, facts=_goal_facts(run, hit))


def _goal_facts(run: PlayedRun, hit: Hit) -> dict[str, Any]:
    return {"event_id": hit.event.id, **({"holdout": True} if run.reason == "holdout" else {})}


def _exit_on_event(play: Play, hits: Sequence[Hit]) -> None:
    for run in play.active():
        for hit in hits:
            if ends(hit, run):
                interest = hit.interest
                play.exit(run, interest.reason or "exit", event_id=hit.event.id, criterion=interest.ordinal)
                break


def _wake(play: Play, hit: Hit) -> list[Ready]:
    """The runs that waited for this event."""
    woken = []
    for run in play.runs:
        waits = run.state is RunState.WAITING and run.node == hit.interest.node and run.signal is None
        if waits and timely(hit, run):
            woken.append(Ready(run, {"event_id": hit.event.id, "event": hit.event.name}))
    return woken


def _exit_on_rules(play: Play, slice: Sequence[LoggedEvent]) -> None:
    """Look at the exit rules when something happened to the person, or their own time has come; what journeys log
    themselves is no reason to look."""
    rules = [(number, each.rule) for number, each in enumerate(play.definition.exits) if each.rule is not None]
    touched = any(not (event.type == EventType.SYSTEM and event.name.startswith("Journey ")) for event in slice)
    checked = [run for run in play.active() if touched or (run.exit_due_at is not None and run.exit_due_at <= play.now)]
    if not rules or not checked:
        return
    verdicts = [(n, segments.evaluate(rule.tree, play.customer.person, now=play.now)) for n, rule in rules]
    criterion = next((number for number, verdict in verdicts if verdict.holds), None)
    again = min((verdict.changes_at for _, verdict in verdicts if verdict.changes_at is not None), default=None)
    for run in checked:
        if criterion is None:
            run.exit_due_at = again
        else:
            play.exit(run, "exit", criterion=criterion)
