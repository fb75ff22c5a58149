"""Scores of leads as they cross the border, and engagement that decays: the twin of the migration's functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil, log
from typing import Any

TOLERANCE = 1e-9
"""A value that misses a threshold by less has reached it: sums of fractions differ in their last digits by the order
in which they are added."""
LETTERS = "ABCD"
LOWEST = "D4"
"""The grade of whom nothing is known, in every model."""
_GONE_AFTER = 200.0
_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Engagement:
    """Points at `counted_at`, halving every `half_life` since; the kinds of events with a maximum apart."""

    uncapped: float = 0.0
    capped: Sequence[float] = ()
    maxima: Sequence[float] = ()
    half_life: timedelta = timedelta(days=30)
    counted_at: datetime = _START

    def at(self, now: datetime) -> float:
        """The value at a moment; never below 0."""
        return self._of(self._left(now))

    def crosses(self, bounds: Sequence[float], now: datetime) -> datetime | None:
        """When the value will cross the first of the bounds with no new event; None for never.

        Over what is left (1 when counted, falling to 0) the value is a chain of straight lines that bend where a
        capped kind falls below its maximum: the crossing lies on the first whose ends are on two sides of the bound.
        """
        first = max((self._crossing(bound, self._left(now)) for bound in bounds if bound > 0), default=0.0)
        if first <= 0:
            return None
        microseconds = ceil(-log(first) / log(2) * self.half_life.total_seconds() * 1_000_000)
        return max(now + timedelta(microseconds=1), self.counted_at + timedelta(microseconds=microseconds))

    def _left(self, now: datetime) -> float:
        halvings = (now - self.counted_at).total_seconds() / self.half_life.total_seconds()
        return 2.0**-halvings if halvings < _GONE_AFTER else 0.0

    def _of(self, left: float) -> float:
        kinds = zip(self.capped, self.maxima, strict=True)
        return max(0.0, self.uncapped * left + sum(max(-most, min(most, points * left)) for points, most in kinds))

    def _crossing(self, bound: float, left: float) -> float:
        bends = {most / abs(points) for points, most in zip(self.capped, self.maxima, strict=True) if points}
        upper, high = left, self._of(left)
        for lower in [*sorted((bend for bend in bends if bend < left), reverse=True), 0.0]:
            low = self._of(lower)
            if (low >= bound) != (high >= bound):
                return upper + (bound - high) * (lower - upper) / (low - high)
            upper, high = lower, low
        return 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """What a model gives one person; `stages` is the order of the model's stages."""

    fit: float = 0.0
    engagement: Engagement = Engagement()
    grade: str = LOWEST
    stage: str | None = None
    stages: Sequence[str] = ()


class ScoreState(StrEnum):
    """`building` until everybody was scored by the present model; `removing` while the scores are deleted."""

    BUILDING = "building"
    LIVE = "live"
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class ScoreModelRow:
    """A model of lead scores as it is stored; `definition` is the JSON as its author wrote it."""

    id: int
    workspace_id: int
    key: str
    name: Mapping[str, str]
    definition: Mapping[str, Any]
    state: ScoreState
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FitPart:
    """One rule of fit: whether it holds now, and what it gives when it does."""

    position: int
    name: str
    rule: Mapping[str, Any]
    points: float
    holds: bool


@dataclass(frozen=True, slots=True)
class EngagementPart:
    """One kind of events: how many count, the latest of them, and what they are worth now.

    `value` is after the kind's `maximum`, `full_value` before it.
    """

    position: int
    event: str
    points: float
    maximum: float | None
    count: int
    last_at: datetime | None
    full_value: float
    value: float


@dataclass(frozen=True, slots=True)
class ScoreView:
    """One person's score under one model, with the parts that it is made of.

    `forgotten`: what events that are no longer in the hot log still give.
    """

    model: str
    grade: str
    fit: float
    engagement: float
    stage: str | None
    changes_at: datetime | None
    fit_parts: Sequence[FitPart]
    engagement_parts: Sequence[EngagementPart]
    forgotten: float
