-- holds
CASE WHEN jsonb_typeof(to_jsonb(p.email)) = 'string' THEN coalesce(right((to_jsonb(p.email) #>> '{}') COLLATE "C", length(%(r1_1)s::text)) = %(r1_1)s::text, false) ELSE false END

-- verdict
SELECT CASE WHEN jsonb_typeof(to_jsonb(p.email)) = 'string' THEN coalesce(right((to_jsonb(p.email) #>> '{}') COLLATE "C", length(%(r1_1)s::text)) = %(r1_1)s::text, false) ELSE false END AS holds, NULL::timestamptz AS changes_at
-- r1_1 = '@example.com'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
