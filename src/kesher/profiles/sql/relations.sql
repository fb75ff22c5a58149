-- name: write_relations
-- People are related to objects, or told another role; whom a merge had brought is hers by her own word from now on.
-- `role` and `attributes` that are NULL stay as they are. Nobody has more relations than the limit: those over it are
-- yielded as refused. The people are held against merges by the caller, the objects here against removal (FOR KEY SHARE,
-- id order). Primary keys.
WITH held AS MATERIALIZED (
    SELECT o.id, o.workspace_id FROM profiles_object o
    WHERE o.id = ANY (%(objects)s::bigint[]) AND o.removed_at IS NULL ORDER BY o.id FOR KEY SHARE
), given AS MATERIALIZED (
    SELECT DISTINCT ON (u.profile_id, u.object_id) u.*, h.workspace_id
    FROM unnest(%(profiles)s::bigint[], %(objects)s::bigint[], %(roles)s::text[], %(attributes)s::text[])
        WITH ORDINALITY AS u (profile_id, object_id, role, attributes, position)
    JOIN held h ON h.id = u.object_id
    ORDER BY u.profile_id, u.object_id, u.position DESC
), placed AS MATERIALIZED (
    SELECT g.*, r.object_id IS NOT NULL AS known,
        r.role IS DISTINCT FROM coalesce(g.role, r.role, '') AS differs,
        r.object_id IS NOT NULL OR count(*) FILTER (WHERE r.object_id IS NULL)
            OVER (PARTITION BY g.profile_id ORDER BY g.position)
            + (SELECT count(*) FROM profiles_relation m WHERE m.profile_id = g.profile_id) <= %(limit)s::int AS fits
    FROM given g
    LEFT JOIN profiles_relation r ON r.profile_id = g.profile_id AND r.object_id = g.object_id
), written AS (
    INSERT INTO profiles_relation AS r (profile_id, object_id, workspace_id, shard, role, attributes, related_at)
    SELECT p.profile_id, p.object_id, p.workspace_id, p.profile_id %% %(shards)s::int, coalesce(p.role, ''),
        coalesce(p.attributes::jsonb, '{}'), %(now)s::timestamptz
    FROM placed p WHERE p.fits ORDER BY p.profile_id, p.object_id
    ON CONFLICT (profile_id, object_id) DO UPDATE SET
        role = (SELECT coalesce(p.role, r.role) FROM placed p
                WHERE p.profile_id = r.profile_id AND p.object_id = r.object_id),
        attributes = (SELECT coalesce(p.attributes::jsonb, r.attributes) FROM placed p
                      WHERE p.profile_id = r.profile_id AND p.object_id = r.object_id),
        origin_profile_id = NULL
    RETURNING r.profile_id, r.object_id, r.role
)
SELECT p.profile_id, p.object_id, w.role, p.fits FROM placed p
LEFT JOIN written w ON w.profile_id = p.profile_id AND w.object_id = p.object_id
WHERE p.differs OR NOT p.fits ORDER BY p.position

-- name: delete_relations
-- People are parted from an object. Held against merges by the caller. Primary key.
DELETE FROM profiles_relation r
WHERE r.object_id = %(object_id)s::bigint AND r.profile_id = ANY (%(profiles)s::bigint[])
RETURNING r.profile_id, r.role

-- name: carry_relations
-- A winner belongs where the loser belonged, as far as the limit goes, the oldest first; the loser keeps her own rows,
-- for an undo. Parties locked; primary key.
INSERT INTO profiles_relation (profile_id, object_id, workspace_id, shard, role, attributes, related_at,
    origin_profile_id)
SELECT c.winner_id, c.object_id, c.workspace_id, w.shard, c.role, c.attributes, c.related_at, c.loser_id
FROM (
    SELECT m.winner_id, m.loser_id, r.object_id, r.workspace_id, r.role, r.attributes, r.related_at,
        row_number() OVER (PARTITION BY m.winner_id ORDER BY r.related_at, r.object_id)
            + (SELECT count(*) FROM profiles_relation k WHERE k.profile_id = m.winner_id) AS place
    FROM unnest(%(winners)s::bigint[], %(losers)s::bigint[]) AS m (winner_id, loser_id)
    JOIN profiles_relation r ON r.profile_id = m.loser_id
    WHERE NOT EXISTS (
        SELECT FROM profiles_relation k WHERE k.profile_id = m.winner_id AND k.object_id = r.object_id
    )
) AS c
JOIN profiles_profile w ON w.id = c.winner_id
WHERE c.place <= %(relations)s::int

-- name: return_relations
-- A merge undone: what it brought the winner goes; the loser kept her own. Parties locked; primary key.
DELETE FROM profiles_relation r
WHERE r.profile_id = %(winner_id)s::bigint AND r.origin_profile_id = %(loser_id)s::bigint

-- name: get_object
-- One object by its key. profiles_object_key_uq.
SELECT o.id, o.workspace_id, o.kind, o.key, o.attributes, o.created_at, o.updated_at FROM profiles_object o
WHERE (o.workspace_id, o.kind, o.key) = (%(workspace_id)s::int, %(kind)s::text, %(key)s::text)
  AND o.removed_at IS NULL

-- name: list_objects
-- A workspace's objects of a kind by key, or those whose key or name begins so. Keyset paging over
-- profiles_object_key_uq; a part of a name reads on until the page is full.
SELECT o.id, o.workspace_id, o.kind, o.key, o.attributes, o.created_at, o.updated_at FROM profiles_object o
WHERE o.workspace_id = %(workspace_id)s::int AND o.kind = %(kind)s::text AND o.key > %(after)s::text
  AND o.removed_at IS NULL
  AND (%(text)s::text = '' OR o.key = %(text)s::text OR o.attributes ->> 'name' ILIKE %(pattern)s::text)
ORDER BY o.key LIMIT %(limit)s::int

-- name: list_object_people
-- The living people of an object, by profile. profiles_relation_object_ix.
SELECT r.profile_id, r.role, r.attributes, r.related_at, p.email, p.traits ->> 'name'
FROM profiles_relation r JOIN profiles_profile p ON p.id = r.profile_id AND p.merged_into_id IS NULL
WHERE r.object_id = %(object_id)s::bigint AND r.profile_id > %(after)s::bigint
ORDER BY r.profile_id LIMIT %(limit)s::int

-- name: load_relations
-- What people belong to, with the objects' attributes as exact text, by the time of relating. Primary keys.
SELECT r.profile_id, o.kind, o.key, o.attributes::text, r.role, r.attributes::text, r.related_at
FROM profiles_relation r JOIN profiles_object o ON o.id = r.object_id AND o.removed_at IS NULL
WHERE r.profile_id = ANY (%(profiles)s::bigint[]) ORDER BY r.profile_id, r.related_at, r.object_id

-- name: list_attributes
-- The attributes that the latest thousand objects of a kind have. profiles_object_key_uq finds the kind; no lock.
SELECT DISTINCT jsonb_object_keys(o.attributes) FROM (
    SELECT k.attributes FROM profiles_object k
    WHERE k.workspace_id = %(workspace_id)s::int AND k.kind = %(kind)s::text AND k.removed_at IS NULL
    ORDER BY k.id DESC LIMIT 1000
) AS o
