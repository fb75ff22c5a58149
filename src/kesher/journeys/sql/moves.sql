-- name: list_standing
-- How many people stand at each node of each version of a journey. journeys_run_active_ix.
SELECT v.number, r.node, count(*)
FROM journeys_version v JOIN journeys_run r ON r.version_id = v.id AND r.ended_at IS NULL
WHERE v.journey_id = %(journey)s::bigint
GROUP BY v.number, r.node
ORDER BY v.number, r.node

-- name: list_versions_of
-- A journey's versions, the newest first, with the people in flight. One probe a version into journeys_run_active_ix.
SELECT v.number, v.published_at, v.id = j.current_version_id,
       (SELECT count(*) FROM journeys_run r WHERE r.version_id = v.id AND r.ended_at IS NULL)
FROM journeys_journey j JOIN journeys_version v ON v.journey_id = j.id
WHERE j.id = %(journey)s::bigint
ORDER BY v.number DESC

-- name: move_people
-- Takes people of earlier versions to the current one, as the mapping of their journey says, in bounded batches. Who
-- keeps her node keeps the time she came to it, and every moved run is asked again at once, so that its wait is
-- computed anew; a target of null ends the run. Row locks, so that a merge elsewhere waits; a few rows of
-- journeys_journey and one probe a version and node into journeys_run_active_ix.
WITH standing AS (
    SELECT r.id, m.key AS came_from, v.number AS came_from_version, j.current_version_id, m.value #>> '{}' AS target,
           EXISTS (SELECT FROM jsonb_array_elements(current.definition -> 'exit') AS e WHERE e ? 'rule') AS exit_rules
    FROM journeys_journey j
    JOIN journeys_version current ON current.id = j.current_version_id
    JOIN journeys_version v ON v.journey_id = j.id AND v.id <> j.current_version_id
    CROSS JOIN LATERAL jsonb_each(j.moves) AS m
    CROSS JOIN LATERAL (
        SELECT q.id FROM journeys_run q
        WHERE q.version_id = v.id AND q.node = m.key AND q.ended_at IS NULL AND q.state = 'waiting'
          AND q.shard = ANY(%(shards)s::int[])
        LIMIT %(limit)s::int
        FOR UPDATE OF q
    ) AS r
    WHERE j.id = ANY(%(journeys)s::bigint[])
    LIMIT %(limit)s::int
), moved AS (
    UPDATE journeys_run r
    SET version_id = s.current_version_id,
        node = coalesce(s.target, r.node),
        visit = CASE WHEN s.target = r.node THEN r.visit ELSE r.visit + 1 END,
        node_entered_at = CASE WHEN s.target = r.node THEN r.node_entered_at ELSE %(now)s::timestamptz END,
        state = CASE WHEN s.target IS NULL THEN 'exited' ELSE 'waiting' END,
        reason = CASE WHEN s.target IS NULL THEN 'moved' END,
        ended_at = CASE WHEN s.target IS NULL THEN %(now)s::timestamptz END,
        due_at = CASE WHEN s.target IS NOT NULL THEN %(now)s::timestamptz END,
        exit_due_at = CASE WHEN s.target IS NOT NULL AND s.exit_rules THEN %(now)s::timestamptz END,
        signal = CASE WHEN s.target = r.node THEN r.signal END
    FROM standing s WHERE r.id = s.id
    RETURNING r.*, s.came_from, s.came_from_version
)
INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, came_from,
                          outcome, state, reason, facts)
SELECT CASE WHEN ended_at IS NULL THEN 'Journey Run Moved' ELSE 'Journey Exited' END, id, workspace_id, shard,
       profile_id, journey_id, version_id, node, visit,
       CASE WHEN ended_at IS NULL THEN came_from END,
       CASE WHEN ended_at IS NULL AND came_from <> node THEN 'moved' END,
       CASE WHEN ended_at IS NOT NULL THEN state END, reason,
       jsonb_build_object('from_version', came_from_version)
FROM moved
