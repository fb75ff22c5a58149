-- name: mark_opened
-- A person opened it: the first time counts. Row lock; primary key; no indexed column changes (HOT).
UPDATE messaging_message SET opened_at = coalesce(opened_at, %(at)s::timestamptz)
WHERE id = %(message_id)s::bigint
RETURNING id

-- name: mark_clicked
-- A person clicked, so she also opened. Row lock; primary key; HOT.
UPDATE messaging_message
SET clicked_at = coalesce(clicked_at, %(at)s::timestamptz), opened_at = coalesce(opened_at, %(at)s::timestamptz)
WHERE id = %(message_id)s::bigint
RETURNING id

-- name: mark_machine
-- A program opened or clicked it: kept apart, counts for nothing. Row lock; primary key; HOT.
UPDATE messaging_message SET machine_at = coalesce(machine_at, %(at)s::timestamptz)
WHERE id = %(message_id)s::bigint
RETURNING id

-- name: find_message
-- Whose message it is, for what comes back. Primary key, no lock.
SELECT id, workspace_id, profile_id, channel, topic, address, sent_at
FROM messaging_message WHERE id = %(message_id)s::bigint

-- name: mark_delivered
-- A provider's receipt; told twice, it counts once. Row lock; primary key; HOT.
UPDATE messaging_message SET delivered_at = %(at)s::timestamptz
WHERE id = %(message_id)s::bigint AND workspace_id = %(workspace_id)s::integer AND delivered_at IS NULL
RETURNING id

-- name: mark_bounced
-- A provider's report of a bounce; told twice, it counts once. Row lock; primary key; HOT.
UPDATE messaging_message SET bounced_at = %(at)s::timestamptz
WHERE id = %(message_id)s::bigint AND workspace_id = %(workspace_id)s::integer AND bounced_at IS NULL
RETURNING channel, address

-- name: mark_complained
-- A reader called it spam; told twice, it counts once. Row lock; primary key; HOT.
UPDATE messaging_message SET complained_at = %(at)s::timestamptz
WHERE id = %(message_id)s::bigint AND workspace_id = %(workspace_id)s::integer AND complained_at IS NULL
RETURNING channel, address

-- name: mark_unsubscribed
-- The first time that a reader left by this message. Row lock; primary key; HOT.
UPDATE messaging_message SET unsubscribed_at = coalesce(unsubscribed_at, %(at)s::timestamptz)
WHERE id = %(message_id)s::bigint
RETURNING workspace_id, profile_id, channel, topic

-- name: message_exists
-- Tells "told before" from "not here". Primary key.
SELECT EXISTS (
    SELECT FROM messaging_message WHERE id = %(message_id)s::bigint AND workspace_id = %(workspace_id)s::integer)

-- name: denied_already
-- Whether the person said no to this very topic before. Primary key of consent_state.
SELECT EXISTS (
    SELECT FROM consent_state
    WHERE profile_id = %(profile_id)s::bigint AND channel = %(channel)s::text AND topic = %(topic)s::text
      AND state = 'denied')

-- name: unsubscribe_consent
-- The reader's no, as one row for the consent ledger.
SELECT %(c_workspace_id)s::integer AS workspace_id, %(c_profile_id)s::bigint AS profile_id,
       %(c_channel)s::text AS channel, %(c_topic)s::text AS topic, 'denied'::text AS state,
       %(c_source)s::text AS source, %(c_wording)s::text AS wording, %(c_evidence)s::jsonb AS evidence,
       %(c_at)s::timestamptz AS given_at
