"""Part people by what they did with a message: was it sent, did they open it, did they click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.events.types import SystemEvent
from kesher.journeys.durations import Duration
from kesher.journeys.fields import Choice, DurationKind, Field, Names, NodeName, Place, Target, Words
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.zones import json_moment
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.segments.types import PastEvent

_sql = statements_of("kesher.journeys")

_DEEDS = {
    "sent": (SystemEvent.MESSAGE_SENT,),
    "opened": (SystemEvent.MESSAGE_OPENED, SystemEvent.MESSAGE_CLICKED),
    "clicked": (SystemEvent.MESSAGE_CLICKED,),
}
"""Who clicked has opened, also where her mail program shows no pictures."""

_DID = {
    "sent": Text(en="sent", he="נשלחה"),
    "opened": Text(en="opened", he="נפתחה"),
    "clicked": Text(en="clicked", he="הוקלקה"),
}
_ONE = Text(
    en="Name either a “node” of this journey that sends, or a “template”.",
    he="יש לציין node: צומת במסע הזה ששולח הודעה, או template: תבנית.",
)
_LINK = Text(en="“link” goes with “clicked”.", he="השדה link שייך ל־clicked.")


@dataclass(frozen=True, slots=True)
class SplitEngagementConfig:
    """`node`: the messages of this very run; `template`: all messages of it. `otherwise` is written `else`."""

    node: str | None
    template: str | None
    did: str
    link: str | None
    within: Duration | None
    then: str | None
    otherwise: str | None


class SplitEngagementNode(NodeType):
    """Reads the log; what a program did with a message (a scanner, a proxy) counts for nothing."""

    key = "split_engagement"
    name = Text(en="Engagement", he="תגובה להודעה")
    about = Text(
        en="Tells those who opened or clicked a message from those who did not.",
        he="מבדיל בין מי שפתח הודעה או הקליק בה ובין מי שלא.",
    )
    category = Category.SPLIT
    icon = "mail-opened"
    config = SplitEngagementConfig
    fields = (
        Field("node", NodeName(), Text(en="The message of node", he="ההודעה של הצומת")),
        Field("template", Names("template"), Text(en="Or any message of template", he="או כל הודעה של התבנית")),
        Field("did", Choice(_DID), Text(en="Was", he="האם"), default="opened"),
        Field("link", Words(), Text(en="The link contains", he="הקישור מכיל")),
        Field("within", DurationKind(), Text(en="Within the last", he="במשך")),
        Field("then", Target(), Text(en="Then", he="ואז")),
        Field("otherwise", Target(), Text(en="Else", he="אחרת"), key="else"),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> SplitEngagementConfig:
        config: SplitEngagementConfig = NodeType.read(self, data, place)
        if (data.get("node") is None) == (data.get("template") is None):
            place.problem(_ONE)
        if config.link is not None and config.did != "clicked":
            place.at("link").problem(_LINK)
        return config

    def edges(self, config: SplitEngagementConfig) -> Mapping[str, str | None]:
        return {"then": config.then, "else": config.otherwise}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            names=lambda group: list(_DEEDS[group.node.config.did]),
            sender=lambda group: group.node.config.node,
            template=lambda group: group.node.config.template,
            link=lambda group: group.node.config.link,
            within=lambda group: group.node.config.within and group.node.config.within.interval,
        )
        params = {"configs": configs, "split_now": moment.now, **moment.ready().params}
        moment.decide(Relation(_sql["decide_engagement"].compose({"ready": moment.ready()}), params))

    def play(self, stand: Stand) -> Decision:
        config: SplitEngagementConfig = stand.node.config
        deeds = [deed for name in _DEEDS[config.did] for deed in stand.person.events.get(name, ())]
        last = max((deed.occurred_at for deed in deeds if _counts(deed, stand)), default=None)
        return Decision("else") if last is None else Decision("then", facts={"at": json_moment(last)})


def _counts(deed: PastEvent, stand: Stand) -> bool:
    config: SplitEngagementConfig = stand.node.config
    properties = deed.properties
    if deed.occurred_at > stand.now or properties.get("machine") is True:
        return False
    if config.within is not None and deed.occurred_at <= stand.now - config.within.length:
        return False
    if config.link is not None and config.link not in str(properties.get("url", "")):
        return False
    if config.template is not None:
        return properties.get("template") == config.template
    return properties.get("node") == config.node and _is_of_run(deed, stand)


def _is_of_run(deed: PastEvent, stand: Stand) -> bool:
    """By the run's number where there is one; in a play, by the journey and the time of entry."""
    if stand.run_id is not None:
        return deed.properties.get("run_id") == stand.run_id
    return deed.properties.get("journey") == stand.journey and deed.occurred_at >= stand.entered_at
