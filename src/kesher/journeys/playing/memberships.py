"""The segments that a journey asks about, kept for one person in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kesher.journeys.entries.base import Audience
from kesher.journeys.playing.customer import Customer
from kesher.segments import queries as segments
from kesher.segments.types import Rule


class Memberships:
    """`rules` are in the order in which they build on each other (`in_order`)."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._inside: dict[str, datetime] = {}
        self.changes_at: datetime | None = None
        """When a membership may change although nothing happens."""

    @property
    def keys(self) -> frozenset[str]:
        """The segments that are kept."""
        return frozenset(self._rules)

    def settle(self, customer: Customer, now: datetime) -> list[tuple[str, bool]]:
        """Bring her memberships up to now: (segment, whether she entered it) of each that changed."""
        changes, times = [], []
        for key, rule in self._rules.items():
            verdict = segments.evaluate(rule, customer.person, now=now)
            if verdict.changes_at is not None:
                times.append(verdict.changes_at)
            if verdict.holds != (key in self._inside):
                changes.append((key, verdict.holds))
                if verdict.holds:
                    self._inside[key] = now
                else:
                    del self._inside[key]
                customer.belong(self._inside)
        self.changes_at = min(times, default=None)
        return changes

    def among(self, audience: Audience, *, previous_at: datetime | None, due_at: datetime) -> bool:
        """Whether she is one of those who enter at a time; `previous_at` is the time before it."""
        entered_at = self._inside.get(audience.segment)
        if entered_at is None or (entered_at > due_at and (audience.until or audience.newcomers)):
            return False
        return not audience.newcomers or previous_at is None or entered_at > previous_at


def in_order(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """The rules with each after those that it builds on; there are no cycles among saved segments."""
    ordered: dict[str, Rule] = {}

    def place(key: str) -> None:
        if key in rules and key not in ordered:
            for below in sorted(segments.dependencies_of(rules[key]).segments):
                place(below)
            ordered[key] = rules[key]

    for key in rules:
        place(key)
    return ordered
