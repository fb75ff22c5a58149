-- name: outgoing_hooks
-- The calls that journeys in use make. Few rows; journeys_journey_key_uq, primary key of the versions.
SELECT j.key, j.name, j.state, n.key, coalesce(n.value ->> 'method', 'POST'), n.value ->> 'url',
       coalesce(n.value ->> 'signed_with', '')
FROM journeys_journey j
JOIN journeys_version v ON v.id = j.current_version_id
CROSS JOIN LATERAL jsonb_each(v.definition -> 'nodes') AS n
WHERE j.workspace_id = %(workspace_id)s::int AND j.state <> 'archived' AND n.value ->> 'type' = 'webhook'
ORDER BY j.key, n.key

-- name: incoming_hooks
-- The journeys that another system calls. Few rows; journeys_journey_key_uq, primary key of the versions.
SELECT j.key, j.name, j.state
FROM journeys_journey j
JOIN journeys_version v ON v.id = j.current_version_id
WHERE j.workspace_id = %(workspace_id)s::int AND j.state <> 'archived' AND v.definition -> 'entry' ? 'webhook'
ORDER BY j.key

-- name: list_calls
-- The latest calls of a workspace, without what was sent and answered. journeys_call_recent_ix, primary keys.
SELECT k.id, j.key, j.name, k.node, r.profile_id, k.state, k.outcome, k.status, k.attempts, k.error, k.reserved_at,
       k.finished_at
FROM journeys_call k
JOIN journeys_run r ON r.id = k.run_id
JOIN journeys_journey j ON j.id = r.journey_id
WHERE k.workspace_id = %(workspace_id)s::int AND k.kind = 'webhook'
  AND (%(before)s::bigint IS NULL OR k.id < %(before)s::bigint)
ORDER BY k.id DESC
LIMIT %(limit)s::int
