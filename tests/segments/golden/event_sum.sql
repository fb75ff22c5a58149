-- holds
(SELECT coalesce(s.total >= %(r1_4)s::numeric, false)
FROM (SELECT coalesce(sum(CASE WHEN jsonb_typeof((r1_a1.item -> %(r1_2)s::text)) = 'number' THEN ((r1_a1.item -> %(r1_2)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz), 0) AS total, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz AND jsonb_typeof((r1_a1.item -> %(r1_2)s::text)) = 'number') AS next, min(e.occurred_at) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz AND jsonb_typeof((r1_a1.item -> %(r1_2)s::text)) = 'number') AS first_at
FROM events_event e,
LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(r1_1)s::text)) = 'array' THEN (e.properties -> %(r1_1)s::text) END) AS r1_a1(item)
WHERE e.profile_id = p.id AND e.name = %(r1_5)s::text AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_3)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_3)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS s)

-- verdict
SELECT r1_n3.h AS holds, nullif(r1_n3.at, 'infinity') AS changes_at
FROM LATERAL (SELECT coalesce(s.total >= %(r1_4)s::numeric, false) AS h, coalesce(least(s.next, s.first_at + make_interval(secs => %(r1_3)s::float8)), 'infinity') AS at
FROM (SELECT coalesce(sum(CASE WHEN jsonb_typeof((r1_a2.item -> %(r1_2)s::text)) = 'number' THEN ((r1_a2.item -> %(r1_2)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz), 0) AS total, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz AND jsonb_typeof((r1_a2.item -> %(r1_2)s::text)) = 'number') AS next, min(e.occurred_at) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz AND jsonb_typeof((r1_a2.item -> %(r1_2)s::text)) = 'number') AS first_at
FROM events_event e,
LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(r1_1)s::text)) = 'array' THEN (e.properties -> %(r1_1)s::text) END) AS r1_a2(item)
WHERE e.profile_id = p.id AND e.name = %(r1_5)s::text AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_3)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_3)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS s OFFSET 0) AS r1_n3
-- r1_1 = 'products'
-- r1_2 = 'price'
-- r1_3 = 7776000.0
-- r1_4 = Decimal('500')
-- r1_5 = 'Order Completed'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
