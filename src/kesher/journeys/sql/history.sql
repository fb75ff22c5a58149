-- name: history_to_log
-- What the tick did to runs, as system events in the order in which it happened. The names of versions are passed in
-- instead of joined, so that the planner sees how many rows there are, as the text with which the properties begin:
-- written as text and read once, an event costs half of what building, stripping and joining objects did. What is NULL
-- is left out. Temporary table.
SELECT l.workspace_id, l.profile_id, l.name, %(history_now)s::timestamptz AS occurred_at,
       concat(
           %(history_versions)s::jsonb ->> l.version_id::text, ',"run_id":' || l.run_id, ',"step":' || l.visit,
           ',"node":' || to_json(l.node), ',"from":' || to_json(l.came_from), ',"outcome":' || to_json(l.outcome),
           ',"state":' || to_json(l.state), ',"reason":' || to_json(l.reason),
           ',"facts":' || jsonb_strip_nulls(l.facts)::text, '}'
       )::jsonb AS properties
FROM journeys_log l
ORDER BY l.number

-- name: count_steps
-- The canvas' numbers by day: entries and outcomes by node; node '' is the journey as a whole, its endings also by
-- reason. Rows that say the same are counted before they are unfolded. Row locks in the order of the key, so that two
-- engines cannot block each other; primary key.
INSERT INTO journeys_counter AS c (version_id, node, outcome, day, count)
SELECT counted.version_id, counted.node, counted.outcome, (%(now)s::timestamptz AT TIME ZONE 'UTC')::date,
       sum(l.times)
FROM (
    SELECT version_id, name, node, came_from, outcome, state, reason, facts ? 'holdout' AS held_out, count(*) AS times
    FROM journeys_log
    GROUP BY version_id, name, node, came_from, outcome, state, reason, facts ? 'holdout'
) AS l
CROSS JOIN LATERAL (
    SELECT l.version_id, '' AS node, CASE WHEN l.name = 'Journey Entered' THEN 'entered'
                                          WHEN l.name = 'Holdout Exposed' THEN 'held_out'
                                          WHEN l.name = 'Journey Goal Reached'
                                          THEN CASE WHEN l.held_out THEN 'held_out_goal' ELSE 'goal' END
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
