"""The end of the journey, with a reason of its own if wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kesher.journeys.fields import Field, Key
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class ExitConfig:
    """`reason` is recorded instead of `completed`."""

    reason: str | None


class ExitNode(NodeType):
    """Ends the run as completed."""

    key = "exit"
    name = Text(en="Exit", he="יציאה")
    about = Text(en="The journey ends here.", he="המסע מסתיים כאן.")
    category = Category.FLOW
    icon = "door-exit"
    config = ExitConfig
    fields = (Field("reason", Key(), Text(en="Reason", he="סיבה")),)

    def edges(self, config: ExitConfig) -> Mapping[str, str | None]:
        return {"exit": None}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        statement = _sql["decide_exits"].compose({"ready": moment.ready()})
        configs = configs_of(groups, reason=lambda group: group.node.config.reason)
        moment.decide(Relation(statement, {"configs": configs, **moment.ready().params}))

    def play(self, stand: Stand) -> Decision:
        reason = stand.node.config.reason
        return Decision(outcome="exit", facts={} if reason is None else {"reason": reason})
