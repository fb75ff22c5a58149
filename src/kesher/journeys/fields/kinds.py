"""The kinds of plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from babel.numbers import list_currencies

from kesher.journeys.durations import Duration, Offset, parse_duration, parse_offset
from kesher.journeys.fields.place import Field, Place, read_fields, write_fields
from kesher.kernel.text import Text

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_LOCAL_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

_NOT_KEY = Text(
    en="Write a key of lower-case letters, digits and _, at most 60, that begins with a letter.",
    he="יש לכתוב מפתח מאותיות לטיניות קטנות, ספרות וקו תחתון, עד 60 תווים, שמתחיל באות.",
)
_NOT_TEXT = Text(en="Write text here, at most {longest} characters.", he="יש לכתוב כאן טקסט, עד {longest} תווים.")
_NOT_BOOLEAN = Text(en="Write true or false.", he="יש לכתוב true או false.")
_NOT_INTEGER = Text(
    en="Write a whole number from {smallest} to {largest}.", he="יש לכתוב מספר שלם בין {smallest} ל־{largest}."
)
_NOT_CHOICE = Text(en="“{name}” is not one of: {options}.", he="”{name}“ אינו אחת האפשרויות: {options}.")
_NOT_DURATION = Text(
    en="Write a duration such as 30s, 15m, 1h, 2d or 1w, at most two years.",
    he="יש לכתוב משך זמן, למשל 30s,‏ 15m,‏ 1h,‏ 2d או 1w, עד שנתיים.",
)
_NOT_OFFSET = Text(
    en="Write how long before or after, such as -3d, 12h or 1w, at most two years.",
    he="יש לכתוב כמה זמן לפני או אחרי, למשל ‎-3d,‏ 12h או 1w, עד שנתיים.",
)
_NOT_DATE = Text(en='Write a date such as "2026-03-01".', he='יש לכתוב תאריך, למשל "2026-03-01".')
_NOT_LOCAL_TIME = Text(en='Write a time of day such as "09:00".', he='יש לכתוב שעה ביום, למשל "09:00".')
_NOT_LIST = Text(en="Write a list here.", he="יש לכתוב כאן רשימה.")
_EMPTY_LIST = Text(en="The list is empty.", he="הרשימה ריקה.")
_TWICE = Text(en="“{name}” appears twice.", he="”{name}“ מופיע פעמיים.")
_NOT_NAME = Text(
    en="Write the name as text, or as {{en: …, he: …}}.", he="יש לכתוב את השם כטקסט, או כך: {{en: …, he: …}}."
)

_NOT_CURRENCY = Text(en="“{name}” is no currency; write one such as ILS.", he="”{name}“ אינו מטבע; יש לכתוב למשל ILS.")
CURRENCIES = frozenset(list_currencies())

_NO_SUCH = {
    "template": Text(en="There is no template “{name}”.", he="אין תבנית בשם ”{name}“."),
    "topic": Text(en="There is no topic “{name}”.", he="אין נושא בשם ”{name}“."),
    "segment": Text(en="There is no segment “{name}”.", he="אין סגמנט בשם ”{name}“."),
    "list": Text(en="There is no list “{name}”.", he="אין רשימה בשם ”{name}“."),
    "coupon_pool": Text(en="There is no pool of coupons “{name}”.", he="אין מאגר קופונים בשם ”{name}“."),
    "secret": Text(en="There is no secret “{name}”.", he="אין סוד בשם ”{name}“."),
    "member": Text(en="“{name}” is no member of this workspace.", he="”{name}“ אינו חבר בסביבת העבודה הזאת."),
    "journey": Text(en="There is no journey “{name}”.", he="אין מסע בשם ”{name}“."),
}


def check_known(of: str, name: str, place: Place) -> bool:
    """Whether the workspace has a template, topic, segment or list of that key; a problem is noted when it has not."""
    known = place.reading.known.get(of)
    if known is None or name in known:
        return True
    place.unknown(_NO_SUCH[of], name, known)
    return False


@dataclass(frozen=True, slots=True)
class Key:
    """A lasting key."""

    name: str = "key"

    def read(self, value: Any, place: Place) -> str | None:
        if isinstance(value, str) and KEY.fullmatch(value):
            return value
        place.problem(_NOT_KEY)
        return None

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Names:
    """The key of a thing of the workspace: `of` is `template`, `topic` or `segment`."""

    of: str

    @property
    def name(self) -> str:
        return self.of

    def read(self, value: Any, place: Place) -> str | None:
        if not isinstance(value, str) or not value:
            place.problem(_NOT_TEXT, longest=100)
            return None
        return value if check_known(self.of, value, place) else None

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Target:
    """The key of the next node; whether it exists is checked when all nodes are known."""

    name: str = "target"

    def read(self, value: Any, place: Place) -> str | None:
        if not isinstance(value, str):
            place.problem(_NOT_KEY)
            return None
        place.reading.targets.append((place.path, value))
        return value

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class NodeName:
    """The key of another node that is meant, not gone to."""

    name: str = "node"

    def read(self, value: Any, place: Place) -> str | None:
        return Target().read(value, place)

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Words:
    """Text of a bounded length."""

    longest: int = 200
    name: str = "text"

    def read(self, value: Any, place: Place) -> str | None:
        if isinstance(value, str) and 0 < len(value) <= self.longest and "\0" not in value:
            return value
        place.problem(_NOT_TEXT, longest=self.longest)
        return None

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Boolean:
    """true or false."""

    name: str = "boolean"

    def read(self, value: Any, place: Place) -> bool | None:
        if isinstance(value, bool):
            return value
        place.problem(_NOT_BOOLEAN)
        return None

    def write(self, value: bool) -> bool:
        return value


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within bounds."""

    smallest: int
    largest: int
    name: str = "integer"

    def read(self, value: Any, place: Place) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and self.smallest <= value <= self.largest:
            return value
        place.problem(_NOT_INTEGER, smallest=self.smallest, largest=self.largest)
        return None

    def write(self, value: int) -> int:
        return value


@dataclass(frozen=True, slots=True)
class Currency:
    """The ISO 4217 code of a currency."""

    name: str = "currency"

    def read(self, value: Any, place: Place) -> str | None:
        if isinstance(value, str) and value in CURRENCIES:
            return value
        place.unknown(_NOT_CURRENCY, str(value), CURRENCIES)
        return None

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words, each with what people call it."""

    options: Mapping[str, Text]
    name: str = "choice"

    def read(self, value: Any, place: Place) -> str | None:
        if value in self.options:
            return str(value)
        place.unknown(_NOT_CHOICE, str(value), self.options, options=", ".join(self.options))
        return None

    def write(self, value: str) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class DurationKind:
    """A length of time, as `kesher.journeys.durations` reads it."""

    name: str = "duration"

    def read(self, value: Any, place: Place) -> Duration | None:
        duration = parse_duration(value) if isinstance(value, str) else None
        if duration is None:
            place.problem(_NOT_DURATION)
        return duration

    def write(self, value: Duration) -> str:
        return value.text


@dataclass(frozen=True, slots=True)
class OffsetKind:
    """How long before (`-3d`) or after (`2h`)."""

    name: str = "offset"

    def read(self, value: Any, place: Place) -> Offset | None:
        offset = parse_offset(value) if isinstance(value, str) else None
        if offset is None:
            place.problem(_NOT_OFFSET)
        return offset

    def write(self, value: Offset) -> str:
        return value.text


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A time of day as `HH:MM`, kept as text; `24:00` is the end of the day."""

    name: str = "local_time"

    def read(self, value: Any, place: Place) -> str | None:
        if isinstance(value, str) and _LOCAL_TIME.fullmatch(value):
            return value
        place.problem(_NOT_LOCAL_TIME)
        return None

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class DateKind:
    """A day as `YYYY-MM-DD`."""

    name: str = "date"

    def read(self, value: Any, place: Place) -> date | None:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        place.problem(_NOT_DATE)
        return None

    def write(self, value: date) -> str:
        return value.isoformat()


def minutes_of(local_time: str) -> int:
    """The minutes since midnight of a `LocalTime`."""
    if local_time == "24:00":
        return 24 * 60
    at = time.fromisoformat(local_time)
    return at.hour * 60 + at.minute


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the week, in the order of the week (Sunday first)."""

    name: str = "days"

    def read(self, value: Any, place: Place) -> tuple[str, ...] | None:
        if not isinstance(value, list):
            place.problem(_NOT_LIST)
            return None
        for position, day in enumerate(value):
            if day not in DAYS:
                place.at(position).unknown(_NOT_CHOICE, str(day), DAYS, options=", ".join(DAYS))
        if not value:
            place.problem(_EMPTY_LIST)
        return tuple(day for day in DAYS if day in value)

    def write(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


@dataclass(frozen=True, slots=True)
class Name:
    """What people call the thing, in one or both languages."""

    name: str = "name"

    def read(self, value: Any, place: Place) -> Text | None:
        if isinstance(value, str) and value:
            return Text(en=value, he=value)
        texts = value if isinstance(value, Mapping) else {}
        if not texts or texts.keys() - {"en", "he"} or not all(isinstance(t, str) and t for t in texts.values()):
            place.problem(_NOT_NAME)
            return None
        return Text.from_dict(texts)

    def write(self, value: Text) -> Any:
        return value.en if value.en == value.he else value.as_dict()


@dataclass(frozen=True, slots=True)
class Record:
    """Fields within a field, as one frozen dataclass."""

    fields: Sequence[Field]
    make: type
    name: str = "record"

    def read(self, value: Any, place: Place) -> Any:
        return self.make(**read_fields(self.fields, value, place))

    def write(self, value: Any) -> dict[str, Any]:
        return write_fields(self.fields, value)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of records; `unique` is the field that tells them apart."""

    record: Record
    unique: str | None = None
    name: str = "items"

    def read(self, value: Any, place: Place) -> tuple[Any, ...]:
        if not isinstance(value, list):
            place.problem(_NOT_LIST)
            return ()
        if not value:
            place.problem(_EMPTY_LIST)
        items = tuple(self.record.read(item, place.at(position)) for position, item in enumerate(value))
        self._check_unique(items, place)
        return items

    def _check_unique(self, items: tuple[Any, ...], place: Place) -> None:
        if self.unique is None:
            return
        seen: set[Any] = set()
        for position, item in enumerate(items):
            told = getattr(item, self.unique)
            if told is not None and told in seen:
                place.at(position).at(self.unique).problem(_TWICE, name=told)
            seen.add(told)

    def write(self, value: tuple[Any, ...]) -> list[Any]:
        return [self.record.write(item) for item in value]
