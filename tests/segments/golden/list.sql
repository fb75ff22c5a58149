-- holds
EXISTS (SELECT
FROM segments_list_member m
WHERE m.profile_id = p.id AND m.list_id = (SELECT g.id
FROM segments_list g
WHERE g.workspace_id = %(r1_1)s::int AND g.key = %(r1_2)s::text))

-- verdict
SELECT EXISTS (SELECT
FROM segments_list_member m
WHERE m.profile_id = p.id AND m.list_id = (SELECT g.id
FROM segments_list g
WHERE g.workspace_id = %(r1_1)s::int AND g.key = %(r1_2)s::text)) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 1
-- r1_2 = 'newsletter'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
