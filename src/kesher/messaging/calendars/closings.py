"""The table of closings: computed a year ahead for each place that is asked about, and read by the gate in sets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from psycopg.types.json import Jsonb

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.messaging.calendars.jewish import Closing, jewish_closings
from kesher.messaging.calendars.places import Place, place_named

_sql = statements_of("kesher.messaging")

CALENDAR_NAMES: Mapping[str, Text] = {"jewish": Text(en="the Jewish calendar", he="הלוח העברי")}
CALENDARS: Mapping[str, Callable[[Place, date, date], list[Closing]]] = {"jewish": jewish_closings}
"""Each says when a place is closed from one day to another."""

_AHEAD = timedelta(days=400)
_LOW = timedelta(days=60)
"""A place whose last closing is nearer than this is computed again, the whole way ahead."""
_BEHIND = timedelta(days=14)


def closings_of(calendar: str, place: Place, *, start: datetime, end: datetime) -> list[Closing]:
    """When the calendar closes the place between two moments; computed, without the table."""
    found = CALENDARS[calendar](place, (start - timedelta(days=4)).date(), (end + timedelta(days=4)).date())
    return [closing for closing in found if closing.ends_at > start and closing.starts_at < end]


def ensure_closings(conn: Conn, places: Collection[tuple[str, Place]], *, now: datetime) -> None:
    """Compute the closings of these calendars and places around `now`, unless the table has them."""
    wanted = {(calendar, place.key): place for calendar, place in places}
    if not wanted:
        return
    params = {
        "calendars": [calendar for calendar, _ in wanted],
        "places": [key for _, key in wanted],
        "now": now,
        "until": now + _LOW,
    }
    missing = [tuple(row) for row in _sql.run(conn, "list_uncovered", params)]
    if missing:
        _fill(conn, [(calendar, wanted[calendar, key]) for calendar, key in missing], now)


def extend_closings(conn: Conn, *, now: datetime) -> int:
    """Compute further ahead for every place in the table, and forget what is long over; how many places there are."""
    rows = _sql.run(conn, "list_closed_places").fetchall()
    named = [(calendar, place_named(key)) for calendar, key in rows]
    with conn.transaction():
        _fill(conn, [(calendar, place) for calendar, place in named if place is not None], now)
        _sql.run(conn, "forget_closings", {"before": now - _AHEAD})
    return len(rows)


def _fill(conn: Conn, places: list[tuple[str, Place]], now: datetime) -> None:
    rows = [
        {
            "calendar": calendar,
            "place": place.key,
            "starts_at": closing.starts_at.isoformat(),
            "ends_at": closing.ends_at.isoformat(),
            "name": closing.name.as_dict(),
        }
        for calendar, place in places
        for closing in closings_of(calendar, place, start=now - _BEHIND, end=now + _AHEAD)
    ]
    _sql.run(conn, "add_closings", {"rows": Jsonb(rows)})
