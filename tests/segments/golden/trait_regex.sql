-- holds
CASE WHEN jsonb_typeof((jsonb_build_object('email', p.email) -> %(r1_1)s::text)) = 'string' THEN coalesce(CASE WHEN length(((jsonb_build_object('email', p.email) -> %(r1_1)s::text) #>> '{}') COLLATE "C") <= 1000 THEN ((jsonb_build_object('email', p.email) -> %(r1_1)s::text) #>> '{}') COLLATE "C" ~ %(r1_2)s::text ELSE false END, false) ELSE false END

-- verdict
SELECT CASE WHEN jsonb_typeof((jsonb_build_object('email', p.email) -> %(r1_1)s::text)) = 'string' THEN coalesce(CASE WHEN length(((jsonb_build_object('email', p.email) -> %(r1_1)s::text) #>> '{}') COLLATE "C") <= 1000 THEN ((jsonb_build_object('email', p.email) -> %(r1_1)s::text) #>> '{}') COLLATE "C" ~ %(r1_2)s::text ELSE false END, false) ELSE false END AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 'email'
-- r1_2 = '\\U00000040(?:mail\\U0000002e){0,1}example\\U0000002e(?:com|org)$'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
