-- name: list_health
-- The journeys that run or still hold people: how many are in one, how many of them should have moved on by now, how
-- many failed since a day ago, and how many entered and reached the goal ever. journeys_run_active_ix,
-- journeys_run_due_ix, journeys_run_failed_ix and the primary key of journeys_counter; no lock.
SELECT j.key, j.name, j.state, f.people, l.late, e.failed, c.entered, c.goals
FROM journeys_journey j
CROSS JOIN LATERAL (
    SELECT count(*) AS people FROM journeys_version v JOIN journeys_run r ON r.version_id = v.id AND r.ended_at IS NULL
    WHERE v.journey_id = j.id
) AS f
CROSS JOIN LATERAL (
    SELECT count(*) AS late FROM journeys_run r
    WHERE r.journey_id = j.id AND r.state = 'waiting' AND r.due_at <= %(late)s::timestamptz AND j.state = 'live'
) AS l
CROSS JOIN LATERAL (
    SELECT count(*) AS failed FROM journeys_run r
    WHERE r.journey_id = j.id AND r.state = 'failed' AND r.ended_at >= %(since)s::timestamptz
) AS e
CROSS JOIN LATERAL (
    SELECT coalesce(sum(n.count) FILTER (WHERE n.outcome = 'entered'), 0)::bigint AS entered,
           coalesce(sum(n.count) FILTER (WHERE n.outcome = 'goal'), 0)::bigint AS goals
    FROM journeys_version v JOIN journeys_counter n ON n.version_id = v.id AND n.node = ''
    WHERE v.journey_id = j.id
) AS c
WHERE j.workspace_id = %(workspace_id)s::int AND (j.state IN ('live', 'paused') OR f.people > 0)
ORDER BY f.people DESC, j.key

-- name: count_goals
-- How many runs reached their goal since two moments. journeys_run_goal_ix.
SELECT count(*) FILTER (WHERE r.goal_at >= %(today)s::timestamptz), count(*) FROM journeys_run r
WHERE r.workspace_id = %(workspace_id)s::int AND r.goal_at >= %(week)s::timestamptz
