-- holds
(SELECT (s.n BETWEEN %(r1_1)s::bigint AND %(r1_1)s::bigint)
FROM (SELECT coalesce(y.count, 0) - coalesce(f.n, 0) AS n, f.next AS next
FROM (SELECT count(*) AS n, min(e.occurred_at) AS next
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_2)s::text AND e.occurred_at > %(r1_now)s::timestamptz AND e.log_day >= (%(r1_now)s::timestamptz AT TIME ZONE 'UTC')::date - 2) AS f
LEFT JOIN events_summary y ON y.profile_id = p.id AND y.name = %(r1_2)s::text) AS s)

-- verdict
SELECT r1_n1.h AS holds, nullif(r1_n1.at, 'infinity') AS changes_at
FROM LATERAL (SELECT (s.n BETWEEN %(r1_1)s::bigint AND %(r1_1)s::bigint) AS h, coalesce(s.next, 'infinity') AS at
FROM (SELECT coalesce(y.count, 0) - coalesce(f.n, 0) AS n, f.next AS next
FROM (SELECT count(*) AS n, min(e.occurred_at) AS next
FROM events_event e
WHERE e.profile_id = p.id AND e.name = %(r1_2)s::text AND e.occurred_at > %(r1_now)s::timestamptz AND e.log_day >= (%(r1_now)s::timestamptz AT TIME ZONE 'UTC')::date - 2) AS f
LEFT JOIN events_summary y ON y.profile_id = p.id AND y.name = %(r1_2)s::text) AS s OFFSET 0) AS r1_n1
-- r1_1 = 0
-- r1_2 = 'Order Completed'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
