-- name: list_events
-- A person's timeline, newest first, from a place on. events_event_profile_ix of each partition.
SELECT id, type, name, occurred_at, received_at, origin_profile_id, properties, context FROM events_event
WHERE workspace_id = %(workspace_id)s::int AND profile_id = %(profile_id)s::bigint
    AND (%(names)s::text[] IS NULL OR name = ANY (%(names)s::text[]))
    AND (occurred_at, id) < (%(before_at)s::timestamptz, %(before_id)s::bigint)
ORDER BY occurred_at DESC, id DESC LIMIT %(limit)s::int

-- name: list_activity
-- What a person did, how often. Primary key.
SELECT name, count, first_at, last_at FROM events_summary
WHERE workspace_id = %(workspace_id)s::int AND profile_id = %(profile_id)s::bigint ORDER BY last_at DESC, name

-- name: list_event_names
-- The event names of a workspace, for choosing one. A skip scan of events_summary_name_ix: a step for each name.
WITH RECURSIVE names AS (
    (SELECT name FROM events_summary WHERE workspace_id = %(workspace_id)s::int ORDER BY name LIMIT 1)
    UNION ALL
    SELECT (
        SELECT s.name FROM events_summary s
        WHERE s.workspace_id = %(workspace_id)s::int AND s.name > n.name ORDER BY s.name LIMIT 1
    ) FROM names n WHERE n.name IS NOT NULL
)
SELECT name FROM names WHERE name IS NOT NULL

-- name: count_events
-- How many events of each name were received in a span. Partitions are pruned by the days; reads them whole: for
-- reports of a few days.
SELECT name, count(*) FROM events_event
WHERE workspace_id = %(workspace_id)s::int AND log_day >= %(first_day)s::date
    AND received_at >= %(since)s::timestamptz AND received_at < %(until)s::timestamptz
GROUP BY name ORDER BY name

-- name: count_logged
-- How many rows were ever given a number: a counter for metrics that costs nothing. Numbers of rolled-back rows count
-- too.
SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_event_id_seq

-- name: has_unread
-- Whether rows lie beyond a consumer's cursors, also those above the horizon. No lock; events_event_tx_ix.
SELECT EXISTS (
    SELECT FROM events_event e
    WHERE e.shard = ANY (%(shards)s::smallint[])
        AND e.tx_id >= coalesce((
            SELECT tx_id FROM events_cursor
            WHERE consumer = %(consumer)s::text AND shard = ANY (%(shards)s::smallint[]) ORDER BY tx_id LIMIT 1
        ), '0')
        AND e.tx_id >= coalesce((
            SELECT c.tx_id FROM events_cursor c WHERE c.consumer = %(consumer)s::text AND c.shard = e.shard
        ), '0')
)
