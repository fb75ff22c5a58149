"""Why a rule holds for a person or does not: its tree again, each part with a sentence and what decided it."""

from __future__ import annotations

from datetime import datetime

from kesher.segments.evaluating import evaluate
from kesher.segments.saying import heading_of
from kesher.segments.types import AllOf, AnyOf, Explanation, Leaf, NotOf, Person, Rule
from kesher.segments.words import Words, phrase, value

_MOST_EVENTS = 20


def explain(rule: Rule, person: Person, now: datetime) -> Explanation:
    """The rule's parts for the person at `now`: whether each holds, what decided it, and when it could change."""
    verdict = evaluate(rule, person, now=now)
    match rule:
        case AllOf(parts) | AnyOf(parts):
            inner = tuple(explain(part, person, now) for part in parts)
        case NotOf(part):
            inner = (explain(part, person, now),)
        case Leaf():
            return _explain_leaf(rule, person, now)
        case _:
            raise TypeError(f"not a rule: {rule!r}")
    return Explanation(heading_of(rule)[1], verdict.holds, verdict.changes_at, parts=inner)


def _explain_leaf(leaf: Leaf, person: Person, now: datetime) -> Explanation:
    verdict = leaf.evaluate(person, now)
    found = leaf.found(person, now)
    return Explanation(
        sentence=leaf.says().text(),
        holds=verdict.holds,
        changes_at=verdict.changes_at,
        found=_said(found.value).text(),
        value=found.value,
        events=tuple(found.events[-_MOST_EVENTS:]),
    )


def _said(found: object) -> Words:
    return phrase("Found: {value}.", "נמצא: {value}.", value=value(found))
