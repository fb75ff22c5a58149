"""People, permissions and their past, made by a few statements of SQL: a base to measure on, not a way to import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kesher.kernel.db import Conn

EVENT_NAMES = ("Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "Order Completed")


def add_people(conn: Conn, *, workspace_id: int, people: int, now: datetime) -> None:
    """People with names, traits and permission for the topic `news`, all in the segment `everyone`."""
    values = {"w": workspace_id, "n": people, "now": now}
    for statement in _PEOPLE:
        conn.execute(statement, values)
    conn.execute("VACUUM ANALYZE profiles_profile, consent_state, segments_membership, segments_known_profile")


def add_user_ids(conn: Conn, *, workspace_id: int, now: datetime) -> None:
    """A user id `u<profile>` for everybody, by which the collector knows them."""
    conn.execute(
        "INSERT INTO profiles_identifier (workspace_id, kind, value, profile_id, origin_profile_id, created_at)"
        " SELECT workspace_id, 'user_id', 'u' || id, id, id, %s FROM profiles_profile"
        " WHERE workspace_id = %s ORDER BY id",
        (now, workspace_id),
    )
    conn.execute("VACUUM ANALYZE profiles_identifier")


def add_history(
    conn: Conn, *, workspace_id: int, events: int, days: int, now: datetime, names: Sequence[str] = EVENT_NAMES
) -> None:
    """Events spread evenly over the people and the last days, in the log and in the summary, as if read by all."""
    values = {
        "w": workspace_id,
        "n": events,
        "now": now,
        "seconds": days * 86_400,
        "names": list(names),
    }
    _make_days(conn, (now - timedelta(days=days)).date(), now.date())
    # A row of the log costs three entries in indexes: built afterwards, ten million take half the time.
    indexes = conn.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'events_event'").fetchall()
    for name, _ in indexes:
        conn.execute(f'DROP INDEX "{name}"')
    conn.execute(_HISTORY[0], values)
    conn.execute("SET work_mem = '256MB'; SET maintenance_work_mem = '256MB'")
    for _, definition in indexes:
        conn.execute(definition.replace(" ON ONLY ", " ON "))
    for statement in _HISTORY[1:]:
        conn.execute(statement, values)
    conn.execute("VACUUM ANALYZE events_event, events_summary")
    conn.execute("RESET work_mem; RESET maintenance_work_mem")


def _make_days(conn: Conn, first: date, last: date) -> None:
    """The partitions of past days, which an installation would have made day by day."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        conn.execute(
            f"CREATE TABLE IF NOT EXISTS events_event_{day:%Y%m%d} PARTITION OF events_event"
            f" FOR VALUES FROM ('{day}') TO ('{day + timedelta(days=1)}')"
        )


_PEOPLE = (
    """INSERT INTO profiles_profile (workspace_id, shard, traits, email, language, timezone, created_at)
       SELECT %(w)s, n %% 64, jsonb_build_object('first_name', (ARRAY['דנה','יוסי','נועם','מאיה','Ruth'])[n %% 5 + 1],
              'last_name', 'כהן', 'city', (ARRAY['חיפה','ירושלים','תל אביב'])[n %% 3 + 1], 'points', n %% 900,
              'vip', n %% 7 = 0), 'p' || n || '@people.example', CASE WHEN n %% 5 = 4 THEN 'en' ELSE 'he' END,
              CASE WHEN n %% 3 = 0 THEN 'UTC' END, %(now)s
       FROM generate_series(1, %(n)s) n""",
    "UPDATE accounts_workspace SET timezone = 'UTC' WHERE id = %(w)s",
    """INSERT INTO consent_state (profile_id, channel, topic, workspace_id, shard, state, given_at)
       SELECT id, 'email', 'news', workspace_id, shard, 'granted', %(now)s FROM profiles_profile""",
    """INSERT INTO segments_segment (workspace_id, key, name, rule, state, revision, level, holds_empty, build_cursor,
                                     created_at, updated_at)
       VALUES (%(w)s, 'everyone', '{}', '{"trait": "first_name", "op": "exists"}', 'live', 1, 0, false, 0, %(now)s,
               %(now)s)""",
    """INSERT INTO segments_membership (segment_id, profile_id, workspace_id, shard, entered_at)
       SELECT s.id, p.id, p.workspace_id, p.shard, %(now)s FROM profiles_profile p, segments_segment s
       WHERE s.key = 'everyone' ORDER BY p.id""",
    "INSERT INTO segments_known_profile (profile_id, shard) SELECT id, shard FROM profiles_profile ORDER BY id",
)

# The person of event n is a multiplicative hash of n, so that nobody's events lie side by side; its time goes back from
# now in even steps. One partition would be a log of one day: each day gets its own, as in life.
_HISTORY = (
    """INSERT INTO events_event (log_day, workspace_id, shard, profile_id, source_id, type, name, message_key,
                                 occurred_at, received_at, properties, context)
       SELECT (made.at AT TIME ZONE 'UTC')::date, %(w)s, made.profile_id %% 64, made.profile_id, 1, 'track',
              (%(names)s::text[])[(hashint8(made.n) & 1048575) %% cardinality(%(names)s::text[]) + 1],
              lpad(to_hex(made.n), 32, '0')::uuid, made.at, made.at,
              jsonb_build_object('revenue', made.n %% 200, 'order_id', made.n, 'seconds', made.n %% 700), '{}'
       FROM (SELECT n, p.low + (n * 2654435761 %% p.count) AS profile_id,
                    %(now)s::timestamptz - make_interval(secs => %(seconds)s::float8 * (%(n)s - n) / %(n)s) AS at
             FROM generate_series(1::bigint, %(n)s) n,
                  (SELECT min(id) AS low, count(*) AS count FROM profiles_profile) p) AS made""",
    """INSERT INTO events_summary (profile_id, name, workspace_id, shard, count, first_at, last_at)
       SELECT profile_id, name, %(w)s, min(shard), count(*), min(occurred_at), max(occurred_at)
       FROM events_event GROUP BY profile_id, name""",
    """INSERT INTO events_cursor (consumer, shard, tx_id)
       SELECT 'engine', s, pg_snapshot_xmin(pg_current_snapshot()) FROM generate_series(0, 63) s
       ON CONFLICT (consumer, shard) DO UPDATE SET tx_id = excluded.tx_id""",
)
