-- name: who_asks
-- Whom a question means, and the decision time: no row when there is nobody, or when the key that was looked at before
-- does not hold any more. Primary keys; no lock.
-- relation clock: now timestamptz
-- relation person: id bigint
SELECT person.id AS profile_id, clock.now
FROM {clock} AS clock, {person} AS person
WHERE EXISTS (
    SELECT FROM accounts_api_key k
    WHERE k.id = %(api_key_id)s::bigint AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > clock.now)
)
