-- name: list_messages
-- One page of the ledger, newest first, filtered. Reads only; messaging_message_recent_ix or messaging_message_profile_ix.
SELECT m.id, m.workspace_id, m.profile_id, m.lane, m.channel, m.purpose, m.topic, t.key, m.run_id, m.node, b.key,
       m.state, m.reason, m.address, m.language, m.attempts, m.uncertain, m.answer,
       CASE WHEN isfinite(m.available_at) THEN m.available_at ELSE m.reserved_at END, m.reserved_at, m.sent_at,
       m.delivered_at, m.opened_at, m.clicked_at, m.bounced_at, m.complained_at, m.unsubscribed_at
FROM messaging_message m
LEFT JOIN content_template_version v ON v.id = m.template_version_id
LEFT JOIN content_template t ON t.id = v.template_id
LEFT JOIN messaging_broadcast b ON b.id = m.broadcast_id
WHERE m.workspace_id = %(workspace_id)s::integer
  AND (%(message_id)s::bigint IS NULL OR m.id = %(message_id)s::bigint)
  AND (%(profile_id)s::bigint IS NULL OR m.profile_id = %(profile_id)s::bigint)
  AND (%(state)s::text IS NULL OR m.state = %(state)s::text)
  AND (%(broadcast)s::text IS NULL OR b.key = %(broadcast)s::text)
  AND (%(before)s::bigint IS NULL OR m.id < %(before)s::bigint)
ORDER BY m.id DESC LIMIT %(limit)s::integer

-- name: count_messages
-- By lane and state over all workspaces, for the metrics: of the newest ids only, so that a scrape stays cheap however
-- long the ledger is. Primary key.
SELECT lane, state, count(*) FROM messaging_message
WHERE id > (SELECT max(id) FROM messaging_message) - %(newest)s::bigint GROUP BY lane, state

-- name: queue_state
-- How many wait by lane, and since when the oldest that could leave has waited. messaging_message_ready_ix.
SELECT lane, count(*), min(available_at) FROM messaging_message
WHERE state = 'reserved' AND available_at <= %(now)s::timestamptz GROUP BY lane

-- name: broadcast_keys
-- The broadcasts that a rule may name. Unique key.
SELECT b.key FROM messaging_broadcast b WHERE b.workspace_id = %(workspace_id)s::int ORDER BY b.key

-- name: suppressed_addresses
-- Every suppressed address of a workspace, for a gate in memory. Primary key; no lock.
SELECT channel, address FROM messaging_suppression WHERE workspace_id = %(workspace_id)s::integer

-- name: sent_messages
-- What people were sent of marketing in a stretch of time, but for one journey's own messages: what the caps of a play
-- count. messaging_message_profile_ix; no lock.
SELECT profile_id, channel, sent_at FROM messaging_message
WHERE profile_id = ANY(%(profiles)s::bigint[]) AND purpose <> 'transactional'
  AND sent_at > %(since)s::timestamptz AND sent_at <= %(until)s::timestamptz
  AND (context ->> 'journey') IS DISTINCT FROM %(except_journey)s::text
ORDER BY profile_id, sent_at

-- name: message_to_render
-- What a message was to be written from, and the person as she is known now. Primary keys; no lock.
SELECT m.template_version_id, m.context, coalesce(m.language, p.language, ''), m.address, p.traits, p.phone, p.timezone
FROM messaging_message m JOIN profiles_profile p ON p.id = m.profile_id
WHERE m.id = %(message_id)s::bigint AND m.workspace_id = %(workspace_id)s::integer
