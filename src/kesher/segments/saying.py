"""A rule in words, without a person: its tree, each part with its sentence and its place."""

from __future__ import annotations

from collections.abc import Iterator

from kesher.kernel.text import Text
from kesher.segments.leaves.event import SameEvents
from kesher.segments.types import AllOf, AnyOf, Leaf, Node, NotOf, Rule, Said
from kesher.segments.words import Words, joined, phrase

ALL = Text(en="All of these hold:", he="כל אלה מתקיימים:")
SAME = Text(en="All of these hold of the same events:", he="כל אלה מתקיימים באותם אירועים:")
ANY = Text(en="At least one of these holds:", he="לפחות אחד מאלה מתקיים:")
NOT = Text(en="This does not hold:", he="הדבר הבא אינו מתקיים:")


def say(rule: Rule, path: str = "rule") -> Said:
    """The rule as its author would say it, part by part."""
    if isinstance(rule, Leaf):
        said = rule.says().text()
        return Said(path, rule.head, said, said)
    kind, heading = heading_of(rule)
    parts = tuple(say(part, place) for place, part in _places(rule, path))
    return Said(path, kind, heading, _whole(rule).text(), parts)


def heading_of(rule: Node) -> tuple[str, Text]:
    """What a part that holds others is called, and how its sentence begins."""
    match rule:
        case SameEvents():
            return "all", SAME
        case AllOf():
            return "all", ALL
        case AnyOf():
            return "any", ANY
        case NotOf():
            return "not", NOT
    raise TypeError(f"not a rule: {rule!r}")


def _places(rule: Node, path: str) -> Iterator[tuple[str, Node]]:
    match rule:
        case SameEvents(parts):
            yield from ((f"{path}.measures[{position}]", part) for position, part in enumerate(parts))
        case AllOf(parts):
            yield from ((f"{path}.all[{position}]", part) for position, part in enumerate(parts))
        case AnyOf(parts):
            yield from ((f"{path}.any[{position}]", part) for position, part in enumerate(parts))
        case NotOf(part):
            yield f"{path}.not", part


def _whole(rule: Node) -> Words:
    match rule:
        case AllOf((part,)) | AnyOf((part,)):
            return _whole(part)
        case AllOf(parts):
            return joined([_bracketed(part) for part in parts], " and ", " וגם ")
        case AnyOf(parts):
            return joined([_bracketed(part) for part in parts], " or ", " או ")
        case NotOf(part):
            return phrase("not {part}", "לא {part}", part=_bracketed(part, always=True))
        case Leaf():
            return rule.says()
    raise TypeError(f"not a rule: {rule!r}")


def _bracketed(rule: Node, *, always: bool = False) -> Words:
    """Brackets where “and” and “or” would run into each other, or into the commas of a leaf."""
    inner = _whole(rule)
    alone = isinstance(rule, NotOf) or (isinstance(rule, Leaf) and "," not in inner.en and not always)
    return inner if alone else phrase("({inner})", "({inner})", inner=inner)
