-- name: count_demo_progress
-- For the demo's progress line: runs started and messages handed over. No lock. Twice a second over some ten thousand
-- rows at most, so it may scan.
SELECT (SELECT count(*) FROM journeys_run WHERE workspace_id = %(workspace_id)s::int),
    (SELECT count(*) FROM messaging_message WHERE workspace_id = %(workspace_id)s::int AND sent_at IS NOT NULL)

-- name: find_next_message
-- When the next message may leave: null when none waits, and the distant past while one is being handed over. No lock.
-- Indexes: messaging_message_ready_ix, messaging_message_lease_ix.
SELECT CASE WHEN EXISTS (SELECT FROM messaging_message WHERE state = 'sending') THEN 'epoch'::timestamptz
    ELSE (SELECT min(available_at) FROM messaging_message WHERE state = 'reserved') END

-- name: select_demo_consents
-- What the households said about marketing e-mail, one row for each answer and topic. No lock. Index: the primary key of
-- profiles_identifier.
-- relation answers: user_id text, topic text, state text
SELECT i.workspace_id, i.profile_id, 'email' AS channel, a.topic, a.state, 'demo' AS source,
    'Drawn with a fixed seed' AS wording, '{}'::jsonb AS evidence, %(given_at)s::timestamptz AS given_at
FROM {answers} a
JOIN profiles_identifier i ON i.workspace_id = %(workspace_id)s::int AND i.kind = 'user_id' AND i.value = a.user_id
