"""Dates, times and durations, read alike in memory and by the SQL functions of migrations/0002.

A date is `YYYY-MM-DD`; a datetime is ISO 8601 with seconds and a zone (`2026-01-31T09:30:00+02:00`, `…Z`); both from
the year 1000 to 2999. Anything else is not a date, and no rule about dates holds for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from kesher.segments.reading import Mistake, Reader, unknown

_DATE = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_MOMENT = re.compile(
    r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
)
MAX_DAYS = 36_500
_UNITS = {"minutes": 60, "hours": 3_600, "days": 86_400}


def read_date(text: str) -> date | None:
    """The date that a text spells, or None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """The moment (in UTC) that a text spells, or None."""
    if not _MOMENT.fullmatch(text):
        return None
    head, fraction, zone = text[:19], "", ""
    rest = text[19:]
    match = re.match(r"\.([0-9]+)", rest)
    if match:
        fraction = "." + match[1].ljust(6, "0")
        rest = rest[match.end() :]
    zone = "+00:00" if rest == "Z" else rest
    try:
        return datetime.fromisoformat(head + fraction + zone).astimezone(UTC)
    except ValueError:
        return None


@lru_cache(maxsize=1_024)
def _zone(name: str, fallback: str) -> ZoneInfo:
    for candidate in (name, fallback):
        try:
            return ZoneInfo(candidate)
        except (KeyError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def day_start(day: date, zone: str, fallback: str) -> datetime:
    """The first moment of a day in a zone: local midnight, or where the clocks skip it the moment they do.

    Where midnight comes twice the later one counts, as in PostgreSQL's `AT TIME ZONE`. An unknown zone means
    `fallback`.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=_zone(zone, fallback))
    offsets = [midnight.replace(fold=fold).utcoffset() or timedelta(0) for fold in (0, 1)]
    return midnight.replace(tzinfo=UTC) - min(offsets)


def local_date(moment: datetime, zone: str, fallback: str) -> date:
    """The date on the wall at a moment."""
    return moment.astimezone(_zone(zone, fallback)).date()


def parse_duration(source: Any, path: str) -> timedelta:
    """A duration `{"days": 30}` (or hours, or minutes): an exact length, a day is 24 hours."""
    if not isinstance(source, Mapping) or len(source) != 1:
        raise Mistake(
            path,
            'This must be a duration such as {"days": 30} (minutes, hours or days).',
            'כאן צריך לבוא משך זמן, למשל {"days": 30} (דקות minutes, שעות hours או ימים days).',
        )
    ((unit, amount),) = source.items()
    if unit not in _UNITS:
        raise unknown(f"{path}.{unit}", unit, _UNITS)
    longest = MAX_DAYS * 86_400 // _UNITS[unit]
    if isinstance(amount, bool) or not isinstance(amount, int) or not 1 <= amount <= longest:
        raise Mistake(
            f"{path}.{unit}",
            f"This must be a whole number from 1 to {longest}.",
            f"כאן צריך מספר שלם מ־1 עד {longest}.",
        )
    return timedelta(seconds=amount * _UNITS[unit])


def parse_moment(source: Any, path: str) -> datetime:
    """An absolute moment with its zone."""
    moment = read_moment(source) if isinstance(source, str) else None
    if moment is None:
        raise Mistake(
            path,
            "This must be a time with its zone, such as 2026-01-31T09:30:00+02:00.",
            "כאן צריך לבוא זמן עם אזור זמן, למשל 2026-01-31T09:30:00+02:00.",
        )
    return moment


def parse_days(reader: Reader, name: str) -> int:
    """A whole number of days, up to a hundred years either way."""
    given = reader.value(name)
    if isinstance(given, bool) or not isinstance(given, int) or abs(given) > MAX_DAYS:
        raise Mistake(
            reader.place(name),
            f"This must be a whole number of days from -{MAX_DAYS} to {MAX_DAYS}.",
            f"כאן צריך מספר ימים שלם מ־{-MAX_DAYS} עד {MAX_DAYS}.",
        )
    return given


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of several moments; None is never."""
    known = [moment for moment in moments if moment is not None]
    return min(known) if known else None
