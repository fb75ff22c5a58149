-- name: children_to_start
-- The people for whom the other journey is to start now: once a visit, and not when it is on the way to this very run.
-- Unique key of journeys_journey; journeys_run_profile_ix.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text, visit int
SELECT DISTINCT ON (a.profile_id, j.id)
       a.profile_id, j.current_version_id AS version_id, NULL::bigint AS event_id, %(sub_now)s::timestamptz AS at,
       jsonb_build_object(
           'event', coalesce(r.context -> 'event', '{}'),
           'parent', jsonb_build_object('run_id', a.run_id, 'node', a.node, 'visit', a.visit, 'path', way.path)) AS context
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, parent text, child text)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN journeys_run r ON r.id = a.run_id
JOIN journeys_journey j ON j.workspace_id = a.workspace_id AND j.key = c.child
CROSS JOIN LATERAL (
    SELECT coalesce(r.context #> '{parent,path}', '[]') || to_jsonb(c.parent) AS path) AS way
WHERE NOT way.path ? c.child
  AND NOT EXISTS (
      SELECT FROM journeys_run k
      WHERE k.profile_id = a.profile_id AND k.journey_id = j.id
        AND k.context -> 'parent' @> jsonb_build_object('run_id', a.run_id, 'node', a.node, 'visit', a.visit))
ORDER BY a.profile_id, j.id, a.run_id

-- name: decide_sub_journeys
-- On at once, or when the other run is over; failed when it never began, or takes too long and there is no way for that.
-- Unique key of journeys_journey; journeys_run_profile_ix.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text, visit int, node_entered_at timestamptz
SELECT s.run_id,
       CASE WHEN s.through THEN 'then' WHEN s.late AND s.has_way THEN 'timeout' END AS outcome,
       CASE WHEN s.child_id IS NOT NULL AND NOT s.through AND NOT s.late THEN s.due_at END AS due_at,
       CASE WHEN s.circle THEN 'journey_circle' WHEN s.child_id IS NULL THEN 'journey_not_entered'
            WHEN NOT s.through AND s.late AND NOT s.has_way THEN 'journey_timeout' END AS failure,
       jsonb_strip_nulls(jsonb_build_object('run_id', s.child_id, 'state', s.state)) AS facts
FROM (
    SELECT a.run_id, k.id AS child_id, k.state, c.has_way,
           k.id IS NOT NULL AND (NOT c.waits OR k.ended_at IS NOT NULL) AS through,
           a.node_entered_at + c.length AS due_at, a.node_entered_at + c.length <= %(sub_now)s::timestamptz
               AND k.id IS NOT NULL AS late,
           coalesce(r.context #> '{parent,path}', '[]') || to_jsonb(c.parent) ? c.child AS circle
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, parent text, child text,
        waits boolean, length interval, has_way boolean) ON c.version_id = a.version_id AND c.node = a.node
    JOIN journeys_run r ON r.id = a.run_id
    LEFT JOIN journeys_journey j ON j.workspace_id = a.workspace_id AND j.key = c.child
    LEFT JOIN LATERAL (
        SELECT q.id, q.state, q.ended_at FROM journeys_run q
        WHERE q.profile_id = a.profile_id AND q.journey_id = j.id
          AND q.context -> 'parent' @> jsonb_build_object('run_id', a.run_id, 'node', a.node, 'visit', a.visit)
        ORDER BY q.id LIMIT 1
    ) AS k ON true
) AS s
