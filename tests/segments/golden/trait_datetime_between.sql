-- holds
CASE WHEN jsonb_typeof((p.traits -> %(r1_1)s::text)) = 'string' THEN coalesce(segments_read_moment((p.traits -> %(r1_1)s::text) #>> '{}') BETWEEN %(r1_2)s::timestamptz AND %(r1_3)s::timestamptz, false) ELSE false END

-- verdict
SELECT CASE WHEN jsonb_typeof((p.traits -> %(r1_1)s::text)) = 'string' THEN coalesce(segments_read_moment((p.traits -> %(r1_1)s::text) #>> '{}') BETWEEN %(r1_2)s::timestamptz AND %(r1_3)s::timestamptz, false) ELSE false END AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 'seen_at'
-- r1_2 = datetime.datetime(2025, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
-- r1_3 = datetime.datetime(2025, 2, 1, 0, 0, tzinfo=datetime.timezone.utc)
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
