-- name: add_domain
-- A domain with its key; nothing is signed before the key was seen in DNS. messaging_domain_name_uq.
INSERT INTO messaging_domain (workspace_id, name, selector, public_key, private_key, signing, answers, created_at)
VALUES (%(workspace_id)s::integer, %(name)s::text, %(selector)s::text, %(public_key)s::text, %(private_key)s::bytea,
        true, '{}'::jsonb, %(now)s::timestamptz)
ON CONFLICT (workspace_id, name) DO NOTHING
RETURNING id

-- name: list_domains
-- Without the private keys. Few rows; messaging_domain_name_uq.
SELECT name, selector, public_key, signing, answers, dkim_seen_at, checked_at, created_at
FROM messaging_domain
WHERE workspace_id = %(workspace_id)s::integer AND (%(name)s::text IS NULL OR name = %(name)s::text)
ORDER BY name

-- name: save_answers
-- What was seen at a domain's names. The key is seen from the first time on until it is seen to be gone; when nobody
-- answered for it (`seen` is null), that stays as it was. Row lock; messaging_domain_name_uq.
UPDATE messaging_domain
SET answers = %(answers)s::jsonb, checked_at = %(now)s::timestamptz,
    dkim_seen_at = CASE %(seen)s::boolean WHEN true THEN coalesce(dkim_seen_at, %(now)s::timestamptz)
                                          WHEN false THEN NULL ELSE dkim_seen_at END
WHERE workspace_id = %(workspace_id)s::integer AND name = %(name)s::text

-- name: switch_signing
-- Row lock; messaging_domain_name_uq.
UPDATE messaging_domain SET signing = %(signing)s::boolean
WHERE workspace_id = %(workspace_id)s::integer AND name = %(name)s::text

-- name: delete_domain
-- Row delete, the key with it; messaging_domain_name_uq.
DELETE FROM messaging_domain WHERE workspace_id = %(workspace_id)s::integer AND name = %(name)s::text

-- name: load_keys
-- The keys that receivers can verify, sealed, for the sender only. Few rows.
SELECT workspace_id, name, selector, private_key FROM messaging_domain
WHERE signing AND dkim_seen_at IS NOT NULL
  AND (%(workspace_id)s::integer IS NULL OR workspace_id = %(workspace_id)s::integer)

-- name: stale_domains
-- Whose records are to be looked at again: what is not in order hourly, the rest daily. Few rows.
SELECT workspace_id, name FROM messaging_domain
WHERE checked_at IS NULL
   OR checked_at < %(now)s::timestamptz - CASE WHEN dkim_seen_at IS NULL THEN interval '1 hour' ELSE interval '1 day' END
ORDER BY checked_at NULLS FIRST
LIMIT %(limit)s::integer
