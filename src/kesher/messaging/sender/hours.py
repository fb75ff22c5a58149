"""What the clocks and calendars say where the people of a batch are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.messaging.calendars import Place, ensure_closings, place_at
from kesher.messaging.policy import DROP, Policy, parse_policy, window_for

_sql = statements_of("kesher.messaging")

_HOURS = (
    "SELECT * FROM unnest(%(h_messages)s::bigint[], %(h_quiet)s::timestamptz[], %(h_quiet_drops)s::boolean[],"
    " %(h_window)s::timestamptz[], %(h_window_drops)s::boolean[], %(h_calendars)s::text[], %(h_places)s::text[])"
    " AS h (message_id, quiet_until, quiet_drops, window_until, window_drops, calendar, place)"
)
_COLUMNS = ("h_messages", "h_quiet", "h_quiet_drops", "h_window", "h_window_drops", "h_calendars", "h_places")


@dataclass(frozen=True, slots=True)
class _Hours:
    """Until when it is quiet and the window closed at a place, and which calendar is to be asked about it."""

    place: Place
    quiet_until: datetime | None = None
    quiet_drops: bool = False
    window_until: datetime | None = None
    window_drops: bool = False
    calendar: str | None = None

    @property
    def row(self) -> tuple[Any, ...]:
        return (
            self.quiet_until,
            self.quiet_drops,
            self.window_until,
            self.window_drops,
            self.calendar,
            self.place.key,
        )


def hours_of(conn: Conn, ids: Collection[int], *, now: datetime) -> Relation:
    """For each message of the batch that some hours concern: until when, and which calendar and place close it. Asked
    once a workspace, channel and place, whatever the number of people there."""
    policies: dict[int, tuple[Policy, str]] = {}
    for workspace_id, quiet, windows, zone in _sql.run(conn, "batch_policies", {"ids": list(ids)}):
        policies[workspace_id] = parse_policy([], quiet, windows), zone
    found: dict[tuple[Any, ...], _Hours] = {}
    rows: list[tuple[Any, ...]] = []
    if policies:
        values = {"ids": list(ids), "workspaces": list(policies)}
        for message_id, *key in _sql.run(conn, "batch_places", values):
            where = tuple(key)
            if where not in found:
                found[where] = _hours_at(*policies[where[0]], *where[1:], now=now)
            rows.append((message_id, *found[where].row))
        closing = [(hours.calendar, hours.place) for hours in found.values() if hours.calendar]
        ensure_closings(conn, closing, now=now)
    columns = zip(*rows, strict=True) if rows else [()] * len(_COLUMNS)
    return Relation(_HOURS, {name: list(column) for name, column in zip(_COLUMNS, columns, strict=True)})


def _hours_at(
    policy: Policy, default_zone: str, channel: str, zone: str, country: str, city: str, *, now: datetime
) -> _Hours:
    place = place_at(zone, country, city, default_zone=default_zone)
    quiet = policy.quiet_hours
    quiet_until = quiet.until(place.zone, now) if quiet else None
    named = country.strip().upper()
    window = window_for(policy.windows, channel=channel, country=named if len(named) == 2 else place.country)
    return _Hours(
        place,
        quiet_until,
        quiet is not None and quiet.action == DROP,
        window.until(place.zone, now) if window else None,
        window is not None and window.action == DROP,
        (window.calendar or None) if window else None,
    )
