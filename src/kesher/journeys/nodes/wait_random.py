"""Hold people for a while that chance decides, so that they do not all move at the same moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any

from kesher.journeys.durations import Duration
from kesher.journeys.fields import DurationKind, Field, Place, Target
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

_ORDER = Text(en="“from” must be shorter than “to”.", he="הזמן ב־from חייב להיות קצר מהזמן ב־to.")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WaitRandomConfig:
    """`shortest` is written `from`, `longest` is written `to`."""

    shortest: Duration
    longest: Duration
    next: str | None


class WaitRandomNode(NodeType):
    """A whole number of seconds between two lengths, both included. It is a hash of who entered which journey when, of
    the node and the visit: the same in a play of the same history."""

    key = "wait_random"
    name = Text(en="Random wait", he="המתנה אקראית")
    about = Text(en="Waits for a random time between two lengths.", he="ממתין פרק זמן אקראי בין שני ערכים.")
    category = Category.WAIT
    icon = "arrows-random"
    config = WaitRandomConfig
    fields = (
        Field("shortest", DurationKind(), Text(en="At least", he="לפחות"), required=True, key="from"),
        Field("longest", DurationKind(), Text(en="At most", he="לכל היותר"), required=True, key="to"),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> WaitRandomConfig:
        config: WaitRandomConfig = NodeType.read(self, data, place)
        if config.shortest and config.longest and config.shortest.length >= config.longest.length:
            place.problem(_ORDER)
        return config

    def takes_time(self, config: WaitRandomConfig) -> bool:
        return True

    def edges(self, config: WaitRandomConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            salt=lambda group: f"{group.journey}.{group.node.key}",
            shortest=lambda group: _seconds(group.node.config.shortest),
            longest=lambda group: _seconds(group.node.config.longest),
        )
        params = {"configs": configs, "wait_now": moment.now, **moment.ready().params}
        moment.decide(Relation(_sql["decide_random_waits"].compose({"ready": moment.ready()}), params))

    def play(self, stand: Stand) -> Decision:
        config: WaitRandomConfig = stand.node.config
        entered = (stand.entered_at - _EPOCH) // timedelta(microseconds=1)
        salted = f"{stand.journey}.{stand.node.key}:{stand.person.profile_id}:{entered}:{stand.visit}"
        drawn = int(md5(salted.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        shortest, longest = _seconds(config.shortest), _seconds(config.longest)
        seconds = shortest + ((longest - shortest + 1) * drawn >> 32)
        due_at = stand.node_entered_at + timedelta(seconds=seconds)
        return Decision("next", facts={"seconds": seconds}) if due_at <= stand.now else Decision(due_at=due_at)


def _seconds(duration: Duration) -> int:
    return int(duration.length.total_seconds())
