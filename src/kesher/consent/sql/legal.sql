-- name: legal_profile
-- Who answers for a workspace's messages, with the zone that proposes a law. No locks; two primary keys.
SELECT coalesce(l.values, '{}'::jsonb), w.timezone
FROM accounts_workspace w
LEFT JOIN consent_legal_profile l ON l.workspace_id = w.id
WHERE w.id = %(workspace_id)s::int
