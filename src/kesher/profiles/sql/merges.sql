-- name: insert_merges
-- Records merges, with what an undo needs: the winner as she was, and the loser's identifiers. The parties are locked
-- (lock_for_merge). Primary keys and profiles_identifier_profile_ix.
INSERT INTO profiles_merge (workspace_id, winner_id, loser_id, reason, moved, merged_at)
SELECT w.workspace_id, w.id, m.loser_id, m.reason,
    jsonb_build_object(
        'winner', jsonb_build_object(
            'traits', w.traits, 'traits_at', w.traits_at, 'email', w.email, 'phone', w.phone,
            'language', w.language, 'timezone', w.timezone
        ),
        'identifiers', coalesce((
            SELECT jsonb_agg(jsonb_build_array(i.kind, i.value) ORDER BY i.kind, i.value)
            FROM profiles_identifier i WHERE i.profile_id = m.loser_id
        ), '[]')
    ),
    %(now)s::timestamptz
FROM unnest(%(winners)s::bigint[], %(losers)s::bigint[], %(reasons)s::text[]) AS m (winner_id, loser_id, reason)
JOIN profiles_profile w ON w.id = m.winner_id
ORDER BY m.loser_id
RETURNING id, workspace_id, winner_id, loser_id, reason

-- name: move_identifiers
-- The loser's identifiers name the winner from now on. profiles_identifier_profile_ix.
UPDATE profiles_identifier i SET profile_id = m.winner_id
FROM unnest(%(winners)s::bigint[], %(losers)s::bigint[]) AS m (winner_id, loser_id)
WHERE i.profile_id = m.loser_id

-- name: join_traits
-- The traits of both; where both have one, the side that was told something last. Parties locked; primary key.
UPDATE profiles_profile w SET
    traits = older.traits || newer.traits,
    traits_at = greatest(w.traits_at, l.traits_at),
    email = coalesce(newer.email, older.email),
    phone = coalesce(newer.phone, older.phone),
    language = coalesce(newer.language, older.language),
    timezone = coalesce(newer.timezone, older.timezone)
FROM unnest(%(winners)s::bigint[], %(losers)s::bigint[]) AS m (winner_id, loser_id)
JOIN profiles_profile l ON l.id = m.loser_id
JOIN profiles_profile before ON before.id = m.winner_id
CROSS JOIN LATERAL (
    SELECT coalesce(before.traits_at, '-infinity') >= coalesce(l.traits_at, '-infinity') AS winner_is_newer
) o
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN winner_is_newer THEN before.traits ELSE l.traits END AS traits,
        CASE WHEN winner_is_newer THEN before.email ELSE l.email END AS email,
        CASE WHEN winner_is_newer THEN before.phone ELSE l.phone END AS phone,
        CASE WHEN winner_is_newer THEN before.language ELSE l.language END AS language,
        CASE WHEN winner_is_newer THEN before.timezone ELSE l.timezone END AS timezone
) newer
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN winner_is_newer THEN l.traits ELSE before.traits END AS traits,
        CASE WHEN winner_is_newer THEN l.email ELSE before.email END AS email,
        CASE WHEN winner_is_newer THEN l.phone ELSE before.phone END AS phone,
        CASE WHEN winner_is_newer THEN l.language ELSE before.language END AS language,
        CASE WHEN winner_is_newer THEN l.timezone ELSE before.timezone END AS timezone
) older
WHERE w.id = m.winner_id

-- name: retire_losers
-- The losers live on in the winners; their own row stays as it was, for an undo. Parties locked; primary key.
UPDATE profiles_profile l SET merged_into_id = m.winner_id
FROM unnest(%(winners)s::bigint[], %(losers)s::bigint[]) AS m (winner_id, loser_id)
WHERE l.id = m.loser_id

-- name: read_parties
-- Two profiles of a workspace as they are, for a merge that an operator asks for. Primary key.
SELECT id, merged_into_id, erased_at FROM profiles_profile
WHERE workspace_id = %(workspace_id)s::int AND id = ANY (%(profiles)s::bigint[])

-- name: get_merge
-- One merge, locked against a second undo. Primary key.
SELECT id, workspace_id, winner_id, loser_id, reason, merged_at, undone_at, moved
FROM profiles_merge
WHERE id = %(merge_id)s::bigint AND workspace_id = %(workspace_id)s::int
FOR UPDATE

-- name: read_traits
-- The traits and reserved columns of the two parties of a merge, which are locked. Primary key.
SELECT id, merged_into_id, traits, traits_at, email, phone, language, timezone
FROM profiles_profile WHERE id = ANY (%(profiles)s::bigint[])

-- name: return_identifiers
-- The loser's identifiers name her again. Served by the primary key.
UPDATE profiles_identifier i SET profile_id = %(loser_id)s::bigint
FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS m (kind, value)
WHERE i.workspace_id = %(workspace_id)s::int AND i.kind = m.kind AND i.value = m.value
    AND i.profile_id = %(winner_id)s::bigint

-- name: restore_winner
-- The winner without what the merge gave her. Locked; primary key.
UPDATE profiles_profile SET traits = %(traits)s::jsonb, traits_at = %(traits_at)s::timestamptz,
    email = %(email)s::text, phone = %(phone)s::text, language = %(language)s::text, timezone = %(timezone)s::text
WHERE id = %(winner_id)s::bigint

-- name: revive_loser
-- The loser lives again, as she was: nothing writes to a merged profile. Locked; primary key.
UPDATE profiles_profile SET merged_into_id = NULL WHERE id = %(loser_id)s::bigint

-- name: close_merge
-- The merge is history. Locked by get_merge; primary key.
UPDATE profiles_merge SET undone_at = %(now)s::timestamptz WHERE id = %(merge_id)s::bigint
