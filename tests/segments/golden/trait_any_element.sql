-- holds
EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((p.traits -> %(r1_1)s::text)) = 'array' THEN (p.traits -> %(r1_1)s::text) END) AS r1_a1(item)
WHERE CASE WHEN jsonb_typeof(r1_a1.item) = 'number' THEN coalesce((r1_a1.item)::numeric >= %(r1_2)s::numeric, false) ELSE false END)

-- verdict
SELECT EXISTS (SELECT
FROM LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof((p.traits -> %(r1_1)s::text)) = 'array' THEN (p.traits -> %(r1_1)s::text) END) AS r1_a2(item)
WHERE CASE WHEN jsonb_typeof(r1_a2.item) = 'number' THEN coalesce((r1_a2.item)::numeric >= %(r1_2)s::numeric, false) ELSE false END) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 'sizes'
-- r1_2 = Decimal('40')
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
