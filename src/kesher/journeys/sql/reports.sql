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

-- name: canvas_numbers
-- The counters of the days from `first` to `last`, by version. Primary key of journeys_counter.
SELECT v.number, c.node, c.outcome, sum(c.count)::bigint
FROM journeys_version v JOIN journeys_counter c ON c.version_id = v.id
WHERE v.journey_id = %(journey)s::bigint AND (%(version)s::int IS NULL OR v.number = %(version)s::int)
  AND c.day BETWEEN %(first)s::date AND %(last)s::date
GROUP BY v.number, c.node, c.outcome

-- name: canvas_conversions
-- The goals that were reached on the days from `first` to `last`, and their worth. Primary key of journeys_conversion.
SELECT c.node, c.touch, c.currency, sum(c.conversions)::bigint, sum(c.value)::bigint
FROM journeys_version v JOIN journeys_conversion c ON c.version_id = v.id
WHERE v.journey_id = %(journey)s::bigint AND (%(version)s::int IS NULL OR v.number = %(version)s::int)
  AND c.day BETWEEN %(first)s::date AND %(last)s::date
GROUP BY c.node, c.touch, c.currency ORDER BY c.node, c.touch, c.currency

-- name: canvas_places
-- Where the people in flight are now. journeys_run_active_ix.
SELECT r.node, count(*) FROM journeys_version v
JOIN journeys_run r ON r.version_id = v.id AND r.ended_at IS NULL
WHERE v.journey_id = %(journey)s::bigint AND (%(version)s::int IS NULL OR v.number = %(version)s::int)
GROUP BY r.node

-- name: canvas_dwell
-- How long people stay at each node: the median in seconds over the latest `most` runs that entered in the period, and
-- over how many stays. journeys_run_recent_ix, then events_event_profile_ix of the days since the first of them began.
WITH runs AS MATERIALIZED (
    SELECT r.id, r.profile_id, r.entered_at FROM journeys_run r JOIN journeys_version v ON v.id = r.version_id
    WHERE r.journey_id = %(journey)s::bigint AND (%(version)s::int IS NULL OR v.number = %(version)s::int)
      AND r.entered_at >= %(start)s::timestamptz AND r.entered_at < %(until)s::timestamptz
    ORDER BY r.id DESC LIMIT %(most)s::int
), began AS MATERIALIZED (
    SELECT (min(entered_at) AT TIME ZONE 'UTC')::date - 1 AS day FROM runs
), stays AS (
    SELECT e.name, e.properties ->> 'node' AS node,
           lead(e.occurred_at) OVER (
               PARTITION BY r.id ORDER BY (e.properties ->> 'step')::int, array_position(%(names)s::text[], e.name), e.id
           ) - e.occurred_at AS stay
    FROM runs r JOIN events_event e ON e.profile_id = r.profile_id AND e.name = ANY (%(names)s::text[])
        AND e.type = 'system' AND (e.properties ->> 'run_id')::bigint = r.id
    WHERE e.log_day >= (SELECT day FROM began)
)
SELECT s.node, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.stay))::float8, count(*)
FROM stays s WHERE s.stay IS NOT NULL AND s.name = 'Journey Step Entered' GROUP BY s.node

-- name: list_people_at
-- Who stands at a node now, the latest runs first, page by page. journeys_run_active_ix.
SELECT r.id, v.number, r.profile_id, p.email, p.traits, r.entered_at, r.node_entered_at, r.due_at
FROM journeys_version v JOIN journeys_run r ON r.version_id = v.id AND r.ended_at IS NULL
JOIN profiles_profile p ON p.id = r.profile_id
WHERE v.journey_id = %(journey)s::bigint AND r.node = %(node)s::text
  AND (%(before)s::bigint IS NULL OR r.id < %(before)s::bigint)
ORDER BY r.id DESC LIMIT %(limit)s::int
