"""Let only so many people through in an hour or a day, in the order in which they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kesher.journeys.fields import Choice, Field, Integer, Target
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

PERIODS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_PERIODS = {
    "minute": Text(en="minute", he="דקה"),
    "hour": Text(en="hour", he="שעה"),
    "day": Text(en="day", he="יממה"),
}


@dataclass(frozen=True, slots=True)
class RateGateConfig:
    """At most `limit` people in any stretch of one `per`."""

    limit: int
    per: str
    next: str | None


class RateGateNode(NodeType):
    """Everybody draws a number. Number k passes one period after number k - limit did, or at once when that is over:
    so no period, wherever it begins, sees more than `limit`, also after an outage. The gates are locked while
    numbers are drawn and passed, so that several engines share one queue; it is one queue for all versions. The place
    of somebody who leaves the journey while she waits stays empty."""

    key = "rate_gate"
    name = Text(en="Rate gate", he="ויסות קצב")
    about = Text(
        en="Lets at most so many people through per hour or day; the others queue in the order of their arrival.",
        he="מעביר לכל היותר מספר נתון של אנשים בשעה או ביום; האחרים ממתינים בתור לפי סדר הגעתם.",
    )
    category = Category.WAIT
    icon = "gauge"
    config = RateGateConfig
    fields = (
        Field("limit", Integer(1, 1_000_000), Text(en="At most", he="לכל היותר"), required=True),
        Field("per", Choice(_PERIODS), Text(en="Per", he="לכל"), default="hour"),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def edges(self, config: RateGateConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            most=lambda group: group.node.config.limit,
            period=lambda group: f"{PERIODS[group.node.config.per].total_seconds():.0f} seconds",
        )
        ready = moment.ready()
        params = {**ready.params, "configs": configs, "gate_now": moment.now}
        _sql.run(moment.conn, "lock_gates")
        for statement in ("open_gates", "draw_tickets", "pass_tickets", "clear_tickets"):
            _sql.run(moment.conn, statement, params, ready=ready)
        moment.decide(Relation(_sql["decide_gates"].compose({"ready": ready}), params))

    def play(self, stand: Stand) -> Decision:
        config: RateGateConfig = stand.node.config
        place = ("rate_gate", stand.journey, stand.node.key)
        passes: list[datetime] = stand.world.counted.setdefault(place, [])
        ticket = (*place, stand.person.profile_id, stand.run_id, stand.entered_at, stand.visit)
        number: int = stand.world.counted.setdefault(ticket, len(passes))
        before = passes[number - config.limit] + PERIODS[config.per] if number >= config.limit else stand.now
        due_at = max(stand.now, before)
        passes[number:] = [due_at, *passes[number + 1 :]]
        return Decision("next", facts={"number": number + 1}) if due_at <= stand.now else Decision(due_at=due_at)
