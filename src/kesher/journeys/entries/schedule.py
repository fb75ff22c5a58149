"""Entry of a whole segment at set times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kesher.journeys.entries.base import EntryKind
from kesher.journeys.fields import Days, Field, LocalTime, Names, Place, Record
from kesher.journeys.fields.kinds import DAYS
from kesher.journeys.types import Criterion
from kesher.journeys.zones import instant_of
from kesher.kernel.text import Text

_LOCAL_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")

_NOT_MOMENT = Text(
    en='Write a date and a time such as "2026-03-01 09:00".', he='יש לכתוב תאריך ושעה, למשל "2026-03-01 09:00".'
)
_ONE_OF = Text(
    en="Write either “at” (once) or “time”, with “days” if wanted (again and again).",
    he="יש לכתוב at (פעם אחת) או time, ואם רוצים גם days (שוב ושוב).",
)
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
    """Once (`at`), or at `time` on `days`."""

    at: str | None
    time: str | None
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """When, and whose."""

    schedule: Times
    segment: str


_TIMES = (
    Field("at", LocalMoment(), Text(en="Once, at", he="פעם אחת, ב־")),
    Field("time", LocalTime(), Text(en="Time of day", he="שעה ביום")),
    Field("days", Days(), Text(en="Days", he="ימים"), default=DAYS),
)


class ScheduleEntry(EntryKind):
    """All members of a segment enter at a time of the workspace's clock, once or again and again. A local time that
    daylight saving skips counts as the moment of the change; one that comes twice counts the second time."""

    key = "schedule"
    name = Text(en="Schedule", he="לוח זמנים")
    about = Text(
        en="All members of a segment enter at a set time, once or repeatedly.",
        he="כל חברי הסגמנט נכנסים במועד קבוע, פעם אחת או שוב ושוב.",
    )
    config = ScheduleConfig
    fields = (
        Field("schedule", Record(_TIMES, Times), Text(en="When", he="מתי"), required=True),
        Field("segment", Names("segment"), Text(en="Segment", he="סגמנט"), required=True),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> ScheduleConfig:
        config: ScheduleConfig = EntryKind.read(self, data, place)
        times = data.get("schedule")
        if isinstance(times, Mapping):
            spot = place.at("schedule")
            if (times.get("at") is None) == (times.get("time") is None) or ("at" in times and "days" in times):
                spot.problem(_ONE_OF)
            if config.schedule.time == "24:00":
                spot.at("time").problem(_LAST_MINUTE)
        return config

    def trigger(self, config: ScheduleConfig) -> Criterion | None:
        return None

    def audience(self, config: ScheduleConfig) -> str:
        return config.segment

    def next_occurrence(self, config: ScheduleConfig, *, after: datetime, zone: str) -> datetime | None:
        times = config.schedule
        if times.at is not None:
            once = instant_of(datetime.fromisoformat(times.at), zone)
            return once if once > after else None
        assert times.time is not None
        today = after.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        hour, minute = map(int, times.time.split(":"))
        for days in range(9):
            local = (today + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
            occurrence = instant_of(local, zone)
            if DAYS[local.isoweekday() % 7] in times.days and occurrence > after:
                return occurrence
        return None
