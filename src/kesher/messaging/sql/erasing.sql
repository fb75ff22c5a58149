-- name: erase_messages
-- Of the messages of people who were erased the ledger keeps that they were sent, for the counts, and nothing of whom
-- or what. What has not left yet never will; what a sender has in hand is taken from it, so that it writes no address
-- back. Row locks; messaging_message_profile_ix.
UPDATE messaging_message m
SET address = NULL, language = NULL, answer = NULL, context = NULL, request_key = NULL,
    state = CASE WHEN m.state IN ('reserved', 'sending') THEN 'held' ELSE m.state END,
    reason = CASE WHEN m.state IN ('reserved', 'sending') THEN 'no_profile' ELSE m.reason END,
    lease_owner = NULL, lease_until = NULL
WHERE m.profile_id = ANY(%(profiles)s::bigint[]) OR m.origin_profile_id = ANY(%(profiles)s::bigint[])

-- name: digest_suppressions
-- Suppressed addresses of people who were erased: their digest says it from now on (see the gate), the address goes.
-- Reads the list of the workspaces concerned; primary keys.
DELETE FROM messaging_suppression s
USING consent_erased_address e
WHERE s.workspace_id IN (SELECT p.workspace_id FROM profiles_profile p WHERE p.id = ANY(%(profiles)s::bigint[]))
  AND e.workspace_id = s.workspace_id AND e.kind = CASE s.channel WHEN 'email' THEN 'email' ELSE 'phone' END
  AND e.digest = sha256(%(digest_outer)s::bytea || sha256(%(digest_inner)s::bytea
      || convert_to(s.workspace_id || ' ' || e.kind || ' ' || s.address, 'UTF8')))

-- name: export_messages
-- All that was ever to be sent to a person. messaging_message_profile_ix.
SELECT m.id, m.channel, m.purpose, m.topic, t.key AS template, m.context, m.state, m.reason, m.address, m.language,
    m.reserved_at, m.sent_at, m.delivered_at, m.opened_at, m.clicked_at, m.bounced_at, m.complained_at,
    m.unsubscribed_at
FROM messaging_message m
LEFT JOIN content_template_version v ON v.id = m.template_version_id
LEFT JOIN content_template t ON t.id = v.template_id
WHERE m.profile_id = ANY(%(profiles)s::bigint[]) ORDER BY m.id
