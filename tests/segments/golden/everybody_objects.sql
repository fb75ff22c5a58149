SELECT p.id AS profile_id
FROM profiles_profile p
LEFT JOIN (SELECT g.profile_id, (SELECT (s.n >= %(b1_2)s::bigint)
FROM (SELECT g.n AS n, g.at AS at) AS s) AS h1
FROM (SELECT b1_r2.profile_id AS profile_id, count(*) AS n, NULL::timestamptz AS at
FROM profiles_relation b1_r2 JOIN profiles_object b1_o3 ON b1_o3.id = b1_r2.object_id AND b1_o3.removed_at IS NULL AND b1_o3.kind = %(b1_1)s::text
WHERE b1_r2.workspace_id = %(b1_3)s::int GROUP BY b1_r2.profile_id) AS g) AS b1_g5 ON b1_g5.profile_id = p.id
LEFT JOIN (SELECT g.profile_id, (SELECT (s.n >= %(b1_8)s::bigint)
FROM (SELECT g.n AS n, g.at AS at) AS s) AS h1
FROM (SELECT b1_r6.profile_id AS profile_id, count(*) AS n, NULL::timestamptz AS at
FROM profiles_relation b1_r6 JOIN profiles_object b1_o7 ON b1_o7.id = b1_r6.object_id AND b1_o7.removed_at IS NULL AND b1_o7.kind = %(b1_5)s::text AND b1_r6.role = %(b1_4)s::text
WHERE b1_r6.workspace_id = %(b1_3)s::int AND (CASE WHEN jsonb_typeof((b1_o7.attributes -> %(b1_6)s::text)) = 'string' THEN coalesce(((b1_o7.attributes -> %(b1_6)s::text) #>> '{}') COLLATE "C" = %(b1_7)s::text, false) ELSE false END) GROUP BY b1_r6.profile_id) AS g) AS b1_g9 ON b1_g9.profile_id = p.id
WHERE p.workspace_id = %(b1_3)s::int AND p.merged_into_id IS NULL AND p.erased_at IS NULL AND ((b1_g5.h1 IS TRUE) AND (NOT (b1_g9.h1 IS TRUE)))
-- b1_1 = 'course'
-- b1_2 = 2
-- b1_3 = 1
-- b1_4 = 'admin'
-- b1_5 = 'company'
-- b1_6 = 'plan'
-- b1_7 = 'pro'
-- b1_8 = 1
-- b1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
