-- name: journey_numbers
-- The counters of all versions of a journey, summed. Primary key of journeys_counter.
SELECT c.node, c.outcome, sum(c.count)::bigint
FROM journeys_version v JOIN journeys_counter c ON c.version_id = v.id
WHERE v.journey_id = %(journey)s::bigint
GROUP BY c.node, c.outcome

-- name: journey_places
-- Where the people in flight are. journeys_run_active_ix.
SELECT r.node, count(*) FROM journeys_version v
JOIN journeys_run r ON r.version_id = v.id AND r.ended_at IS NULL
WHERE v.journey_id = %(journey)s::bigint
GROUP BY r.node

-- name: journey_messages
-- What became of the journey's messages, by node. journeys_run_recent_ix and messaging_message_run_uq.
SELECT m.node, CASE WHEN m.state IN ('held', 'failed') AND m.reason IS NOT NULL THEN m.state || ': ' || m.reason
                    ELSE m.state END, count(*)
FROM journeys_run r JOIN messaging_message m ON m.run_id = r.id
WHERE r.journey_id = %(journey)s::bigint
GROUP BY 1, 2

-- name: list_runs
-- The latest runs first, page by page. journeys_run_recent_ix, or journeys_run_profile_ix for one person.
SELECT r.id, j.key, v.number, r.profile_id, r.state, r.node, r.entered_at, r.due_at, r.goal_at, r.ended_at, r.reason
FROM journeys_run r
JOIN journeys_journey j ON j.id = r.journey_id
JOIN journeys_version v ON v.id = r.version_id
WHERE r.workspace_id = %(workspace_id)s::int
  AND (%(journey)s::text IS NULL OR j.key = %(journey)s::text)
  AND (%(profile_id)s::bigint IS NULL OR r.profile_id = %(profile_id)s::bigint)
  AND (%(state)s::text IS NULL OR r.state = %(state)s::text)
  AND (%(run_id)s::bigint IS NULL OR r.id = %(run_id)s::bigint)
  AND (%(before)s::bigint IS NULL OR r.id < %(before)s::bigint)
ORDER BY r.id DESC LIMIT %(limit)s::int

-- name: run_steps
-- What was recorded of a run, in the order in which it happened: a tick's steps share their moment, so they are ordered
-- by their number and then as `names` is. The log follows merges, so it is with the run's profile.
-- events_event_profile_ix.
SELECT e.occurred_at, e.name, e.properties
FROM journeys_run r JOIN events_event e ON e.profile_id = r.profile_id
WHERE r.id = %(run_id)s::bigint AND r.workspace_id = %(workspace_id)s::int
  AND e.workspace_id = r.workspace_id AND e.type = 'system' AND e.name = ANY(%(names)s::text[])
  AND (e.properties ->> 'run_id')::bigint = r.id
ORDER BY e.occurred_at, (e.properties ->> 'step')::int NULLS LAST, array_position(%(names)s::text[], e.name), e.id
