-- name: list_object_kinds
-- The kinds of objects of some workspaces. Primary key.
SELECT k.workspace_id, k.key, k.name, k.plural, k.refused_count FROM profiles_object_kind k
WHERE k.workspace_id = ANY (%(workspaces)s::int[]) ORDER BY k.workspace_id, k.key

-- name: learn_object_kinds
-- Kinds that a call uses for the first time. Key order, primary key.
INSERT INTO profiles_object_kind (workspace_id, key, name, plural, refused_count, created_at)
SELECT k.workspace_id, k.key, '{}', '{}', 0, %(now)s::timestamptz
FROM unnest(%(workspaces)s::int[], %(kinds)s::text[]) AS k (workspace_id, key) ORDER BY 1, 2
ON CONFLICT (workspace_id, key) DO NOTHING

-- name: write_object_kind
-- A person names a kind. Primary key.
INSERT INTO profiles_object_kind (workspace_id, key, name, plural, refused_count, created_at)
VALUES (%(workspace_id)s::int, %(key)s::text, %(name)s::jsonb, %(plural)s::jsonb, 0, %(now)s::timestamptz)
ON CONFLICT (workspace_id, key) DO UPDATE SET name = excluded.name, plural = excluded.plural

-- name: count_refused_objects
-- What was over a limit or could not be stored, counted by kind; of a kind that there is no room for nothing is
-- written. Locks these rows until the commit: few, in key order.
WITH held AS (
    SELECT k.workspace_id, k.key, r.count
    FROM unnest(%(workspaces)s::int[], %(kinds)s::text[], %(counts)s::int[]) AS r (workspace_id, key, count)
    JOIN profiles_object_kind k ON (k.workspace_id, k.key) = (r.workspace_id, r.key)
    ORDER BY k.workspace_id, k.key
    FOR NO KEY UPDATE OF k
)
UPDATE profiles_object_kind k SET refused_count = k.refused_count + held.count
FROM held WHERE (k.workspace_id, k.key) = (held.workspace_id, held.key)

-- name: find_objects
-- Objects by their keys, by position in the arrays; the removed are not found. profiles_object_key_uq.
SELECT k.position::int, o.id
FROM unnest(%(workspaces)s::int[], %(kinds)s::text[], %(keys)s::text[])
    WITH ORDINALITY AS k (workspace_id, kind, key, position)
JOIN profiles_object o
    ON (o.workspace_id, o.kind, o.key) = (k.workspace_id, k.kind, k.key) AND o.removed_at IS NULL

-- name: insert_objects
-- Objects that nobody named before; whoever comes first makes it. Key order, profiles_object_key_uq.
INSERT INTO profiles_object (workspace_id, kind, key, attributes, created_at, updated_at)
SELECT k.workspace_id, k.kind, k.key, '{}', %(now)s::timestamptz, %(now)s::timestamptz
FROM unnest(%(workspaces)s::int[], %(kinds)s::text[], %(keys)s::text[]) AS k (workspace_id, kind, key)
ORDER BY 1, 2, 3
ON CONFLICT (workspace_id, kind, key) WHERE removed_at IS NULL DO NOTHING

-- name: lock_objects
-- Objects that are told something, with what they were told before: changes one after the other, beside the relating
-- of people. Id order, primary key.
SELECT o.id, o.attributes_at, o.attributes::text FROM profiles_object o
WHERE o.id = ANY (%(objects)s::bigint[]) ORDER BY o.id FOR NO KEY UPDATE

-- name: write_objects
-- What was told of objects, and what of it is to be told to their people. The rows are locked (lock_objects); primary
-- key.
WITH given AS (
    SELECT * FROM unnest(
        %(objects)s::bigint[], %(attributes)s::text[], %(ats)s::timestamptz[], %(changes)s::text[]
    ) AS u (object_id, attributes, at, changes)
), written AS (
    UPDATE profiles_object o SET
        attributes = u.attributes::jsonb, attributes_at = greatest(o.attributes_at, u.at),
        updated_at = CASE WHEN u.changes IS NULL THEN o.updated_at ELSE %(now)s::timestamptz END
    FROM given u WHERE o.id = u.object_id
    RETURNING o.id, o.workspace_id, u.changes
)
INSERT INTO profiles_object_change (workspace_id, object_id, changes, cursor, made_at)
SELECT w.workspace_id, w.id, w.changes::jsonb, 0, %(now)s::timestamptz FROM written w
WHERE w.changes IS NOT NULL ORDER BY w.id

-- name: remove_object
-- An object that no rule finds any more, and whose people are to be told. Waits for whoever is relating somebody to it
-- (FOR KEY SHARE). profiles_object_key_uq.
WITH held AS MATERIALIZED (
    SELECT o.id FROM profiles_object o
    WHERE (o.workspace_id, o.kind, o.key) = (%(workspace_id)s::int, %(kind)s::text, %(key)s::text)
      AND o.removed_at IS NULL
    FOR UPDATE
), removed AS (
    UPDATE profiles_object o SET removed_at = %(now)s::timestamptz FROM held h WHERE o.id = h.id
    RETURNING o.id, o.workspace_id
)
INSERT INTO profiles_object_change (workspace_id, object_id, changes, cursor, made_at)
SELECT r.workspace_id, r.id, NULL, 0, %(now)s::timestamptz FROM removed r
RETURNING object_id

-- name: has_object_changes
-- Whether people are still to be told of changes. A table that is nearly always empty.
SELECT EXISTS (SELECT FROM profiles_object_change)

-- name: claim_object_changes
-- The next people of objects that changed, the earliest change of an object first, in chunks, so that a transaction
-- stays short whoever belongs to it; a removed object's relations go with them, and the object with the last. Row locks
-- on the changes, skipping those held. profiles_relation_object_ix, profiles_object_change_ix.
WITH claimed AS MATERIALIZED (
    SELECT c.id, c.workspace_id, c.object_id, c.changes, c.cursor, c.made_at
    FROM profiles_object_change c
    WHERE NOT EXISTS (SELECT FROM profiles_object_change e WHERE e.object_id = c.object_id AND e.id < c.id)
    ORDER BY c.id LIMIT %(objects)s::int
    FOR UPDATE SKIP LOCKED
), step AS MATERIALIZED (
    SELECT %(limit)s::int / greatest(count(*), 1) AS size FROM claimed
), people AS MATERIALIZED (
    SELECT c.id, r.object_id, r.profile_id, r.role FROM claimed c
    CROSS JOIN LATERAL (
        SELECT r.object_id, r.profile_id, r.role FROM profiles_relation r
        WHERE r.object_id = c.object_id AND r.profile_id > c.cursor
        ORDER BY r.profile_id LIMIT (SELECT size FROM step)
    ) r
), ends AS MATERIALIZED (
    SELECT c.id, c.object_id, c.changes IS NULL AS removed, max(p.profile_id) AS last,
        count(p.profile_id) < (SELECT size FROM step) AS finished
    FROM claimed c LEFT JOIN people p ON p.id = c.id GROUP BY c.id, c.object_id, c.changes
), moved AS (
    UPDATE profiles_object_change c SET cursor = e.last FROM ends e WHERE c.id = e.id AND NOT e.finished
), told AS (
    DELETE FROM profiles_object_change c USING ends e WHERE c.id = e.id AND e.finished
), parted AS (
    DELETE FROM profiles_relation r USING people p, ends e
    WHERE e.id = p.id AND e.removed AND r.object_id = p.object_id AND r.profile_id = p.profile_id
), gone AS (
    DELETE FROM profiles_object o USING ends e WHERE o.id = e.object_id AND e.removed AND e.finished
)
SELECT c.workspace_id, h.id, o.kind, o.key, p.role, c.changes, c.made_at
FROM claimed c
JOIN people p ON p.id = c.id
JOIN profiles_object o ON o.id = c.object_id
JOIN profiles_profile h ON h.id = p.profile_id AND h.merged_into_id IS NULL
ORDER BY c.id, p.profile_id
