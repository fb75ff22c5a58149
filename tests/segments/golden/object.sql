-- holds
(SELECT (s.n >= %(r1_13)s::bigint)
FROM (SELECT count(*) FILTER (WHERE v.holds) AS n, min(v.changes_at) AS at
FROM profiles_relation r1_r1 JOIN profiles_object r1_o2 ON r1_o2.id = r1_r1.object_id AND r1_o2.removed_at IS NULL AND r1_o2.kind = %(r1_2)s::text AND r1_r1.role = %(r1_1)s::text
CROSS JOIN LATERAL (SELECT r1_n6.h AS holds, nullif(r1_n6.at, 'infinity') AS changes_at
FROM LATERAL (SELECT coalesce(s.begins <= %(r1_now)s::timestamptz AND s.ends > %(r1_now)s::timestamptz, false) AS h, coalesce(least(CASE WHEN s.begins > %(r1_now)s::timestamptz THEN s.begins END, CASE WHEN s.ends > %(r1_now)s::timestamptz THEN s.ends END), 'infinity') AS at
FROM (SELECT segments_day_start(d.day - %(r1_7)s::int, d.zone, d.fallback) AS begins, segments_day_start(d.day - %(r1_8)s::int + 1, d.zone, d.fallback) AS ends
FROM (SELECT segments_local_date((r1_o2.attributes -> %(r1_5)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_6)s::int) AS fallback) AS v OFFSET 0) AS d) AS s OFFSET 0) AS r1_n4
CROSS JOIN LATERAL (SELECT CASE WHEN jsonb_typeof((r1_o2.attributes -> %(r1_3)s::text)) = 'string' THEN coalesce(((r1_o2.attributes -> %(r1_3)s::text) #>> '{}') COLLATE "C" = %(r1_4)s::text, false) ELSE false END AS h, 'infinity'::timestamptz AS at OFFSET 0) AS r1_n5
CROSS JOIN LATERAL (SELECT (r1_n5.h AND r1_n4.h) AS h, CASE WHEN (r1_n5.h AND r1_n4.h) THEN least(r1_n5.at, r1_n4.at) ELSE greatest(CASE WHEN r1_n5.h THEN '-infinity' ELSE r1_n5.at END, CASE WHEN r1_n4.h THEN '-infinity' ELSE r1_n4.at END) END AS at OFFSET 0) AS r1_n6) AS v
WHERE r1_r1.profile_id = p.id) AS s)

-- verdict
SELECT r1_n13.h AS holds, nullif(r1_n13.at, 'infinity') AS changes_at
FROM LATERAL (SELECT (s.n >= %(r1_13)s::bigint) AS h, coalesce(s.at, 'infinity') AS at
FROM (SELECT count(*) FILTER (WHERE v.holds) AS n, min(v.changes_at) AS at
FROM profiles_relation r1_r7 JOIN profiles_object r1_o8 ON r1_o8.id = r1_r7.object_id AND r1_o8.removed_at IS NULL AND r1_o8.kind = %(r1_2)s::text AND r1_r7.role = %(r1_1)s::text
CROSS JOIN LATERAL (SELECT r1_n12.h AS holds, nullif(r1_n12.at, 'infinity') AS changes_at
FROM LATERAL (SELECT coalesce(s.begins <= %(r1_now)s::timestamptz AND s.ends > %(r1_now)s::timestamptz, false) AS h, coalesce(least(CASE WHEN s.begins > %(r1_now)s::timestamptz THEN s.begins END, CASE WHEN s.ends > %(r1_now)s::timestamptz THEN s.ends END), 'infinity') AS at
FROM (SELECT segments_day_start(d.day - %(r1_7)s::int, d.zone, d.fallback) AS begins, segments_day_start(d.day - %(r1_8)s::int + 1, d.zone, d.fallback) AS ends
FROM (SELECT segments_local_date((r1_o8.attributes -> %(r1_5)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_6)s::int) AS fallback) AS v OFFSET 0) AS d) AS s OFFSET 0) AS r1_n10
CROSS JOIN LATERAL (SELECT CASE WHEN jsonb_typeof((r1_o8.attributes -> %(r1_3)s::text)) = 'string' THEN coalesce(((r1_o8.attributes -> %(r1_3)s::text) #>> '{}') COLLATE "C" = %(r1_4)s::text, false) ELSE false END AS h, 'infinity'::timestamptz AS at OFFSET 0) AS r1_n11
CROSS JOIN LATERAL (SELECT (r1_n11.h AND r1_n10.h) AS h, CASE WHEN (r1_n11.h AND r1_n10.h) THEN least(r1_n11.at, r1_n10.at) ELSE greatest(CASE WHEN r1_n11.h THEN '-infinity' ELSE r1_n11.at END, CASE WHEN r1_n10.h THEN '-infinity' ELSE r1_n10.at END) END AS at OFFSET 0) AS r1_n12) AS v
WHERE r1_r7.profile_id = p.id) AS s OFFSET 0) AS r1_n13
-- r1_1 = 'admin'
-- r1_10 = 3
-- r1_11 = 17
-- r1_12 = 11
-- r1_13 = 1
-- r1_2 = 'company'
-- r1_3 = 'plan'
-- r1_4 = 'pro'
-- r1_5 = 'renewal'
-- r1_6 = 1
-- r1_7 = 14
-- r1_8 = 0
-- r1_9 = -3
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
