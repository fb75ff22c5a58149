-- holds
(SELECT coalesce(segments_engagement_of(s.uncapped, s.capped, s.maxima, segments_left(%(r1_now)s::timestamptz - s.counted_at, s.half_life_seconds)), 0) >= %(r1_3)s::float8
FROM (SELECT r.fit, r.uncapped, r.capped, r.maxima, r.half_life_seconds, r.counted_at, r.grade, m.stages, coalesce(r.stage, m.stages[nullif(m.stage_base, 0)]) AS stage
FROM (SELECT) AS one
LEFT JOIN (SELECT m.id, m.stages, m.stage_base
FROM segments_score_model m
WHERE m.workspace_id = %(r1_1)s::int AND m.key = %(r1_2)s::text AND m.state <> 'removing') AS m ON true
LEFT JOIN segments_score r ON r.model_id = m.id AND r.profile_id = p.id) AS s)

-- verdict
SELECT r1_n1.h AS holds, nullif(r1_n1.at, 'infinity') AS changes_at
FROM LATERAL (SELECT coalesce(segments_engagement_of(s.uncapped, s.capped, s.maxima, segments_left(%(r1_now)s::timestamptz - s.counted_at, s.half_life_seconds)), 0) >= %(r1_3)s::float8 AS h, coalesce(CASE WHEN s.counted_at IS NOT NULL THEN segments_engagement_crosses(s.uncapped, s.capped, s.maxima, s.half_life_seconds, s.counted_at, ARRAY[%(r1_3)s::float8], %(r1_now)s::timestamptz) END, 'infinity') AS at
FROM (SELECT r.fit, r.uncapped, r.capped, r.maxima, r.half_life_seconds, r.counted_at, r.grade, m.stages, coalesce(r.stage, m.stages[nullif(m.stage_base, 0)]) AS stage
FROM (SELECT) AS one
LEFT JOIN (SELECT m.id, m.stages, m.stage_base
FROM segments_score_model m
WHERE m.workspace_id = %(r1_1)s::int AND m.key = %(r1_2)s::text AND m.state <> 'removing') AS m ON true
LEFT JOIN segments_score r ON r.model_id = m.id AND r.profile_id = p.id) AS s OFFSET 0) AS r1_n1
-- r1_1 = 1
-- r1_2 = 'leads'
-- r1_3 = 19.999999999
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
