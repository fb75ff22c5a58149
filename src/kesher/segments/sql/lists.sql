-- name: write_list
-- A new list; nothing when the key is taken. Unique key.
INSERT INTO segments_list (workspace_id, key, name, created_at)
VALUES (%(workspace_id)s::int, %(key)s::text, %(name)s::jsonb, %(now)s::timestamptz)
ON CONFLICT (workspace_id, key) DO NOTHING
RETURNING id, workspace_id, key, name, created_at

-- name: list_lists
-- The workspace's lists, or the one of a key. Unique key.
SELECT l.id, l.workspace_id, l.key, l.name, l.created_at FROM segments_list l
WHERE l.workspace_id = %(workspace_id)s::int AND (%(key)s::text IS NULL OR l.key = %(key)s::text) ORDER BY l.key

-- name: read_profile_ids
-- The people of a relation, to be worked through in chunks.
-- relation profiles: profile_id bigint
SELECT DISTINCT r.profile_id FROM {profiles} r ORDER BY 1

-- name: hold_profiles
-- Holds people against merges until the commit, so that no row is left behind on a merged profile. Id order, primary
-- key.
SELECT p.id FROM profiles_profile p WHERE p.id = ANY(%(profiles)s::bigint[]) ORDER BY p.id FOR KEY SHARE

-- name: insert_members
-- Puts people on a list; who was merged is put where she lives on, who is of another workspace or erased is left out.
-- Held by hold_profiles. Primary keys.
WITH RECURSIVE chain AS (
    SELECT p.id, p.merged_into_id, p.workspace_id, p.erased_at FROM profiles_profile p
    WHERE p.id = ANY(%(profiles)s::bigint[])
    UNION
    SELECT p.id, p.merged_into_id, p.workspace_id, p.erased_at
    FROM chain c JOIN profiles_profile p ON p.id = c.merged_into_id
)
INSERT INTO segments_list_member (list_id, profile_id, workspace_id, shard, added_at)
SELECT %(list_id)s::bigint, c.id, c.workspace_id, c.id %% %(shard_count)s::int, %(now)s::timestamptz
FROM chain c
WHERE c.merged_into_id IS NULL AND c.erased_at IS NULL AND c.workspace_id = %(workspace_id)s::int ORDER BY c.id
ON CONFLICT (list_id, profile_id) DO NOTHING
RETURNING profile_id

-- name: delete_members
-- Takes people off a list, also by the ids that they had before merges. Held by hold_profiles. Primary keys.
WITH RECURSIVE chain AS (
    SELECT p.id, p.merged_into_id FROM profiles_profile p WHERE p.id = ANY(%(profiles)s::bigint[])
    UNION
    SELECT p.id, p.merged_into_id FROM chain c JOIN profiles_profile p ON p.id = c.merged_into_id
)
DELETE FROM segments_list_member m USING chain c
WHERE m.list_id = %(list_id)s::bigint AND m.profile_id = c.id AND c.merged_into_id IS NULL
RETURNING m.profile_id
