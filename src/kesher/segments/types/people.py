"""One person as a rule sees her in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kesher.segments.types.scores import Score


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One row of the log."""

    name: str
    type: str
    occurred_at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Activity:
    """How often, first and last a person did a thing (a row of events_summary)."""

    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Belonging:
    """An object to which a person belongs, in a role (empty for none)."""

    kind: str
    key: str
    role: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """All that a rule may ask about one profile.

    `zone` is the profile's time zone (empty when it has none), `workspace_zone` serves in its place. `events` holds
    what was loaded, by name; `summary` what the room events counted. `consents` maps (channel, topic) to a state,
    `scores` the key of a model to what it gives. `objects` are those to which she belongs.
    """

    profile_id: int
    traits: Mapping[str, Any] = field(default_factory=dict)
    zone: str = ""
    workspace_zone: str = "UTC"
    events: Mapping[str, Sequence[PastEvent]] = field(default_factory=dict)
    summary: Mapping[str, Activity] = field(default_factory=dict)
    segments: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    consents: Mapping[tuple[str, str], str] = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)
    objects: Sequence[Belonging] = ()
