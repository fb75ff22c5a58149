-- holds
(CASE WHEN jsonb_typeof((p.traits -> 'city')) = 'string' THEN (p.traits -> 'city') #>> '{}' = ANY (%(r1_1)s::text[]) ELSE false END OR CASE WHEN jsonb_typeof(((p.traits -> 'address') -> 'city')) = 'string' THEN ((p.traits -> 'address') -> 'city') #>> '{}' = ANY (%(r1_1)s::text[]) ELSE false END)

-- verdict
SELECT (CASE WHEN jsonb_typeof((p.traits -> 'city')) = 'string' THEN (p.traits -> 'city') #>> '{}' = ANY (%(r1_1)s::text[]) ELSE false END OR CASE WHEN jsonb_typeof(((p.traits -> 'address') -> 'city')) = 'string' THEN ((p.traits -> 'address') -> 'city') #>> '{}' = ANY (%(r1_1)s::text[]) ELSE false END) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = ['חיפה', 'Haifa']
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
