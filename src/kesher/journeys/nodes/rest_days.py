"""Rest days in a wait: the calendars of the room messaging, at the place where each person is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from psycopg.types.json import Jsonb

from kesher.journeys.nodes.base import Group, Moment, configs_of
from kesher.kernel.sql import statements_of
from kesher.messaging import queries as calendars
from kesher.messaging import services as messaging
from kesher.segments.types import Person

_sql = statements_of("kesher.journeys")


def places_of(moment: Moment, groups: Sequence[Group]) -> Jsonb:
    """Where the people are who stand at nodes that keep a calendar: (zone, country, city, default_zone) and the place
    that these are. The closings of these places are in the table afterwards."""
    ruled = [group for group in groups if group.node.config.until.calendar]
    if not ruled:
        return Jsonb([])
    configs = configs_of(ruled, calendar=lambda group: group.node.config.until.calendar)
    statement = _sql["list_rest_places"].compose({"ready": moment.ready()})
    params = {"configs": configs, **moment.ready().params}
    rows, closing = [], []
    for calendar, zone, country, city, default_zone in moment.conn.execute(statement, params).fetchall():
        place = calendars.place_at(zone, country, city, default_zone=default_zone)
        closing.append((calendar, place))
        rows.append({"zone": zone, "country": country, "city": city, "default_zone": default_zone, "place": place.key})
    messaging.ensure_closings(moment.conn, closing, now=moment.now)
    return Jsonb([dict(pairs) for pairs in dict.fromkeys(tuple(row.items()) for row in rows)])


def rested_from(calendar: str, at: datetime, person: Person) -> datetime:
    """The end of the closing in which a moment lies where the person is; the moment itself when it lies in none."""
    country, city = (_named(person, name) for name in ("country", "city"))
    place = calendars.place_at(person.zone, country, city, default_zone=person.workspace_zone)
    found = calendars.closings_of(calendar, place, start=at, end=at + timedelta(microseconds=1))
    return max([at, *(closing.ends_at for closing in found if closing.starts_at <= at < closing.ends_at)])


def _named(person: Person, name: str) -> str:
    address = person.traits.get("address")
    value = person.traits.get(name)
    if value is None and isinstance(address, dict):
        value = address.get(name)
    return value if isinstance(value, str) else ""
