-- name: list_ready
-- Which nodes have runs to move in this step. journeys_ready_step_ix.
SELECT DISTINCT version_id, node FROM journeys_ready WHERE step = %(step)s::int

-- name: record_decisions
-- What a node decided for each run. Temporary table.
-- relation decisions: run_id bigint, outcome text, due_at timestamptz, failure text, facts jsonb
INSERT INTO journeys_decision (step, run_id, outcome, due_at, failure, facts)
SELECT %(step)s::int, d.run_id, d.outcome, d.due_at, d.failure, d.facts FROM {decisions} d

-- name: remember
-- Adds values to the contexts of runs. Row locks; primary key.
-- relation remembered: run_id bigint, values jsonb
UPDATE journeys_run r SET context = r.context || v.values FROM {remembered} v WHERE r.id = v.run_id

-- name: move_runs
-- Follows the edges of the decided outcomes, and of failures where the node has a way for them (`error`); the runs that
-- move stand ready in the next step, beside those whom a node of this one started. Temporary tables.
WITH moved AS (
    SELECT a.*, e.outcome, e.target,
           CASE WHEN d.failure IS NULL THEN d.facts
                ELSE coalesce(d.facts, '{}') || jsonb_build_object('failure', d.failure) END AS facts
    FROM journeys_ready a
    JOIN journeys_decision d ON d.step = a.step AND d.run_id = a.run_id
    JOIN jsonb_to_recordset(%(edges)s::jsonb) AS e (version_id bigint, node text, outcome text, target text)
      ON e.version_id = a.version_id AND e.node = a.node
     AND e.outcome = coalesce(d.outcome, CASE WHEN d.failure IS NOT NULL THEN 'error' END)
    WHERE a.step = %(step)s::int
), logged AS (
    INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit,
                              came_from, outcome, facts)
    SELECT 'Journey Step Entered', run_id, workspace_id, shard, profile_id, journey_id, version_id, target, visit + 1,
           node, outcome, facts
    FROM moved
), next AS (
    INSERT INTO journeys_ready (step, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit,
                                node_entered_at)
    SELECT step + 1, run_id, workspace_id, shard, profile_id, journey_id, version_id, target, visit + 1,
           %(now)s::timestamptz
    FROM moved
    RETURNING version_id, node
)
SELECT version_id, node FROM next
UNION
SELECT version_id, node FROM journeys_ready WHERE step = %(step)s::int + 1

-- name: settle_runs
-- Writes where each run of these steps came to rest: it waits, or it is over. A run that is still ready at the last
-- allowed step went round in circles; one that no node decided about is a defect of that node, and is said to be. A run
-- that a merge elsewhere ended meanwhile stays ended. Row locks; primary key.
WITH rest AS (
    SELECT DISTINCT ON (a.run_id) a.run_id, a.step, a.node, a.visit, a.node_entered_at, d.outcome, d.due_at, d.failure,
           d.facts
    FROM journeys_ready a LEFT JOIN journeys_decision d ON d.step = a.step AND d.run_id = a.run_id
    WHERE a.step BETWEEN %(first)s::int AND %(last)s::int
    ORDER BY a.run_id, a.step DESC
), settled AS (
    UPDATE journeys_run r
    SET node = rest.node, visit = rest.visit, node_entered_at = rest.node_entered_at, due_at = rest.due_at,
        state = CASE WHEN rest.due_at IS NOT NULL THEN 'waiting' WHEN rest.outcome IS NOT NULL THEN 'completed'
                     ELSE 'failed' END,
        ended_at = CASE WHEN rest.due_at IS NULL THEN %(now)s::timestamptz END,
        exit_due_at = CASE WHEN rest.due_at IS NOT NULL THEN r.exit_due_at END,
        signal = NULL,
        reason = CASE WHEN rest.due_at IS NOT NULL THEN NULL
                      WHEN rest.outcome IS NOT NULL THEN coalesce(rest.facts ->> 'reason', 'completed')
                      WHEN rest.failure IS NOT NULL THEN rest.failure
                      WHEN rest.step = %(limit)s::int THEN 'loop' ELSE 'undecided' END
    FROM rest WHERE r.id = rest.run_id AND r.ended_at IS NULL
    RETURNING r.*, rest.outcome, rest.facts
)
INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, outcome,
                          state, reason, facts)
SELECT 'Journey Exited', id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, outcome, state,
       reason, facts
FROM settled WHERE ended_at IS NOT NULL

-- name: fire_due
-- The waits that are due, oldest first, in bounded batches; paused journeys are left out and cost nothing. Row locks,
-- so that a merge elsewhere waits; one short range of journeys_run_due_ix a journey.
WITH due AS (
    SELECT r.* FROM unnest(%(moving)s::bigint[]) AS j (id)
    CROSS JOIN LATERAL (
        SELECT q.* FROM journeys_run q
        WHERE q.journey_id = j.id AND q.state = 'waiting' AND q.due_at <= %(now)s::timestamptz
          AND q.shard = ANY(%(shards)s::int[])
        ORDER BY q.due_at LIMIT %(limit)s::int
        FOR UPDATE OF q
    ) AS r
    ORDER BY r.due_at LIMIT %(limit)s::int
)
INSERT INTO journeys_ready (step, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit,
                            node_entered_at, signal)
SELECT %(step)s::int, id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, node_entered_at, signal
FROM due
