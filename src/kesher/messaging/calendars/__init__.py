"""Calendars of days on which people are left in peace, computed for the place where each of them is."""

from kesher.messaging.calendars.closings import CALENDAR_NAMES, CALENDARS, closings_of, ensure_closings, extend_closings
from kesher.messaging.calendars.jewish import Closing
from kesher.messaging.calendars.places import Place, known_zones, place_at, place_named

__all__ = [
    "CALENDARS",
    "CALENDAR_NAMES",
    "Closing",
    "Place",
    "closings_of",
    "ensure_closings",
    "extend_closings",
    "known_zones",
    "place_at",
    "place_named",
]
