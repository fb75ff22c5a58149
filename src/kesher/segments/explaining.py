"""Why a rule holds for a person or does not: its tree again, each part with a sentence and what decided it."""

from __future__ import annotations

from datetime import datetime

from kesher.kernel.text import Text
from kesher.segments.evaluating import evaluate
from kesher.segments.leaves.event import SameEvents
from kesher.segments.types import AllOf, AnyOf, Explanation, Leaf, NotOf, Person, Rule
from kesher.segments.words import Words, phrase, value

_ALL = Text(en="All of these hold:", he="כל אלה מתקיימים:")
_SAME = Text(en="All of these hold of the same events:", he="כל אלה מתקיימים באותם אירועים:")
_ANY = Text(en="At least one of these holds:", he="לפחות אחד מאלה מתקיים:")
_NOT = Text(en="This does not hold:", he="הדבר הבא אינו מתקיים:")
_MOST_EVENTS = 20


def explain(rule: Rule, person: Person, now: datetime) -> Explanation:
    """The rule's parts for the person at `now`: whether each holds, what decided it, and when it could change."""
    verdict = evaluate(rule, person, now=now)
    match rule:
        case AllOf(parts):
            sentence = _SAME if isinstance(rule, SameEvents) else _ALL
            inner = tuple(explain(part, person, now) for part in parts)
        case AnyOf(parts):
            sentence, inner = _ANY, tuple(explain(part, person, now) for part in parts)
        case NotOf(part):
            sentence, inner = _NOT, (explain(part, person, now),)
        case Leaf():
            return _explain_leaf(rule, person, now)
        case _:
            raise TypeError(f"not a rule: {rule!r}")
    return Explanation(sentence, verdict.holds, verdict.changes_at, parts=inner)


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
