-- name: who_asks
-- What an instant decision begins with, in one round trip: the decision time, whether the key that was looked at
-- before still holds, and whom the question means. Primary keys; no lock.
-- relation clock: now timestamptz
-- relation person: id bigint
SELECT clock.now,
    EXISTS (
        SELECT FROM accounts_api_key k
        WHERE k.id = %(api_key_id)s::bigint AND k.revoked_at IS NULL
          AND (k.expires_at IS NULL OR k.expires_at > clock.now)
    ),
    (SELECT p.id FROM {person} p)
FROM {clock} AS clock
