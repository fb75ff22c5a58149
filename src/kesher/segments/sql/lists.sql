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
INSERT INTO segments_list_member (list_id, profile_id, workspace_id, shard, added_at)
SELECT %(list_id)s::bigint, p.id, p.workspace_id, p.id %% %(shard_count)s::int, %(now)s::timestamptz
FROM (SELECT DISTINCT profiles_home(g.id) AS id FROM unnest(%(profiles)s::bigint[]) AS g (id)) AS home
JOIN profiles_profile p ON p.id = home.id
WHERE p.erased_at IS NULL AND p.workspace_id = %(workspace_id)s::int ORDER BY p.id
ON CONFLICT (list_id, profile_id) DO NOTHING
RETURNING profile_id

-- name: delete_members
-- Takes people off a list, also by the ids that they had before merges. Held by hold_profiles. Primary keys.
DELETE FROM segments_list_member m
WHERE m.list_id = %(list_id)s::bigint
  AND m.profile_id IN (SELECT profiles_home(g.id) FROM unnest(%(profiles)s::bigint[]) AS g (id))
RETURNING m.profile_id
