-- name: reach_to_ask
-- Whom to ask for what. Temporary table.
-- relation ready: profile_id bigint, version_id bigint, node text
SELECT DISTINCT a.profile_id, c.channel, c.topic
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, channel text, topic text)
  ON c.version_id = a.version_id AND c.node = a.node

-- name: decide_reach
-- By `then` who can be reached. Temporary table; what the relation reads.
-- relation ready: run_id bigint, profile_id bigint, version_id bigint, node text
-- relation unreachable: profile_id bigint, channel text, topic text, reason text
SELECT a.run_id, CASE WHEN u.reason IS NULL THEN 'then' ELSE 'else' END AS outcome, NULL::timestamptz AS due_at,
       NULL::text AS failure, jsonb_strip_nulls(jsonb_build_object('reason', u.reason)) AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, channel text, topic text)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN {unreachable} u
  ON u.profile_id = a.profile_id AND u.channel = c.channel AND u.topic IS NOT DISTINCT FROM c.topic

-- name: decide_engagement
-- By `then` who did it with a message of this run's node, or of the template, in time. events_event_profile_ix.
-- relation ready: run_id bigint, profile_id bigint, version_id bigint, node text
SELECT a.run_id, CASE WHEN deed.at IS NULL THEN 'else' ELSE 'then' END AS outcome, NULL::timestamptz AS due_at,
       NULL::text AS failure, jsonb_strip_nulls(jsonb_build_object('at', deed.at)) AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, names text[], sender text, template text,
    link text, within interval) ON c.version_id = a.version_id AND c.node = a.node
LEFT JOIN LATERAL (
    SELECT max(e.occurred_at) AS at
    FROM events_event e
    WHERE e.profile_id = a.profile_id AND e.name = ANY(c.names) AND e.occurred_at <= %(split_now)s::timestamptz
      AND (c.within IS NULL OR e.occurred_at > %(split_now)s::timestamptz - c.within)
      AND e.properties -> 'machine' IS DISTINCT FROM 'true'::jsonb
      AND (c.link IS NULL OR position(c.link IN e.properties ->> 'url') > 0)
      AND CASE WHEN c.template IS NULL
               THEN e.properties ->> 'node' = c.sender AND e.properties ->> 'run_id' = a.run_id::text
               ELSE e.properties ->> 'template' = c.template END
) AS deed ON true

-- name: decide_time_splits
-- The first branch whose days, hours and dates fit the person's clock. Primary keys.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text
SELECT a.run_id, coalesce(fits.name, 'else') AS outcome, NULL::timestamptz AS due_at, NULL::text AS failure,
       jsonb_build_object('local', to_char(t.local, 'YYYY-MM-DD"T"HH24:MI')) AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, branches jsonb)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN accounts_workspace w ON w.id = a.workspace_id
JOIN profiles_profile p ON p.id = a.profile_id
CROSS JOIN LATERAL (
    SELECT %(split_now)s::timestamptz AT TIME ZONE coalesce(p.timezone, w.timezone) AS local) AS t
LEFT JOIN LATERAL (
    SELECT b.name
    FROM jsonb_to_recordset(c.branches) AS b (position int, name text, days int[], opens interval, closes interval,
        first date, last date)
    WHERE extract(dow FROM t.local)::int = ANY(b.days)
      AND t.local - t.local::date >= b.opens AND t.local - t.local::date < b.closes
      AND coalesce(b.first <= t.local::date, true) AND coalesce(t.local::date <= b.last, true)
    ORDER BY b.position LIMIT 1
) AS fits ON true

-- name: picked_options
-- The option of each run's person: the first 32 bits of md5(salt:profile), spread evenly over the options. Temporary
-- table.
-- relation ready: run_id bigint, profile_id bigint, version_id bigint, node text
SELECT a.run_id, option.chosen ->> 'name' AS name,
       jsonb_build_object(c.into_name, option.chosen -> 'value') AS values
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, salt text, into_name text, options jsonb)
  ON c.version_id = a.version_id AND c.node = a.node
CROSS JOIN LATERAL (
    SELECT c.options -> (('x' || left(md5(c.salt || ':' || a.profile_id), 8))::bit(32)::bigint
                         * jsonb_array_length(c.options) >> 32)::int AS chosen
) AS option

-- name: decide_picks
-- On, with the name of the chosen option as a fact. Temporary table.
-- relation picked: run_id bigint, name text
SELECT p.run_id, 'next' AS outcome, NULL::timestamptz AS due_at, NULL::text AS failure,
       jsonb_build_object('picked', p.name) AS facts
FROM {picked} p
