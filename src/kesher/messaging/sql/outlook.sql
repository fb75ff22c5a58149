-- name: count_outcomes
-- What became of a workspace's messages today, and how those of the last seven days fared. messaging_message_time_ix
-- narrows the ledger to the week; no lock.
SELECT count(*) FILTER (WHERE state IN ('reserved', 'sending')),
       count(*) FILTER (WHERE sent_at >= %(today)s::timestamptz),
       count(*) FILTER (WHERE state = 'held' AND reserved_at >= %(today)s::timestamptz),
       count(*) FILTER (WHERE state = 'failed' AND reserved_at >= %(today)s::timestamptz),
       count(*) FILTER (WHERE sent_at IS NOT NULL),
       count(*) FILTER (WHERE delivered_at IS NOT NULL),
       count(*) FILTER (WHERE bounced_at IS NOT NULL),
       count(*) FILTER (WHERE complained_at IS NOT NULL),
       count(*) FILTER (WHERE opened_at IS NOT NULL),
       count(*) FILTER (WHERE clicked_at IS NOT NULL),
       count(*) FILTER (WHERE unsubscribed_at IS NOT NULL)
FROM messaging_message
WHERE workspace_id = %(workspace_id)s::integer AND reserved_at >= %(week)s::timestamptz

-- name: find_late_messages
-- How many messages of a workspace are due for longer than they should be, up to `limit`, and since when the oldest
-- is. Messages of paused broadcasts are due never. messaging_message_ready_ix.
SELECT count(*), min(late.available_at) FROM (
    SELECT m.available_at FROM messaging_message m
    WHERE m.state = 'reserved' AND m.lane IN (0, 1, 2) AND m.available_at <= %(before)s::timestamptz
      AND m.workspace_id = %(workspace_id)s::integer
    LIMIT %(limit)s::integer
) AS late

-- name: list_troubled_providers
-- Which accounts a workspace's newest 2,000 messages of the last day could not leave through, how many, and the last
-- answer; a message without an account had none to go through. messaging_message_recent_ix.
SELECT p.channel, p.name, count(*), (array_agg(m.answer ORDER BY m.id DESC) FILTER (WHERE m.answer IS NOT NULL))[1]
FROM (
    SELECT * FROM messaging_message
    WHERE workspace_id = %(workspace_id)s::integer ORDER BY id DESC LIMIT 2000
) AS m
LEFT JOIN messaging_provider p ON p.id = m.provider_id
WHERE m.reserved_at >= %(since)s::timestamptz AND (
    (m.state = 'reserved' AND m.reason IN ('retry', 'no_provider'))
    OR (m.state = 'failed' AND m.reason IN ('gave_up', 'no_provider'))
)
GROUP BY p.channel, p.name ORDER BY count(*) DESC, p.name
