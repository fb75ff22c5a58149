"""The rule tree over one person in memory: the twin of the compiler."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kesher.segments.conditions import filters_hold
from kesher.segments.moments import earliest
from kesher.segments.types import AllOf, AnyOf, Leaf, Node, NotOf, Person, Rule, Verdict


def evaluate(rule: Rule, person: Person, *, now: datetime) -> Verdict:
    """Whether the rule holds for the person at `now`, and when that could change with no new event."""
    match rule:
        case AllOf(parts):
            return _combined([evaluate(part, person, now=now) for part in parts], decisive=False)
        case AnyOf(parts):
            return _combined([evaluate(part, person, now=now) for part in parts], decisive=True)
        case NotOf(part):
            verdict = evaluate(part, person, now=now)
            return Verdict(not verdict.holds, verdict.changes_at)
        case Leaf():
            return rule.evaluate(person, now)
    raise TypeError(f"not a rule: {rule!r}")


def matches(filters: Node, properties: Mapping[str, Any]) -> bool:
    """Whether an event's properties pass the filters of `parse_where`."""
    return filters_hold(filters, properties)


def _combined(parts: list[Verdict], *, decisive: bool) -> Verdict:
    """`all` is decided by one False part, `any` by one True; `compiling` says why these are the times."""
    deciding = [part for part in parts if part.holds is decisive]
    if not deciding:
        return Verdict(not decisive, earliest(*(part.changes_at for part in parts)))
    times = [part.changes_at for part in deciding]
    known = [at for at in times if at is not None]
    return Verdict(decisive, max(known) if len(known) == len(times) else None)
