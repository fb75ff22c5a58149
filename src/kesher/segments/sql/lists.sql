-- name: write_list
-- A new list; nothing when the key is taken. Unique key.
INSERT INTO segments_list (workspace_id, key, name, created_at)
VALUES (%(workspace_id)s::int, %(key)s::text, %(name)s::jsonb, %(now)s::timestamptz)
ON CONFLICT (workspace_id, key) DO NOTHING
RETURNING id, workspace_id, key, name, created_at

-- name: rename_list
-- Row lock; unique key.
UPDATE segments_list SET name = %(name)s::jsonb WHERE workspace_id = %(workspace_id)s::int AND key = %(key)s::text
RETURNING id, workspace_id, key, name, created_at

-- name: delete_list
-- Nobody finds its members any more. Row lock; unique key.
DELETE FROM segments_list WHERE workspace_id = %(workspace_id)s::int AND key = %(key)s::text RETURNING id

-- name: clear_deleted_lists
-- Some rows of lists that are gone: the lists are stepped through in the primary key, one look for each, so that an
-- ordinary day costs as many looks as there are lists. Row locks.
WITH RECURSIVE seen (list_id) AS (
    SELECT min(m.list_id) FROM segments_list_member m
    UNION ALL
    SELECT (SELECT min(m.list_id) FROM segments_list_member m WHERE m.list_id > s.list_id)
    FROM seen s WHERE s.list_id IS NOT NULL
), gone AS (
    SELECT s.list_id FROM seen s
    WHERE s.list_id IS NOT NULL AND NOT EXISTS (SELECT FROM segments_list l WHERE l.id = s.list_id)
)
DELETE FROM segments_list_member d
USING (SELECT m.list_id, m.profile_id FROM gone g JOIN segments_list_member m ON m.list_id = g.list_id
       LIMIT %(limit)s::int) AS taken
WHERE d.list_id = taken.list_id AND d.profile_id = taken.profile_id

-- name: count_list_members
-- How many living people are on each list, or on one: who was merged keeps her row for an undone merge. Primary keys.
SELECT l.key, (SELECT count(*) FROM segments_list_member m JOIN profiles_profile p ON p.id = m.profile_id
               WHERE m.list_id = l.id AND p.merged_into_id IS NULL AND p.erased_at IS NULL)
FROM segments_list l
WHERE l.workspace_id = %(workspace_id)s::int AND (%(key)s::text IS NULL OR l.key = %(key)s::text)

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
