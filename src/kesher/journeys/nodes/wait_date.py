"""Hold people until a date of their own: a renewal, an appointment, a birthday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kesher.events.types import PROFILE_IDENTIFIED
from kesher.journeys.durations import Offset
from kesher.journeys.fields import Boolean, Field, LocalTime, OffsetKind, RuleValue, Target, Words
from kesher.journeys.fields.given import look_up
from kesher.journeys.fields.kinds import minutes_of
from kesher.journeys.nodes.base import Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.types import Criterion
from kesher.journeys.zones import local_instant, on_the_wall
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.segments import queries as segments

_sql = statements_of("kesher.journeys")

_YEARS = range(-3, 4)
"""The anniversaries that are looked at, from the year of arrival: an offset is at most two years."""


@dataclass(frozen=True, slots=True)
class WaitDateConfig:
    """`at` is a time of the person's own day; without it a date begins at midnight and a time is taken as it is."""

    trait: str
    offset: Offset | None
    at: str | None
    yearly: bool
    next: str | None
    passed: str | None
    missing: str | None


class WaitDateNode(NodeType):
    """A wait for a date trait, so long before or after it. A changed trait moves the date of those who wait. Offsets in
    days count days of the person's calendar where the time of day is set, else 24 hours. The anniversary of the 29th of
    February is the 28th in other years."""

    key = "wait_date"
    name = Text(en="Wait for a date", he="המתנה לתאריך")
    about = Text(
        en="Waits until a date of the person, or so long before or after it, by the clock where the person lives.",
        he="ממתין עד תאריך של האדם, או פרק זמן לפניו או אחריו, לפי השעון במקום מגוריו.",
    )
    config = WaitDateConfig
    fields = (
        Field("trait", Words(), Text(en="Date of the person", he="תאריך של האדם"), required=True),
        Field("offset", OffsetKind(), Text(en="Before or after it", he="לפניו או אחריו")),
        Field("at", LocalTime(), Text(en="Time of day", he="שעה ביום")),
        Field("yearly", Boolean(), Text(en="Every year", he="בכל שנה"), default=False),
        Field("next", Target(), Text(en="Then", he="ואז")),
        Field("passed", Target(), Text(en="When it has passed", he="אם התאריך עבר")),
        Field("missing", Target(), Text(en="When there is no date", he="אם אין תאריך")),
    )

    def edges(self, config: WaitDateConfig) -> Mapping[str, str | None]:
        return {"next": config.next, "passed": config.passed, "missing": config.missing}

    def awaits(self, config: WaitDateConfig) -> tuple[Criterion, RuleValue | None]:
        return Criterion(PROFILE_IDENTIFIED), None

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            path=lambda group: group.node.config.trait.split("."),
            days=lambda group: _days(group.node.config.offset),
            rest=lambda group: f"{_rest(group.node.config.offset).total_seconds():.0f} seconds",
            at=lambda group: None if group.node.config.at is None else f"{minutes_of(group.node.config.at)} minutes",
            yearly=lambda group: group.node.config.yearly,
        )
        params = {"configs": configs, "wait_now": moment.now, **moment.ready().params}
        moment.decide(Relation(_sql["decide_date_waits"].compose({"ready": moment.ready()}), params))

    def play(self, stand: Stand) -> Decision:
        due_at = _due(stand)
        if due_at is None:
            return Decision("missing")
        if due_at < stand.node_entered_at:
            return Decision("passed")
        return Decision("next") if due_at <= stand.now else Decision(due_at=due_at)


def _days(offset: Offset | None) -> int:
    return (offset.days or 0) if offset else 0


def _rest(offset: Offset | None) -> timedelta:
    return offset.length if offset and offset.days is None else timedelta(0)


def _due(stand: Stand) -> datetime | None:
    config: WaitDateConfig = stand.node.config
    there, value = look_up(stand.person.traits, config.trait.split("."))
    moment = segments.read_moment(value) if there and isinstance(value, str) else None
    if moment is not None and config.at is None and not config.yearly:
        return moment + timedelta(days=_days(config.offset)) + _rest(config.offset)
    day = segments.read_day(value, stand.person) if there else None
    if day is None:
        return None
    days = [day]
    if config.yearly:
        year = on_the_wall(stand.node_entered_at, stand.person).year
        days = [_anniversary(day, year + step) for step in _YEARS]
    minutes = 0 if config.at is None else minutes_of(config.at)
    ahead = timedelta(days=_days(config.offset))
    moments = [local_instant(each + ahead, minutes, stand.person) + _rest(config.offset) for each in days]
    if not config.yearly:
        return moments[0]
    return min(each for each in moments if each >= stand.node_entered_at)


def _anniversary(day: date, year: int) -> date:
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) and not _is_leap(year) else day.replace(year=year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
