-- name: read_cursors
-- How far a consumer has read. No lock: close_slice notices when somebody else moved it. Primary key.
SELECT shard, tx_id::text::bigint FROM events_cursor
WHERE consumer = %(consumer)s::text AND shard = ANY (%(shards)s::smallint[])

-- name: start_cursors
-- A consumer's first look at shards: from the beginning of the log, or from now on. Primary key.
INSERT INTO events_cursor (consumer, shard, tx_id)
SELECT %(consumer)s::text, shard,
    CASE WHEN %(beginning)s::bool THEN '0'::xid8 ELSE pg_snapshot_xmin(pg_current_snapshot()) END
FROM unnest(%(shards)s::smallint[]) AS s (shard)
ON CONFLICT (consumer, shard) DO NOTHING

-- name: fill_slice
-- Whole transactions below the horizon: every transaction under it has ended, and its rows are in this snapshot. Ends
-- after the transaction of the row number `limit`. Yields the end, the rows, and whether it stopped at the limit. The
-- shards' own cursors are asked as an array, so that each partition is searched once and not once a shard. No lock;
-- events_event_tx_ix of each partition.
WITH horizon AS MATERIALIZED (
    SELECT pg_snapshot_xmin(pg_current_snapshot()) AS tx_id
), cursors AS MATERIALIZED (
    SELECT shard, tx_id FROM events_cursor
    WHERE consumer = %(consumer)s::text AND shard = ANY (%(shards)s::smallint[])
), start AS MATERIALIZED (
    SELECT tx_id FROM cursors ORDER BY tx_id LIMIT 1
), read_to AS MATERIALIZED (
    SELECT array_agg(c.tx_id ORDER BY s.shard) AS by_shard
    FROM generate_series(0, %(all_shards)s::int - 1) AS s (shard) LEFT JOIN cursors c ON c.shard = s.shard
), last AS MATERIALIZED (
    SELECT e.tx_id FROM events_event e
    WHERE e.tx_id >= (SELECT tx_id FROM start) AND e.tx_id < (SELECT tx_id FROM horizon)
        AND e.shard = ANY (%(shards)s::smallint[])
    ORDER BY e.tx_id OFFSET %(limit)s::int - 1 LIMIT 1
), until AS MATERIALIZED (
    SELECT coalesce((SELECT (tx_id::text::bigint + 1)::text::xid8 FROM last), (SELECT tx_id FROM horizon)) AS tx_id
), filled AS (
    INSERT INTO events_slice (event_id, workspace_id, shard, profile_id, type, name, occurred_at, received_at,
        properties, context)
    SELECT e.id, e.workspace_id, e.profile_id %% %(all_shards)s::int, e.profile_id, e.type, e.name, e.occurred_at,
        e.received_at, e.properties, e.context
    FROM events_event e
    WHERE e.tx_id >= (SELECT tx_id FROM start) AND e.tx_id < (SELECT tx_id FROM until)
        AND e.tx_id >= (SELECT by_shard FROM read_to)[e.shard + 1]
    RETURNING 1
)
SELECT (SELECT tx_id FROM until)::text::bigint, (SELECT count(*) FROM filled), EXISTS (SELECT FROM last)

-- name: move_cursors
-- The slice is done. Only forward, and only rows that are still where the slice found them. Row locks; primary key.
UPDATE events_cursor SET tx_id = %(until)s::text::xid8
WHERE consumer = %(consumer)s::text AND shard = ANY (%(shards)s::smallint[]) AND tx_id < %(until)s::text::xid8

-- name: oldest_unread
-- When the first event was received that a consumer has not read. No lock; events_event_tx_ix.
SELECT e.received_at FROM events_event e
LEFT JOIN events_cursor c ON c.consumer = %(consumer)s::text AND c.shard = e.shard
WHERE e.shard = ANY (%(shards)s::smallint[]) AND e.tx_id >= coalesce(c.tx_id, '0')
    AND e.tx_id >= coalesce((
        SELECT tx_id FROM events_cursor
        WHERE consumer = %(consumer)s::text AND shard = ANY (%(shards)s::smallint[]) ORDER BY tx_id LIMIT 1
    ), '0')
ORDER BY e.tx_id LIMIT 1
