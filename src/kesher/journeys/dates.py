"""The moments that a date of a person stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kesher.journeys.durations import Offset
from kesher.journeys.fields.given import look_up
from kesher.journeys.fields.kinds import minutes_of
from kesher.journeys.zones import local_instant, on_the_wall
from kesher.segments import queries as segments
from kesher.segments.types import Person

_YEARS = range(-3, 4)
"""The anniversaries that are looked at, around a year: an offset is at most two years."""


@dataclass(frozen=True, slots=True)
class DateTerms:
    """A date trait, so long before or after it, at a time of the person's own day, once or every year. Without a time
    of day a date begins at midnight and a time is taken as it is. Offsets in days count days of the person's calendar
    where the time of day is set, else 24 hours. The anniversary of the 29th of February is the 28th in other years."""

    trait: str
    offset: Offset | None
    at: str | None
    yearly: bool

    def row(self) -> dict[str, Any]:
        """The terms as the statements take them."""
        return {
            "path": self.trait.split("."),
            "days": self._days,
            "rest": f"{self._rest.total_seconds():.0f} seconds",
            "at": None if self.at is None else f"{minutes_of(self.at)} minutes",
            "yearly": self.yearly,
        }

    def moments(self, person: Person, *, around: datetime) -> list[datetime]:
        """When it is, in order; of every year those around a moment. Empty when the person has no such date."""
        there, value = look_up(person.traits, self.trait.split("."))
        moment = segments.read_moment(value) if there and isinstance(value, str) else None
        if moment is not None and self.at is None and not self.yearly:
            return [moment + timedelta(days=self._days) + self._rest]
        day = segments.read_day(value, person) if there else None
        if day is None:
            return []
        year = on_the_wall(around, person).year
        days = [_anniversary(day, year + step) for step in _YEARS] if self.yearly else [day]
        minutes = 0 if self.at is None else minutes_of(self.at)
        return [local_instant(each + timedelta(days=self._days), minutes, person) + self._rest for each in days]

    @property
    def _days(self) -> int:
        return (self.offset.days or 0) if self.offset else 0

    @property
    def _rest(self) -> timedelta:
        return self.offset.length if self.offset and self.offset.days is None else timedelta(0)


def _anniversary(day: date, year: int) -> date:
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) and not _is_leap(year) else day.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
