-- holds
(SELECT s.holds
FROM (SELECT coalesce(bool_or(y.day BETWEEN (%(r1_now)s::timestamptz AT TIME ZONE 'UTC')::date + %(r1_3)s::int - 3 AND (%(r1_now)s::timestamptz AT TIME ZONE 'UTC')::date + %(r1_4)s::int + 3 AND y.begins <= %(r1_now)s::timestamptz AND y.ends > %(r1_now)s::timestamptz), false) AS holds, least(min(y.begins) FILTER (WHERE y.begins > %(r1_now)s::timestamptz), min(y.ends) FILTER (WHERE y.ends > %(r1_now)s::timestamptz)) AS at
FROM (SELECT r.day, segments_day_start(r.day - %(r1_4)s::int, r.zone, r.fallback) AS begins, segments_day_start(r.day - %(r1_3)s::int + 1, r.zone, r.fallback) AS ends
FROM (SELECT (d.day + make_interval(years => greatest(extract(year
FROM d.day)::int + 1, extract(year
FROM %(r1_now)s::timestamptz AT TIME ZONE 'UTC')::int - 2) + n.n - extract(year
FROM d.day)::int))::date AS day, d.zone, d.fallback
FROM (SELECT segments_local_date((p.traits -> %(r1_1)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_2)s::int) AS fallback) AS v OFFSET 0) AS d, generate_series(0, 4) AS n (n)
WHERE d.day IS NOT NULL) AS r) AS y) AS s)

-- verdict
SELECT r1_n1.h AS holds, nullif(r1_n1.at, 'infinity') AS changes_at
FROM LATERAL (SELECT s.holds AS h, coalesce(s.at, 'infinity') AS at
FROM (SELECT coalesce(bool_or(y.day BETWEEN (%(r1_now)s::timestamptz AT TIME ZONE 'UTC')::date + %(r1_3)s::int - 3 AND (%(r1_now)s::timestamptz AT TIME ZONE 'UTC')::date + %(r1_4)s::int + 3 AND y.begins <= %(r1_now)s::timestamptz AND y.ends > %(r1_now)s::timestamptz), false) AS holds, least(min(y.begins) FILTER (WHERE y.begins > %(r1_now)s::timestamptz), min(y.ends) FILTER (WHERE y.ends > %(r1_now)s::timestamptz)) AS at
FROM (SELECT r.day, segments_day_start(r.day - %(r1_4)s::int, r.zone, r.fallback) AS begins, segments_day_start(r.day - %(r1_3)s::int + 1, r.zone, r.fallback) AS ends
FROM (SELECT (d.day + make_interval(years => greatest(extract(year
FROM d.day)::int + 1, extract(year
FROM %(r1_now)s::timestamptz AT TIME ZONE 'UTC')::int - 2) + n.n - extract(year
FROM d.day)::int))::date AS day, d.zone, d.fallback
FROM (SELECT segments_local_date((p.traits -> %(r1_1)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_2)s::int) AS fallback) AS v OFFSET 0) AS d, generate_series(0, 4) AS n (n)
WHERE d.day IS NOT NULL) AS r) AS y) AS s OFFSET 0) AS r1_n1
-- r1_1 = 'birthday'
-- r1_2 = 1
-- r1_3 = 0
-- r1_4 = 7
-- r1_5 = -4
-- r1_6 = 11
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
