-- name: decide_exits
-- The end, with the node's own reason. Temporary table.
-- relation ready: run_id bigint, version_id bigint, node text
SELECT a.run_id, 'exit' AS outcome, NULL::timestamptz AS due_at, NULL::text AS failure,
       CASE WHEN c.reason IS NOT NULL THEN jsonb_build_object('reason', c.reason) END AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, reason text)
  ON c.version_id = a.version_id AND c.node = a.node

-- name: decide_waits
-- Leave when the length has passed, else stay until it has: waits without a window, who ask nothing of the person.
-- Temporary table.
-- relation ready: run_id bigint, version_id bigint, node text, node_entered_at timestamptz
SELECT a.run_id, CASE WHEN a.node_entered_at + c.length <= %(wait_now)s::timestamptz THEN 'next' END AS outcome,
       CASE WHEN a.node_entered_at + c.length > %(wait_now)s::timestamptz THEN a.node_entered_at + c.length END AS due_at,
       NULL::text AS failure, NULL::jsonb AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, length interval)
  ON c.version_id = a.version_id AND c.node = a.node

-- name: decide_windowed_waits
-- Leave when the length has passed and the window is open, else stay until the first moment at which both are true.
-- The window is computed on the person's own clock: its openings on today and the next seven days, each turned into a
-- moment by the rules of the zone on that day. An opening on a rest day of the calendar is put off to the rest's end.
-- Primary keys.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text, node_entered_at timestamptz
SELECT s.run_id, CASE WHEN d.due_at <= s.now THEN 'next' END AS outcome,
       CASE WHEN d.due_at > s.now THEN d.due_at END AS due_at, NULL::text AS failure, NULL::jsonb AS facts
FROM (
    SELECT a.run_id, t.now, window_open.at AS opens_at, c.calendar, rest.place
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, length interval, opens interval,
        closes interval, days int[], calendar text) ON c.version_id = a.version_id AND c.node = a.node
    JOIN accounts_workspace w ON w.id = a.workspace_id
    LEFT JOIN profiles_profile p ON p.id = a.profile_id
    LEFT JOIN jsonb_to_recordset(%(places)s::jsonb) AS rest (zone text, country text, city text, default_zone text,
        place text) ON c.calendar IS NOT NULL AND rest.zone = coalesce(p.timezone, '')
        AND rest.country = coalesce(p.traits ->> 'country', p.traits #>> '{address,country}', '')
        AND rest.city = coalesce(p.traits ->> 'city', p.traits #>> '{address,city}', '')
        AND rest.default_zone = w.timezone
    CROSS JOIN LATERAL (
        SELECT %(wait_now)s::timestamptz AS now, a.node_entered_at + c.length AS start,
               coalesce(p.timezone, w.timezone) AS zone) AS t
    CROSS JOIN LATERAL (SELECT greatest(t.start, t.now) AS earliest) AS e
    CROSS JOIN LATERAL (
        SELECT CASE WHEN d.number = 0 AND l.at - l.at::date >= c.opens THEN e.earliest
                    ELSE (l.at::date + d.number + c.opens) AT TIME ZONE t.zone END AS at
        FROM (SELECT e.earliest AT TIME ZONE t.zone AS at) AS l
        CROSS JOIN generate_series(0, 7) AS d (number)
        WHERE extract(dow FROM l.at::date + d.number)::int = ANY(c.days)
          AND (d.number > 0 OR l.at - l.at::date < c.closes)
        ORDER BY d.number LIMIT 1
    ) AS window_open
) AS s
CROSS JOIN LATERAL (
    SELECT greatest(s.opens_at, max(x.ends_at)) AS due_at
    FROM messaging_closing x
    WHERE x.calendar = s.calendar AND x.place = s.place AND x.starts_at <= s.opens_at AND x.ends_at > s.opens_at) AS d

-- name: list_rest_places
-- Where the people are who stand at nodes that keep a calendar. Primary keys.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text
SELECT DISTINCT c.calendar, coalesce(p.timezone, ''),
       coalesce(p.traits ->> 'country', p.traits #>> '{address,country}', ''),
       coalesce(p.traits ->> 'city', p.traits #>> '{address,city}', ''), w.timezone
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, calendar text)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN accounts_workspace w ON w.id = a.workspace_id
JOIN profiles_profile p ON p.id = a.profile_id

-- name: decide_event_waits
-- By `then` when the awaited event woke the run, by `timeout` when the time is up. Temporary table.
-- relation ready: run_id bigint, version_id bigint, node text, node_entered_at timestamptz, signal jsonb
SELECT a.run_id,
       CASE WHEN a.signal IS NOT NULL THEN 'then'
            WHEN a.node_entered_at + c.length <= %(wait_now)s::timestamptz THEN 'timeout' END AS outcome,
       CASE WHEN a.signal IS NULL AND a.node_entered_at + c.length > %(wait_now)s::timestamptz
            THEN a.node_entered_at + c.length END AS due_at,
       NULL::text AS failure, a.signal AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, length interval)
  ON c.version_id = a.version_id AND c.node = a.node

-- name: decide_random_splits
-- The person's bucket, the same for the same salt: the first 32 bits of md5(salt:profile) modulo 10,000 (the bias of
-- the modulo is below 3 in a million). The facts are the exposure. Temporary table.
-- relation ready: run_id bigint, profile_id bigint, version_id bigint, node text
SELECT s.run_id, path.name AS outcome, NULL::timestamptz AS due_at, NULL::text AS failure,
       jsonb_build_object('salt', s.salt, 'bucket', s.bucket, 'holdout', path.holdout) AS facts
FROM (
    SELECT a.run_id, c.salt, c.paths,
           ('x' || left(md5(c.salt || ':' || a.profile_id), 8))::bit(32)::bigint %% 10000 AS bucket
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, salt text, paths jsonb)
      ON c.version_id = a.version_id AND c.node = a.node
) AS s
JOIN LATERAL jsonb_to_recordset(s.paths) AS path (name text, lower int, upper int, holdout boolean)
  ON s.bucket >= path.lower AND s.bucket < path.upper

-- name: messages_to_reserve
-- One message a visit, with the template's current version. Primary keys; content_template_key_uq.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text, visit int
SELECT a.workspace_id, a.profile_id, c.lane, 'email'::text AS channel, c.purpose, c.topic,
       c.priority, t.current_version_id AS template_version_id, a.run_id, a.node, a.visit AS occurrence,
       jsonb_build_object(
           'journey', c.journey,
           'event', coalesce(r.context -> 'event', '{}'),
           'run', (r.context - ARRAY['event', 'loops', 'parent']) || jsonb_build_object(
               'id', a.run_id, 'journey', c.journey, 'node', a.node, 'entered_at', r.entered_at)) AS context,
       %(send_now)s::timestamptz AS available_at
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, journey text, template text, topic text,
    purpose text, priority smallint, lane smallint) ON c.version_id = a.version_id AND c.node = a.node
JOIN journeys_run r ON r.id = a.run_id
JOIN content_template t ON t.workspace_id = a.workspace_id AND t.key = c.template
WHERE t.current_version_id IS NOT NULL

-- name: decide_sends
-- On, or failed when the template is gone. content_template_key_uq.
-- relation ready: run_id bigint, workspace_id int, version_id bigint, node text
SELECT a.run_id, CASE WHEN t.id IS NOT NULL THEN 'next' END AS outcome, NULL::timestamptz AS due_at,
       CASE WHEN t.id IS NULL THEN 'template_missing' END AS failure,
       jsonb_build_object('template', c.template, 'template_version_id', t.current_version_id) AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, template text)
  ON c.version_id = a.version_id AND c.node = a.node
LEFT JOIN content_template t ON t.workspace_id = a.workspace_id AND t.key = c.template
     AND t.current_version_id IS NOT NULL

-- name: decide_next
-- Everybody goes on. Temporary table.
-- relation ready: run_id bigint, version_id bigint, node text
SELECT a.run_id, 'next' AS outcome, NULL::timestamptz AS due_at, NULL::text AS failure, NULL::jsonb AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text)
  ON c.version_id = a.version_id AND c.node = a.node
