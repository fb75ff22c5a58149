"""Part people by the time it is where they live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kesher.journeys.fields import DateKind, Days, Field, Items, Key, LocalTime, Place, Record, Target
from kesher.journeys.fields.kinds import DAYS, minutes_of
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.zones import on_the_wall
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

_ELSE = Text(
    en="“else” is the way of all others; call the branch something else.",
    he="else היא הדרך של כל השאר; יש לקרוא לענף בשם אחר.",
)
_HOURS = Text(
    en="“after” must be earlier in the day than “before”.", he="השעה ב־after חייבת להיות מוקדמת מהשעה ב־before."
)
_DATES = Text(en="“from” must not be later than “to”.", he="התאריך ב־from אינו יכול להיות מאוחר מהתאריך ב־to.")


@dataclass(frozen=True, slots=True)
class Times:
    """From `after` (included) to `before` (not included) on `days`, from the date `first` to the date `last` (both
    included), written `from` and `to`."""

    name: str
    days: tuple[str, ...]
    after: str
    before: str
    first: date | None
    last: date | None
    next: str | None


@dataclass(frozen=True, slots=True)
class SplitTimeConfig:
    """Branches in their order; `otherwise` is written `else`."""

    branches: tuple[Times, ...]
    otherwise: str | None


_BRANCH = (
    Field("name", Key(), Text(en="Name", he="שם"), required=True),
    Field("days", Days(), Text(en="Days", he="ימים"), default=DAYS),
    Field("after", LocalTime(), Text(en="Not before", he="לא לפני"), default="00:00"),
    Field("before", LocalTime(), Text(en="Not after", he="לא אחרי"), default="24:00"),
    Field("first", DateKind(), Text(en="From the date", he="מתאריך"), key="from"),
    Field("last", DateKind(), Text(en="To the date", he="עד תאריך"), key="to"),
    Field("next", Target(), Text(en="Then", he="ואז")),
)


class SplitTimeNode(NodeType):
    """An ordered decision by weekday, time of day and date on the person's own clock (the workspace's when she has no
    zone)."""

    key = "split_time"
    name = Text(en="Time split", he="פיצול לפי זמן")
    about = Text(
        en="Sends each person down the first branch whose days, hours and dates fit the time where she lives.",
        he="שולח כל אדם בענף הראשון שהימים, השעות והתאריכים שלו מתאימים לזמן במקום מגוריו.",
    )
    category = Category.SPLIT
    icon = "clock-hour-4"
    config = SplitTimeConfig
    fields = (
        Field("branches", Items(Record(_BRANCH, Times), "name"), Text(en="Branches", he="ענפים"), required=True),
        Field("otherwise", Target(), Text(en="Else", he="אחרת"), key="else"),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> SplitTimeConfig:
        config: SplitTimeConfig = NodeType.read(self, data, place)
        for position, branch in enumerate(config.branches or ()):
            spot = place.at("branches").at(position)
            if branch.name == "else":
                spot.at("name").problem(_ELSE)
            if branch.after and branch.before and minutes_of(branch.after) >= minutes_of(branch.before):
                spot.problem(_HOURS)
            if branch.first and branch.last and branch.first > branch.last:
                spot.problem(_DATES)
        return config

    def edges(self, config: SplitTimeConfig) -> Mapping[str, str | None]:
        return {**{branch.name: branch.next for branch in config.branches}, "else": config.otherwise}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(groups, branches=_rows)
        params = {"configs": configs, "split_now": moment.now, **moment.ready().params}
        moment.decide(Relation(_sql["decide_time_splits"].compose({"ready": moment.ready()}), params))

    def play(self, stand: Stand) -> Decision:
        local = on_the_wall(stand.now, stand.person)
        facts = {"local": f"{local:%Y-%m-%dT%H:%M}"}
        day, minutes = DAYS[local.isoweekday() % 7], local.hour * 60 + local.minute
        for branch in stand.node.config.branches:
            if (
                day in branch.days
                and minutes_of(branch.after) <= minutes < minutes_of(branch.before)
                and (branch.first is None or branch.first <= local.date())
                and (branch.last is None or local.date() <= branch.last)
            ):
                return Decision(branch.name, facts=facts)
        return Decision("else", facts=facts)


def _rows(group: Group) -> list[dict[str, Any]]:
    return [
        {
            "position": position,
            "name": branch.name,
            "days": [DAYS.index(day) for day in branch.days],
            "opens": f"{minutes_of(branch.after)} minutes",
            "closes": f"{minutes_of(branch.before)} minutes",
            "first": branch.first and branch.first.isoformat(),
            "last": branch.last and branch.last.isoformat(),
        }
        for position, branch in enumerate(group.node.config.branches)
    ]
