"""Entry on a date of the person: a birthday, a renewal, an appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kesher.journeys.dates import DateTerms
from kesher.journeys.durations import Offset
from kesher.journeys.entries.base import EntryKind
from kesher.journeys.fields import Boolean, Field, LocalTime, OffsetKind, Words
from kesher.kernel.text import Text


@dataclass(frozen=True, slots=True)
class DateConfig:
    """The trait, how long before or after it, at which time of the person's day, and whether every year."""

    date: str
    offset: Offset | None
    at: str | None
    yearly: bool


class DateEntry(EntryKind):
    """A person enters on a date of hers, once or on each anniversary. A timer for each person is kept exact: it moves
    when the trait or the zone changes. A moment that passed more than a day ago (an outage, a pause) starts nothing."""

    key = "date"
    name = Text(en="Date of the person", he="תאריך של האדם")
    about = Text(
        en="People enter on a date of theirs, or so long before or after it, once or every year.",
        he="אנשים נכנסים בתאריך שלהם, או פרק זמן לפניו או אחריו, פעם אחת או בכל שנה.",
    )
    icon = "calendar-event"
    config = DateConfig
    fields = (
        Field("date", Words(name="trait"), Text(en="Date of the person", he="תאריך של האדם"), required=True),
        Field("offset", OffsetKind(), Text(en="Before or after it", he="לפניו או אחריו")),
        Field("at", LocalTime(), Text(en="Time of day", he="שעה ביום")),
        Field("yearly", Boolean(), Text(en="Every year", he="בכל שנה"), default=False),
    )

    def trigger(self, config: DateConfig) -> None:
        return None

    def dated(self, config: DateConfig) -> DateTerms:
        return DateTerms(config.date, config.offset, config.at, config.yearly)

    def first_occurrence(self, config: DateConfig, *, now: datetime, zone: str) -> datetime:
        return now
