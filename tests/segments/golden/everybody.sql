WITH b1_left2 AS MATERIALIZED (SELECT p.id AS profile_id
FROM profiles_profile p
LEFT JOIN (SELECT g.profile_id, (SELECT (s.n >= %(b1_1)s::bigint)
FROM (SELECT g.m1_n AS n, g.m1_next AS next, g.m1_at_low AS at_low) AS s) AS h1, (SELECT coalesce(s.total >= %(b1_7)s::numeric, false)
FROM (SELECT g.m2_total AS total, g.m2_next AS next, g.m2_first_at AS first_at) AS s) AS h2
FROM (SELECT e.profile_id, count(*) FILTER (WHERE e.occurred_at <= %(b1_now)s::timestamptz AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_4)s::timestamptz) AS m1_n, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(b1_now)s::timestamptz AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_4)s::timestamptz) AS m1_next, (array_agg(e.occurred_at ORDER BY e.occurred_at DESC) FILTER (WHERE e.occurred_at <= %(b1_now)s::timestamptz AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_4)s::timestamptz))[%(b1_1)s::bigint] AS m1_at_low, coalesce(sum(CASE WHEN jsonb_typeof((e.properties -> %(b1_5)s::text)) = 'number' THEN ((e.properties -> %(b1_5)s::text))::numeric END) FILTER (WHERE e.occurred_at <= %(b1_now)s::timestamptz AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_8)s::timestamptz), 0) AS m2_total, min(e.occurred_at) FILTER (WHERE e.occurred_at > %(b1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(b1_5)s::text)) = 'number' AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_8)s::timestamptz) AS m2_next, min(e.occurred_at) FILTER (WHERE e.occurred_at <= %(b1_now)s::timestamptz AND jsonb_typeof((e.properties -> %(b1_5)s::text)) = 'number' AND e.name = %(b1_3)s::text AND e.occurred_at > %(b1_8)s::timestamptz) AS m2_first_at
FROM events_event e
WHERE e.workspace_id = %(b1_9)s::int AND ((e.name = %(b1_3)s::text AND e.occurred_at > %(b1_4)s::timestamptz AND e.log_day >= ((%(b1_4)s::timestamptz) AT TIME ZONE 'UTC')::date - 2) OR (e.name = %(b1_3)s::text AND e.occurred_at > %(b1_8)s::timestamptz AND e.log_day >= ((%(b1_8)s::timestamptz) AT TIME ZONE 'UTC')::date - 2)) GROUP BY e.profile_id) AS g) AS b1_log1 ON b1_log1.profile_id = p.id
WHERE p.workspace_id = %(b1_9)s::int AND p.merged_into_id IS NULL AND p.erased_at IS NULL AND ((b1_log1.h1 IS TRUE) AND (b1_log1.h2 IS TRUE))) SELECT p.id AS profile_id
FROM profiles_profile p
LEFT JOIN (SELECT g.profile_id, (SELECT (s.start IS NOT NULL)
FROM (SELECT g.start AS start, g.next AS next, g.pending AS pending) AS s) AS h1
FROM (SELECT who AS profile_id, max(s2) FILTER (WHERE t + make_interval(secs => %(b1_15)s::float8) <= %(b1_now)s::timestamptz AND (follower IS NULL OR follower > t + make_interval(secs => %(b1_15)s::float8))) AS start, min(t) FILTER (WHERE t > %(b1_now)s::timestamptz) AS next, min(t + make_interval(secs => %(b1_15)s::float8)) FILTER (WHERE s2 IS NOT NULL AND t <= %(b1_now)s::timestamptz AND t + make_interval(secs => %(b1_15)s::float8) > %(b1_now)s::timestamptz AND follower IS NULL) AS pending
FROM (SELECT l.*, min(CASE WHEN f AND t <= %(b1_now)s::timestamptz THEN t END) OVER (PARTITION BY who ORDER BY t DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS follower
FROM (SELECT l.*, CASE WHEN m2 AND p2 IS NOT NULL AND (q2 IS NULL OR q2 <= p2) AND t <= p2 + make_interval(secs => %(b1_13)s::float8) THEN t END AS r2, CASE WHEN m2 AND p2 IS NOT NULL AND (q2 IS NULL OR q2 <= p2) AND t <= p2 + make_interval(secs => %(b1_13)s::float8) THEN p2 END AS s2
FROM (SELECT l.*, max(s1) OVER w AS p2, max(CASE WHEN f2 THEN t END) OVER w AS q2
FROM (SELECT l.*, CASE WHEN m1 THEN t END AS s1
FROM (SELECT l.*
FROM (SELECT e.profile_id AS who, e.occurred_at AS t, (e.name = %(b1_10)s::text) AS m1, (e.name = %(b1_11)s::text) AS m2, (e.name = %(b1_12)s::text) AS f2, (e.name = %(b1_3)s::text) AS f
FROM events_event e
WHERE e.workspace_id = %(b1_9)s::int AND e.profile_id IN (SELECT a.profile_id
FROM b1_left2 AS a) AND e.name = ANY (%(b1_14)s::text[]) AND e.occurred_at > %(b1_4)s::timestamptz AND e.log_day >= ((%(b1_4)s::timestamptz) AT TIME ZONE 'UTC')::date - 2) AS l
WHERE l.m1 OR l.m2 OR l.f2 OR l.f) AS l) AS l WINDOW w AS (PARTITION BY who ORDER BY t GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS l) AS l) AS l GROUP BY who) AS g) AS b1_g4 ON b1_g4.profile_id = p.id
WHERE p.workspace_id = %(b1_9)s::int AND p.merged_into_id IS NULL AND p.erased_at IS NULL AND p.id IN (SELECT a.profile_id
FROM b1_left2 AS a) AND (NOT (b1_g4.h1 IS TRUE))
-- b1_1 = 2
-- b1_10 = 'Cart Updated'
-- b1_11 = 'Checkout Started'
-- b1_12 = 'Cart Emptied'
-- b1_13 = 7200.0
-- b1_14 = ['Cart Emptied', 'Cart Updated', 'Checkout Started', 'Order Completed']
-- b1_15 = 86400.0
-- b1_2 = 2592000.0
-- b1_3 = 'Order Completed'
-- b1_4 = datetime.datetime(2024, 12, 15, 12, 0, tzinfo=datetime.timezone.utc)
-- b1_5 = 'total'
-- b1_6 = 7776000.0
-- b1_7 = Decimal('500')
-- b1_8 = datetime.datetime(2024, 10, 16, 12, 0, tzinfo=datetime.timezone.utc)
-- b1_9 = 1
-- b1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
