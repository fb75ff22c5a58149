"""Moving runs from node to node: the twin of tick/work for one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.events.types import PROFILE_IDENTIFIED, SYSTEM_NAMES, EventType, SystemEvent
from kesher.journeys.nodes.played import (
    ChangeConsent,
    ChangeList,
    Decision,
    Effect,
    LogEvent,
    Remember,
    Send,
    SetTraits,
    Stand,
)
from kesher.journeys.playing.play import Play
from kesher.journeys.playing.runs import PlayedRun
from kesher.journeys.tick.work import MOST_STEPS
from kesher.journeys.types import RunState

_CONSENTS = {
    "granted": SystemEvent.CONSENT_GIVEN,
    "denied": SystemEvent.CONSENT_WITHDRAWN,
    "pending": SystemEvent.CONSENT_REQUESTED,
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A run that stands at a node, and what woke it there."""

    run: PlayedRun
    signal: Mapping[str, Any] | None = None


def advance_ready(play: Play, ready: Sequence[Ready]) -> None:
    """Move the runs from node to node until each of them waits or has ended."""
    if not ready:
        return
    for _ in range(MOST_STEPS):
        decided = _decide(play, ready)
        ready = [Ready(each.run) for each, decision in decided if _moves(play, each.run, decision)]
        if not ready:
            return
    for each in ready:
        _finish(play, each.run, RunState.FAILED, "loop")


def _decide(play: Play, ready: Sequence[Ready]) -> list[tuple[Ready, Decision]]:
    """The nodes' decisions, type after type in the order of their nodes' keys; what a type does, the next one sees."""
    by_type: dict[str, list[Ready]] = {}
    nodes = play.definition.nodes
    for each in sorted(ready, key=lambda each: each.run.node):
        by_type.setdefault(nodes[each.run.node].type.key, []).append(each)
    decided = []
    for alike in by_type.values():
        decisions = [(each, _ask(play, each)) for each in alike]
        for each, decision in decisions:
            for effect in decision.effects:
                _take_effect(play, each.run, effect)
        decided += decisions
    return decided


def _ask(play: Play, ready: Ready) -> Decision:
    stand = _stand(play, ready)
    decision = stand.node.type.play(stand)
    play.story.decision(stand, decision)
    return decision


def _stand(play: Play, ready: Ready) -> Stand:
    run = ready.run
    return Stand(
        world=play.world,
        person=play.customer.person,
        now=play.now,
        journey=play.version.key,
        node=play.definition.nodes[run.node],
        visit=run.visit,
        entered_at=run.entered_at,
        node_entered_at=run.node_entered_at,
        context=run.context,
        signal=ready.signal,
        run_id=run.number,
    )


def _moves(play: Play, run: PlayedRun, decision: Decision) -> bool:
    """Carry out a decision; whether the run stands at another node now."""
    if decision.due_at is not None:
        run.state, run.due_at, run.signal, run.reason = RunState.WAITING, decision.due_at, None, None
        return False
    outcome = decision.outcome or ("error" if decision.failure else "")
    target = play.definition.nodes[run.node].edges.get(outcome)
    if target is not None:
        facts = decision.facts if decision.failure is None else {**decision.facts, "failure": decision.failure}
        came_from, run.node = run.node, target
        run.visit += 1
        run.node_entered_at = play.now
        play.tell(
            SystemEvent.JOURNEY_STEP_ENTERED,
            run,
            came_from=came_from,
            outcome=outcome,
            facts=facts,
        )
        return True
    if decision.outcome is not None:
        reason = str(decision.facts.get("reason") or "completed")
        _finish(play, run, RunState.COMPLETED, reason, outcome=decision.outcome, facts=decision.facts)
    else:
        _finish(play, run, RunState.FAILED, decision.failure or "undecided", facts=decision.facts)
    return False


def _finish(play: Play, run: PlayedRun, state: RunState, reason: str, **more: Any) -> None:
    run.end(state, reason, play.now)
    play.tell(SystemEvent.JOURNEY_EXITED, run, state=state.value, reason=reason, **more)


def _take_effect(play: Play, run: PlayedRun, effect: Effect) -> None:
    """Do to the person in memory what the live node would do to her; a message is the listener's affair."""
    play.story.effect(play.now, run.number, run.visit, run.node, effect)
    match effect:
        case SetTraits(traits):
            play.log(PROFILE_IDENTIFIED, traits, EventType.IDENTIFY)
        case LogEvent(name, properties):
            play.log(name, properties, EventType.SYSTEM if name in SYSTEM_NAMES else EventType.TRACK)
        case ChangeList(key, joins):
            if joins != (key in play.customer.person.lists):
                play.log(SystemEvent.LIST_JOINED if joins else SystemEvent.LIST_LEFT, {"list": key})
        case ChangeConsent(channel, topic, state):
            properties = {"channel": channel, "topic": topic, "source": f"journey:{play.version.key}"}
            play.log(_CONSENTS[state], properties)
        case Remember(values):
            run.context.update(values)
        case Send() if play.post is not None:
            play.post.take(run, effect, play.now)
