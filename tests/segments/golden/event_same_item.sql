-- holds
(SELECT (s.n >= %(r1_1)s::bigint)
FROM (SELECT count(*) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz) AS next
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_2)s::text AND (EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(r1_3)s::text)) = 'array' THEN (e.properties -> %(r1_3)s::text) END) AS r1_a1(item)
WHERE jsonb_typeof(r1_a1.item) <> 'null' AND (CASE WHEN jsonb_typeof((r1_a1.item -> %(r1_4)s::text)) = 'string' THEN coalesce(((r1_a1.item -> %(r1_4)s::text) #>> '{}') COLLATE "C" = %(r1_5)s::text, false) ELSE false END AND CASE WHEN jsonb_typeof((r1_a1.item -> %(r1_6)s::text)) = 'number' THEN coalesce(((r1_a1.item -> %(r1_6)s::text))::numeric > %(r1_7)s::numeric, false) ELSE false END)))) AS s)

-- verdict
SELECT r1_n3.h AS holds, nullif(r1_n3.at, 'infinity') AS changes_at
FROM LATERAL (SELECT (s.n >= %(r1_1)s::bigint) AS h, coalesce(s.next, 'infinity') AS at
FROM (SELECT count(*) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz) AS next
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_2)s::text AND (EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((e.properties -> %(r1_3)s::text)) = 'array' THEN (e.properties -> %(r1_3)s::text) END) AS r1_a2(item)
WHERE jsonb_typeof(r1_a2.item) <> 'null' AND (CASE WHEN jsonb_typeof((r1_a2.item -> %(r1_4)s::text)) = 'string' THEN coalesce(((r1_a2.item -> %(r1_4)s::text) #>> '{}') COLLATE "C" = %(r1_5)s::text, false) ELSE false END AND CASE WHEN jsonb_typeof((r1_a2.item -> %(r1_6)s::text)) = 'number' THEN coalesce(((r1_a2.item -> %(r1_6)s::text))::numeric > %(r1_7)s::numeric, false) ELSE false END)))) AS s OFFSET 0) AS r1_n3
-- r1_1 = 1
-- r1_2 = 'Order Completed'
-- r1_3 = 'products'
-- r1_4 = 'category'
-- r1_5 = 'Dairy'
-- r1_6 = 'price'
-- r1_7 = Decimal('20')
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
