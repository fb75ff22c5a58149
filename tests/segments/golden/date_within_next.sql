-- holds
(SELECT coalesce(s.begins <= %(r1_now)s::timestamptz AND s.ends > %(r1_now)s::timestamptz, false)
FROM (SELECT segments_day_start(d.day - %(r1_3)s::int, d.zone, d.fallback) AS begins, segments_day_start(d.day - %(r1_4)s::int + 1, d.zone, d.fallback) AS ends
FROM (SELECT segments_local_date((p.traits -> %(r1_1)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_2)s::int) AS fallback) AS v OFFSET 0) AS d) AS s)

-- verdict
SELECT r1_n1.h AS holds, nullif(r1_n1.at, 'infinity') AS changes_at
FROM LATERAL (SELECT coalesce(s.begins <= %(r1_now)s::timestamptz AND s.ends > %(r1_now)s::timestamptz, false) AS h, coalesce(least(CASE WHEN s.begins > %(r1_now)s::timestamptz THEN s.begins END, CASE WHEN s.ends > %(r1_now)s::timestamptz THEN s.ends END), 'infinity') AS at
FROM (SELECT segments_day_start(d.day - %(r1_3)s::int, d.zone, d.fallback) AS begins, segments_day_start(d.day - %(r1_4)s::int + 1, d.zone, d.fallback) AS ends
FROM (SELECT segments_local_date((p.traits -> %(r1_1)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_2)s::int) AS fallback) AS v OFFSET 0) AS d) AS s OFFSET 0) AS r1_n1
-- r1_1 = 'renewal'
-- r1_2 = 1
-- r1_3 = 14
-- r1_4 = 0
-- r1_5 = -3
-- r1_6 = 3
-- r1_7 = 17
-- r1_8 = 11
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
