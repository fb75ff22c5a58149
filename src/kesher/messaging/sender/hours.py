"""What the clocks and calendars say where the people of a batch are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.messaging.calendars import ensure_closings
from kesher.messaging.policy import Policy, parse_policy
from kesher.messaging.policy.hours import Hours, hours_at

_sql = statements_of("kesher.messaging")

_HOURS = (
    "SELECT * FROM unnest(%(h_messages)s::bigint[], %(h_quiet)s::timestamptz[], %(h_quiet_drops)s::boolean[],"
    " %(h_window)s::timestamptz[], %(h_window_drops)s::boolean[], %(h_calendars)s::text[], %(h_places)s::text[])"
    " AS h (message_id, quiet_until, quiet_drops, window_until, window_drops, calendar, place)"
)
_COLUMNS = ("h_messages", "h_quiet", "h_quiet_drops", "h_window", "h_window_drops", "h_calendars", "h_places")


def hours_of(conn: Conn, ids: Collection[int], *, now: datetime) -> Relation:
    """For each message of the batch that some hours concern: until when, and which calendar and place close it. Asked
    once a workspace, channel and place, whatever the number of people there."""
    policies: dict[int, tuple[Policy, str]] = {}
    for workspace_id, quiet, windows, zone in _sql.run(conn, "batch_policies", {"ids": list(ids)}):
        policies[workspace_id] = parse_policy([], quiet, windows), zone
    found: dict[tuple[Any, ...], Hours] = {}
    rows: list[tuple[Any, ...]] = []
    if policies:
        values = {"ids": list(ids), "workspaces": list(policies)}
        for message_id, *key in _sql.run(conn, "batch_places", values):
            where = tuple(key)
            if where not in found:
                found[where] = hours_at(*policies[where[0]], *where[1:], now=now)
            rows.append((message_id, *_row(found[where])))
        closing = [(hours.calendar, hours.place) for hours in found.values() if hours.calendar]
        ensure_closings(conn, closing, now=now)
    columns = zip(*rows, strict=True) if rows else [()] * len(_COLUMNS)
    return Relation(_HOURS, {name: list(column) for name, column in zip(_COLUMNS, columns, strict=True)})


def _row(hours: Hours) -> tuple[Any, ...]:
    quiet, window = (hours.quiet_until, hours.quiet_drops), (hours.window_until, hours.window_drops)
    return (*quiet, *window, hours.calendar, hours.place.key)
