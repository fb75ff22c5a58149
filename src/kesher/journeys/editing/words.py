"""Values of a definition as people say them, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from kesher.journeys.durations import parse_duration
from kesher.journeys.fields import Kind
from kesher.journeys.fields.place import filled
from kesher.kernel.text import Text

_LONGEST = 160
_QUOTED = Text(en="“{value}”", he="”{value}“")
_END = Text(en="the end", he="סוף המסע")
_AND, _OR = Text(en=" and ", he=" וגם "), Text(en=" or ", he=" או ")
_NOT = Text(en="not ({inner})", he="לא ({inner})")
_NOTHING = Text(en="not set", he="לא מוגדר")
_YES, _NO = Text(en="yes", he="כן"), Text(en="no", he="לא")
_DAY_NAMES = {
    "sun": Text(en="Sunday", he="ראשון"),
    "mon": Text(en="Monday", he="שני"),
    "tue": Text(en="Tuesday", he="שלישי"),
    "wed": Text(en="Wednesday", he="רביעי"),
    "thu": Text(en="Thursday", he="חמישי"),
    "fri": Text(en="Friday", he="שישי"),
    "sat": Text(en="Saturday", he="שבת"),
}
_UNITS = {
    "s": (
        Text(en="1 second", he="שנייה"),
        Text(en="2 seconds", he="שתי שניות"),
        Text(en="{n} seconds", he="{n} שניות"),
    ),
    "m": (Text(en="1 minute", he="דקה"), Text(en="2 minutes", he="שתי דקות"), Text(en="{n} minutes", he="{n} דקות")),
    "h": (Text(en="1 hour", he="שעה"), Text(en="2 hours", he="שעתיים"), Text(en="{n} hours", he="{n} שעות")),
    "d": (Text(en="1 day", he="יום"), Text(en="2 days", he="יומיים"), Text(en="{n} days", he="{n} ימים")),
    "w": (Text(en="1 week", he="שבוע"), Text(en="2 weeks", he="שבועיים"), Text(en="{n} weeks", he="{n} שבועות")),
}
"""One, two and many: Hebrew has words of its own for two."""


def duration_in_words(text: str) -> Text:
    """`2d` as “2 days” and ”יומיים“; as it is written when it is no duration."""
    duration = parse_duration(text)
    if duration is None:
        return quoted(text)
    number, unit = int(text[:-1]), text[-1]
    return filled(_UNITS[unit][min(number, 3) - 1], n=number)


def quoted(value: Any) -> Text:
    """A name in the quotation marks of each language."""
    return filled(_QUOTED, value=value)


def value_in_words(kind: Kind, value: Any) -> Text:
    """A field's value as its kind is said."""
    return _SAYERS.get(kind.name, _plain)(value)


def plain_in_words(value: Any) -> Text:
    """A value as it is written, cut to a length that can be read."""
    return _NOTHING if value is None else _plain(value)


def rule_in_words(rule: Any) -> Text:
    """A rule's tree with its leaves as their fields are written."""
    if not isinstance(rule, Mapping):
        return _plain(rule)
    for joint, word in (("all", _AND), ("any", _OR)):
        if isinstance(rule.get(joint), list):
            return _joined([rule_in_words(part) for part in rule[joint]], word)
    if "not" in rule:
        return filled(_NOT, inner=rule_in_words(rule["not"]))
    return _plain(", ".join(f"{name} {_flat(value)}" for name, value in rule.items()))


def _joined(parts: list[Text], word: Text) -> Text:
    return filled(
        Text(en="{all}", he="{all}"), all=Text(word.en.join(p.en for p in parts), word.he.join(p.he for p in parts))
    )


def _target(value: Any) -> Text:
    return _END if value is None else quoted(value)


def _boolean(value: Any) -> Text:
    return _YES if value is True else _NO


def _days(value: Any) -> Text:
    given = value if isinstance(value, list | tuple) else []
    names = [_DAY_NAMES[day] if isinstance(day, str) and day in _DAY_NAMES else quoted(day) for day in given]
    return Text(en=", ".join(name.en for name in names), he=", ".join(name.he for name in names))


def _where(value: Any) -> Text:
    return _joined([rule_in_words(part) for part in value], _AND) if isinstance(value, list) else rule_in_words(value)


def _name(value: Any) -> Text:
    written = isinstance(value, Mapping) and value and all(isinstance(text, str) for text in value.values())
    return quoted(Text.from_dict(value) if written else value)


def _plain(value: Any) -> Text:
    shown = _flat(value)
    shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
    return filled(Text(en="{value}", he="{value}"), value=shown)


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


_SAYERS: dict[str, Callable[[Any], Text]] = {
    "boolean": _boolean,
    "choice": quoted,
    "days": _days,
    "duration": lambda value: duration_in_words(value) if isinstance(value, str) else _plain(value),
    "event": quoted,
    "key": quoted,
    "list": quoted,
    "name": _name,
    "property": quoted,
    "rule": rule_in_words,
    "segment": quoted,
    "target": _target,
    "template": quoted,
    "text": quoted,
    "topic": quoted,
    "trait": quoted,
    "where": _where,
}
