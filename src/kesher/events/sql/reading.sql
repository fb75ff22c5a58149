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

-- name: find_event_example
-- What the latest event of a name looked like, of five people who did it. events_summary_name_ix, then
-- events_event_profile_ix of the days since; a million people cost what five do.
SELECT e.properties
FROM (
    SELECT y.profile_id, y.last_at FROM events_summary y
    WHERE y.workspace_id = %(workspace_id)s::int AND y.name = %(name)s::text LIMIT 5
) y
CROSS JOIN LATERAL (
    SELECT e.properties FROM events_event e
    WHERE e.profile_id = y.profile_id AND e.name = %(name)s::text AND e.occurred_at = y.last_at
        AND e.log_day >= (y.last_at AT TIME ZONE 'UTC')::date - 2
    LIMIT 1
) e
ORDER BY y.last_at DESC LIMIT 1

-- name: list_event_shapes
-- What events look like, for choosing a property: of each name the latest event of five people, their properties and
-- those one level below (`address.city`, `products[].price`), with the commonest type. A step of events_summary_name_ix
-- for each name, then events_event_profile_ix of the days since the event; a million people cost what five do.
WITH RECURSIVE names AS (
    (SELECT name, 1 AS place FROM events_summary WHERE workspace_id = %(workspace_id)s::int ORDER BY name LIMIT 1)
    UNION ALL
    SELECT (
        SELECT s.name FROM events_summary s
        WHERE s.workspace_id = %(workspace_id)s::int AND s.name > n.name ORDER BY s.name LIMIT 1
    ), n.place + 1 FROM names n WHERE n.name IS NOT NULL AND n.place < %(most)s::int
),
samples AS MATERIALIZED (
    SELECT n.name, e.properties
    FROM names n
    CROSS JOIN LATERAL (
        SELECT y.profile_id, y.last_at FROM events_summary y
        WHERE y.workspace_id = %(workspace_id)s::int AND y.name = n.name LIMIT 5
    ) y
    CROSS JOIN LATERAL (
        SELECT e.properties FROM events_event e
        WHERE e.profile_id = y.profile_id AND e.name = n.name AND e.occurred_at = y.last_at
            AND e.log_day >= (y.last_at AT TIME ZONE 'UTC')::date - 2
        LIMIT 1
    ) e
    WHERE n.name IS NOT NULL
),
outer_values AS (
    SELECT s.name, p.key AS path, p.value FROM samples s CROSS JOIN LATERAL jsonb_each(s.properties) AS p
),
found AS (
    SELECT o.name, o.path, jsonb_typeof(o.value) AS type FROM outer_values o
    UNION ALL
    SELECT o.name, o.path || '.' || i.key, jsonb_typeof(i.value) FROM outer_values o
    CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(o.value) WHEN 'object' THEN o.value END) AS i
    UNION ALL
    SELECT o.name, o.path || '[].' || i.key, jsonb_typeof(i.value) FROM outer_values o
    CROSS JOIN LATERAL jsonb_each(
        CASE WHEN jsonb_typeof(o.value) = 'array' AND jsonb_typeof(o.value -> 0) = 'object' THEN o.value -> 0 END
    ) AS i
),
typed AS (
    SELECT f.name, f.path, mode() WITHIN GROUP (ORDER BY f.type) AS type, count(*) AS times
    FROM found f WHERE f.type <> 'null' AND length(f.path) <= 200 GROUP BY f.name, f.path
),
ranked AS (
    SELECT t.name, t.path, t.type, row_number() OVER (PARTITION BY t.name ORDER BY t.times DESC, t.path) AS place
    FROM typed t
)
SELECT n.name, coalesce(
    jsonb_agg(jsonb_build_array(r.path, r.type) ORDER BY r.path) FILTER (WHERE r.path IS NOT NULL), '[]'
)
FROM names n LEFT JOIN ranked r ON r.name = n.name AND r.place <= %(most_properties)s::int
WHERE n.name IS NOT NULL GROUP BY n.name ORDER BY n.name
