-- holds
((SELECT (s.n >= %(r1_1)s::bigint)
FROM (SELECT count(*) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz) AS next, (array_agg(e.occurred_at ORDER BY e.occurred_at DESC) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz))[%(r1_1)s::bigint] AS at_low
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_3)s::text AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS s) AND (CASE WHEN jsonb_typeof((p.traits -> %(r1_4)s::text)) = 'string' THEN coalesce(((p.traits -> %(r1_4)s::text) #>> '{}') COLLATE "C" = %(r1_5)s::text, false) ELSE false END OR (SELECT coalesce(s.begins <= %(r1_now)s::timestamptz AND s.ends > %(r1_now)s::timestamptz, false)
FROM (SELECT segments_day_start(d.day - %(r1_8)s::int, d.zone, d.fallback) AS begins, segments_day_start(d.day - %(r1_8)s::int + 1, d.zone, d.fallback) AS ends
FROM (SELECT segments_local_date((p.traits -> %(r1_6)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_7)s::int) AS fallback) AS v OFFSET 0) AS d) AS s)) AND (NOT EXISTS (SELECT
FROM segments_membership m
WHERE m.profile_id = p.id AND m.segment_id = (SELECT g.id
FROM segments_segment g
WHERE g.workspace_id = %(r1_7)s::int AND g.key = %(r1_11)s::text))))

-- verdict
SELECT r1_n6.h AS holds, nullif(r1_n6.at, 'infinity') AS changes_at
FROM LATERAL (SELECT (s.n >= %(r1_1)s::bigint) AS h, coalesce(least(s.next, CASE WHEN s.n >= %(r1_1)s::bigint THEN s.at_low + make_interval(secs => %(r1_2)s::float8) END), 'infinity') AS at
FROM (SELECT count(*) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz) AS next, (array_agg(e.occurred_at ORDER BY e.occurred_at DESC) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz))[%(r1_1)s::bigint] AS at_low
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_3)s::text AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS s OFFSET 0) AS r1_n1
CROSS JOIN LATERAL (SELECT coalesce(s.begins <= %(r1_now)s::timestamptz AND s.ends > %(r1_now)s::timestamptz, false) AS h, coalesce(least(CASE WHEN s.begins > %(r1_now)s::timestamptz THEN s.begins END, CASE WHEN s.ends > %(r1_now)s::timestamptz THEN s.ends END), 'infinity') AS at
FROM (SELECT segments_day_start(d.day - %(r1_8)s::int, d.zone, d.fallback) AS begins, segments_day_start(d.day - %(r1_8)s::int + 1, d.zone, d.fallback) AS ends
FROM (SELECT segments_local_date((p.traits -> %(r1_6)s::text), v.zone, v.fallback) AS day, v.zone, v.fallback
FROM (SELECT p.timezone AS zone, (SELECT w.timezone
FROM accounts_workspace w
WHERE w.id = %(r1_7)s::int) AS fallback) AS v OFFSET 0) AS d) AS s OFFSET 0) AS r1_n2
CROSS JOIN LATERAL (SELECT CASE WHEN jsonb_typeof((p.traits -> %(r1_4)s::text)) = 'string' THEN coalesce(((p.traits -> %(r1_4)s::text) #>> '{}') COLLATE "C" = %(r1_5)s::text, false) ELSE false END AS h, 'infinity'::timestamptz AS at OFFSET 0) AS r1_n3
CROSS JOIN LATERAL (SELECT (r1_n3.h OR r1_n2.h) AS h, CASE WHEN NOT (r1_n3.h OR r1_n2.h) THEN least(r1_n3.at, r1_n2.at) ELSE greatest(CASE WHEN NOT r1_n3.h THEN '-infinity' ELSE r1_n3.at END, CASE WHEN NOT r1_n2.h THEN '-infinity' ELSE r1_n2.at END) END AS at OFFSET 0) AS r1_n4
CROSS JOIN LATERAL (SELECT (NOT EXISTS (SELECT
FROM segments_membership m
WHERE m.profile_id = p.id AND m.segment_id = (SELECT g.id
FROM segments_segment g
WHERE g.workspace_id = %(r1_7)s::int AND g.key = %(r1_11)s::text))) AS h, 'infinity'::timestamptz AS at OFFSET 0) AS r1_n5
CROSS JOIN LATERAL (SELECT (r1_n1.h AND r1_n4.h AND r1_n5.h) AS h, CASE WHEN (r1_n1.h AND r1_n4.h AND r1_n5.h) THEN least(r1_n1.at, r1_n4.at, r1_n5.at) ELSE greatest(CASE WHEN r1_n1.h THEN '-infinity' ELSE r1_n1.at END, CASE WHEN r1_n4.h THEN '-infinity' ELSE r1_n4.at END, CASE WHEN r1_n5.h THEN '-infinity' ELSE r1_n5.at END) END AS at OFFSET 0) AS r1_n6
-- r1_1 = 2
-- r1_10 = 3
-- r1_11 = 'vip'
-- r1_2 = 2592000.0
-- r1_3 = 'Order Completed'
-- r1_4 = 'city'
-- r1_5 = 'חיפה'
-- r1_6 = 'renewal'
-- r1_7 = 1
-- r1_8 = 0
-- r1_9 = -3
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
