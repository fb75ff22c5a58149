"""What an event leaf measures over the events that it found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar, Self

from kesher.kernel.forms import FormField
from kesher.kernel.text import Text
from kesher.segments.reading import Reader
from kesher.segments.types import Activity, Aggregate, PastEvent, Scope, Verdict
from kesher.segments.windows import Window
from kesher.segments.words import Words


@dataclass(frozen=True, slots=True)
class History:
    """The events that a leaf found, oldest first; those ahead of now apart. The numbers may come from the summary,
    which remembers longer than the log."""

    now: datetime
    seen: Sequence[PastEvent]
    ahead: Sequence[PastEvent]
    count: int
    first_at: datetime | None
    last_at: datetime | None

    @property
    def next_at(self) -> datetime | None:
        """When the next event that is still ahead will be seen."""
        return self.ahead[0].occurred_at if self.ahead else None

    @classmethod
    def of(cls, events: Sequence[PastEvent], now: datetime, activity: Activity | None = None) -> History:
        """The history of events sorted by time, its numbers corrected by the summary when there is one."""
        place = bisect_right(events, now, key=attrgetter("occurred_at"))
        seen, ahead = events[:place], events[place:]
        count = len(seen)
        first_at = seen[0].occurred_at if seen else None
        last_at = seen[-1].occurred_at if seen else None
        if activity is not None:
            count = activity.count - len(ahead)
            first_at = activity.first_at if activity.first_at <= now else None
            last_at = activity.last_at if activity.last_at <= now else last_at
        return cls(now, seen, ahead, count, first_at, last_at)


@dataclass(frozen=True, slots=True)
class MeasureSql:
    """`columns` over the rows of the log that the window covers (those ahead of now included), unfolded by `items`;
    `holds` and `changes_at` are expressions over those columns, seen as `s`."""

    columns: Mapping[str, Aggregate]
    holds: str
    changes_at: str
    items: tuple[str, ...] = ()


class Measure(ABC):
    """A class each; `names` are the values of a leaf's `measure` field that mean it."""

    __slots__ = ()
    names: ClassVar[Mapping[str, Text]]
    form: ClassVar[tuple[FormField, ...]]

    @classmethod
    @abstractmethod
    def parse(cls, name: str, reader: Reader) -> Self:
        """The measure of a leaf's JSON object."""

    @abstractmethod
    def sql(self, scope: Scope, window: Window) -> MeasureSql:
        """The measure over the log."""

    @abstractmethod
    def says(self) -> Words:
        """The measure and its condition in words."""

    @abstractmethod
    def found(self, history: History) -> Any:
        """What was measured, None where there was nothing to measure."""

    @abstractmethod
    def evaluate(self, history: History, window: Window) -> Verdict:
        """The measure in memory."""


OF = FormField("of", "property", Text(en="Of the property", he="של המאפיין"), required=True)


def next_at(only: str = "") -> Aggregate:
    """When the next row that is still ahead will be seen."""
    return Aggregate("min(e.occurred_at)", only, ahead=True)
