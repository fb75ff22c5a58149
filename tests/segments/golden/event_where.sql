-- holds
(SELECT (s.n >= %(r1_1)s::bigint)
FROM (SELECT count(*) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz) AS next, max(e.occurred_at) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS at_low
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_3)s::text AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2 AND (EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(r1_4)s::text)) = 'array' THEN (e.properties -> %(r1_4)s::text) END) AS r1_a1(item)
WHERE CASE WHEN jsonb_typeof((r1_a1.item -> %(r1_5)s::text)) = 'string' THEN coalesce(((r1_a1.item -> %(r1_5)s::text) #>> '{}') COLLATE "C" = %(r1_6)s::text, false) ELSE false END) AND (NOT CASE WHEN jsonb_typeof((e.properties -> %(r1_7)s::text)) = 'number' THEN coalesce(((e.properties -> %(r1_7)s::text))::numeric < %(r1_8)s::numeric, false) ELSE false END))) AS s)

-- verdict
SELECT r1_n3.h AS holds, nullif(r1_n3.at, 'infinity') AS changes_at
FROM LATERAL (SELECT (s.n >= %(r1_1)s::bigint) AS h, coalesce(least(s.next, CASE WHEN s.n >= %(r1_1)s::bigint THEN s.at_low + make_interval(secs => %(r1_2)s::float8) END), 'infinity') AS at
FROM (SELECT count(*) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz) AS next, max(e.occurred_at) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS at_low
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_3)s::text AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2 AND (EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(r1_4)s::text)) = 'array' THEN (e.properties -> %(r1_4)s::text) END) AS r1_a2(item)
WHERE CASE WHEN jsonb_typeof((r1_a2.item -> %(r1_5)s::text)) = 'string' THEN coalesce(((r1_a2.item -> %(r1_5)s::text) #>> '{}') COLLATE "C" = %(r1_6)s::text, false) ELSE false END) AND (NOT CASE WHEN jsonb_typeof((e.properties -> %(r1_7)s::text)) = 'number' THEN coalesce(((e.properties -> %(r1_7)s::text))::numeric < %(r1_8)s::numeric, false) ELSE false END))) AS s OFFSET 0) AS r1_n3
-- r1_1 = 1
-- r1_2 = 604800.0
-- r1_3 = 'Order Completed'
-- r1_4 = 'products'
-- r1_5 = 'category'
-- r1_6 = 'Dairy'
-- r1_7 = 'total'
-- r1_8 = Decimal('100')
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
