-- holds
CASE WHEN jsonb_typeof(to_jsonb(p.email)) = 'string' THEN coalesce(CASE WHEN length((to_jsonb(p.email) #>> '{}') COLLATE "C") <= 1000 THEN (to_jsonb(p.email) #>> '{}') COLLATE "C" ~ %(r1_1)s::text ELSE false END, false) ELSE false END

-- verdict
SELECT CASE WHEN jsonb_typeof(to_jsonb(p.email)) = 'string' THEN coalesce(CASE WHEN length((to_jsonb(p.email) #>> '{}') COLLATE "C") <= 1000 THEN (to_jsonb(p.email) #>> '{}') COLLATE "C" ~ %(r1_1)s::text ELSE false END, false) ELSE false END AS holds, NULL::timestamptz AS changes_at
-- r1_1 = '\\U00000040(?:mail\\U0000002e){0,1}example\\U0000002e(?:com|org)$'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
