"""What crosses the room's border, and the definition of a journey once it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import md5
from typing import TYPE_CHECKING, Any

from kesher.journeys.durations import Duration, parse_duration
from kesher.journeys.fields.given import text_at
from kesher.journeys.fields.layout import Layout
from kesher.journeys.fields.rules import RuleValue, WhereValue
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.profiles.types import Kind
from kesher.segments.queries import matches

MIDDLE_PRIORITY = 50

if TYPE_CHECKING:
    from kesher.journeys.entries.base import EntryKind
    from kesher.journeys.nodes.base import NodeType


class JourneyState(StrEnum):
    """`draft`: never published. `paused`: nobody enters and nobody moves on. `archived`: over, everybody leaves."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ARCHIVED = "archived"


class RunState(StrEnum):
    """`ready` exists only within a tick."""

    READY = "ready"
    WAITING = "waiting"
    COMPLETED = "completed"
    EXITED = "exited"
    FAILED = "failed"


class ReentryPolicy(StrEnum):
    """May a person start again: never; once she is out; at any time, also while she is in."""

    NEVER = "never"
    AFTER_EXIT = "after_exit"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Reentry:
    """`after` counts from the last exit (`after_exit`) or from the last entry (`always`). With `key`, a property of the
    entry event, a person has one run for each of its values, such as one for each order; `after` then counts for the
    same value, which without it never comes again."""

    policy: ReentryPolicy = ReentryPolicy.NEVER
    after: Duration | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the log, as entries, goals, exits and waits see it."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Criterion:
    """An event by its name in the log, and what its properties must be. With `changes` the filters look at what an
    identify changed, as `plan.from` and `plan.to`. `same` is a property whose value must be that of the run's entry
    event."""

    event: str
    where: WhereValue | None = None
    changes: bool = False
    same: str | None = None

    def met_by(self, happening: Happening) -> bool:
        """Whether this event is the one; the twin of the statement match_events."""
        if happening.name != self.event:
            return False
        looked_at = happening.context.get("changes", {}) if self.changes else happening.properties
        return self.where is None or matches(self.where.tree, looked_at)

    def concerns(self, happening: Happening, context: Mapping[str, Any]) -> bool:
        """Whether the event is about the same thing as the run of that context."""
        if self.same is None:
            return True
        value = text_at(happening.properties, self.same)
        return value is not None and value == text_at(context.get("event", {}).get("properties", {}), self.same)


@dataclass(frozen=True, slots=True)
class Attribution:
    """How long after it was clicked, opened or sent a message counts for a conversion; None: not at all."""

    click: Duration | None = None
    open: Duration | None = None
    send: Duration | None = None


DEFAULT_ATTRIBUTION = Attribution(click=parse_duration("5d"), open=parse_duration("1d"))


@dataclass(frozen=True, slots=True)
class Goal:
    """What the journey is for. With `within` (the conversion window) it also counts after the run ended; `exit` ends
    the run at the goal. `value` is the property that says what it is worth, in `currency` unless the event names its
    own; `attribution` says which of the run's messages have a part in it."""

    event: str
    where: WhereValue | None = None
    within: Duration | None = None
    exit: bool = True
    same: str | None = None
    value: str | None = None
    currency: str | None = None
    attribution: Attribution = DEFAULT_ATTRIBUTION


@dataclass(frozen=True, slots=True)
class Exit:
    """What ends a run early: an event, or a rule that has come to hold."""

    event: str | None = None
    where: WhereValue | None = None
    rule: RuleValue | None = None
    same: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How people enter: a kind and its configuration, and a rule that the profile must meet."""

    kind: EntryKind
    config: Any
    rule: RuleValue | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A step of a journey: its type, its configuration, and where each outcome leads (None: the end). `on_error` is
    where a run goes on instead of failing; it is the edge `error`."""

    key: str
    type: NodeType
    config: Any
    edges: Mapping[str, str | None]
    on_error: str | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A journey as it was read and found right. `holdout` is the share, in basis points, of those who enter and get
    nothing, to compare with; of two journeys' messages under one cap, the one of the higher `priority` leaves. `layout`
    is how it lies on the canvas; None where nothing was said about that."""

    key: str
    name: Text
    entry: Entry
    reentry: Reentry
    goal: Goal | None
    exits: tuple[Exit, ...]
    start: str
    nodes: Mapping[str, Node]
    holdout: int = 0
    priority: int = MIDDLE_PRIORITY
    layout: Layout | None = None

    @property
    def holdout_salt(self) -> str:
        """What makes the journey's holdout another than other journeys'."""
        return f"holdout.{self.key}"

    def holds_out(self, profile_id: int) -> bool:
        """Whether a person is held out, the same way every time; the twin of the statement enter_runs."""
        digest = md5(f"{self.holdout_salt}:{profile_id}".encode(), usedforsecurity=False).hexdigest()
        return int(digest[:8], 16) % 10_000 < self.holdout


@dataclass(frozen=True, slots=True)
class Applied:
    """What publishing did; `changed` is False when the definition was in force already."""

    key: str
    version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to enter, by profile id or by an identifier, and with which values."""

    profile_id: int | None = None
    identifier: tuple[Kind, str] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntriesRequested:
    """How many were asked to enter now, how many had been by the same request before, and the positions of those whom
    nobody knows."""

    accepted: int
    repeated: int
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class JourneyInfo:
    """A journey in a list; `version` is None while it was never published, `draft` when something is being written."""

    id: int
    key: str
    name: Text
    state: JourneyState
    version: int | None
    draft: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CouponPoolInfo:
    """A pool of unique codes: how many it has had and how many are left."""

    workspace_id: int
    key: str
    name: Text
    warn_below: int
    codes: int
    left: int


@dataclass(frozen=True, slots=True)
class NodeReport:
    """One node over all versions: how many entered it, are there now, and left by which outcome."""

    node: str
    type: str
    entered: int
    here: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ConversionReport:
    """Goals that were reached by those who were treated, and their worth in minor units. Node and touch `""` are all of
    them; else those in which a message of the node has a part, by the strongest touch (`click`, `open`, `send`)."""

    node: str
    touch: str
    currency: str
    conversions: int
    value: int


@dataclass(frozen=True, slots=True)
class HoldoutReport:
    """People who were treated and who were held out, how many of each reached the goal, and the difference of the two
    rates with its 95 % interval (None while one group is empty)."""

    treated: int
    treated_converted: int
    held_out: int
    held_out_converted: int
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class JourneyReport:
    """A journey in numbers; `messages` counts by node and by state (`sent`, `held: no_consent`, …). `holdout` is None
    when nobody was held out."""

    key: str
    name: Text
    state: JourneyState
    entered: int
    active: int
    completed: int
    exited: int
    failed: int
    goals: int
    nodes: tuple[NodeReport, ...]
    messages: Mapping[str, Mapping[str, int]]
    conversions: tuple[ConversionReport, ...] = ()
    holdout: HoldoutReport | None = None


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One profile's pass through one version."""

    id: int
    journey: str
    version: int
    profile_id: int
    state: RunState
    node: str | None
    entered_at: datetime
    due_at: datetime | None
    goal_at: datetime | None
    ended_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded fact of a run: what happened, at which node, coming from where and why."""

    at: datetime
    name: str
    node: str | None
    came_from: str | None
    outcome: str | None
    reason: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunHistory:
    """A run and everything that was recorded of it, oldest first."""

    run: RunInfo
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two definitions. `kind`: `added`, `removed`, `renamed`, `wired` or `changed`."""

    kind: str
    path: str
    text: Text


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is writing beside the version in force, mistakes and all; `revision` grows with every save."""

    journey: str
    revision: int
    definition: Mapping[str, Any]
    problems: tuple[Problem, ...]
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A published version in the list of a journey's versions; `people` are in flight in it."""

    number: int
    published_at: datetime
    current: bool
    people: int


@dataclass(frozen=True, slots=True)
class MoveGroup:
    """People of an earlier version who stand at one node, and what publishing would do to them. `action`: `stay`
    (they finish their version), `move` (to `target`) or `exit`."""

    version: int
    node: str
    type: str
    people: int
    action: str
    target: str | None
    text: Text


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What would happen to everybody in flight, and a mapping that keeps as many as can be where they are."""

    groups: tuple[MoveGroup, ...]
    suggestion: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class RecipeInfo:
    """A journey to begin with: what it is for, which events and traits it lives on, and what it brings."""

    key: str
    name: Text
    about: Text
    next: Text
    events: tuple[str, ...]
    traits: tuple[str, ...]
    topics: tuple[str, ...]
    segments: tuple[str, ...]
    lists: tuple[str, ...]
    scores: tuple[str, ...]
    templates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecipeAdded:
    """A recipe that a workspace has now: its journey is a draft."""

    recipe: RecipeInfo
    journey: str
    revision: int


@dataclass(frozen=True, slots=True)
class DryRunInfo:
    """A dry run that was asked for: `done` of `people` so far, and the numbers once it is finished."""

    id: int
    journey: str
    version: int
    start: datetime
    until: datetime
    state: str
    done: int
    people: int
    result: Mapping[str, Any] | None
