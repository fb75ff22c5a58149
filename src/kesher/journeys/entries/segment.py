"""Entry by entering a segment."""

from __future__ import annotations

from dataclasses import dataclass

from kesher.events.types import SystemEvent
from kesher.journeys.entries.base import EntryKind
from kesher.journeys.fields import Field, Names, WhereValue
from kesher.journeys.types import Criterion
from kesher.kernel.text import Text
from kesher.segments import queries as segments


@dataclass(frozen=True, slots=True)
class SegmentConfig:
    """The segment's key."""

    segment: str


class SegmentEntry(EntryKind):
    """A person enters when she comes to belong to a segment; those who belong already do not."""

    key = "segment"
    name = Text(en="Segment entered", he="כניסה לסגמנט")
    about = Text(en="People enter when they come into a segment.", he="אנשים נכנסים כשהם מצטרפים לסגמנט.")
    config = SegmentConfig
    fields = (Field("segment", Names("segment"), Text(en="Segment", he="סגמנט"), required=True),)

    def trigger(self, config: SegmentConfig) -> Criterion:
        filters = [{"property": "segment", "op": "eq", "value": config.segment}]
        return Criterion(SystemEvent.SEGMENT_ENTERED, WhereValue(filters, segments.parse_where(filters)))
