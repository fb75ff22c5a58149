-- name: find_owners
-- Whose each key is, by its position in the arrays. No lock: what is about to change is locked and read again.
-- Served by the primary key of profiles_identifier.
SELECT k.position::int, i.profile_id
FROM unnest(%(workspaces)s::int[], %(kinds)s::text[], %(values)s::text[])
    WITH ORDINALITY AS k (workspace_id, kind, value, position)
JOIN profiles_identifier i
    ON i.workspace_id = k.workspace_id AND i.kind = k.kind AND i.value = k.value

-- name: count_identifiers
-- How many identifiers of each kind a profile has, for the limits. Served by profiles_identifier_profile_ix.
SELECT profile_id, kind, count(*)::int FROM profiles_identifier
WHERE profile_id = ANY (%(profiles)s::bigint[])
GROUP BY profile_id, kind

-- name: lock_for_merge
-- The parties of merges, in id order so that two processes never wait for each other in a ring. Waits for every
-- transaction that writes rows of these profiles (they hold FOR KEY SHARE). Primary key.
SELECT id FROM profiles_profile WHERE id = ANY (%(profiles)s::bigint[]) ORDER BY id FOR UPDATE

-- name: lock_for_change
-- Profiles that gain an identifier: changes one after the other, beside the writing of events. Id order, primary key.
SELECT id FROM profiles_profile WHERE id = ANY (%(profiles)s::bigint[]) ORDER BY id FOR NO KEY UPDATE

-- name: lock_living
-- Holds profiles against a merge until the transaction ends, so that no row written for them is left behind; yields
-- those that live on elsewhere. Id order, primary key. FOR KEY SHARE lets other writers of events pass. OFFSET 0 keeps
-- the planner from asking the condition before the lock, when the row is still as it was. Whoever was erased
-- meanwhile lives nowhere: her identifiers are free again.
SELECT id FROM (
    SELECT id, merged_into_id, erased_at FROM profiles_profile
    WHERE id = ANY (%(profiles)s::bigint[]) ORDER BY id FOR KEY SHARE OFFSET 0
) held
WHERE merged_into_id IS NOT NULL OR erased_at IS NOT NULL

-- name: hold_profiles
-- Holds profiles against a merge until the transaction ends; yields those that exist. Id order, primary key.
SELECT id, workspace_id, merged_into_id FROM profiles_profile
WHERE id = ANY (%(profiles)s::bigint[]) AND erased_at IS NULL ORDER BY id FOR KEY SHARE

-- name: reserve_profile_ids
-- Ids first, because the shard of a profile is made from its id. No lock.
SELECT nextval('profiles_profile_id_seq') FROM generate_series(1, %(count)s::int)

-- name: insert_profiles
-- New profiles; nobody else sees them before the commit.
INSERT INTO profiles_profile (id, workspace_id, shard, traits, created_at)
SELECT id, workspace_id, id %% %(shards)s::int, '{}', %(now)s::timestamptz
FROM unnest(%(profiles)s::bigint[], %(workspaces)s::int[]) AS n (id, workspace_id)

-- name: insert_identifiers
-- Yields the positions that were inserted; a key that another process took first is missing (this waits for its
-- commit). In key order against deadlocks. Served by the primary key.
WITH wanted AS (
    SELECT * FROM unnest(
        %(workspaces)s::int[], %(kinds)s::text[], %(values)s::text[], %(profiles)s::bigint[]
    ) AS w (workspace_id, kind, value, profile_id)
    ORDER BY workspace_id, kind, value
)
INSERT INTO profiles_identifier (workspace_id, kind, value, profile_id, origin_profile_id, created_at)
SELECT workspace_id, kind, value, profile_id, profile_id, %(now)s::timestamptz FROM wanted
ON CONFLICT (workspace_id, kind, value) DO NOTHING
RETURNING 1

-- name: delete_unnamed_profiles
-- Profiles made in this transaction for a key that another process took first. Primary key.
DELETE FROM profiles_profile p WHERE p.id = ANY (%(profiles)s::bigint[]) AND p.merged_into_id IS NULL
AND NOT EXISTS (SELECT FROM profiles_identifier i WHERE i.profile_id = p.id)
RETURNING p.id

-- name: insert_conflicts
-- What the rules refused, once each: a shared device would otherwise write at each of its events. Key order; unique
-- constraint profiles_identity_conflict_uq.
INSERT INTO profiles_identity_conflict (workspace_id, kind, value, owner_id, other_id, rule, seen_at)
SELECT workspace_id, kind, value, owner_id, other_id, rule, %(now)s::timestamptz
FROM unnest(
    %(workspaces)s::int[], %(kinds)s::text[], %(values)s::text[], %(owners)s::bigint[], %(others)s::bigint[],
    %(rules)s::text[]
) AS c (workspace_id, kind, value, owner_id, other_id, rule)
ORDER BY workspace_id, kind, value, owner_id, other_id
ON CONFLICT ON CONSTRAINT profiles_identity_conflict_uq DO NOTHING

-- name: find_israeli_workspaces
-- Where numbers are dialled the Israeli way. Primary key.
SELECT id FROM accounts_workspace
WHERE id = ANY (%(workspaces)s::int[]) AND timezone IN ('Asia/Jerusalem', 'Asia/Tel_Aviv', 'Israel')
