-- name: list_sources
-- The rules of all segments and the definitions of all scores of a workspace: who asks for whom. Unique keys.
SELECT 'segment' AS kind, g.key, g.rule FROM segments_segment g
WHERE g.workspace_id = %(workspace_id)s::int AND g.state <> 'removing'
UNION ALL
SELECT 'score', m.key, m.definition FROM segments_score_model m
WHERE m.workspace_id = %(workspace_id)s::int AND m.state <> 'removing'

-- name: list_score_models
-- The workspace's models, or the one of a key. Unique key.
SELECT m.id, m.workspace_id, m.key, m.name, m.definition, m.state, m.revision, m.created_at, m.updated_at
FROM segments_score_model m
WHERE m.workspace_id = %(workspace_id)s::int AND (%(key)s::text IS NULL OR m.key = %(key)s::text)
ORDER BY m.key

-- name: write_score_model
-- Creates a model or edits it by key; a changed definition is counted anew from the first profile. Row lock; unique
-- key.
INSERT INTO segments_score_model AS m (workspace_id, key, name, definition, state, revision, half_life_seconds, maxima,
    fit_maximum, fit_grades, engagement_grades, stages, stage_backs, stage_base, build_cursor, created_at, updated_at)
VALUES (%(workspace_id)s::int, %(key)s::text, %(name)s::jsonb, %(definition)s::jsonb, 'building', 1,
    %(half_life_seconds)s::float8, %(maxima)s::float8[], %(fit_maximum)s::float8, %(fit_grades)s::float8[],
    %(engagement_grades)s::float8[], %(stages)s::text[], %(stage_backs)s::bool[], %(stage_base)s::smallint, 0,
    %(now)s::timestamptz, %(now)s::timestamptz)
ON CONFLICT (workspace_id, key) DO UPDATE SET
    name = excluded.name, definition = excluded.definition, half_life_seconds = excluded.half_life_seconds,
    maxima = excluded.maxima, fit_maximum = excluded.fit_maximum, fit_grades = excluded.fit_grades,
    engagement_grades = excluded.engagement_grades, stages = excluded.stages, stage_backs = excluded.stage_backs,
    stage_base = excluded.stage_base, updated_at = excluded.updated_at,
    state = CASE WHEN m.definition = excluded.definition THEN m.state ELSE 'building' END,
    build_cursor = CASE WHEN m.definition = excluded.definition THEN m.build_cursor ELSE 0 END,
    revision = m.revision + (m.definition <> excluded.definition)::int
RETURNING id, workspace_id, key, name, definition, state, revision, created_at, updated_at

-- name: replace_score_dependencies
-- What makes a model worth another look, as it now says. segments_score_dep_model_ix.
WITH gone AS (
    DELETE FROM segments_score_dependency d
    WHERE d.model_id = %(model_id)s::bigint
      AND (d.kind, d.name) NOT IN (SELECT * FROM unnest(%(kinds)s::text[], %(names)s::text[]))
)
INSERT INTO segments_score_dependency (workspace_id, kind, name, model_id, asks)
SELECT %(workspace_id)s::int, n.kind, n.name, %(model_id)s::bigint, n.asks
FROM unnest(%(kinds)s::text[], %(names)s::text[], %(asks)s::bool[]) AS n (kind, name, asks)
ON CONFLICT (workspace_id, kind, name, model_id) DO UPDATE SET asks = excluded.asks

-- name: retire_score_model
-- No rule finds it any more; the ticks delete its scores. Unique key, segments_score_dep_model_ix.
WITH retired AS (
    UPDATE segments_score_model m SET state = 'removing', updated_at = %(now)s::timestamptz
    WHERE m.workspace_id = %(workspace_id)s::int AND m.key = %(key)s::text AND m.state <> 'removing' RETURNING m.id
), dependencies AS (
    DELETE FROM segments_score_dependency d USING retired r WHERE d.model_id = r.id
)
SELECT id FROM retired

-- name: load_scores
-- What the models give the profiles; whom a model has not seen has nothing, the lowest grade, and the stage in which
-- everybody is. Primary keys.
SELECT p.id, m.key, coalesce(r.fit, 0), coalesce(r.uncapped, 0), coalesce(r.capped, '{}'), coalesce(r.maxima, '{}'),
    coalesce(r.half_life_seconds, m.half_life_seconds), coalesce(r.counted_at, p.created_at), coalesce(r.grade, 'D4'),
    coalesce(r.stage, m.stages[nullif(m.stage_base, 0)]), m.stages
FROM profiles_profile p
JOIN segments_score_model m ON m.workspace_id = p.workspace_id AND m.state <> 'removing'
LEFT JOIN segments_score r ON r.model_id = m.id AND r.profile_id = p.id
WHERE p.id = ANY(%(profiles)s::bigint[])

-- name: read_score_due
-- When a person's score is looked at next. Primary key.
SELECT r.due_at FROM segments_score r WHERE r.model_id = %(model_id)s::bigint AND r.profile_id = %(profile_id)s::bigint

-- name: count_grades
-- How many living people have each grade, and are in each stage. segments_score's primary key.
SELECT r.grade, r.stage, count(*) FROM segments_score r
JOIN profiles_profile p ON p.id = r.profile_id AND p.merged_into_id IS NULL AND p.erased_at IS NULL
WHERE r.model_id = %(model_id)s::bigint GROUP BY r.grade, r.stage ORDER BY r.grade, r.stage

-- name: explain_engagement
-- How many events of each kind count for a person, the latest, and what they are worth now. See logged_contributions_of.
-- relation contributions: number int, points float8, occurred_at timestamptz
SELECT c.number, count(*), max(c.occurred_at),
    sum(c.points * segments_left(%(now)s::timestamptz - c.occurred_at, %(half_life)s::float8))
FROM {contributions} c WHERE c.occurred_at <= %(now)s::timestamptz GROUP BY c.number
