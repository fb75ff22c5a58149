-- name: lock_lake
-- One writer of the lake at a time. Advisory lock of the session, not of a transaction: while a file is written no
-- transaction may be open, for it would hold back every reader of the log.
SELECT pg_try_advisory_lock(%(lock)s::bigint)

-- name: unlock_lake
-- The lake is free. Advisory lock of the session.
SELECT pg_advisory_unlock(%(lock)s::bigint)

-- name: lake_bounds
-- From where to where the next slice goes (see fill_slice), whether it holds a row, and whether it stopped at the
-- limit. No lock; events_event_tx_ix of each partition.
WITH start AS MATERIALIZED (
    SELECT tx_id FROM events_cursor WHERE consumer = 'lake' ORDER BY tx_id LIMIT 1
), horizon AS MATERIALIZED (
    SELECT pg_snapshot_xmin(pg_current_snapshot()) AS tx_id
), last AS MATERIALIZED (
    SELECT tx_id FROM events_event
    WHERE tx_id >= (SELECT tx_id FROM start) AND tx_id < (SELECT tx_id FROM horizon)
    ORDER BY tx_id OFFSET %(limit)s::int - 1 LIMIT 1
)
SELECT (SELECT tx_id FROM start)::text::bigint,
    coalesce((SELECT tx_id::text::bigint + 1 FROM last), (SELECT tx_id::text::bigint FROM horizon)),
    EXISTS (
        SELECT FROM events_event
        WHERE tx_id >= (SELECT tx_id FROM start) AND tx_id < (SELECT tx_id FROM horizon)
    ),
    EXISTS (SELECT FROM last)

-- name: lake_rows
-- The rows of a slice for the lake, times as microseconds since 1970, near in time near in the file. No lock;
-- events_event_tx_ix of each partition.
SELECT id, workspace_id, log_day, profile_id, source_id, type, name, message_key,
    (extract(epoch FROM occurred_at) * 1000000)::bigint, (extract(epoch FROM received_at) * 1000000)::bigint,
    properties, context
FROM events_event
WHERE tx_id >= %(start)s::text::xid8 AND tx_id < %(until)s::text::xid8
ORDER BY workspace_id, log_day, occurred_at

-- name: lake_application
-- The name under which this cluster's transaction ids stand in the lake: in another cluster they begin anew.
SELECT 'kesher ' || system_identifier::text FROM pg_control_system()
