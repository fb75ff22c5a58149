-- holds
EXISTS (SELECT
FROM segments_membership m
WHERE m.profile_id = p.id AND m.segment_id = (SELECT g.id
FROM segments_segment g
WHERE g.workspace_id = %(r1_1)s::int AND g.key = %(r1_2)s::text))

-- verdict
SELECT EXISTS (SELECT
FROM segments_membership m
WHERE m.profile_id = p.id AND m.segment_id = (SELECT g.id
FROM segments_segment g
WHERE g.workspace_id = %(r1_1)s::int AND g.key = %(r1_2)s::text)) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 1
-- r1_2 = 'vip'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
