"""What the clock says at a place under a policy; the calendars are asked apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kesher.messaging.calendars import Place, place_at
from kesher.messaging.policy.reading import DROP
from kesher.messaging.policy.rules import Policy
from kesher.messaging.policy.windows import window_for


@dataclass(frozen=True, slots=True)
class Hours:
    """Until when it is quiet and the window closed at a place, and which calendar is to be asked about it."""

    place: Place
    quiet_until: datetime | None = None
    quiet_drops: bool = False
    window_until: datetime | None = None
    window_drops: bool = False
    calendar: str | None = None


def hours_at(
    policy: Policy, default_zone: str, channel: str, zone: str, country: str, city: str, *, now: datetime
) -> Hours:
    """The hours that hold for a channel and a person in this zone, country and city."""
    place = place_at(zone, country, city, default_zone=default_zone)
    quiet = policy.quiet_hours
    quiet_until = quiet.until(place.zone, now) if quiet else None
    named = country.strip().upper()
    window = window_for(policy.windows, channel=channel, country=named if len(named) == 2 else place.country)
    return Hours(
        place,
        quiet_until,
        quiet is not None and quiet.action == DROP,
        window.until(place.zone, now) if window else None,
        window is not None and window.action == DROP,
        (window.calendar or None) if window else None,
    )
