"""Rules in words, in both languages: the phrases of which `explaining` makes sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from kesher.kernel.text import Text

_SHOWN_VALUES = 5
_UNITS = (
    (86_400, ("day", "days"), ("יום אחד", "יומיים", "ימים"), ("היום האחרון", "היומיים האחרונים", "הימים האחרונים")),
    (3_600, ("hour", "hours"), ("שעה אחת", "שעתיים", "שעות"), ("השעה האחרונה", "השעתיים האחרונות", "השעות האחרונות")),
    (
        60,
        ("minute", "minutes"),
        ("דקה אחת", "שתי דקות", "דקות"),
        ("הדקה האחרונה", "שתי הדקות האחרונות", "הדקות האחרונות"),
    ),
)


class Words(NamedTuple):
    """A phrase in both languages; unlike a Text it holds no fields to be filled in."""

    en: str
    he: str

    def text(self) -> Text:
        """The phrase as a Text."""
        return Text(en=_literal(self.en), he=_literal(self.he))


def _literal(sentence: str) -> str:
    return sentence.replace("{", "{{").replace("}", "}}")


def phrase(en: str, he: str, **parts: Words | str) -> Words:
    """A phrase with others put in its `{places}`."""
    return Words(
        en.format(**{name: part.en if isinstance(part, Words) else part for name, part in parts.items()}),
        he.format(**{name: part.he if isinstance(part, Words) else part for name, part in parts.items()}),
    )


def label(text: Text) -> Words:
    """A name that the house gives."""
    return Words(text.en, text.he)


def joined(parts: Sequence[Words], en: str = ", ", he: str = ", ") -> Words:
    """Phrases in a row."""
    return Words(en.join(part.en for part in parts), he.join(part.he for part in parts))


def attached(first: Words, second: Words) -> Words:
    """A phrase after another; in Hebrew without a space after a maqaf."""
    return Words(f"{first.en} {second.en}", f"{first.he}{'' if first.he.endswith('־') else ' '}{second.he}")


def quoted(name: str) -> Words:
    """A name that a person gave."""
    return Words(f"“{name}”", f"”{name}“")


def value(given: Any) -> Words:
    """A value as it would be said."""
    if given is None:
        return Words("nothing", "שום דבר")
    if isinstance(given, bool):
        return Words("true", "אמת") if given else Words("false", "שקר")
    if isinstance(given, str):
        return quoted(given)
    if isinstance(given, datetime):
        return Words(moment(given), moment(given))
    if isinstance(given, timedelta):
        return duration(given)
    if isinstance(given, list | tuple):
        shown = joined([value(each) for each in given[:_SHOWN_VALUES]])
        return shown if len(given) <= _SHOWN_VALUES else phrase("{shown}…", "{shown}…", shown=shown)
    spelt = given.isoformat() if isinstance(given, date) else number(given)
    return Words(spelt, spelt)


def number(given: Any) -> str:
    """A number without needless digits."""
    if isinstance(given, Decimal | float):
        return f"{given:f}".rstrip("0").rstrip(".") if "." in f"{given:f}" else f"{given:f}"
    return str(given)


def moment(at: datetime) -> str:
    """A moment, in UTC."""
    return f"{at:%Y-%m-%d %H:%M}Z"


def duration(length: timedelta) -> Words:
    """A length of time in its largest whole unit."""
    n, (_, en, he, _) = _unit(length)
    return Words(f"{n} {en[n > 1]}", he[n - 1] if n < 3 else f"{n} {he[2]}")


def in_the_last(length: timedelta) -> Words:
    """“in the last 30 days”."""
    n, (_, en, _, he) = _unit(length)
    in_hebrew = f"ב{he[n - 1].removeprefix('ה')}" if n < 3 else f"ב־{n} {he[2]}"
    return Words(f"in the last {n} {en[1]}" if n > 1 else f"in the last {en[0]}", in_hebrew)


def _unit(length: timedelta) -> tuple[int, Any]:
    seconds = round(length.total_seconds())
    unit = next(unit for unit in _UNITS if seconds % unit[0] == 0)
    return seconds // unit[0], unit


def times(n: int) -> Words:
    """“2 times”."""
    return Words("once", "פעם אחת") if n == 1 else Words(f"{n} times", "פעמיים" if n == 2 else f"{n} פעמים")
