"""What a node's in-memory twin sees and answers: one run of one person, real or imagined, at one moment.

The twin (`NodeType.play`) must decide what `NodeType.advance` decides for the same person, history and time; the
property test over generated journeys compares them. It touches nothing: what the live node would write is returned as
effects, which the player applies to its own copy of the person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kesher.segments.types import Person

if TYPE_CHECKING:
    from kesher.journeys.types import Node


@dataclass(slots=True)
class World:
    """What a run shares with others: which templates can be sent, what nodes have counted so far in this play
    (`counted`, under keys of their own choice), which addresses are suppressed (pairs of channel
    and address), and how many codes each pool has left (one that is not named never runs dry)."""

    workspace_id: int
    zone: str
    templates: Mapping[str, int] = field(default_factory=dict)
    counted: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    suppressed: Collection[tuple[str, str]] = ()
    coupons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stand:
    """A run that stands at a node: `context` is the run's (the entry event is its `event`), `signal` what woke it;
    `run_id` only where it is a recorded run."""

    world: World
    person: Person
    now: datetime
    journey: str
    node: Node
    visit: int
    entered_at: datetime
    node_entered_at: datetime
    context: Mapping[str, Any]
    signal: Mapping[str, Any] | None = None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """A message would be reserved for the ledger."""

    channel: str
    template: str
    topic: str
    purpose: str


@dataclass(frozen=True, slots=True)
class SetTraits:
    """Traits would be written to the profile."""

    traits: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An event of the person would be logged."""

    name: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeList:
    """The person would join a list, or leave it."""

    list: str
    joins: bool


@dataclass(frozen=True, slots=True)
class ChangeConsent:
    """A permission would be recorded."""

    channel: str
    topic: str
    state: str


@dataclass(frozen=True, slots=True)
class Remember:
    """Values would be put into the run's context."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallOut:
    """Another system would be called."""

    method: str
    url: str


@dataclass(frozen=True, slots=True)
class Notify:
    """A colleague would get an e-mail."""

    to: str
    subject: str


@dataclass(frozen=True, slots=True)
class StartJourney:
    """Another journey would start for the person."""

    journey: str


Effect = Send | SetTraits | LogEvent | ChangeList | ChangeConsent | Remember | CallOut | Notify | StartJourney


@dataclass(frozen=True, slots=True)
class Decision:
    """As in `Moment.decide`: an outcome, or a time until which the run stays, or a failure; and what it was made of."""

    outcome: str | None = None
    due_at: datetime | None = None
    failure: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
