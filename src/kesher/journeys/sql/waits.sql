-- name: decide_segment_waits
-- By `then` when the person is where she should be, or was when the event that woke the run happened; by `timeout` when
-- the time is up. Primary keys of segments_segment's keys and segments_membership.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text, node_entered_at timestamptz, signal jsonb
SELECT s.run_id,
       CASE WHEN s.arrived THEN 'then' WHEN s.due_at <= %(wait_now)s::timestamptz THEN 'timeout' END AS outcome,
       CASE WHEN NOT s.arrived AND s.due_at > %(wait_now)s::timestamptz THEN s.due_at END AS due_at,
       NULL::text AS failure, s.signal AS facts
FROM (
    SELECT a.run_id, a.signal, a.node_entered_at + c.length AS due_at,
           a.signal IS NOT NULL OR c.inside = EXISTS (
               SELECT FROM segments_segment g JOIN segments_membership m ON m.segment_id = g.id
               WHERE g.workspace_id = a.workspace_id AND g.key = c.segment AND m.profile_id = a.profile_id) AS arrived
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, length interval, segment text,
        inside boolean) ON c.version_id = a.version_id AND c.node = a.node
) AS s

-- name: decide_random_waits
-- The length is drawn by a hash that identifies the run without its number, so that a play of the same history draws
-- the same: the first 32 bits of md5(journey.node:profile:entered_at:visit), spread evenly over the seconds. Primary key.
-- relation ready: run_id bigint, version_id bigint, node text, visit int, node_entered_at timestamptz
SELECT s.run_id, CASE WHEN s.due_at <= %(wait_now)s::timestamptz THEN 'next' END AS outcome,
       CASE WHEN s.due_at > %(wait_now)s::timestamptz THEN s.due_at END AS due_at, NULL::text AS failure,
       jsonb_build_object('seconds', s.seconds) AS facts
FROM (
    SELECT a.run_id, drawn.seconds, a.node_entered_at + make_interval(secs => drawn.seconds) AS due_at
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, salt text, shortest bigint,
        longest bigint) ON c.version_id = a.version_id AND c.node = a.node
    JOIN journeys_run r ON r.id = a.run_id
    CROSS JOIN LATERAL (
        SELECT c.shortest + ((c.longest - c.shortest + 1)
            * ('x' || left(md5(concat_ws(':', c.salt, r.origin_profile_id,
                                         (extract(epoch FROM r.entered_at) * 1000000)::bigint, a.visit)), 8)
              )::bit(32)::bigint >> 32) AS seconds
    ) AS drawn
) AS s

-- name: decide_date_waits
-- The date of each person, moved by the offset: a time as it is, a date (or any, when a time of day is set or every year
-- counts) on the person's own clock. `missing` when there is none, `passed` when it lay before the arrival. Of the
-- anniversaries around the year of arrival the first that does not lie before it. Primary keys.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text, node_entered_at timestamptz
SELECT s.run_id,
       CASE WHEN s.due_at IS NULL THEN 'missing' WHEN s.due_at < s.node_entered_at THEN 'passed'
            WHEN s.due_at <= %(wait_now)s::timestamptz THEN 'next' END AS outcome,
       CASE WHEN s.due_at >= s.node_entered_at AND s.due_at > %(wait_now)s::timestamptz THEN s.due_at END AS due_at,
       NULL::text AS failure, jsonb_strip_nulls(jsonb_build_object('date', s.value)) AS facts
FROM (
    SELECT a.run_id, a.node_entered_at, t.value,
           CASE WHEN t.moment IS NOT NULL AND c.at IS NULL AND NOT c.yearly
                THEN t.moment + c.days * interval '24 hours' + c.rest ELSE local.at END AS due_at
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, path text[], days int, rest interval,
        at interval, yearly boolean) ON c.version_id = a.version_id AND c.node = a.node
    JOIN accounts_workspace w ON w.id = a.workspace_id
    JOIN profiles_profile p ON p.id = a.profile_id
    CROSS JOIN LATERAL (
        SELECT p.traits #> c.path AS value, coalesce(p.timezone, w.timezone) AS zone,
               CASE WHEN jsonb_typeof(p.traits #> c.path) = 'string'
                    THEN segments_read_moment(p.traits #>> c.path) END AS moment,
               segments_local_date(p.traits #> c.path, p.timezone, w.timezone) AS day
    ) AS t
    LEFT JOIN LATERAL (
        SELECT d.at FROM (
            SELECT (((t.day + make_interval(years => y.years))::date + c.days) + coalesce(c.at, interval '0'))
                   AT TIME ZONE t.zone + c.rest AS at
            FROM (
                SELECT extract(year FROM a.node_entered_at AT TIME ZONE t.zone)::int - extract(year FROM t.day)::int
                       + step AS years
                FROM generate_series(-3, 3) AS step WHERE c.yearly
                UNION ALL SELECT 0 WHERE NOT c.yearly
            ) AS y
        ) AS d
        WHERE NOT c.yearly OR d.at >= a.node_entered_at
        ORDER BY d.at LIMIT 1
    ) AS local ON t.day IS NOT NULL
) AS s
