-- holds
(SELECT (s.different >= %(r1_3)s::bigint)
FROM (SELECT count(DISTINCT (e.properties -> %(r1_1)s::text)) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_1)s::text)) IN ('string', 'number', 'boolean')) AS different, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_1)s::text)) IN ('string', 'number', 'boolean')) AS next, min(e.occurred_at) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_1)s::text)) IN ('string', 'number', 'boolean')) AS first_at
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_4)s::text AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS s)

-- verdict
SELECT r1_n1.h AS holds, nullif(r1_n1.at, 'infinity') AS changes_at
FROM LATERAL (SELECT (s.different >= %(r1_3)s::bigint) AS h, coalesce(least(s.next, s.first_at + make_interval(secs => %(r1_2)s::float8)), 'infinity') AS at
FROM (SELECT count(DISTINCT (e.properties -> %(r1_1)s::text)) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_1)s::text)) IN ('string', 'number', 'boolean')) AS different, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_1)s::text)) IN ('string', 'number', 'boolean')) AS next, min(e.occurred_at) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_1)s::text)) IN ('string', 'number', 'boolean')) AS first_at
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_4)s::text AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS s OFFSET 0) AS r1_n1
-- r1_1 = 'path'
-- r1_2 = 86400.0
-- r1_3 = 3
-- r1_4 = 'Page Viewed'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
