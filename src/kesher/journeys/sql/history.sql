-- name: history_to_log
-- What the tick did to runs, as system events in the order in which it happened. The names of versions are passed in
-- instead of joined, so that the planner sees how many rows there are. Temporary table.
SELECT l.workspace_id, l.profile_id, l.name, %(history_now)s::timestamptz AS occurred_at,
       (%(history_versions)s::jsonb -> l.version_id::text) || jsonb_strip_nulls(jsonb_build_object(
           'run_id', l.run_id, 'step', l.visit, 'node', l.node,
           'from', l.came_from, 'outcome', l.outcome, 'state', l.state, 'reason', l.reason, 'facts', l.facts)
       ) AS properties
FROM journeys_log l
ORDER BY l.number

-- name: count_steps
-- The canvas' numbers by day: entries and outcomes by node; node '' is the journey as a whole, its endings also by
-- reason. Row locks in the order of the key, so that two engines cannot block each other; primary key.
INSERT INTO journeys_counter AS c (version_id, node, outcome, day, count)
SELECT counted.version_id, counted.node, counted.outcome, (%(now)s::timestamptz AT TIME ZONE 'UTC')::date, count(*)
FROM journeys_log l
CROSS JOIN LATERAL (
    SELECT l.version_id, '' AS node, CASE WHEN l.name = 'Journey Entered' THEN 'entered'
                                          WHEN l.name = 'Holdout Exposed' THEN 'held_out'
                                          WHEN l.name = 'Journey Goal Reached'
                                          THEN CASE WHEN l.facts ? 'holdout' THEN 'held_out_goal' ELSE 'goal' END
                                          ELSE l.state END AS outcome
    WHERE l.name NOT IN ('Journey Step Entered', 'Journey Run Moved')
    UNION ALL
    SELECT l.version_id, '', 'ended: ' || coalesce(l.reason, l.state) WHERE l.name = 'Journey Exited'
    UNION ALL
    SELECT l.version_id, l.node, 'entered'
    WHERE l.name = 'Journey Step Entered' OR l.name = 'Journey Run Moved' AND l.outcome IS NOT NULL
    UNION ALL
    SELECT l.version_id, coalesce(l.came_from, l.node), l.outcome WHERE l.outcome IS NOT NULL
    UNION ALL
    SELECT l.version_id, l.node, l.state WHERE l.name = 'Journey Exited' AND l.outcome IS NULL
) AS counted
GROUP BY counted.version_id, counted.node, counted.outcome
ORDER BY counted.version_id, counted.node, counted.outcome
ON CONFLICT (version_id, node, outcome, day) DO UPDATE SET count = c.count + excluded.count

-- name: exited_runs
-- Runs that were ended early in this tick: what they had reserved is not to be sent. Temporary table.
SELECT run_id FROM journeys_log WHERE name = 'Journey Exited' AND state = 'exited'
