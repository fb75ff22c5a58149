"""Times of people's own clocks, in memory as PostgreSQL reckons them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kesher.segments.types import Person


def instant_of(local: datetime, zone: str) -> datetime:
    """The moment of a local time, as PostgreSQL's AT TIME ZONE: of a time that comes twice the second one, of a skipped
    one that by the clock before the change."""
    readings = [local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(readings)


def zone_of(person: Person) -> str:
    """The person's zone, or the workspace's when she has none."""
    return person.zone or person.workspace_zone


def on_the_wall(moment: datetime, person: Person) -> datetime:
    """The date and time on the person's clock, without a zone."""
    return moment.astimezone(ZoneInfo(zone_of(person))).replace(tzinfo=None)


def local_instant(day: date, minutes: int, person: Person) -> datetime:
    """The moment so many minutes after the start of a day on the person's clock."""
    return instant_of(datetime(day.year, day.month, day.day) + timedelta(minutes=minutes), zone_of(person))  # noqa: DTZ001


def json_moment(at: datetime) -> str:
    """A moment as PostgreSQL writes it into JSON."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if at.microsecond else text) + "+00:00"
