-- holds
(SELECT (s.start IS NOT NULL)
FROM (SELECT max(s2) FILTER (WHERE t + make_interval(secs => %(r1_8)s::float8) <= %(r1_now)s::timestamptz AND (follower IS NULL OR follower > t + make_interval(secs => %(r1_8)s::float8))) AS start, min(t) FILTER (WHERE t > %(r1_now)s::timestamptz) AS next, min(t + make_interval(secs => %(r1_8)s::float8)) FILTER (WHERE s2 IS NOT NULL AND t <= %(r1_now)s::timestamptz AND t + make_interval(secs => %(r1_8)s::float8) > %(r1_now)s::timestamptz AND follower IS NULL) AS pending
FROM (SELECT l.*, min(CASE WHEN f AND t <= %(r1_now)s::timestamptz THEN t END) OVER (PARTITION BY who ORDER BY t DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS follower
FROM (SELECT l.*, CASE WHEN m2 AND p2 IS NOT NULL AND (q2 IS NULL OR q2 <= p2) AND t <= p2 + make_interval(secs => %(r1_4)s::float8) THEN t END AS r2, CASE WHEN m2 AND p2 IS NOT NULL AND (q2 IS NULL OR q2 <= p2) AND t <= p2 + make_interval(secs => %(r1_4)s::float8) THEN p2 END AS s2
FROM (SELECT l.*, max(s1) OVER w AS p2, max(CASE WHEN f2 THEN t END) OVER w AS q2
FROM (SELECT l.*, CASE WHEN m1 THEN t END AS s1
FROM (SELECT l.*
FROM (SELECT e.profile_id AS who, e.occurred_at AS t, (e.name = %(r1_1)s::text) AS m1, (e.name = %(r1_2)s::text) AS m2, (e.name = %(r1_3)s::text) AS f2, (e.name = %(r1_5)s::text) AS f
FROM events_event e
WHERE e.profile_id = p.id AND e.name = ANY (%(r1_6)s::text[]) AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_7)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_7)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS l
WHERE l.m1 OR l.m2 OR l.f2 OR l.f) AS l) AS l WINDOW w AS (PARTITION BY who ORDER BY t GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS l) AS l) AS l) AS s)

-- verdict
SELECT r1_n1.h AS holds, nullif(r1_n1.at, 'infinity') AS changes_at
FROM LATERAL (SELECT (s.start IS NOT NULL) AS h, coalesce(least(s.next, s.start + make_interval(secs => %(r1_7)s::float8), CASE WHEN s.start IS NULL THEN s.pending END), 'infinity') AS at
FROM (SELECT max(s2) FILTER (WHERE t + make_interval(secs => %(r1_8)s::float8) <= %(r1_now)s::timestamptz AND (follower IS NULL OR follower > t + make_interval(secs => %(r1_8)s::float8))) AS start, min(t) FILTER (WHERE t > %(r1_now)s::timestamptz) AS next, min(t + make_interval(secs => %(r1_8)s::float8)) FILTER (WHERE s2 IS NOT NULL AND t <= %(r1_now)s::timestamptz AND t + make_interval(secs => %(r1_8)s::float8) > %(r1_now)s::timestamptz AND follower IS NULL) AS pending
FROM (SELECT l.*, min(CASE WHEN f AND t <= %(r1_now)s::timestamptz THEN t END) OVER (PARTITION BY who ORDER BY t DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS follower
FROM (SELECT l.*, CASE WHEN m2 AND p2 IS NOT NULL AND (q2 IS NULL OR q2 <= p2) AND t <= p2 + make_interval(secs => %(r1_4)s::float8) THEN t END AS r2, CASE WHEN m2 AND p2 IS NOT NULL AND (q2 IS NULL OR q2 <= p2) AND t <= p2 + make_interval(secs => %(r1_4)s::float8) THEN p2 END AS s2
FROM (SELECT l.*, max(s1) OVER w AS p2, max(CASE WHEN f2 THEN t END) OVER w AS q2
FROM (SELECT l.*, CASE WHEN m1 THEN t END AS s1
FROM (SELECT l.*
FROM (SELECT e.profile_id AS who, e.occurred_at AS t, (e.name = %(r1_1)s::text) AS m1, (e.name = %(r1_2)s::text) AS m2, (e.name = %(r1_3)s::text) AS f2, (e.name = %(r1_5)s::text) AS f
FROM events_event e
WHERE e.profile_id = p.id AND e.name = ANY (%(r1_6)s::text[]) AND e.occurred_at > %(r1_now)s::timestamptz - make_interval(secs => %(r1_7)s::float8) AND e.log_day >= ((%(r1_now)s::timestamptz - make_interval(secs => %(r1_7)s::float8)) AT TIME ZONE 'UTC')::date - 2) AS l
WHERE l.m1 OR l.m2 OR l.f2 OR l.f) AS l) AS l WINDOW w AS (PARTITION BY who ORDER BY t GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS l) AS l) AS l) AS s OFFSET 0) AS r1_n1
-- r1_1 = 'Cart Updated'
-- r1_2 = 'Checkout Started'
-- r1_3 = 'Cart Emptied'
-- r1_4 = 7200.0
-- r1_5 = 'Order Completed'
-- r1_6 = ['Cart Emptied', 'Cart Updated', 'Checkout Started', 'Order Completed']
-- r1_7 = 2592000.0
-- r1_8 = 86400.0
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
