"""Entry by leaving a segment."""

from __future__ import annotations

from dataclasses import dataclass

from kesher.events.types import SystemEvent
from kesher.journeys.entries.base import EntryKind
from kesher.journeys.entries.segment import of_segment
from kesher.journeys.fields import Field, Names
from kesher.journeys.types import Criterion
from kesher.kernel.text import Text


@dataclass(frozen=True, slots=True)
class SegmentLeftConfig:
    """The segment's key."""

    segment: str


class SegmentLeftEntry(EntryKind):
    """A person enters when what she does, or time, takes her out of a segment; an edited rule does not."""

    key = "segment_left"
    name = Text(en="Segment left", he="יציאה מסגמנט")
    about = Text(en="People enter when they leave a segment.", he="אנשים נכנסים כשהם יוצאים מסגמנט.")
    icon = "users-minus"
    config = SegmentLeftConfig
    fields = (Field("segment", Names("segment"), Text(en="Segment", he="סגמנט"), required=True, key="segment_left"),)

    def trigger(self, config: SegmentLeftConfig) -> Criterion:
        return of_segment(SystemEvent.SEGMENT_LEFT, config.segment, built=False)
