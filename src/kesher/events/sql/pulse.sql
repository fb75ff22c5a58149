-- name: count_slice
-- What the open slice holds of people's own events, by ten seconds of arrival, so that nobody needs to count the log.
-- Each engine has rows of its own (under its first shard), so engines do not wait for each other. Primary key.
INSERT INTO events_pulse AS p (workspace_id, at, shard, count)
SELECT s.workspace_id, date_bin('10 seconds', s.received_at, '2000-01-01Z'), %(shard)s::smallint, count(*)
FROM events_slice s WHERE s.type <> 'system' GROUP BY 1, 2
ON CONFLICT (workspace_id, at, shard) DO UPDATE SET count = p.count + excluded.count

-- name: list_pulse
-- How many events arrived in each minute of a workspace's last day. Primary key; no lock.
SELECT date_trunc('minute', at), sum(count)::bigint,
       coalesce(sum(count) FILTER (WHERE at > %(now)s::timestamptz - interval '1 minute'), 0)::bigint
FROM events_pulse
WHERE workspace_id = %(workspace_id)s::int
  AND at > %(now)s::timestamptz - interval '1 day' AND at <= %(now)s::timestamptz
GROUP BY 1 ORDER BY 1

-- name: drop_old_pulse
-- Counts that nothing shows any more. Reads the table whole, once an hour; row locks.
DELETE FROM events_pulse WHERE at < %(before)s::timestamptz
