-- name: match_events
-- Keeps the events that mean something to somebody's run and numbers them by person. An event counts for a run that is
-- active (a goal also later, within its time), or that may begin earlier in the same slice. Scans the slice;
-- journeys_run_profile_ix.
-- relation hits: event_id bigint, version_id bigint, journey_id bigint, kind text, node text, ordinal int, reason text, within interval, same text[]
WITH hit AS MATERIALIZED (
    SELECT h.*, s.properties #>> h.same AS same_value, s.profile_id, s.received_at, s.occurred_at
    FROM {hits} h JOIN events_slice s ON s.event_id = h.event_id
), relevant AS (
    SELECT h.* FROM hit h
    WHERE (h.same IS NULL OR h.same_value IS NOT NULL) AND CASE WHEN h.kind = 'entry' THEN h.occurred_at > h.received_at - %(late)s::interval
          ELSE (h.version_id, h.profile_id) IN (SELECT e.version_id, e.profile_id FROM hit e WHERE e.kind = 'entry')
            OR EXISTS (
                SELECT FROM journeys_run r
                WHERE r.profile_id = h.profile_id AND r.journey_id = h.journey_id AND r.version_id = h.version_id
                  AND (r.ended_at IS NULL
                       OR h.kind = 'goal' AND r.goal_at IS NULL AND r.entered_at + h.within >= h.received_at))
          END
), numbered AS (
    INSERT INTO journeys_match (wave, event_id, profile_id, journey_id, version_id, kind, node, ordinal, reason, within,
                                same, same_value, received_at, occurred_at)
    SELECT dense_rank() OVER (PARTITION BY profile_id ORDER BY received_at, occurred_at, event_id),
           event_id, profile_id, journey_id, version_id, kind, node, ordinal, reason, within, same, same_value, received_at,
           occurred_at
    FROM relevant
    RETURNING wave, kind
)
SELECT wave, array_agg(DISTINCT kind) FROM numbered GROUP BY wave ORDER BY wave

-- name: fire_before_wave
-- Waits that fell due before the wave's event arrived come first. Only waiting runs have a due_at; `state` is not asked,
-- because without statistics the planner may then take journeys_run_due_ix, which reads every run of the journey for
-- each person. Row locks, so that a merge elsewhere waits; journeys_run_profile_ix.
WITH due AS (
    SELECT r.* FROM journeys_run r
    JOIN (SELECT DISTINCT profile_id, received_at FROM journeys_match WHERE wave = %(wave)s::int) w
      ON w.profile_id = r.profile_id
    WHERE r.due_at <= w.received_at AND r.journey_id = ANY(%(moving)s::bigint[])
    FOR UPDATE OF r
)
INSERT INTO journeys_ready (step, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit,
                            node_entered_at, signal)
SELECT %(step)s::int, id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, node_entered_at, signal
FROM due

-- name: reach_goals
-- A run reaches its goal once: while it is active, and within the goal's time also afterwards. Row locks;
-- journeys_run_profile_ix.
WITH reached AS (
    UPDATE journeys_run r SET goal_at = m.received_at
    FROM journeys_match m
    WHERE m.wave = %(wave)s::int AND m.kind = 'goal'
      AND r.profile_id = m.profile_id AND r.journey_id = m.journey_id AND r.version_id = m.version_id
      AND r.goal_at IS NULL AND r.reason IS DISTINCT FROM 'merged'
      AND m.occurred_at > r.entered_at - %(late)s::interval
      AND (m.same IS NULL OR r.context #>> (ARRAY['event', 'properties'] || m.same) = m.same_value)
      AND CASE WHEN m.within IS NULL THEN r.ended_at IS NULL ELSE m.received_at <= r.entered_at + m.within END
    RETURNING r.*, m.event_id
)
INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, facts)
SELECT 'Journey Goal Reached', id, workspace_id, shard, profile_id, journey_id, version_id, node, visit,
       jsonb_strip_nulls(jsonb_build_object('event_id', event_id, 'holdout', CASE WHEN reason = 'holdout' THEN true END))
FROM reached

-- name: exit_on_events
-- Ends the runs whose exit criteria, or goal, the wave's event meets. Row locks; journeys_run_profile_ix.
WITH hit AS (
    SELECT DISTINCT ON (r.id) r.id, m.reason, m.event_id, m.received_at, m.ordinal
    FROM journeys_match m
    JOIN journeys_run r ON r.profile_id = m.profile_id AND r.journey_id = m.journey_id
                       AND r.version_id = m.version_id
    WHERE m.wave = %(wave)s::int AND m.kind = 'exit' AND r.ended_at IS NULL
      AND m.occurred_at > r.entered_at - %(late)s::interval
      AND (m.same IS NULL OR r.context #>> (ARRAY['event', 'properties'] || m.same) = m.same_value)
      AND (m.within IS NULL OR m.received_at <= r.entered_at + m.within)
    ORDER BY r.id, m.ordinal
), ended AS (
    UPDATE journeys_run r
    SET state = 'exited', reason = hit.reason, ended_at = hit.received_at, due_at = NULL, exit_due_at = NULL,
        signal = NULL
    FROM hit WHERE r.id = hit.id AND r.ended_at IS NULL
    RETURNING r.*, hit.event_id, hit.ordinal
)
INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, state,
                          reason, facts)
SELECT 'Journey Exited', id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, 'exited', reason,
       jsonb_build_object('event_id', event_id, 'criterion', ordinal)
FROM ended

-- name: wake_runs
-- The awaited event came: the run keeps it, and is asked again at once, or when its journey is resumed. Row locks;
-- journeys_run_profile_ix.
WITH woken AS (
    UPDATE journeys_run r
    SET signal = jsonb_build_object('event_id', m.event_id, 'event', s.name), due_at = least(r.due_at, m.received_at)
    FROM journeys_match m JOIN events_slice s ON s.event_id = m.event_id
    WHERE m.wave = %(wave)s::int AND m.kind = 'wait'
      AND r.profile_id = m.profile_id AND r.journey_id = m.journey_id AND r.version_id = m.version_id
      AND r.node = m.node AND r.state = 'waiting' AND r.signal IS NULL
      AND m.occurred_at > r.entered_at - %(late)s::interval
      AND (m.same IS NULL OR r.context #>> (ARRAY['event', 'properties'] || m.same) = m.same_value)
    RETURNING r.*
)
INSERT INTO journeys_ready (step, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit,
                            node_entered_at, signal)
SELECT %(step)s::int, id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, node_entered_at, signal
FROM woken WHERE journey_id = ANY(%(moving)s::bigint[])

-- name: enter_runs
-- Starts runs where the re-entry policy allows it. One candidate a person and journey; the shard locks keep other
-- ticks away, the entry event is compared too, so that an event seen twice starts one run. With a key each value has
-- runs of its own, and an event without a value starts none. Who is held out (the first 32 bits of md5(salt:profile)
-- modulo 10,000, as in decide_random_splits) has a run that is over at once; the first one is logged as her exposure.
-- Yields how many runs there are, and how many of them are to be moved. Inserts; journeys_run_profile_ix.
-- relation candidates: profile_id bigint, version_id bigint, event_id bigint, at timestamptz, context jsonb
WITH candidate AS (
    SELECT c.*, v.journey_id, v.workspace_id, v.start, v.policy, v.after, v.exit_rules, v.key, p.shard,
           CASE WHEN v.key IS NOT NULL THEN c.context #>> (ARRAY['event', 'properties'] || v.key) END AS entry_key,
           v.holdout > 0 AND ('x' || left(md5(v.salt || ':' || p.id), 8))::bit(32)::bigint %% 10000 < v.holdout AS held_out
    FROM {candidates} c
    JOIN jsonb_to_recordset(%(versions)s::jsonb) AS v (version_id bigint, journey_id bigint, workspace_id int,
        start text, policy text, after interval, exit_rules boolean, key text[], holdout int, salt text)
      ON v.version_id = c.version_id
    JOIN profiles_profile p ON p.id = c.profile_id AND p.workspace_id = v.workspace_id
                           AND p.merged_into_id IS NULL AND p.erased_at IS NULL
), created AS (
    INSERT INTO journeys_run (workspace_id, shard, profile_id, origin_profile_id, journey_id, version_id, state, node,
                              visit, entered_at, node_entered_at, exit_due_at, context, entry_event_id, entry_key,
                              ended_at, reason)
    SELECT c.workspace_id, c.shard, c.profile_id, c.profile_id, c.journey_id, c.version_id,
           CASE WHEN c.held_out THEN 'exited' ELSE 'ready' END, c.start, 1, c.at, %(now)s::timestamptz,
           CASE WHEN c.exit_rules AND NOT c.held_out THEN %(now)s::timestamptz END, c.context, c.event_id, c.entry_key,
           CASE WHEN c.held_out THEN c.at END, CASE WHEN c.held_out THEN 'holdout' END
    FROM candidate c
    CROSS JOIN LATERAL (
        SELECT count(*) AS runs, coalesce(bool_or(r.ended_at IS NULL), false) AS active,
               max(r.entered_at) AS entered_at, max(r.ended_at) AS ended_at,
               coalesce(bool_or(r.entry_event_id = c.event_id), false) AS seen
        FROM journeys_run r
        WHERE r.profile_id = c.profile_id AND r.journey_id = c.journey_id
          AND (c.key IS NULL OR r.entry_key = c.entry_key)
    ) AS past
    WHERE NOT past.seen AND (c.key IS NULL OR c.entry_key IS NOT NULL) AND CASE c.policy
        WHEN 'never' THEN past.runs = 0
        WHEN 'after_exit' THEN NOT past.active AND coalesce(past.ended_at + c.after <= c.at, true)
        ELSE coalesce(past.entered_at + c.after <= c.at, true) END
    RETURNING *
), logged AS (
    INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, facts)
    SELECT name, id, workspace_id, shard, profile_id, journey_id, version_id, node, visit,
           CASE name WHEN 'Journey Entered' THEN jsonb_build_object('event_id', entry_event_id) END
    FROM created CROSS JOIN unnest(ARRAY['Journey Entered', 'Journey Step Entered']) AS name
    WHERE state = 'ready'
), exposed AS (
    INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, facts)
    SELECT 'Holdout Exposed', id, workspace_id, shard, profile_id, journey_id, version_id, node, visit,
           jsonb_build_object('event_id', entry_event_id, 'of', 'journey')
    FROM created
    WHERE state = 'exited' AND NOT EXISTS (
        SELECT FROM journeys_run r WHERE r.profile_id = created.profile_id AND r.journey_id = created.journey_id)
), readied AS (
    INSERT INTO journeys_ready (step, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit,
                                node_entered_at)
    SELECT %(step)s::int, id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, node_entered_at
    FROM created WHERE state = 'ready'
    RETURNING 1
)
SELECT (SELECT count(*) FROM created), (SELECT count(*) FROM readied)

-- name: candidates_of_wave
-- The people whom the wave's events let in. journeys_match_wave_ix.
SELECT m.profile_id, m.version_id, m.event_id, m.received_at AS at,
       jsonb_build_object('event', jsonb_build_object('id', s.event_id, 'name', s.name, 'occurred_at', s.occurred_at,
                                                      'properties', s.properties)) AS context
FROM journeys_match m JOIN events_slice s ON s.event_id = m.event_id
WHERE m.wave = %(wave)s::int AND m.kind = 'entry'
