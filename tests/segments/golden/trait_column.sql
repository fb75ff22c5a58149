-- holds
CASE WHEN jsonb_typeof((jsonb_build_object('email', p.email) -> %(r1_1)s::text)) = 'string' THEN coalesce(right(((jsonb_build_object('email', p.email) -> %(r1_1)s::text) #>> '{}') COLLATE "C", length(%(r1_2)s::text)) = %(r1_2)s::text, false) ELSE false END

-- verdict
SELECT CASE WHEN jsonb_typeof((jsonb_build_object('email', p.email) -> %(r1_1)s::text)) = 'string' THEN coalesce(right(((jsonb_build_object('email', p.email) -> %(r1_1)s::text) #>> '{}') COLLATE "C", length(%(r1_2)s::text)) = %(r1_2)s::text, false) ELSE false END AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 'email'
-- r1_2 = '@example.com'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
