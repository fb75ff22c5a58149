-- name: reserve_calls
-- One call a visit. A row that is there already is left alone. Inserts; journeys_call_visit_uq.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text, visit int
INSERT INTO journeys_call (key, workspace_id, kind, run_id, node, visit, request, context, state, available_at, attempts,
                           reserved_at)
SELECT gen_random_uuid(), a.workspace_id, c.kind, a.run_id, a.node, a.visit, c.request,
       jsonb_build_object(
           'event', coalesce(r.context -> 'event', '{}'),
           'run', (r.context - ARRAY['event', 'loops', 'parent']) || jsonb_build_object(
               'id', a.run_id, 'journey', c.journey, 'node', a.node, 'entered_at', r.entered_at)),
       'reserved', %(call_now)s::timestamptz, 0, %(call_now)s::timestamptz
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, journey text, kind text, request jsonb)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN journeys_run r ON r.id = a.run_id
ON CONFLICT (run_id, node, visit) DO NOTHING

-- name: decide_calls
-- By `ok` with an answer, failed after the last attempt; by `timeout` (or failed, where the node has no such way) when
-- nothing came in time; else wait. journeys_call_visit_uq.
-- relation ready: run_id bigint, version_id bigint, node text, visit int, node_entered_at timestamptz
SELECT s.run_id,
       CASE WHEN s.outcome = 'ok' THEN 'ok' WHEN s.late AND s.has_way THEN 'timeout' END AS outcome,
       CASE WHEN s.outcome IS NULL AND NOT s.late THEN s.due_at END AS due_at,
       CASE WHEN s.outcome = 'error' THEN 'webhook_failed' WHEN s.late AND NOT s.has_way THEN 'webhook_timeout' END
           AS failure,
       s.facts
FROM (
    SELECT a.run_id, k.outcome, c.has_way, a.node_entered_at + c.length AS due_at,
           CASE WHEN k.outcome IS NULL THEN a.node_entered_at + c.length <= %(call_now)s::timestamptz
                ELSE k.outcome = 'timeout' END AS late,
           jsonb_strip_nulls(jsonb_build_object('call_id', k.id, 'status', k.status, 'attempts', k.attempts,
                                                'error', k.error)) AS facts
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, length interval, has_way boolean)
      ON c.version_id = a.version_id AND c.node = a.node
    JOIN journeys_call k ON k.run_id = a.run_id AND k.node = a.node AND k.visit = a.visit
) AS s

-- name: answers_to_remember
-- What was answered, under the name that the node gives it. journeys_call_visit_uq.
-- relation ready: run_id bigint, version_id bigint, node text, visit int
SELECT a.run_id, jsonb_build_object(c.into_name, k.answer) AS values
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, into_name text)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN journeys_call k ON k.run_id = a.run_id AND k.node = a.node AND k.visit = a.visit
WHERE c.into_name IS NOT NULL AND k.outcome = 'ok'

-- name: free_lost_calls
-- Calls whose worker died: to be made again, with the same key. The lease is by the wall clock. Row locks;
-- journeys_call_lease_ix.
UPDATE journeys_call SET state = 'reserved', lease_owner = NULL, lease_until = NULL
WHERE state = 'calling' AND lease_until < clock_timestamp()

-- name: claim_calls
-- The next calls for a worker, oldest first; those that another worker is taking are passed over. Row locks;
-- journeys_call_ready_ix.
UPDATE journeys_call k
SET state = 'calling', attempts = k.attempts + 1, lease_owner = %(owner)s::text,
    lease_until = clock_timestamp() + %(lease)s::interval
WHERE k.id IN (
    SELECT q.id FROM journeys_call q
    WHERE q.state = 'reserved' AND q.available_at <= %(now)s::timestamptz
    ORDER BY q.available_at, q.id LIMIT %(limit)s::int
    FOR UPDATE SKIP LOCKED)
RETURNING k.id

-- name: load_calls
-- What a worker needs to make its calls: the person as she is now, and whether the run still waits for the answer.
-- Primary keys.
SELECT k.id, k.key::text, k.workspace_id, k.kind, k.request, k.context, k.attempts,
       p.erased_at IS NULL AND (k.kind = 'note' OR (r.ended_at IS NULL AND r.node = k.node AND r.visit = k.visit)),
       p.id, p.traits || jsonb_strip_nulls(jsonb_build_object(
           'id', p.id, 'email', p.email, 'phone', p.phone, 'language', p.language, 'timezone', p.timezone)),
       coalesce(p.language, w.default_language), coalesce(p.timezone, w.timezone), w.default_language,
       w.slug
FROM journeys_call k
JOIN journeys_run r ON r.id = k.run_id
JOIN profiles_profile p ON p.id = r.profile_id
JOIN accounts_workspace w ON w.id = k.workspace_id
WHERE k.id = ANY(%(calls)s::bigint[])
ORDER BY k.id

-- name: finish_call
-- The outcome of a call, unless its lease went to another worker meanwhile. Row lock; primary key.
UPDATE journeys_call
SET state = 'done', outcome = %(outcome)s::text, status = %(status)s::smallint, answer = %(answer)s::jsonb,
    error = %(error)s::text, finished_at = %(now)s::timestamptz, lease_owner = NULL, lease_until = NULL
WHERE id = %(call)s::bigint AND state = 'calling' AND lease_owner = %(owner)s::text

-- name: retry_call
-- Another attempt later, unless its lease went to another worker meanwhile. Row lock; primary key.
UPDATE journeys_call
SET state = 'reserved', available_at = %(at)s::timestamptz, status = %(status)s::smallint, error = %(error)s::text,
    lease_owner = NULL, lease_until = NULL
WHERE id = %(call)s::bigint AND state = 'calling' AND lease_owner = %(owner)s::text

-- name: answered_call
-- The answer as an event of the person, which wakes her run. Primary keys.
SELECT k.workspace_id, r.profile_id, 'Webhook Answered' AS name, %(answered_at)s::timestamptz AS occurred_at,
       jsonb_strip_nulls(jsonb_build_object(
           'journey', j.key, 'run_id', k.run_id, 'node', k.node, 'visit', k.visit, 'outcome', k.outcome,
           'status', k.status)) AS properties
FROM journeys_call k JOIN journeys_run r ON r.id = k.run_id JOIN journeys_journey j ON j.id = r.journey_id
WHERE k.id = %(answered_call)s::bigint

-- name: next_call
-- When the next call is due, or a lease ends. journeys_call_ready_ix, journeys_call_lease_ix.
SELECT least((SELECT min(available_at) FROM journeys_call WHERE state = 'reserved'),
             (SELECT min(lease_until) FROM journeys_call WHERE state = 'calling'))

-- name: save_secret
-- A secret under its name, sealed; a new value takes the place of the old one. Primary key.
INSERT INTO journeys_secret (workspace_id, name, sealed, saved_at)
VALUES (%(workspace_id)s::int, %(name)s::text, %(sealed)s::bytea, %(now)s::timestamptz)
ON CONFLICT (workspace_id, name) DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at

-- name: delete_secret
-- Forgets a secret. Primary key.
DELETE FROM journeys_secret WHERE workspace_id = %(workspace_id)s::int AND name = %(name)s::text

-- name: list_secrets
-- The names of the workspace's secrets, never their values. Primary key.
SELECT name, saved_at FROM journeys_secret WHERE workspace_id = %(workspace_id)s::int ORDER BY name

-- name: load_secrets
-- The workspace's secrets of some names, sealed. Primary key.
SELECT name, sealed FROM journeys_secret WHERE workspace_id = %(workspace_id)s::int AND name = ANY(%(names)s::text[])

-- name: decide_notes
-- On, or failed when the colleague is no member any more. accounts_user's unique key; primary keys.
-- relation ready: run_id bigint, workspace_id int, version_id bigint, node text
SELECT a.run_id, CASE WHEN colleague.id IS NOT NULL THEN 'next' END AS outcome, NULL::timestamptz AS due_at,
       CASE WHEN colleague.id IS NULL THEN 'member_missing' END AS failure,
       jsonb_build_object('to', c."to") AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, "to" text)
  ON c.version_id = a.version_id AND c.node = a.node
LEFT JOIN LATERAL (
    SELECT u.id FROM accounts_user u JOIN accounts_membership m ON m.user_id = u.id
    WHERE u.email = c."to" AND u.is_active AND m.workspace_id = a.workspace_id) AS colleague ON true

-- name: ready_to_note
-- The runs whose colleague is a member. accounts_user's unique key; primary keys.
-- relation ready: run_id bigint, workspace_id int, profile_id bigint, version_id bigint, node text, visit int
SELECT a.*
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, "to" text)
  ON c.version_id = a.version_id AND c.node = a.node
WHERE EXISTS (
    SELECT FROM accounts_user u JOIN accounts_membership m ON m.user_id = u.id
    WHERE u.email = c."to" AND u.is_active AND m.workspace_id = a.workspace_id)
