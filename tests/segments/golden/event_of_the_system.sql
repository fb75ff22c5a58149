-- holds
(SELECT (s.n >= %(r1_1)s::bigint)
FROM (SELECT count(*) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz) AS next, max(e.occurred_at) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS at_low
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_3)s::text AND e.type = 'system' AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS s)

-- verdict
SELECT r1_n1.h AS holds, nullif(r1_n1.at, 'infinity') AS changes_at
FROM LATERAL (SELECT (s.n >= %(r1_1)s::bigint) AS h, coalesce(least(s.next, CASE WHEN s.n >= %(r1_1)s::bigint THEN s.at_low + make_interval(secs => %(r1_2)s::float8) END), 'infinity') AS at
FROM (SELECT count(*) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz) AS next, max(e.occurred_at) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS at_low
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_3)s::text AND e.type = 'system' AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS s OFFSET 0) AS r1_n1
-- r1_1 = 1
-- r1_2 = 259200.0
-- r1_3 = 'Message Opened'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
