SELECT v.segment_id, v.holds, v.changes_at
FROM LATERAL (SELECT count(*) FILTER (WHERE e.occurred_at <= %(f_now)s::timestamptz AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_2)s::float8)) AS c1, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(f_now)s::timestamptz AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_2)s::float8)) AS c2, (array_agg(e.occurred_at ORDER BY e.occurred_at DESC) FILTER (WHERE e.occurred_at <= %(f_now)s::timestamptz AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_2)s::float8)))[%(f_1)s::bigint] AS c3, count(*) FILTER (WHERE e.occurred_at <= %(f_now)s::timestamptz AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_6)s::float8) AND (EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(f_7)s::text)) = 'array' THEN (e.properties -> %(f_7)s::text) END) AS f_a2(item)
WHERE CASE WHEN jsonb_typeof((f_a2.item -> %(f_8)s::text)) = 'string' THEN coalesce(((f_a2.item -> %(f_8)s::text) #>> '{}') COLLATE "C" = %(f_9)s::text, false) ELSE false END) AND (NOT CASE WHEN jsonb_typeof((e.properties -> %(f_10)s::text)) = 'number' THEN coalesce(((e.properties -> %(f_10)s::text))::numeric < %(f_11)s::numeric, false) ELSE false END))) AS c4, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(f_now)s::timestamptz AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_6)s::float8) AND (EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(f_7)s::text)) = 'array' THEN (e.properties -> %(f_7)s::text) END) AS f_a2(item)
WHERE CASE WHEN jsonb_typeof((f_a2.item -> %(f_8)s::text)) = 'string' THEN coalesce(((f_a2.item -> %(f_8)s::text) #>> '{}') COLLATE "C" = %(f_9)s::text, false) ELSE false END) AND (NOT CASE WHEN jsonb_typeof((e.properties -> %(f_10)s::text)) = 'number' THEN coalesce(((e.properties -> %(f_10)s::text))::numeric < %(f_11)s::numeric, false) ELSE false END))) AS c5, max(e.occurred_at) FILTER (WHERE e.occurred_at <= %(f_now)s::timestamptz AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_6)s::float8) AND (EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(f_7)s::text)) = 'array' THEN (e.properties -> %(f_7)s::text) END) AS f_a2(item)
WHERE CASE WHEN jsonb_typeof((f_a2.item -> %(f_8)s::text)) = 'string' THEN coalesce(((f_a2.item -> %(f_8)s::text) #>> '{}') COLLATE "C" = %(f_9)s::text, false) ELSE false END) AND (NOT CASE WHEN jsonb_typeof((e.properties -> %(f_10)s::text)) = 'number' THEN coalesce(((e.properties -> %(f_10)s::text))::numeric < %(f_11)s::numeric, false) ELSE false END))) AS c6, count(*) FILTER (WHERE e.occurred_at <= %(f_now)s::timestamptz AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_13)s::float8)) AS c7, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(f_now)s::timestamptz AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_13)s::float8)) AS c8, max(e.occurred_at) FILTER (WHERE e.occurred_at <= %(f_now)s::timestamptz AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_13)s::float8)) AS c9
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(f_3)s::text AND e.occurred_at > %(f_now)s::timestamptz - make_interval(secs => %(f_6)s::float8) AND e.log_day >= ((%(f_now)s::timestamptz - make_interval(secs => %(f_6)s::float8)) AT TIME ZONE 'UTC')::date - 2 OFFSET 0) AS f_w1
CROSS JOIN LATERAL (SELECT (s.n >= %(f_1)s::bigint) AS h, coalesce(least(s.next, CASE WHEN s.n >= %(f_1)s::bigint THEN s.at_low + make_interval(secs => %(f_2)s::float8) END), 'infinity') AS at
FROM (SELECT f_w1.c1 AS n, f_w1.c2 AS next, f_w1.c3 AS at_low) AS s OFFSET 0) AS f_n1
CROSS JOIN LATERAL (SELECT (s.n >= %(f_5)s::bigint) AS h, coalesce(least(s.next, CASE WHEN s.n >= %(f_5)s::bigint THEN s.at_low + make_interval(secs => %(f_6)s::float8) END), 'infinity') AS at
FROM (SELECT f_w1.c4 AS n, f_w1.c5 AS next, f_w1.c6 AS at_low) AS s OFFSET 0) AS f_n3
CROSS JOIN LATERAL (SELECT (s.n >= %(f_5)s::bigint) AS h, coalesce(least(s.next, CASE WHEN s.n >= %(f_5)s::bigint THEN s.at_low + make_interval(secs => %(f_13)s::float8) END), 'infinity') AS at
FROM (SELECT f_w1.c7 AS n, f_w1.c8 AS next, f_w1.c9 AS at_low) AS s OFFSET 0) AS f_n4
CROSS JOIN LATERAL (VALUES (%(f_4)s::bigint, f_n1.h, nullif(f_n1.at, 'infinity')), (%(f_12)s::bigint, f_n3.h, nullif(f_n3.at, 'infinity')), (%(f_14)s::bigint, (NOT f_n4.h), nullif(f_n4.at, 'infinity'))) AS v (segment_id, holds, changes_at)
-- f_1 = 2
-- f_10 = 'total'
-- f_11 = Decimal('100')
-- f_12 = 8
-- f_13 = 3600.0
-- f_14 = 9
-- f_2 = 2592000.0
-- f_3 = 'Order Completed'
-- f_4 = 7
-- f_5 = 1
-- f_6 = 7776000.0
-- f_7 = 'products'
-- f_8 = 'category'
-- f_9 = 'Dairy'
-- f_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
