"""Part people by whether they can be reached on a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kesher.consent.types import CHANNELS
from kesher.journeys.fields import Choice, Field, Names, Target
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.messaging import queries as messaging

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class SplitReachConfig:
    """With a topic, marketing on it must be permitted; without one permission is not asked. `otherwise` is written
    `else`."""

    channel: str
    topic: str | None
    then: str | None
    otherwise: str | None


class SplitReachNode(NodeType):
    """Asks what the sender will ask before a message: a valid address, no suppression, permission."""

    key = "split_reach"
    name = Text(en="Can be reached", he="האם ניתן לפנות")
    about = Text(
        en="Tells those who can be reached on a channel from those who have no address, are blocked or did not agree.",
        he="מבדיל בין מי שניתן לפנות אליו בערוץ ובין מי שאין לו כתובת, נחסם או לא נתן הסכמה.",
    )
    category = Category.SPLIT
    icon = "antenna-bars-5"
    config = SplitReachConfig
    fields = (
        Field("channel", Choice(CHANNELS), Text(en="Channel", he="ערוץ"), default="email"),
        Field("topic", Names("topic"), Text(en="Topic", he="נושא")),
        Field("then", Target(), Text(en="Then", he="ואז")),
        Field("otherwise", Target(), Text(en="Else", he="אחרת"), key="else"),
    )

    def edges(self, config: SplitReachConfig) -> Mapping[str, str | None]:
        return {"then": config.then, "else": config.otherwise}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups, channel=lambda group: group.node.config.channel, topic=lambda group: group.node.config.topic
        )
        ready = moment.ready()
        params = {**ready.params, "configs": configs}
        asked = Relation(_sql["reach_to_ask"].compose({"ready": ready}), params)
        unreachable = messaging.relation_unreachable(asked)
        statement = _sql["decide_reach"].compose({"ready": ready, "unreachable": unreachable})
        moment.decide(Relation(statement, {**params, **unreachable.params}))

    def play(self, stand: Stand) -> Decision:
        config: SplitReachConfig = stand.node.config
        reason = messaging.find_unreachable(
            traits=stand.person.traits,
            consents=stand.person.consents,
            suppressed=stand.world.suppressed,
            channel=config.channel,
            topic=config.topic,
        )
        return Decision("then") if reason is None else Decision("else", facts={"reason": str(reason)})
