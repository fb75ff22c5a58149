"""Hold people until they do something, or for so long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kesher.journeys.durations import Duration
from kesher.journeys.fields import DurationKind, Field, RuleKind, RuleValue, Target, Where, WhereValue, Words
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.types import Criterion
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class WaitUntilConfig:
    """The event counts only while the rule holds for the profile."""

    event: str
    where: WhereValue | None
    rule: RuleValue | None
    length: Duration
    then: str | None
    timeout: str | None
    same: str | None


class WaitUntilNode(NodeType):
    """A wait for an event, with a way out for those who do not do it in time."""

    key = "wait_until"
    name = Text(en="Wait for an event", he="המתנה לאירוע")
    about = Text(
        en="Waits until the person does something; when the time is up, goes on by the other way.",
        he="ממתין עד שהאדם עושה דבר מה; כשהזמן תם, ממשיך בדרך האחרת.",
    )
    category = Category.WAIT
    icon = "hourglass"
    config = WaitUntilConfig
    fields = (
        Field("event", Words(name="event"), Text(en="Event", he="אירוע"), required=True),
        Field("where", Where(), Text(en="Where", he="כאשר")),
        Field("rule", RuleKind(), Text(en="And the person", he="והאדם")),
        Field("length", DurationKind(), Text(en="At most", he="לכל היותר"), required=True, key="for"),
        Field("then", Target(), Text(en="When it happens", he="כשזה קורה")),
        Field(
            "same",
            Words(name="property"),
            Text(en="Of the same", he="של אותו"),
            help=Text(
                en="A property that must be the same as in the event of the entry, such as order.id.",
                he="מאפיין שערכו חייב להיות כמו באירוע הכניסה, למשל order.id.",
            ),
        ),
        Field("timeout", Target(), Text(en="When it does not", he="אם זה לא קורה")),
    )

    def takes_time(self, config: WaitUntilConfig) -> bool:
        return True

    def edges(self, config: WaitUntilConfig) -> Mapping[str, str | None]:
        return {"then": config.then, "timeout": config.timeout}

    def awaits(self, config: WaitUntilConfig) -> tuple[Criterion, RuleValue | None]:
        return Criterion(config.event, config.where, same=config.same), config.rule

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(groups, length=lambda group: group.node.config.length.interval)
        params = {"configs": configs, "wait_now": moment.now, **moment.ready().params}
        moment.decide(Relation(_sql["decide_event_waits"].compose({"ready": moment.ready()}), params))

    def play(self, stand: Stand) -> Decision:
        if stand.signal is not None:
            return Decision("then", facts=stand.signal)
        due_at = stand.node_entered_at + stand.node.config.length.length
        return Decision("timeout") if due_at <= stand.now else Decision(due_at=due_at)
