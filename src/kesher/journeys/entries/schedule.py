"""Entry of a whole segment at set times."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kesher.journeys.entries.base import Audience, EntryKind
from kesher.journeys.fields import Choice, Days, Field, LocalTime, Names, Place, Record
from kesher.journeys.fields.kinds import DAYS
from kesher.journeys.types import Criterion
from kesher.journeys.zones import instant_of
from kesher.kernel.text import Text

_LOCAL_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")

_NOT_MOMENT = Text(
    en='Write a date and a time such as "2026-03-01 09:00".', he='יש לכתוב תאריך ושעה, למשל "2026-03-01 09:00".'
)
_ONE_OF = Text(
    en="Write either “at” (once) or “time”, with “days” or “dates” if wanted (again and again).",
    he="יש לכתוב at (פעם אחת) או time, ואם רוצים גם days או dates (שוב ושוב).",
)
_NOT_DATES = Text(
    en="Write dates of the month from 1 to 31, or “last”.", he="יש לכתוב תאריכים בחודש, מ־1 עד 31, או last."
)
LAST = "last"
_ALL, _NEW = "all", "new"
_SEARCHED_DAYS = 64
"""Every date of the month comes at least every second month."""
_LAST_MINUTE = Text(en='The day\'s last time is "23:59".', he='השעה האחרונה ביום היא "23:59".')


@dataclass(frozen=True, slots=True)
class LocalMoment:
    """A date and time of the workspace's clock, kept as text."""

    name: str = "local_moment"

    def read(self, value: Any, place: Place) -> str | None:
        if isinstance(value, str) and _LOCAL_MOMENT.fullmatch(value):
            try:
                return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M}"
            except ValueError:
                pass
        place.problem(_NOT_MOMENT)
        return None

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Times:
    """Once (`at`), or at `time` on days of the week, or on dates of the month."""

    at: str | None
    time: str | None
    days: tuple[str, ...]
    dates: tuple[int | str, ...] | None

    def include(self, local: datetime) -> bool:
        """Whether a day of the workspace's clock is one of them."""
        if self.dates is None:
            return DAYS[local.isoweekday() % 7] in self.days
        last = monthrange(local.year, local.month)[1]
        return local.day in self.dates or (local.day == last and LAST in self.dates)


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates of the month: 1 to 31 (a month that has no such day is passed over), and `last`."""

    name: str = "dates"

    def read(self, value: Any, place: Place) -> tuple[int | str, ...] | None:
        dates = value if isinstance(value, list) else [value]
        right = all(each == LAST or (type(each) is int and 1 <= each <= 31) for each in dates)
        if not dates or not right:
            place.problem(_NOT_DATES)
            return None
        return (*sorted({each for each in dates if each != LAST}), *([LAST] if LAST in dates else []))

    def write(self, value: tuple[int | str, ...]) -> list[int | str]:
        return list(value)


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """When, and whose: all members each time, or those who came into the segment since the last time."""

    schedule: Times
    segment: str
    members: str


_TIMES = (
    Field("at", LocalMoment(), Text(en="Once, at", he="פעם אחת, ב־")),
    Field("time", LocalTime(), Text(en="Time of day", he="שעה ביום")),
    Field("days", Days(), Text(en="Days", he="ימים"), default=DAYS),
    Field("dates", Dates(), Text(en="Dates of the month", he="תאריכים בחודש")),
)


class ScheduleEntry(EntryKind):
    """All members of a segment enter at a time of the workspace's clock, once or again and again. A local time that
    daylight saving skips counts as the moment of the change; one that comes twice counts the second time."""

    key = "schedule"
    name = Text(en="Schedule", he="לוח זמנים")
    about = Text(
        en="The members of a segment enter at a set time, once or repeatedly; each time all, or only the new ones.",
        he="חברי הסגמנט נכנסים במועד קבוע, פעם אחת או שוב ושוב; בכל פעם כולם, או רק החדשים.",
    )
    icon = "calendar-time"
    config = ScheduleConfig
    fields = (
        Field("schedule", Record(_TIMES, Times), Text(en="When", he="מתי"), required=True),
        Field("segment", Names("segment"), Text(en="Segment", he="סגמנט"), required=True),
        Field(
            "members",
            Choice({_ALL: Text(en="all", he="כולם"), _NEW: Text(en="only the new ones", he="רק החדשים")}),
            Text(en="Members", he="חברים"),
            default=_ALL,
        ),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> ScheduleConfig:
        config: ScheduleConfig = EntryKind.read(self, data, place)
        times = data.get("schedule")
        if isinstance(times, Mapping):
            spot = place.at("schedule")
            told = {name for name in ("at", "time", "days", "dates") if times.get(name) is not None}
            if len(told & {"at", "time"}) != 1 or len(told & {"at", "days", "dates"}) > 1:
                spot.problem(_ONE_OF)
            if config.schedule.time == "24:00":
                spot.at("time").problem(_LAST_MINUTE)
        return config

    def trigger(self, config: ScheduleConfig) -> Criterion | None:
        return None

    def audience(self, config: ScheduleConfig) -> Audience:
        return Audience(config.segment, newcomers=config.members == _NEW)

    def next_occurrence(self, config: ScheduleConfig, *, after: datetime, zone: str) -> datetime | None:
        times = config.schedule
        if times.at is not None:
            once = instant_of(datetime.fromisoformat(times.at), zone)
            return once if once > after else None
        assert times.time is not None
        today = after.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        hour, minute = map(int, times.time.split(":"))
        for days in range(_SEARCHED_DAYS):
            local = (today + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
            occurrence = instant_of(local, zone)
            if times.include(local) and occurrence > after:
                return occurrence
        return None
