-- holds
(SELECT (s.n >= %(r1_2)s::bigint)
FROM (SELECT count(*) AS n, NULL::timestamptz AS at
FROM profiles_relation r1_r1 JOIN profiles_object r1_o2 ON r1_o2.id = r1_r1.object_id AND r1_o2.removed_at IS NULL AND r1_o2.kind = %(r1_1)s::text
WHERE r1_r1.profile_id = p.id) AS s)

-- verdict
SELECT (SELECT (s.n >= %(r1_2)s::bigint)
FROM (SELECT count(*) AS n, NULL::timestamptz AS at
FROM profiles_relation r1_r4 JOIN profiles_object r1_o5 ON r1_o5.id = r1_r4.object_id AND r1_o5.removed_at IS NULL AND r1_o5.kind = %(r1_1)s::text
WHERE r1_r4.profile_id = p.id) AS s) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 'course'
-- r1_2 = 2
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
