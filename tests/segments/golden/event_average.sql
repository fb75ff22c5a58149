-- holds
(SELECT coalesce(s.total > %(r1_2)s::numeric * s.numbers, false)
FROM (SELECT sum(CASE WHEN jsonb_typeof((e.properties -> %(r1_1)s::text)) = 'number' THEN ((e.properties -> %(r1_1)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS total, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_1)s::text)) = 'number') AS next, count(CASE WHEN jsonb_typeof((e.properties -> %(r1_1)s::text)) = 'number' THEN ((e.properties -> %(r1_1)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS numbers
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_3)s::text) AS s)

-- verdict
SELECT r1_n1.h AS holds, nullif(r1_n1.at, 'infinity') AS changes_at
FROM LATERAL (SELECT coalesce(s.total > %(r1_2)s::numeric * s.numbers, false) AS h, coalesce(s.next, 'infinity') AS at
FROM (SELECT sum(CASE WHEN jsonb_typeof((e.properties -> %(r1_1)s::text)) = 'number' THEN ((e.properties -> %(r1_1)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS total, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(r1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(r1_1)s::text)) = 'number') AS next, count(CASE WHEN jsonb_typeof((e.properties -> %(r1_1)s::text)) = 'number' THEN ((e.properties -> %(r1_1)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(r1_now)s::timestamptz) AS numbers
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_3)s::text) AS s OFFSET 0) AS r1_n1
-- r1_1 = 'total'
-- r1_2 = Decimal('100')
-- r1_3 = 'Order Completed'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
