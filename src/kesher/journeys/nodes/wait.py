"""Hold people for a while, until a time of day that suits them, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kesher.journeys.durations import Duration
from kesher.journeys.fields import Choice, Days, DurationKind, Field, LocalTime, Place, Record, Target
from kesher.journeys.fields.kinds import DAYS, minutes_of
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.nodes.rest_days import places_of, rested_from
from kesher.journeys.zones import instant_of, on_the_wall, zone_of
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.messaging.queries import CALENDAR_NAMES
from kesher.segments.types import Person

_sql = statements_of("kesher.journeys")

_NOTHING = Text(
    en="Say for how long, or until when: “for”, “until”, or both.",
    he="יש לציין כמה זמן או עד מתי: for,‏ until או שניהם.",
)
_WINDOW = Text(
    en="“after” must be earlier in the day than “before”.", he="השעה ב־after חייבת להיות מוקדמת מהשעה ב־before."
)


@dataclass(frozen=True, slots=True)
class Window:
    """Times of day in the person's own zone: from `after` (included) to `before` (not included) on `days`, and not on
    the rest days of `calendar` where she is."""

    after: str = "00:00"
    before: str = "24:00"
    days: tuple[str, ...] = DAYS
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class WaitConfig:
    """First `length` passes, then the window must be open."""

    length: Duration | None
    until: Window | None
    next: str | None


_WINDOW_FIELDS = (
    Field("after", LocalTime(), Text(en="Not before", he="לא לפני"), default="00:00"),
    Field("before", LocalTime(), Text(en="Not after", he="לא אחרי"), default="24:00"),
    Field("days", Days(), Text(en="Days", he="ימים"), default=DAYS),
    Field("calendar", Choice(CALENDAR_NAMES), Text(en="Not on the rest days of", he="לא בימי המנוחה של")),
)


class WaitNode(NodeType):
    """A wait for a duration and/or until a time window opens. A day is 24 hours; the window follows the person's
    clock, also across changes of daylight saving. An opening on a rest day is put off to the end of the rest, and then
    the window is asked again."""

    key = "wait"
    name = Text(en="Wait", he="המתנה")
    about = Text(
        en="Waits for a time, or until the right hours and days where the person lives.",
        he="ממתין פרק זמן, או עד לשעות ולימים המתאימים במקום מגוריו של האדם.",
    )
    category = Category.WAIT
    icon = "clock"
    config = WaitConfig
    fields = (
        Field("length", DurationKind(), Text(en="For", he="למשך"), key="for"),
        Field("until", Record(_WINDOW_FIELDS, Window), Text(en="Until", he="עד")),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> WaitConfig:
        config: WaitConfig = NodeType.read(self, data, place)
        if data.get("for") is None and data.get("until") is None:
            place.problem(_NOTHING)
        window = config.until
        if window and window.after and window.before and minutes_of(window.after) >= minutes_of(window.before):
            place.at("until").problem(_WINDOW)
        return config

    def takes_time(self, config: WaitConfig) -> bool:
        return config.length is not None

    def edges(self, config: WaitConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        windowed = [group for group in groups if group.node.config.until is not None]
        plain = [group for group in groups if group.node.config.until is None]
        if plain:
            _decide(moment, "decide_waits", {"configs": configs_of(plain, length=_length)})
        if windowed:
            configs = configs_of(
                windowed,
                length=_length,
                opens=lambda group: _minutes(group.node.config.until.after),
                closes=lambda group: _minutes(group.node.config.until.before),
                days=lambda group: [DAYS.index(day) for day in group.node.config.until.days],
                calendar=lambda group: group.node.config.until.calendar,
            )
            _decide(moment, "decide_windowed_waits", {"configs": configs, "places": places_of(moment, windowed)})

    def play(self, stand: Stand) -> Decision:
        config = stand.node.config
        due_at = stand.node_entered_at + (config.length.length if config.length else timedelta(0))
        if config.until is not None:
            due_at = _opening(config.until, max(due_at, stand.now), stand.person)
            if config.until.calendar is not None:
                due_at = rested_from(config.until.calendar, due_at, stand.person)
        return Decision("next") if due_at <= stand.now else Decision(due_at=due_at)


def _opening(window: Window, earliest: datetime, person: Person) -> datetime:
    """The first moment from `earliest` on at which the window is open on the person's clock."""
    local = on_the_wall(earliest, person)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    opens, closes = (timedelta(minutes=minutes_of(edge)) for edge in (window.after, window.before))
    for number in range(8):
        day = midnight + timedelta(days=number)
        if DAYS[day.isoweekday() % 7] not in window.days or (number == 0 and local - midnight >= closes):
            continue
        return earliest if number == 0 and local - midnight >= opens else instant_of(day + opens, zone_of(person))
    raise ValueError("a window without days never opens")


def _decide(moment: Moment, statement: str, values: Mapping[str, Any]) -> None:
    params = {**values, "wait_now": moment.now, **moment.ready().params}
    moment.decide(Relation(_sql[statement].compose({"ready": moment.ready()}), params))


def _length(group: Group) -> str:
    length: Duration | None = group.node.config.length
    return length.interval if length else "0"


def _minutes(time: str) -> str:
    return f"{minutes_of(time)} minutes"
