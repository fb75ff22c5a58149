"""What a kind of entry is: one class in one file, registered once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from kesher.events.types import SystemEvent
from kesher.journeys.dates import DateTerms
from kesher.journeys.fields import Field, Place, WhereValue, read_fields
from kesher.journeys.types import Criterion, Happening
from kesher.kernel.text import Text
from kesher.segments.types import Person


@dataclass(frozen=True, slots=True)
class Audience:
    """The members of a segment: all of them, only those who came in since the last time, or (`until`) only those who
    were in at the time."""

    segment: str
    newcomers: bool = False
    until: bool = False


class EntryKind(ABC):
    """A way into a journey: by an event that people cause (`trigger`), at times for a whole segment (`audience` and
    `next_occurrence`), or on a date of each person (`dated`). An entry in a file is of the first registered kind whose
    `key` it has."""

    key: ClassVar[str]
    name: ClassVar[Text]
    about: ClassVar[Text]
    icon: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    config: ClassVar[type]

    def read(self, data: Mapping[str, Any], place: Place) -> Any:
        """The configuration; mistakes are noted at their places."""
        return self.config(**read_fields(self.fields, data, place))

    @abstractmethod
    def trigger(self, config: Any) -> Criterion | None:
        """The event on which a person enters."""

    def admits(self, config: Any, happening: Happening) -> bool:
        """Whether this event would let its person in, before the entry's rule and the re-entry policy are asked: what
        the tick decides in SQL, in memory."""
        trigger = self.trigger(config)
        return trigger is not None and trigger.met_by(happening)

    def audience(self, config: Any) -> Audience | None:
        """Who enters at each occurrence."""
        return None

    def first_occurrence(self, config: Any, *, now: datetime, zone: str) -> datetime | None:
        """When the first audience enters after the journey was published at `now`; None when none ever does."""
        return self.next_occurrence(config, after=now, zone=zone)

    def dated(self, config: Any) -> DateTerms | None:
        """The date on which each person enters by herself. The tick keeps a timer for each; the first occurrence is
        when it begins to."""
        return None

    def next_moment(self, config: Any, person: Person, *, after: datetime) -> datetime | None:
        """When the person's own date lets her in next, later than `after`: what the timers hold, in memory."""
        dated = self.dated(config)
        moments = dated.moments(person, around=after) if dated else []
        return next((moment for moment in moments if moment > after), None)

    def next_occurrence(self, config: Any, *, after: datetime, zone: str) -> datetime | None:
        """The first occurrence later than `after`, for a workspace in `zone`."""
        return None


def of_journey(event: SystemEvent, journey: str, *, unless: str | None = None, **more: str) -> Criterion:
    """An event of Kesher about a journey, with further properties if wanted, or without one."""
    filters: list[dict[str, Any]] = [
        {"property": name, "op": "eq", "value": value} for name, value in {"journey": journey, **more}.items()
    ]
    if unless is not None:
        filters.append({"not": {"property": unless, "op": "exists"}})
    return Criterion(event, WhereValue.of(filters))
