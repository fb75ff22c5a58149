-- name: list_exit_checks
-- The runs whose exit rules may have changed their answer: something happened to the person, or the rule's own time has
-- come (new runs are due at once). What journeys log themselves is no reason to look again, except for the names of
-- which a rule asks. The slice;
-- journeys_run_profile_ix and journeys_run_exit_due_ix.
WITH named AS (
    SELECT DISTINCT profile_id FROM events_slice
    WHERE NOT (type = 'system' AND name LIKE 'Journey %%' AND name <> ALL(%(asked)s::text[]))
), candidate AS (
    SELECT r.id, r.profile_id, r.version_id
    FROM named n JOIN journeys_run r ON r.profile_id = n.profile_id
    WHERE r.ended_at IS NULL AND r.journey_id = ANY(%(journeys)s::bigint[])
      AND r.version_id = ANY(%(versions)s::bigint[])
    UNION
    SELECT r.id, r.profile_id, r.version_id
    FROM unnest(%(journeys)s::bigint[]) AS j (id)
    CROSS JOIN LATERAL (
        SELECT q.* FROM journeys_run q
        WHERE q.journey_id = j.id AND q.exit_due_at <= %(now)s::timestamptz AND q.shard = ANY(%(shards)s::int[])
        ORDER BY q.exit_due_at LIMIT %(limit)s::int
    ) AS r
), inserted AS (
    INSERT INTO journeys_check (run_id, profile_id, version_id) SELECT id, profile_id, version_id FROM candidate
    RETURNING version_id
)
SELECT version_id, count(*) FROM inserted GROUP BY version_id

-- name: exit_on_rules
-- Ends the runs for which a rule has come to hold; for the others notes when to look again. Row locks; primary key.
-- relation verdicts: run_id bigint, criterion int, changes_at timestamptz
WITH verdict AS MATERIALIZED (
    SELECT v.run_id, v.criterion, v.changes_at FROM {verdicts} v
), changed AS (
    UPDATE journeys_run r
    SET state = CASE WHEN v.criterion IS NULL THEN r.state ELSE 'exited' END,
        reason = CASE WHEN v.criterion IS NULL THEN r.reason ELSE 'exit' END,
        ended_at = CASE WHEN v.criterion IS NOT NULL THEN %(now)s::timestamptz END,
        due_at = CASE WHEN v.criterion IS NULL THEN r.due_at END,
        signal = CASE WHEN v.criterion IS NULL THEN r.signal END,
        exit_due_at = CASE WHEN v.criterion IS NULL THEN v.changes_at END
    FROM verdict v
    WHERE r.id = v.run_id AND r.ended_at IS NULL
      AND (v.criterion IS NOT NULL OR r.exit_due_at IS DISTINCT FROM v.changes_at)
    RETURNING r.*, v.criterion
)
INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, state,
                          reason, facts)
SELECT 'Journey Exited', id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, state, reason,
       jsonb_build_object('criterion', criterion)
FROM changed WHERE criterion IS NOT NULL

-- name: exit_archived
-- An archived journey lets everybody go, in bounded batches. Row locks; journeys_run_active_ix.
WITH ended AS (
    UPDATE journeys_run r
    SET state = 'exited', reason = 'archived', ended_at = %(now)s::timestamptz, due_at = NULL, exit_due_at = NULL,
        signal = NULL
    WHERE r.id IN (
        SELECT q.id FROM journeys_run q
        WHERE q.version_id = ANY(%(versions)s::bigint[]) AND q.ended_at IS NULL AND q.shard = ANY(%(shards)s::int[])
        LIMIT %(limit)s::int)
    RETURNING r.*
)
INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, state,
                          reason)
SELECT 'Journey Exited', id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, state, reason
FROM ended
