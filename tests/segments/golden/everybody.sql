SELECT p.id AS profile_id
FROM profiles_profile p
LEFT JOIN (SELECT g.profile_id, (SELECT (s.start IS NOT NULL)
FROM (SELECT g.start AS start, g.next AS next, g.pending AS pending) AS s) AS h1
FROM (SELECT who AS profile_id, max(s2) FILTER (WHERE t + make_interval(secs => %(b1_12)s::float8) <= %(b1_now)s::timestamptz AND (follower IS NULL OR follower > t + make_interval(secs => %(b1_12)s::float8))) AS start, min(t) FILTER (WHERE t > %(b1_now)s::timestamptz) AS next, min(t + make_interval(secs => %(b1_12)s::float8)) FILTER (WHERE s2 IS NOT NULL AND t <= %(b1_now)s::timestamptz AND t + make_interval(secs => %(b1_12)s::float8) > %(b1_now)s::timestamptz AND follower IS NULL) AS pending
FROM (SELECT l.*, min(CASE WHEN f AND t <= %(b1_now)s::timestamptz THEN t END) OVER (PARTITION BY who ORDER BY t DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS follower
FROM (SELECT l.*, CASE WHEN m2 AND p2 IS NOT NULL AND (q2 IS NULL OR q2 <= p2) AND t <= p2 + make_interval(secs => %(b1_10)s::float8) THEN t END AS r2, CASE WHEN m2 AND p2 IS NOT NULL AND (q2 IS NULL OR q2 <= p2) AND t <= p2 + make_interval(secs => %(b1_10)s::float8) THEN b2 END AS s2
FROM (SELECT l.*, max(r1) OVER w AS p2, max(s1) OVER w AS b2, max(CASE WHEN f2 THEN t END) OVER w AS q2
FROM (SELECT l.*, CASE WHEN m1 THEN t END AS s1, CASE WHEN m1 THEN t END AS r1
FROM (SELECT l.*
FROM (SELECT e.profile_id AS who, e.occurred_at AS t, (e.name = %(b1_7)s::text) AS m1, (e.name = %(b1_8)s::text) AS m2, (e.name = %(b1_9)s::text) AS f2, (e.name = %(b1_3)s::text) AS f
FROM events_event e
WHERE e.workspace_id = %(b1_13)s::int AND e.name = ANY (%(b1_11)s::text[]) AND e.occurred_at > %(b1_now)s::timestamptz - make_interval(secs => %(b1_2)s::float8) AND e.log_day >= ((%(b1_now)s::timestamptz - make_interval(secs => %(b1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS l
WHERE l.m1 OR l.m2 OR l.f2 OR l.f) AS l) AS l WINDOW w AS (PARTITION BY who ORDER BY t GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS l) AS l) AS l GROUP BY who) AS g) AS b1_g1 ON b1_g1.profile_id = p.id
LEFT JOIN (SELECT g.profile_id, (SELECT (s.n >= %(b1_1)s::bigint)
FROM (SELECT g.m1_n AS n, g.m1_next AS next, g.m1_at_low AS at_low) AS s) AS h1, (SELECT CASE WHEN jsonb_typeof(to_jsonb(s.total)) = 'number' THEN coalesce((to_jsonb(s.total))::numeric >= %(b1_6)s::numeric, false) ELSE false END
FROM (SELECT g.m2_total AS total, g.m2_next AS next, g.m2_first_at AS first_at) AS s) AS h2
FROM (SELECT e.profile_id, count(*) FILTER (WHERE e.occurred_at <= %(b1_now)s::timestamptz AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_now)s::timestamptz - make_interval(secs => %(b1_2)s::float8)) AS m1_n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(b1_now)s::timestamptz AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_now)s::timestamptz - make_interval(secs => %(b1_2)s::float8)) AS m1_next, (array_agg(e.occurred_at ORDER BY e.occurred_at DESC) FILTER (WHERE e.occurred_at <= %(b1_now)s::timestamptz AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_now)s::timestamptz - make_interval(secs => %(b1_2)s::float8)))[%(b1_1)s::bigint] AS m1_at_low, coalesce(sum(CASE WHEN jsonb_typeof((e.properties -> %(b1_4)s::text)) = 'number' THEN ((e.properties -> %(b1_4)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(b1_now)s::timestamptz AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_now)s::timestamptz - make_interval(secs => %(b1_5)s::float8)), 0) AS m2_total, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(b1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(b1_4)s::text)) = 'number' AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_now)s::timestamptz - make_interval(secs => %(b1_5)s::float8)) AS m2_next, min(e.occurred_at) FILTER (WHERE e.occurred_at <= %(b1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(b1_4)s::text)) = 'number' AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_now)s::timestamptz - make_interval(secs => %(b1_5)s::float8)) AS m2_first_at
FROM events_event e
WHERE e.workspace_id = %(b1_13)s::int AND ((e.name = %(b1_3)s::text AND e.occurred_at > %(b1_now)s::timestamptz - make_interval(secs => %(b1_2)s::float8) AND e.log_day >= ((%(b1_now)s::timestamptz - make_interval(secs => %(b1_2)s::float8)) AT TIME ZONE 'UTC')::date - 2) OR (e.name = %(b1_3)s::text AND e.occurred_at > %(b1_now)s::timestamptz - make_interval(secs => %(b1_5)s::float8) AND e.log_day >= ((%(b1_now)s::timestamptz - make_interval(secs => %(b1_5)s::float8)) AT TIME ZONE 'UTC')::date - 2)) GROUP BY e.profile_id) AS g) AS b1_log ON b1_log.profile_id = p.id
WHERE p.workspace_id = %(b1_13)s::int AND p.merged_into_id IS NULL AND p.erased_at IS NULL AND ((b1_log.h1 IS TRUE) AND (b1_log.h2 IS TRUE) AND (NOT (b1_g1.h1 IS TRUE)))
-- b1_1 = 2
-- b1_10 = 7200.0
-- b1_11 = ['Cart Emptied', 'Cart Updated', 'Checkout Started', 'Order Completed']
-- b1_12 = 86400.0
-- b1_13 = 1
-- b1_2 = 2592000.0
-- b1_3 = 'Order Completed'
-- b1_4 = 'total'
-- b1_5 = 7776000.0
-- b1_6 = Decimal('500')
-- b1_7 = 'Cart Updated'
-- b1_8 = 'Checkout Started'
-- b1_9 = 'Cart Emptied'
-- b1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
