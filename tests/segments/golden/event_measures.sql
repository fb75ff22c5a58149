-- holds
((SELECT (s.n >= %(r1_1)s::bigint)
FROM (SELECT coalesce(y.count, 0) - coalesce(f.n, 0) AS n, f.next AS next
FROM (SELECT count(*) AS n, min(e.occurred_at) AS next
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_2)s::text AND e.occurred_at > %(r1_now)s::timestamptz AND e.log_day >= (%(r1_now)s::timestamptz AT TIME ZONE 'UTC')::date - 2) AS f
LEFT JOIN events_summary y ON y.profile_id = p.id AND y.name = %(r1_2)s::text) AS s) AND (SELECT coalesce(s.total > %(r1_4)s::numeric, false)
FROM (SELECT coalesce(sum(CASE WHEN jsonb_typeof((e.properties -> %(r1_3)s::text)) = 'number' THEN ((e.properties -> %(r1_3)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz), 0) AS total, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_3)s::text)) = 'number') AS next
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_2)s::text) AS s))

-- verdict
SELECT r1_n3.h AS holds, nullif(r1_n3.at, 'infinity') AS changes_at
FROM LATERAL (SELECT (s.n >= %(r1_1)s::bigint) AS h, coalesce(s.next, 'infinity') AS at
FROM (SELECT coalesce(y.count, 0) - coalesce(f.n, 0) AS n, f.next AS next
FROM (SELECT count(*) AS n, min(e.occurred_at) AS next
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_2)s::text AND e.occurred_at > %(r1_now)s::timestamptz AND e.log_day >= (%(r1_now)s::timestamptz AT TIME ZONE 'UTC')::date - 2) AS f
LEFT JOIN events_summary y ON y.profile_id = p.id AND y.name = %(r1_2)s::text) AS s OFFSET 0) AS r1_n1
CROSS JOIN LATERAL (SELECT coalesce(s.total > %(r1_4)s::numeric, false) AS h, coalesce(s.next, 'infinity') AS at
FROM (SELECT coalesce(sum(CASE WHEN jsonb_typeof((e.properties -> %(r1_3)s::text)) = 'number' THEN ((e.properties -> %(r1_3)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz), 0) AS total, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_3)s::text)) = 'number') AS next
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_2)s::text) AS s OFFSET 0) AS r1_n2
CROSS JOIN LATERAL (SELECT (r1_n1.h AND r1_n2.h) AS h, CASE WHEN (r1_n1.h AND r1_n2.h) THEN least(r1_n1.at, r1_n2.at) ELSE greatest(CASE WHEN r1_n1.h THEN '-infinity' ELSE r1_n1.at END, CASE WHEN r1_n2.h THEN '-infinity' ELSE r1_n2.at END) END AS at OFFSET 0) AS r1_n3
-- r1_1 = 6
-- r1_2 = 'Page Viewed'
-- r1_3 = 'seconds'
-- r1_4 = Decimal('600')
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
