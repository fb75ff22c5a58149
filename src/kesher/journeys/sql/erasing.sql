-- name: erase_runs
-- The runs of people who were erased end, and nothing stays of what they knew, nor of dates that were theirs; the counts
-- of nodes stay. Row locks; journeys_run_profile_ix, journeys_call_visit_uq, journeys_date_timer's primary key journey by
-- journey.
WITH dates AS (
    DELETE FROM journeys_date_timer t USING journeys_journey j
    WHERE t.journey_id = j.id AND t.profile_id = ANY(%(profiles)s::bigint[])
), before AS MATERIALIZED (
    SELECT r.id, r.ended_at IS NULL AS active FROM journeys_run r
    WHERE r.profile_id = ANY(%(profiles)s::bigint[]) ORDER BY r.id FOR UPDATE
), calls AS (
    UPDATE journeys_call k SET context = '{}', answer = NULL FROM before b WHERE k.run_id = b.id
), erased AS (
    UPDATE journeys_run r
    SET context = '{}', entry_key = NULL, signal = NULL, due_at = NULL, exit_due_at = NULL,
        state = CASE WHEN b.active THEN 'exited' ELSE r.state END,
        reason = CASE WHEN b.active THEN 'erased' ELSE r.reason END,
        ended_at = coalesce(r.ended_at, %(now)s::timestamptz)
    FROM before b WHERE r.id = b.id
    RETURNING r.*, b.active
)
INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, state,
                          reason)
SELECT 'Journey Exited', id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, state, reason
FROM erased WHERE active

-- name: export_runs
-- A person's ways through journeys. journeys_run_profile_ix, primary keys.
SELECT r.id, j.key AS journey, v.number AS version, r.state, r.node, r.entered_at, r.goal_at, r.ended_at, r.reason,
    r.context
FROM journeys_run r
JOIN journeys_journey j ON j.id = r.journey_id
JOIN journeys_version v ON v.id = r.version_id
WHERE r.profile_id = ANY(%(profiles)s::bigint[]) ORDER BY r.id
