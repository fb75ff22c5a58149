-- holds
(SELECT coalesce(s.grade, 'D4') = ANY(%(r1_3)s::text[])
FROM (SELECT r.fit, r.uncapped, r.capped, r.maxima, r.half_life_seconds, r.counted_at, r.grade, m.stages, coalesce(r.stage, m.stages[nullif(m.stage_base, 0)]) AS stage
FROM (SELECT) AS one
LEFT JOIN (SELECT m.id, m.stages, m.stage_base
FROM segments_score_model m
WHERE m.workspace_id = %(r1_1)s::int AND m.key = %(r1_2)s::text AND m.state <> 'removing') AS m ON true
LEFT JOIN segments_score r ON r.model_id = m.id AND r.profile_id = p.id) AS s)

-- verdict
SELECT (SELECT coalesce(s.grade, 'D4') = ANY(%(r1_3)s::text[])
FROM (SELECT r.fit, r.uncapped, r.capped, r.maxima, r.half_life_seconds, r.counted_at, r.grade, m.stages, coalesce(r.stage, m.stages[nullif(m.stage_base, 0)]) AS stage
FROM (SELECT) AS one
LEFT JOIN (SELECT m.id, m.stages, m.stage_base
FROM segments_score_model m
WHERE m.workspace_id = %(r1_1)s::int AND m.key = %(r1_2)s::text AND m.state <> 'removing') AS m ON true
LEFT JOIN segments_score r ON r.model_id = m.id AND r.profile_id = p.id) AS s) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 1
-- r1_2 = 'leads'
-- r1_3 = ['A1', 'A2', 'B1', 'B2']
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
