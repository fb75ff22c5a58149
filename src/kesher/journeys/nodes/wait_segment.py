"""Hold people until they belong to a segment, or no longer do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kesher.events.types import SystemEvent
from kesher.journeys.durations import Duration
from kesher.journeys.fields import Choice, DurationKind, Field, Names, RuleValue, Target, WhereValue
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.types import Criterion
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.segments import queries as segments

_sql = statements_of("kesher.journeys")

IN, OUT = "in", "out"


@dataclass(frozen=True, slots=True)
class WaitSegmentConfig:
    """`until` is `in` or `out`."""

    segment: str
    until: str
    length: Duration
    then: str | None
    timeout: str | None


class WaitSegmentNode(NodeType):
    """A wait for a membership: who has it already passes at once, the others when they enter (or leave) the segment."""

    key = "wait_segment"
    name = Text(en="Wait for a segment", he="המתנה לסגמנט")
    about = Text(
        en="Waits until the person is in a segment, or out of it; when the time is up, goes on by the other way.",
        he="ממתין עד שהאדם שייך לסגמנט, או חדל להשתייך אליו; כשהזמן תם, ממשיך בדרך האחרת.",
    )
    category = Category.WAIT
    icon = "users-group"
    config = WaitSegmentConfig
    fields = (
        Field("segment", Names("segment"), Text(en="Segment", he="סגמנט"), required=True),
        Field(
            "until",
            Choice({IN: Text(en="in it", he="בתוכו"), OUT: Text(en="out of it", he="מחוצה לו")}),
            Text(en="Until the person is", he="עד שהאדם"),
            default=IN,
        ),
        Field("length", DurationKind(), Text(en="At most", he="לכל היותר"), required=True, key="for"),
        Field("then", Target(), Text(en="When it happens", he="כשזה קורה")),
        Field("timeout", Target(), Text(en="When it does not", he="אם זה לא קורה")),
    )

    def edges(self, config: WaitSegmentConfig) -> Mapping[str, str | None]:
        return {"then": config.then, "timeout": config.timeout}

    def awaits(self, config: WaitSegmentConfig) -> tuple[Criterion, RuleValue | None]:
        event = SystemEvent.SEGMENT_ENTERED if config.until == IN else SystemEvent.SEGMENT_LEFT
        filters = [{"property": "segment", "op": "eq", "value": config.segment}]
        return Criterion(event, WhereValue(filters, segments.parse_where(filters))), None

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            length=lambda group: group.node.config.length.interval,
            segment=lambda group: group.node.config.segment,
            inside=lambda group: group.node.config.until == IN,
        )
        params = {"configs": configs, "wait_now": moment.now, **moment.ready().params}
        moment.decide(Relation(_sql["decide_segment_waits"].compose({"ready": moment.ready()}), params))

    def play(self, stand: Stand) -> Decision:
        config: WaitSegmentConfig = stand.node.config
        if stand.signal is not None or (config.segment in stand.person.segments) == (config.until == IN):
            return Decision("then", facts=stand.signal or {})
        due_at = stand.node_entered_at + config.length.length
        return Decision("timeout") if due_at <= stand.now else Decision(due_at=due_at)
