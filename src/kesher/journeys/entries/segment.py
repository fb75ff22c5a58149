"""Entry by entering a segment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kesher.events.types import SystemEvent
from kesher.journeys.entries.base import Audience, EntryKind
from kesher.journeys.fields import Boolean, Field, Names, WhereValue
from kesher.journeys.types import Criterion
from kesher.kernel.text import Text


@dataclass(frozen=True, slots=True)
class SegmentConfig:
    """The segment's key. With `existing` those who are in it already enter too, when the journey is published."""

    segment: str
    existing: bool


class SegmentEntry(EntryKind):
    """A person enters when what she does, or time, brings her into a segment. That a segment is built, or its rule
    edited, brings nobody in, unless `existing` says that whoever is in it shall enter."""

    key = "segment"
    name = Text(en="Segment entered", he="כניסה לסגמנט")
    about = Text(en="People enter when they come into a segment.", he="אנשים נכנסים כשהם מצטרפים לסגמנט.")
    icon = "users-plus"
    config = SegmentConfig
    fields = (
        Field("segment", Names("segment"), Text(en="Segment", he="סגמנט"), required=True),
        Field(
            "existing",
            Boolean(),
            Text(en="Also those who are in it already", he="גם מי שכבר נמצא בו"),
            default=False,
        ),
    )

    def trigger(self, config: SegmentConfig) -> Criterion:
        return of_segment(SystemEvent.SEGMENT_ENTERED, config.segment, built=config.existing)

    def audience(self, config: SegmentConfig) -> Audience | None:
        return Audience(config.segment, until=True) if config.existing else None

    def first_occurrence(self, config: SegmentConfig, *, now: datetime, zone: str) -> datetime | None:
        return now if config.existing else None


def of_segment(event: SystemEvent, segment: str, *, built: bool) -> Criterion:
    """The event of a segment; without `built` only when a change of the person, and not of the rule, is its cause."""
    filters = [{"property": "segment", "op": "eq", "value": segment}]
    if not built:
        filters.append({"property": "cause", "op": "eq", "value": "change"})
    return Criterion(event, WhereValue.of(filters))
