-- name: older_events
-- The newest events of a workspace before a place in the log, the newest first, from the last seven days. Only what is
-- below every transaction still running, as every reader of the log does, so that nothing slips in behind a place that
-- was shown. Reads only; walks events_event_tx_ix backwards and stops at the limit.
SELECT e.tx_id::text, e.id, e.profile_id, e.type, e.name, e.occurred_at, e.received_at, e.properties
FROM events_event e
WHERE e.workspace_id = %(workspace_id)s::integer
  AND e.log_day >= (clock_timestamp() AT TIME ZONE 'UTC')::date - 6
  AND e.tx_id < pg_snapshot_xmin(pg_current_snapshot())
  AND (e.tx_id, e.id) < (%(tx_id)s::text::xid8, %(id)s::bigint)
ORDER BY e.tx_id DESC, e.id DESC LIMIT %(limit)s::integer

-- name: newer_events
-- What was logged in a workspace after a place, the oldest first; otherwise as older_events.
SELECT e.tx_id::text, e.id, e.profile_id, e.type, e.name, e.occurred_at, e.received_at, e.properties
FROM events_event e
WHERE e.workspace_id = %(workspace_id)s::integer
  AND e.log_day >= (clock_timestamp() AT TIME ZONE 'UTC')::date - 6
  AND e.tx_id < pg_snapshot_xmin(pg_current_snapshot())
  AND (e.tx_id, e.id) > (%(tx_id)s::text::xid8, %(id)s::bigint)
ORDER BY e.tx_id, e.id LIMIT %(limit)s::integer

-- name: newest_events
-- The newest events of each of some workspaces behind a place, the newest first, and where the log ends for readers:
-- what all clients of a process see next. Reads only; walks events_event_tx_ix backwards from the end to the place.
WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS tx_id)
SELECT h.tx_id::text, e.workspace_id, e.tx, e.id, e.profile_id, e.type, e.name, e.occurred_at, e.received_at,
       e.properties
FROM horizon h
LEFT JOIN LATERAL (
    SELECT w.id AS workspace_id, n.*
    FROM unnest(%(workspaces)s::integer[]) AS w (id)
    CROSS JOIN LATERAL (
        SELECT e.tx_id::text AS tx, e.id, e.profile_id, e.type, e.name, e.occurred_at, e.received_at, e.properties
        FROM events_event e
        WHERE e.workspace_id = w.id
          AND e.log_day >= (clock_timestamp() AT TIME ZONE 'UTC')::date - 6
          AND e.tx_id < h.tx_id
          AND (e.tx_id, e.id) > (%(tx_id)s::text::xid8, %(id)s::bigint)
        ORDER BY e.tx_id DESC, e.id DESC LIMIT %(limit)s::integer
    ) AS n
) AS e ON true

-- name: read_horizon
-- Where the log ends for readers now. No lock.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text
