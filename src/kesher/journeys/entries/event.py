"""Entry by an event."""

from __future__ import annotations

from dataclasses import dataclass

from kesher.journeys.entries.base import EntryKind
from kesher.journeys.fields import Field, Where, WhereValue, Words
from kesher.journeys.types import Criterion
from kesher.kernel.text import Text


@dataclass(frozen=True, slots=True)
class EventConfig:
    """The event's name in the log, and what its properties must be."""

    event: str
    where: WhereValue | None


class EventEntry(EntryKind):
    """A person enters when she does something."""

    key = "event"
    name = Text(en="Event", he="אירוע")
    about = Text(en="People enter when they do something.", he="אנשים נכנסים כשהם עושים דבר מה.")
    icon = "bolt"
    config = EventConfig
    fields = (
        Field("event", Words(name="event"), Text(en="Event", he="אירוע"), required=True),
        Field("where", Where(), Text(en="Where", he="כאשר")),
    )

    def trigger(self, config: EventConfig) -> Criterion:
        return Criterion(config.event, config.where)
