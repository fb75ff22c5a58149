-- name: given_values
-- The named values of each run: literals, properties of the entry event, traits, and what the run remembers; what is not
-- there is left out. Primary keys.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text, visit int
SELECT a.workspace_id, a.run_id, a.visit, a.profile_id, c.name, coalesce(found.values, '{}') AS values
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, name text, given jsonb)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN journeys_run r ON r.id = a.run_id
JOIN profiles_profile p ON p.id = a.profile_id
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(t.name, t.found) FILTER (WHERE t.found IS NOT NULL) AS values
    FROM (
        SELECT g.name, CASE g.origin
            WHEN 'event' THEN r.context #> (ARRAY['event', 'properties'] || g.path)
            WHEN 'run' THEN r.context #> g.path
            WHEN 'trait' THEN (p.traits || jsonb_strip_nulls(jsonb_build_object(
                'email', p.email, 'phone', p.phone, 'language', p.language, 'timezone', p.timezone))) #> g.path
            ELSE g.value END AS found
        FROM jsonb_to_recordset(c.given) AS g (name text, value jsonb, origin text, path text[])
    ) AS t
) AS found

-- name: decide_list_changes
-- On, or failed when the list is gone. Unique key of segments_list.
-- relation ready: run_id bigint, workspace_id int, version_id bigint, node text
SELECT a.run_id, CASE WHEN l.id IS NOT NULL THEN 'next' END AS outcome, NULL::timestamptz AS due_at,
       CASE WHEN l.id IS NULL THEN 'list_missing' END AS failure, NULL::jsonb AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, list text)
  ON c.version_id = a.version_id AND c.node = a.node
LEFT JOIN segments_list l ON l.workspace_id = a.workspace_id AND l.key = c.list

-- name: people_to_list
-- The people at the nodes that change one list. Temporary table.
-- relation ready: profile_id bigint, workspace_id int, version_id bigint, node text
SELECT DISTINCT a.profile_id
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, list text)
  ON c.version_id = a.version_id AND c.node = a.node

-- name: lists_there
-- Which of the lists exist. Unique key of segments_list.
SELECT l.workspace_id, l.key
FROM segments_list l
JOIN jsonb_to_recordset(%(lists)s::jsonb) AS c (workspace_id int, list text)
  ON l.workspace_id = c.workspace_id AND l.key = c.list

-- name: consents_to_record
-- What the journey records for each person, with itself as the source. Temporary table.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text
SELECT a.workspace_id, a.profile_id, c.channel, c.topic, c.state, c.source, c.wording,
       jsonb_build_object('run_id', a.run_id, 'node', a.node) AS evidence, %(consent_now)s::timestamptz AS given_at
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, channel text, topic text, state text,
    source text, wording text) ON c.version_id = a.version_id AND c.node = a.node
