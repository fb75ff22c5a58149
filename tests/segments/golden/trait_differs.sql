-- holds
(coalesce(jsonb_typeof((p.traits -> %(r1_1)s::text)) <> 'null', false) AND NOT CASE WHEN jsonb_typeof((p.traits -> %(r1_1)s::text)) = 'string' THEN coalesce(((p.traits -> %(r1_1)s::text) #>> '{}') COLLATE "C" = %(r1_2)s::text, false) ELSE false END)

-- verdict
SELECT (coalesce(jsonb_typeof((p.traits -> %(r1_1)s::text)) <> 'null', false) AND NOT CASE WHEN jsonb_typeof((p.traits -> %(r1_1)s::text)) = 'string' THEN coalesce(((p.traits -> %(r1_1)s::text) #>> '{}') COLLATE "C" = %(r1_2)s::text, false) ELSE false END) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 'plan'
-- r1_2 = 'free'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
