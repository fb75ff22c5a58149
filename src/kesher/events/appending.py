"""What Kesher itself logs: system events, and consent with its events."""

from __future__ import annotations

from datetime import datetime

from kesher.consent import services as consent
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.kernel.wake import WORK, notify
from kesher.profiles.services import hold_survivors

_sql = statements_of(__package__)


def append_events(conn: Conn, events: Relation, *, now: datetime) -> int:
    """Log system events; how many. Columns: `workspace_id int, profile_id bigint, name text, occurred_at timestamptz,
    properties jsonb`. A merged profile's go to where it lives on; an unknown one's are left out."""
    with conn.transaction():
        row = _sql.run(conn, "append_events", {"shards": SHARDS, "now": now}, events=events).fetchone()
        assert row is not None
        count, survivors = row
        if survivors:
            hold_survivors(conn, survivors)
        if count:
            notify(conn, WORK)
        return int(count)


def record_consents(conn: Conn, entries: Relation, *, now: datetime) -> int:
    """Write to the ledger of consent and log `Consent Given`, `Consent Withdrawn` or `Consent Requested`; how many.
    Columns: `workspace_id int, profile_id bigint, channel text, topic text, state text, source text, wording text,
    evidence jsonb, given_at timestamptz`."""
    with conn.transaction():
        ids = consent.record_entries(conn, entries, now=now)
        if ids:
            append_events(conn, Relation(_sql["consent_events"].sql, {"consent_entries": ids}), now=now)
        return len(ids)
