"""Start another journey for the same person, and go on at once or when she is through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kesher.events.types import SystemEvent
from kesher.journeys.durations import Duration
from kesher.journeys.fields import Boolean, DurationKind, Field, Names, RuleValue, Target, WhereValue
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand, StartJourney
from kesher.journeys.types import Criterion
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

_MONTH = Duration("30d", timedelta(days=30))


@dataclass(frozen=True, slots=True)
class SubJourneyConfig:
    """`length` is written `for`: how long to wait at most. Without `timeout`, longer is a failure."""

    journey: str
    wait: bool
    length: Duration
    then: str | None
    timeout: str | None


class SubJourneyNode(NodeType):
    """Starts a run of the other journey's current version in the same tick, whatever its way of entry, if its re-entry
    policy lets her in; its templates see this run's entry event. Her way there goes on also when she leaves this
    journey. A journey that is on the way already (`parent.path`) is not started again: a circle is a failure."""

    key = "sub_journey"
    name = Text(en="Another journey", he="מסע אחר")
    about = Text(
        en="Starts another journey for the person, and waits until she is through if wanted.",
        he="מתחיל לאדם מסע אחר, ואם רוצים ממתין עד שיסיים אותו.",
    )
    category = Category.FLOW
    icon = "route"
    config = SubJourneyConfig
    fails = True
    fields = (
        Field("journey", Names("journey"), Text(en="Journey", he="מסע"), required=True),
        Field("wait", Boolean(), Text(en="Wait until she is through", he="להמתין לסיומו"), default=True),
        Field("length", DurationKind(), Text(en="At most", he="לכל היותר"), default=_MONTH, key="for"),
        Field("then", Target(), Text(en="Then", he="ואז")),
        Field("timeout", Target(), Text(en="When it takes longer", he="אם זה נמשך יותר")),
    )

    def edges(self, config: SubJourneyConfig) -> Mapping[str, str | None]:
        return {"then": config.then} if config.timeout is None else {"then": config.then, "timeout": config.timeout}

    def awaits(self, config: SubJourneyConfig) -> tuple[Criterion, RuleValue | None] | None:
        if not config.wait:
            return None
        mine = WhereValue.of([{"property": "journey", "op": "eq", "value": config.journey}])
        return Criterion(SystemEvent.JOURNEY_EXITED, mine), None

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            parent=lambda group: group.journey,
            child=lambda group: group.node.config.journey,
            waits=lambda group: group.node.config.wait,
            length=lambda group: group.node.config.length.interval,
            has_way=lambda group: group.node.config.timeout is not None,
        )
        ready = moment.ready()
        params = {**ready.params, "configs": configs, "sub_now": moment.now}
        moment.start(Relation(_sql["children_to_start"].compose({"ready": ready}), params))
        moment.decide(Relation(_sql["decide_sub_journeys"].compose({"ready": ready}), params))

    def play(self, stand: Stand) -> Decision:
        """Whether the other journey lets her in is not known here; it is taken for granted."""
        config: SubJourneyConfig = stand.node.config
        due_at = stand.node_entered_at + config.length.length
        started = (StartJourney(config.journey),) if stand.now == stand.node_entered_at else ()
        if not config.wait or stand.signal is not None:
            return Decision("then", effects=started)
        if due_at > stand.now:
            return Decision(due_at=due_at, effects=started)
        return Decision("timeout") if config.timeout else Decision(failure="journey_timeout")
