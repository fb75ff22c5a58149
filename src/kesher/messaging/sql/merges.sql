-- name: follow_merges
-- A message belongs to whoever its first owner is now, so a merge, a chain of merges and an undone merge are one rule.
-- Touches the people named by the slice's merges only. Row locks; messaging_message_profile_ix, profiles' primary key.
WITH named AS (
    SELECT DISTINCT person.id
    FROM events_slice s
    CROSS JOIN LATERAL (VALUES ((s.properties ->> 'winner_id')::bigint),
                               ((s.properties ->> 'loser_id')::bigint)) AS person (id)
    WHERE s.type = 'system' AND s.name IN ('Profile Merged', 'Profile Merge Undone')
), owners AS (
    SELECT DISTINCT m.origin_profile_id AS origin_id
    FROM named n JOIN messaging_message m ON m.profile_id = n.id
), homes AS MATERIALIZED (
    SELECT o.origin_id, profiles_home(o.origin_id) AS id FROM owners o
)
UPDATE messaging_message m SET profile_id = h.id, shard = h.id %% 64
FROM named n, homes h
WHERE m.profile_id = n.id AND h.origin_id = m.origin_profile_id
  AND m.profile_id <> h.id
RETURNING m.id

-- name: hold_duplicates
-- Of one broadcast a merged person gets one message: what is still reserved gives way to what is not, or to the older.
-- Row locks; messaging_message_profile_ix.
UPDATE messaging_message m SET state = 'held', reason = 'duplicate'
WHERE m.id = ANY(%(ids)s::bigint[]) AND m.state = 'reserved' AND m.broadcast_id IS NOT NULL
  AND EXISTS (SELECT FROM messaging_message o
              WHERE o.profile_id = m.profile_id AND o.broadcast_id = m.broadcast_id AND o.id <> m.id
                AND o.state <> 'held')
RETURNING m.id
