-- name: has_score_models
-- Whether there is a model at all, and whether one is being built or removed. A table of a few rows.
SELECT count(*) > 0, coalesce(bool_or(m.state <> 'live'), false) FROM segments_score_model m

-- name: carry_stages
-- A merge keeps the higher of the stages from which one does not fall back; the loser's score stays as it was, for an
-- undo, and waits for nothing. Everybody involved is then counted anew. Rows in key order; segments_score_profile_ix.
WITH merged AS MATERIALIZED (
    SELECT DISTINCT (s.properties ->> 'loser_id')::bigint AS loser_id, s.profile_id AS winner_id
    FROM events_slice s
    JOIN profiles_profile l ON l.id = (s.properties ->> 'loser_id')::bigint AND l.merged_into_id IS NOT NULL
    WHERE s.type = 'system' AND s.name = 'Profile Merged'
), silenced AS (
    UPDATE segments_score r SET due_at = NULL FROM merged g WHERE r.profile_id = g.loser_id AND r.due_at IS NOT NULL
), kept AS (
    SELECT DISTINCT ON (r.model_id, g.winner_id) r.model_id, g.winner_id, r.kept_stage, m.stages, r.workspace_id
    FROM merged g
    JOIN segments_score r ON r.profile_id = g.loser_id AND r.kept_stage IS NOT NULL
    JOIN segments_score_model m ON m.id = r.model_id AND m.state <> 'removing'
    ORDER BY r.model_id, g.winner_id, array_position(m.stages, r.kept_stage) DESC NULLS LAST
)
INSERT INTO segments_score AS w (model_id, profile_id, workspace_id, shard, revision, fit, uncapped, capped, maxima,
    half_life_seconds, counted_at, grade, kept_stage)
SELECT k.model_id, k.winner_id, k.workspace_id, k.winner_id %% %(shard_count)s::int, 0, 0, 0, '{}', '{}', 1,
    %(now)s::timestamptz, 'D4', k.kept_stage
FROM kept k ORDER BY k.model_id, k.winner_id
ON CONFLICT (model_id, profile_id) DO UPDATE SET kept_stage = (
    SELECT CASE WHEN array_position(m.stages, excluded.kept_stage) > coalesce(array_position(m.stages, w.kept_stage), 0)
        THEN excluded.kept_stage ELSE w.kept_stage END
    FROM segments_score_model m WHERE m.id = w.model_id
)

-- name: touch_scores
-- Which (model, profile) pairs the slice or a moment makes worth a look; whether the model's rules are to be asked
-- (`look`) or there is only engagement to add; and whether everything is counted anew from the log (`anew`): for whom
-- the present model has not counted yet, after merges, and when an event that was ahead has come. Dependencies' and
-- scores' primary keys, segments_score_due_ix.
-- relation seen: workspace_id int, profile_id bigint, kind text, name text
WITH fresh AS (
    SELECT m.id AS model_id, s.profile_id
    FROM (SELECT DISTINCT workspace_id, profile_id FROM events_slice) s
    JOIN segments_score_model m ON m.workspace_id = s.workspace_id AND m.state <> 'removing'
    WHERE NOT EXISTS (
        SELECT FROM segments_score r
        WHERE r.model_id = m.id AND r.profile_id = s.profile_id AND r.revision = m.revision
    )
), due AS (
    SELECT r.model_id, r.profile_id, r.ahead_at, r.revision FROM segments_score r
    WHERE r.due_at <= %(now)s::timestamptz AND r.shard = ANY(%(shards)s::smallint[])
    ORDER BY r.due_at LIMIT %(limit)s::int
), touched AS (
    SELECT d.model_id, s.profile_id, d.asks AS look, false AS anew
    FROM {seen} s
    JOIN segments_score_dependency d ON (d.workspace_id, d.kind, d.name) = (s.workspace_id, s.kind, s.name)
    UNION ALL
    SELECT model_id, profile_id, true, true FROM fresh
    UNION ALL
    SELECT d.model_id, s.profile_id, true, false
    FROM events_slice s JOIN segments_score_dependency d
        ON d.workspace_id = s.workspace_id AND d.kind = 'segment' AND d.name = s.properties ->> 'segment'
    WHERE s.type = 'system' AND s.name IN ('Segment Entered', 'Segment Left')
    UNION ALL
    SELECT d.model_id, d.profile_id, true, d.revision <> m.revision OR coalesce(d.ahead_at <= %(now)s::timestamptz, false)
    FROM due d JOIN segments_score_model m ON m.id = d.model_id
    UNION ALL
    SELECT m.id, s.profile_id, true, true
    FROM events_slice s JOIN segments_score_model m ON m.workspace_id = s.workspace_id
    WHERE s.type = 'system' AND s.name IN ('Profile Merged', 'Profile Merge Undone')
)
SELECT t.model_id, t.profile_id, bool_or(t.look), bool_or(t.anew), false FROM touched t GROUP BY 1, 2
UNION ALL
SELECT NULL, NULL, NULL, NULL, count(*) >= %(limit)s::int FROM due

-- name: build_scores
-- The next profiles of models that are new or were edited, in chunks, so that a tick stays short. Row locks on the
-- models (a save waits for the tick), skipping those held. profiles_profile_workspace_ix.
WITH building AS MATERIALIZED (
    SELECT m.id, m.workspace_id, m.build_cursor FROM segments_score_model m
    WHERE m.state = 'building' ORDER BY m.id LIMIT %(models)s::int
    FOR UPDATE SKIP LOCKED
), chunk AS MATERIALIZED (
    SELECT b.id AS model_id, p.id AS profile_id FROM building b
    CROSS JOIN LATERAL (
        SELECT p.id FROM profiles_profile p
        WHERE p.workspace_id = b.workspace_id AND p.id > b.build_cursor ORDER BY p.id LIMIT %(limit)s::int
    ) p
), moved AS (
    UPDATE segments_score_model m
    SET build_cursor = coalesce(c.last, b.build_cursor),
        state = CASE WHEN c.profiles >= %(limit)s::int THEN 'building' ELSE 'live' END
    FROM building b
    LEFT JOIN (SELECT model_id, max(profile_id) AS last, count(*) AS profiles FROM chunk GROUP BY model_id) c
        ON c.model_id = b.id
    WHERE m.id = b.id
)
SELECT model_id, profile_id FROM chunk

-- name: remove_scores
-- A deleted model's scores go in chunks, then the model. segments_score's primary key.
WITH doomed AS MATERIALIZED (
    SELECT m.id FROM segments_score_model m WHERE m.state = 'removing' ORDER BY m.id LIMIT 1 FOR UPDATE SKIP LOCKED
), scores AS (
    DELETE FROM segments_score r USING doomed d
    WHERE r.model_id = d.id AND r.profile_id IN (
        SELECT o.profile_id FROM segments_score o WHERE o.model_id = d.id LIMIT %(limit)s::int
    )
    RETURNING 1
)
DELETE FROM segments_score_model m USING doomed d WHERE m.id = d.id AND (SELECT count(*) FROM scores) = 0

-- name: hand_scores_over
-- Profiles of another engine's shards: that engine counts them anew, at once. Primary key, in its order.
INSERT INTO segments_score AS r (model_id, profile_id, workspace_id, shard, revision, fit, uncapped, capped, maxima,
    half_life_seconds, counted_at, ahead_at, grade, due_at)
SELECT u.model_id, u.profile_id, m.workspace_id, u.profile_id %% %(shard_count)s::int, 0, 0, 0, '{}', '{}', 1,
    %(now)s::timestamptz, %(now)s::timestamptz, 'D4', %(now)s::timestamptz
FROM unnest(%(pair_models)s::bigint[], %(pair_profiles)s::bigint[]) AS u (model_id, profile_id)
JOIN segments_score_model m ON m.id = u.model_id
ORDER BY u.model_id, u.profile_id
ON CONFLICT (model_id, profile_id) DO UPDATE SET
    ahead_at = least(r.ahead_at, excluded.ahead_at), due_at = least(r.due_at, excluded.due_at)

-- name: drop_dead_scores
-- Erased profiles have no score; merged ones keep theirs for an undo, and wait for nothing. segments_score_profile_ix.
WITH dead AS MATERIALIZED (
    SELECT p.id, p.erased_at FROM profiles_profile p
    WHERE p.id = ANY(%(profiles)s::bigint[]) AND (p.merged_into_id IS NOT NULL OR p.erased_at IS NOT NULL)
), silenced AS (
    UPDATE segments_score r SET due_at = NULL FROM dead d
    WHERE r.profile_id = d.id AND d.erased_at IS NULL AND r.due_at IS NOT NULL
)
DELETE FROM segments_score r USING dead d WHERE r.profile_id = d.id AND d.erased_at IS NOT NULL

-- name: read_score_models
-- The definitions of the workspaces that have something to count, touched or not, so that the statements made of them
-- stay the same from tick to tick. A table of a few rows.
SELECT m.id, m.workspace_id, m.key, m.definition::text, m.stages <> '{}' FROM segments_score_model m
WHERE m.state <> 'removing'
  AND m.workspace_id IN (SELECT o.workspace_id FROM segments_score_model o WHERE o.id = ANY(%(models)s::bigint[]))
ORDER BY m.id

-- name: apply_scores
-- Adds what was contributed to the engagement of the touched pairs, sets fit where the rules were asked, and grades;
-- yields the grades that changed. A timer is brought forward by an event, and moved by a look. Rows in key order, so
-- that two engines cannot lock each other out. Primary keys.
-- relation contributions: model_id bigint, profile_id bigint, slot int, points float8, occurred_at timestamptz
-- relation answers: model_id bigint, profile_id bigint, worth float8, holds boolean, changes_at timestamptz
WITH pair AS MATERIALIZED (
    SELECT m.id AS model_id, p.id AS profile_id, p.workspace_id, p.shard, u.look, m.revision, m.half_life_seconds,
        m.maxima, m.fit_maximum, m.fit_grades, m.engagement_grades, r.fit AS fit_before, r.grade AS grade_before,
        r.due_at AS due_before, CASE WHEN NOT u.anew THEN r.ahead_at END AS ahead_before,
        CASE WHEN u.anew THEN 0
            ELSE coalesce(r.uncapped * segments_left(%(now)s::timestamptz - r.counted_at, m.half_life_seconds), 0) END
            AS uncapped,
        CASE WHEN NOT u.anew THEN r.capped END AS capped,
        segments_left(%(now)s::timestamptz - r.counted_at, m.half_life_seconds) AS part
    FROM unnest(%(pair_models)s::bigint[], %(pair_profiles)s::bigint[], %(pair_looks)s::bool[], %(pair_anew)s::bool[])
        AS u (model_id, profile_id, look, anew)
    JOIN segments_score_model m ON m.id = u.model_id AND m.state <> 'removing'
    JOIN profiles_profile p
        ON p.id = u.profile_id AND p.workspace_id = m.workspace_id AND p.merged_into_id IS NULL AND p.erased_at IS NULL
    LEFT JOIN segments_score r ON r.model_id = u.model_id AND r.profile_id = u.profile_id
), counted AS MATERIALIZED (
    SELECT c.model_id, c.profile_id, c.slot,
        sum(c.points * segments_left(%(now)s::timestamptz - c.occurred_at, q.half_life_seconds))
            FILTER (WHERE c.occurred_at <= %(now)s::timestamptz) AS points,
        min(c.occurred_at) FILTER (WHERE c.occurred_at > %(now)s::timestamptz) AS ahead_at
    FROM {contributions} c JOIN pair q ON q.model_id = c.model_id AND q.profile_id = c.profile_id
    GROUP BY c.model_id, c.profile_id, c.slot
), asked AS MATERIALIZED (
    SELECT a.model_id, a.profile_id, sum(a.worth) FILTER (WHERE a.holds) AS points, min(a.changes_at) AS changes_at
    FROM {answers} a GROUP BY a.model_id, a.profile_id
), summed AS MATERIALIZED (
    SELECT q.*, f.changes_at AS fit_changes_at,
        CASE WHEN q.look THEN greatest(0, least(q.fit_maximum, coalesce(f.points, 0)))
            ELSE q.fit_before END AS fit,
        segments_kept(q.uncapped + coalesce(c.points, 0)) AS uncapped_now,
        ARRAY(
            SELECT segments_kept(coalesce(q.capped[i.slot] * q.part, 0) + coalesce(k.points, 0))
            FROM generate_subscripts(q.maxima, 1) AS i (slot)
            LEFT JOIN counted k ON k.model_id = q.model_id AND k.profile_id = q.profile_id AND k.slot = i.slot
            ORDER BY i.slot
        ) AS capped_now,
        least(q.ahead_before, (
            SELECT min(k.ahead_at) FROM counted k WHERE k.model_id = q.model_id AND k.profile_id = q.profile_id
        )) AS ahead_at
    FROM pair q
    LEFT JOIN asked f ON f.model_id = q.model_id AND f.profile_id = q.profile_id
    LEFT JOIN counted c ON c.model_id = q.model_id AND c.profile_id = q.profile_id AND c.slot = 0
), graded AS MATERIALIZED (
    SELECT s.*, e.engagement,
        substr('DCBA', 1 + (SELECT count(*) FROM unnest(s.fit_grades) AS g WHERE s.fit >= g - 1e-9)::int, 1)
            || substr('4321', 1 + (
                SELECT count(*) FROM unnest(s.engagement_grades) AS g WHERE e.engagement >= g - 1e-9
            )::int, 1) AS grade,
        least(s.ahead_at, segments_engagement_crosses(
            s.uncapped_now, s.capped_now, s.maxima, s.half_life_seconds, %(now)s::timestamptz,
            ARRAY(SELECT g - 1e-9 FROM unnest(s.engagement_grades) AS g), %(now)s::timestamptz
        )) AS changes_at
    FROM summed s
    CROSS JOIN LATERAL (SELECT segments_engagement_of(s.uncapped_now, s.capped_now, s.maxima, 1) AS engagement) e
), written AS (
    INSERT INTO segments_score AS r (model_id, profile_id, workspace_id, shard, revision, fit, uncapped, capped, maxima,
        half_life_seconds, counted_at, ahead_at, grade, due_at)
    SELECT g.model_id, g.profile_id, g.workspace_id, g.shard, g.revision, g.fit, g.uncapped_now, g.capped_now, g.maxima,
        g.half_life_seconds, %(now)s::timestamptz, g.ahead_at, g.grade,
        CASE WHEN g.look THEN least(g.fit_changes_at, g.changes_at) ELSE least(g.due_before, g.changes_at) END
    FROM graded g ORDER BY g.model_id, g.profile_id
    ON CONFLICT (model_id, profile_id) DO UPDATE SET revision = excluded.revision, fit = excluded.fit,
        uncapped = excluded.uncapped, capped = excluded.capped, maxima = excluded.maxima,
        half_life_seconds = excluded.half_life_seconds, counted_at = excluded.counted_at, ahead_at = excluded.ahead_at,
        grade = excluded.grade, due_at = excluded.due_at
)
SELECT g.model_id, g.profile_id, coalesce(g.grade_before, 'D4'), g.grade, g.fit, g.engagement FROM graded g
WHERE g.grade <> coalesce(g.grade_before, 'D4')

-- name: apply_stages
-- The highest stage whose rule holds, or from which one does not fall back; yields the stages that changed. Rows in
-- key order. Primary keys.
-- relation answers: model_id bigint, profile_id bigint, worth float8, holds boolean, changes_at timestamptz
WITH answered AS (
    SELECT a.model_id, a.profile_id, max(a.worth::int) FILTER (WHERE a.holds) AS reached,
        max(a.worth::int) FILTER (WHERE a.holds AND NOT m.stage_backs[a.worth::int]) AS held,
        min(a.changes_at) AS changes_at
    FROM {answers} a JOIN segments_score_model m ON m.id = a.model_id
    GROUP BY a.model_id, a.profile_id
), moved AS MATERIALIZED (
    SELECT r.model_id, r.profile_id, m.stages[nullif(m.stage_base, 0)] AS base, r.stage AS stage_before, r.kept_stage,
        least(r.due_at, a.changes_at) AS due_at, r.due_at AS due_before,
        m.stages[greatest(a.reached, array_position(m.stages, r.kept_stage), nullif(m.stage_base, 0))] AS stage,
        m.stages[greatest(a.held, array_position(m.stages, r.kept_stage))] AS kept
    FROM unnest(%(pair_models)s::bigint[], %(pair_profiles)s::bigint[]) AS u (model_id, profile_id)
    JOIN segments_score r ON r.model_id = u.model_id AND r.profile_id = u.profile_id
    JOIN segments_score_model m ON m.id = r.model_id
    JOIN profiles_profile p ON p.id = u.profile_id AND p.merged_into_id IS NULL AND p.erased_at IS NULL
    LEFT JOIN answered a ON a.model_id = r.model_id AND a.profile_id = r.profile_id
), held AS (
    SELECT r.model_id, r.profile_id FROM segments_score r
    JOIN moved v ON v.model_id = r.model_id AND v.profile_id = r.profile_id
    WHERE (v.stage, v.kept, v.due_at) IS DISTINCT FROM (v.stage_before, v.kept_stage, v.due_before)
    ORDER BY r.model_id, r.profile_id FOR NO KEY UPDATE OF r
), written AS (
    UPDATE segments_score r SET stage = v.stage, kept_stage = v.kept, due_at = v.due_at
    FROM held h JOIN moved v ON v.model_id = h.model_id AND v.profile_id = h.profile_id
    WHERE r.model_id = h.model_id AND r.profile_id = h.profile_id
)
SELECT v.model_id, v.profile_id, coalesce(v.stage_before, v.base), v.stage FROM moved v
WHERE v.stage IS DISTINCT FROM coalesce(v.stage_before, v.base)

-- name: touch_score_users
-- Segments that ask for the fit or engagement of a model are looked at in the next tick, by timers that are due.
-- segments_dependency's and segments_timer's primary keys, in their order.
INSERT INTO segments_timer AS t (segment_id, profile_id, shard, due_at)
SELECT DISTINCT d.segment_id, u.profile_id, u.profile_id %% %(shard_count)s::int, %(now)s::timestamptz
FROM unnest(%(pair_models)s::bigint[], %(pair_profiles)s::bigint[]) AS u (model_id, profile_id)
JOIN segments_score_model m ON m.id = u.model_id
JOIN segments_dependency d ON d.workspace_id = m.workspace_id AND d.kind = 'score' AND d.name = m.key
ORDER BY 1, 2
ON CONFLICT (segment_id, profile_id) DO UPDATE SET due_at = excluded.due_at WHERE t.due_at > excluded.due_at

-- name: touch_score_models
-- The same for other models that ask. Primary keys, in their order.
UPDATE segments_score r SET due_at = %(now)s::timestamptz
FROM (
    SELECT DISTINCT o.model_id, o.profile_id
    FROM unnest(%(pair_models)s::bigint[], %(pair_profiles)s::bigint[]) AS u (model_id, profile_id)
    JOIN segments_score_model m ON m.id = u.model_id
    JOIN segments_score_dependency d
        ON d.workspace_id = m.workspace_id AND d.kind = 'score' AND d.name = m.key AND d.model_id <> m.id
    JOIN segments_score o ON o.model_id = d.model_id AND o.profile_id = u.profile_id
    ORDER BY o.model_id, o.profile_id
) n
WHERE r.model_id = n.model_id AND r.profile_id = n.profile_id
  AND (r.due_at IS NULL OR r.due_at > %(now)s::timestamptz)

-- name: read_to
-- Up to which transaction the log counts, by shard: the slice's end for its own shards; where other engines read, what
-- they have read, since they hand over what they read for our profiles. Primary key of events_cursor.
SELECT array_agg(
    CASE WHEN s.shard = ANY(%(shards)s::smallint[]) THEN %(until)s::text ELSE coalesce(c.tx_id::text, '0') END
    ORDER BY s.shard
)
FROM generate_series(0, %(shard_count)s::int - 1) AS s (shard)
LEFT JOIN events_cursor c ON c.consumer = %(consumer)s::text AND c.shard = s.shard

-- name: score_events
-- The system events of grades and stages that changed; fit and engagement belong to a grade. No table.
SELECT c.workspace_id, c.profile_id, c.name, %(score_at)s::timestamptz AS occurred_at,
    jsonb_build_object('model', c.model, 'from', c.before, 'to', c.after) || CASE WHEN c.fit IS NULL THEN '{}'
        ELSE jsonb_build_object('fit', round(c.fit::numeric, 6), 'engagement', round(c.engagement::numeric, 6)) END
        AS properties
FROM unnest(
    %(score_workspaces)s::int[], %(score_profiles)s::bigint[], %(score_names)s::text[], %(score_models)s::text[],
    %(score_befores)s::text[], %(score_afters)s::text[], %(score_fits)s::float8[], %(score_engagements)s::float8[]
) AS c (workspace_id, profile_id, name, model, before, after, fit, engagement)
