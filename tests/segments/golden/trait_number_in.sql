-- holds
CASE WHEN jsonb_typeof((p.traits -> %(r1_1)s::text)) = 'number' THEN coalesce(((p.traits -> %(r1_1)s::text))::numeric = ANY (%(r1_2)s::numeric[]), false) ELSE false END

-- verdict
SELECT CASE WHEN jsonb_typeof((p.traits -> %(r1_1)s::text)) = 'number' THEN coalesce(((p.traits -> %(r1_1)s::text))::numeric = ANY (%(r1_2)s::numeric[]), false) ELSE false END AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 'kids'
-- r1_2 = [Decimal('1'), Decimal('2')]
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
