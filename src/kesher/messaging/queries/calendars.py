"""Reads of the calendars that close places."""

from __future__ import annotations

from datetime import datetime, timedelta

from kesher.accounts import queries as accounts
from kesher.messaging.calendars import CALENDARS, Closing, closings_of, place_at
from kesher.messaging.errors import CalendarNotFound


def list_closings(
    calendar: str, *, workspace_id: int, now: datetime, days: int, zone: str = "", country: str = "", city: str = ""
) -> list[Closing]:
    """When the calendar closes a place in the coming days, the one under way included; CalendarNotFound otherwise.
    Without zone, country and city it is the workspace's place."""
    if calendar not in CALENDARS:
        raise CalendarNotFound(key=calendar, known=", ".join(CALENDARS))
    place = place_at(zone, country, city, default_zone=accounts.get_workspace(workspace_id).timezone)
    return closings_of(calendar, place, start=now, end=now + timedelta(days=days))
