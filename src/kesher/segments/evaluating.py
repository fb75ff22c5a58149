"""The rule tree over one person in memory: the twin of the compiler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kesher.segments.conditions import filters_hold
from kesher.segments.types import AllOf, AnyOf, Leaf, Node, NotOf, Person, Rule, Verdict


def evaluate(rule: Rule, person: Person, *, now: datetime) -> Verdict:
    """Whether the rule holds for the person at `now`, and when that could change with no new event."""
    match rule:
        case AllOf(parts):
            return _combined(parts, person, now, decisive=False)
        case AnyOf(parts):
            return _combined(parts, person, now, decisive=True)
        case NotOf(part):
            verdict = evaluate(part, person, now=now)
            return Verdict(not verdict.holds, verdict.changes_at)
        case Leaf():
            return rule.evaluate(person, now)
    raise TypeError(f"not a rule: {rule!r}")


def matches(filters: Node, properties: Mapping[str, Any]) -> bool:
    """Whether an event's properties pass the filters of `parse_where`."""
    return filters_hold(filters, properties)


def _combined(parts: Sequence[Node], person: Person, now: datetime, *, decisive: bool) -> Verdict:
    """`all` is decided by one False part, `any` by one True; `compiling` says why these are the times. A part that
    decides and never changes is the answer, whatever the rest says."""
    deciding: list[datetime] = []
    others: list[datetime] = []
    for part in parts:
        verdict = evaluate(part, person, now=now)
        if verdict.holds is not decisive:
            if verdict.changes_at is not None:
                others.append(verdict.changes_at)
        elif verdict.changes_at is None:
            return verdict
        else:
            deciding.append(verdict.changes_at)
    if deciding:
        return Verdict(decisive, max(deciding))
    return Verdict(not decisive, min(others, default=None))
