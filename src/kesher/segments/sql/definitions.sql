-- name: lock_definitions
-- One save at a time, and none while a tick is settling: the levels by which a tick works must not move under it.
SELECT pg_advisory_xact_lock(1802658405, 1)

-- name: share_definitions
-- The tick's side of lock_definitions: ticks do not wait for each other.
SELECT pg_advisory_xact_lock_shared(1802658405, 1)

-- name: list_references
-- The keys that a rule of the workspace may name. Unique keys of the five tables.
SELECT 'segment' AS kind, g.key FROM segments_segment g
WHERE g.workspace_id = %(workspace_id)s::int AND g.state <> 'removing'
UNION ALL
SELECT 'list', l.key FROM segments_list l WHERE l.workspace_id = %(workspace_id)s::int
UNION ALL
SELECT 'topic', t.key FROM consent_topic t WHERE t.workspace_id = %(workspace_id)s::int
UNION ALL
SELECT 'score', m.key FROM segments_score_model m
WHERE m.workspace_id = %(workspace_id)s::int AND m.state <> 'removing'
UNION ALL
SELECT 'stage', m.key || '/' || g.stage FROM segments_score_model m CROSS JOIN LATERAL unnest(m.stages) AS g (stage)
WHERE m.workspace_id = %(workspace_id)s::int AND m.state <> 'removing'
UNION ALL
SELECT 'object', k.key FROM profiles_object_kind k WHERE k.workspace_id = %(workspace_id)s::int

-- name: list_segments
-- The workspace's segments, or the one of a key. Unique key.
SELECT g.id, g.workspace_id, g.key, g.name, g.rule, g.state, g.revision, g.created_at, g.updated_at
FROM segments_segment g
WHERE g.workspace_id = %(workspace_id)s::int AND (%(key)s::text IS NULL OR g.key = %(key)s::text)
ORDER BY g.key

-- name: list_levels
-- Which segment of the workspace names which. Segments' and dependencies' keys.
SELECT g.key, g.level, array_agg(d.name) FILTER (WHERE d.name IS NOT NULL)
FROM segments_segment g
LEFT JOIN segments_dependency d
    ON d.workspace_id = g.workspace_id AND d.kind = 'segment' AND d.segment_id = g.id
WHERE g.workspace_id = %(workspace_id)s::int
GROUP BY g.key, g.level

-- name: write_segment
-- Creates a segment or edits it by key; a changed rule is built anew from the first profile. Row lock; unique key.
INSERT INTO segments_segment (workspace_id, key, name, rule, state, revision, level, holds_empty, build_cursor,
    created_at, updated_at)
VALUES (%(workspace_id)s::int, %(key)s::text, %(name)s::jsonb, %(rule)s::jsonb, 'building', 1, 0, %(holds_empty)s::bool,
    0, %(now)s::timestamptz, %(now)s::timestamptz)
ON CONFLICT (workspace_id, key) DO UPDATE SET
    name = excluded.name, rule = excluded.rule, holds_empty = excluded.holds_empty, updated_at = excluded.updated_at,
    state = CASE WHEN segments_segment.rule = excluded.rule THEN segments_segment.state ELSE 'building' END,
    build_cursor = CASE WHEN segments_segment.rule = excluded.rule THEN segments_segment.build_cursor ELSE 0 END,
    revision = segments_segment.revision + (segments_segment.rule <> excluded.rule)::int
RETURNING id, workspace_id, key, name, rule, state, revision, created_at, updated_at

-- name: replace_dependencies
-- What makes a segment worth another look, as its rule now says. segments_dependency_segment_ix.
WITH gone AS (
    DELETE FROM segments_dependency d
    WHERE d.segment_id = %(segment_id)s::bigint
      AND (d.kind, d.name) NOT IN (SELECT * FROM unnest(%(kinds)s::text[], %(names)s::text[]))
)
INSERT INTO segments_dependency (workspace_id, kind, name, segment_id)
SELECT %(workspace_id)s::int, n.kind, n.name, %(segment_id)s::bigint
FROM unnest(%(kinds)s::text[], %(names)s::text[]) AS n (kind, name)
ON CONFLICT DO NOTHING

-- name: write_levels
-- The order in which a tick settles the workspace's segments. Unique key; only rows that change.
UPDATE segments_segment g SET level = n.level
FROM unnest(%(keys)s::text[], %(levels)s::int[]) AS n (key, level)
WHERE g.workspace_id = %(workspace_id)s::int AND g.key = n.key AND g.level <> n.level

-- name: list_users
-- The segments and scores that ask for a segment or a list (`kind`), and the files whose people are being put on that
-- list. Dependencies' primary keys; the imports are few.
SELECT g.key FROM segments_dependency d JOIN segments_segment g ON g.id = d.segment_id
WHERE d.workspace_id = %(workspace_id)s::int AND d.kind = %(kind)s::text AND d.name = %(key)s::text
UNION
SELECT m.key FROM segments_score_dependency d JOIN segments_score_model m ON m.id = d.model_id
WHERE d.workspace_id = %(workspace_id)s::int AND d.kind = %(kind)s::text AND d.name = %(key)s::text
UNION
SELECT i.filename FROM segments_import i
WHERE i.workspace_id = %(workspace_id)s::int AND %(kind)s::text = 'list' AND i.list_key = %(key)s::text
    AND i.state IN ('waiting', 'working')
ORDER BY 1

-- name: retire_segment
-- No rule finds it any more; the ticks delete its members. Unique key, segments_dependency_segment_ix.
WITH retired AS (
    UPDATE segments_segment g SET state = 'removing', updated_at = %(now)s::timestamptz
    WHERE g.workspace_id = %(workspace_id)s::int AND g.key = %(key)s::text AND g.state <> 'removing' RETURNING g.id
), dependencies AS (
    DELETE FROM segments_dependency d USING retired r WHERE d.segment_id = r.id
)
SELECT id FROM retired

-- name: rebuild_segments_of_days
-- Days are those of the person's zone, else of the workspace's: rules that ask for days depend on the trait `timezone`.
-- Row locks; segments_dependency's primary key.
UPDATE segments_segment g SET state = 'building', build_cursor = 0
WHERE g.workspace_id = %(workspace_id)s::int AND g.state <> 'removing' AND g.id IN (
    SELECT d.segment_id FROM segments_dependency d
    WHERE d.workspace_id = %(workspace_id)s::int AND d.kind = 'trait' AND d.name = 'timezone')

-- name: rebuild_scores_of_days
-- As rebuild_segments_of_days, for models whose rules ask for days. Row locks; segments_score_dependency's primary key.
UPDATE segments_score_model m SET state = 'building', build_cursor = 0
WHERE m.workspace_id = %(workspace_id)s::int AND m.state <> 'removing' AND m.id IN (
    SELECT d.model_id FROM segments_score_dependency d
    WHERE d.workspace_id = %(workspace_id)s::int AND d.kind = 'trait' AND d.name = 'timezone')
