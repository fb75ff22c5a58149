-- holds
(SELECT coalesce(s.begins <= %(r1_now)s::timestamptz, false)
FROM (SELECT segments_day_start(d.day - %(r1_3)s::int, d.zone, d.fallback) AS begins
FROM (SELECT segments_local_date((p.traits -> %(r1_1)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_2)s::int) AS fallback) AS v OFFSET 0) AS d) AS s)

-- verdict
SELECT r1_n1.h AS holds, nullif(r1_n1.at, 'infinity') AS changes_at
FROM LATERAL (SELECT coalesce(s.begins <= %(r1_now)s::timestamptz, false) AS h, coalesce(CASE WHEN s.begins > %(r1_now)s::timestamptz THEN s.begins END, 'infinity') AS at
FROM (SELECT segments_day_start(d.day - %(r1_3)s::int, d.zone, d.fallback) AS begins
FROM (SELECT segments_local_date((p.traits -> %(r1_1)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_2)s::int) AS fallback) AS v OFFSET 0) AS d) AS s OFFSET 0) AS r1_n1
-- r1_1 = 'renewal'
-- r1_2 = 1
-- r1_3 = -31
-- r1_4 = -28
-- r1_5 = -34
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
