-- name: get_profile
-- One profile of a workspace, also a merged one. Primary key.
SELECT id, workspace_id, traits, traits_at, email, phone, language, timezone, created_at, merged_into_id, erased_at
FROM profiles_profile WHERE id = %(profile_id)s::bigint AND workspace_id = %(workspace_id)s::int

-- name: find_by_identifier
-- Whose an identifier is. Primary keys.
SELECT p.id, p.workspace_id, p.traits, p.traits_at, p.email, p.phone, p.language, p.timezone, p.created_at,
    p.merged_into_id, p.erased_at
FROM profiles_identifier i JOIN profiles_profile p ON p.id = i.profile_id
WHERE i.workspace_id = %(workspace_id)s::int AND i.kind = ANY (%(kinds)s::text[]) AND i.value = %(value)s::text
ORDER BY array_position(%(kinds)s::text[], i.kind) LIMIT 1

-- name: find_person
-- Whom a text means: the strongest identifier, else a profile's number. Primary keys.
SELECT p.id, p.workspace_id, p.traits, p.traits_at, p.email, p.phone, p.language, p.timezone, p.created_at,
    p.merged_into_id, p.erased_at
FROM (
    SELECT i.profile_id, array_position(%(kinds)s::text[], i.kind) AS place FROM profiles_identifier i
    WHERE i.workspace_id = %(workspace_id)s::int AND i.kind = ANY (%(kinds)s::text[]) AND i.value = %(value)s::text
    UNION ALL
    SELECT %(number)s::bigint, cardinality(%(kinds)s::text[]) + 1
) AS meant
JOIN profiles_profile p ON p.id = meant.profile_id AND p.workspace_id = %(workspace_id)s::int
ORDER BY meant.place LIMIT 1

-- name: list_identifiers
-- The identifiers of a profile. profiles_identifier_profile_ix.
SELECT kind, value, created_at FROM profiles_identifier
WHERE profile_id = %(profile_id)s::bigint AND workspace_id = %(workspace_id)s::int
ORDER BY kind, created_at, value

-- name: newest_profiles
-- The newest living profiles of a workspace before a number: keyset paging over profiles_profile_workspace_ix.
SELECT p.id AS profile_id FROM profiles_profile p
WHERE p.workspace_id = %(found_workspace)s::int AND p.id < %(found_before)s::bigint
    AND p.merged_into_id IS NULL AND p.erased_at IS NULL
ORDER BY p.id DESC LIMIT %(found_limit)s::int

-- name: found_profiles
-- Living profiles of a workspace before a number, the newest first: by their own number, by an identifier exactly, or by
-- words that begin words of theirs. Primary keys. The newest 4,000 are looked through first: words that very many have
-- fill the page there. Rarer ones are found in profiles_profile_search_ix, whose words carry the workspace; `+ 0` keeps
-- the planner from walking through all profiles for them (350 ms for a word that nobody of a million has; 1 ms so).
WITH recent AS MATERIALIZED (
    SELECT p.id, p.search FROM profiles_profile p
    WHERE p.workspace_id = %(found_workspace)s::int AND p.id < %(found_before)s::bigint
        AND p.merged_into_id IS NULL AND p.erased_at IS NULL
    ORDER BY p.id DESC LIMIT 4000
), hits AS MATERIALIZED (
    SELECT r.id FROM recent r WHERE r.search @@ %(found_words)s::tsquery
), exact AS MATERIALIZED (
    SELECT i.profile_id FROM profiles_identifier i
    WHERE i.workspace_id = %(found_workspace)s::int AND i.value = ANY (%(found_values)s::text[])
        AND i.kind IN ('user_id', 'anonymous_id', 'email', 'phone')
    UNION SELECT %(found_number)s::bigint
)
SELECT f.profile_id FROM (
    SELECT p.id AS profile_id FROM profiles_profile p
    WHERE p.id = ANY (ARRAY(SELECT e.profile_id FROM exact e)) AND p.workspace_id = %(found_workspace)s::int
        AND p.id < %(found_before)s::bigint AND p.merged_into_id IS NULL AND p.erased_at IS NULL
    UNION SELECT h.id FROM hits h
    UNION (
        SELECT p.id FROM profiles_profile p
        WHERE (SELECT count(*) FROM hits) < %(found_limit)s::int
            AND p.search @@ %(found_words)s::tsquery AND p.workspace_id = %(found_workspace)s::int
            AND p.id < %(found_before)s::bigint AND p.merged_into_id IS NULL AND p.erased_at IS NULL
        ORDER BY p.id + 0 DESC LIMIT %(found_limit)s::int
    )
) AS f
ORDER BY f.profile_id DESC LIMIT %(found_limit)s::int

-- name: read_profiles
-- The profiles of a relation, the newest first. Primary key.
-- relation found: profile_id bigint
SELECT p.id, p.workspace_id, p.traits, p.traits_at, p.email, p.phone, p.language, p.timezone, p.created_at,
    p.merged_into_id, p.erased_at
FROM {found} AS f JOIN profiles_profile p ON p.id = f.profile_id
ORDER BY p.id DESC

-- name: count_profiles
-- Living profiles of a workspace. profiles_profile_workspace_ix.
SELECT count(*) FROM profiles_profile
WHERE workspace_id = %(workspace_id)s::int AND merged_into_id IS NULL AND erased_at IS NULL

-- name: list_merges
-- The merges in which a profile won or lost, newest first. profiles_merge_winner_ix, profiles_merge_loser_ix.
SELECT id, workspace_id, winner_id, loser_id, reason, merged_at, undone_at FROM profiles_merge
WHERE workspace_id = %(workspace_id)s::int AND (winner_id = %(profile_id)s::bigint OR loser_id = %(profile_id)s::bigint)
ORDER BY id DESC

-- name: list_conflicts
-- What was refused for a profile, newest first. A workspace has few: the unique index is read by workspace.
SELECT kind, value, owner_id, other_id, rule, seen_at FROM profiles_identity_conflict
WHERE workspace_id = %(workspace_id)s::int AND %(profile_id)s::bigint IN (owner_id, other_id)
ORDER BY seen_at DESC, id DESC LIMIT 200

-- name: find_survivors
-- Where merged profiles live on, through any number of merges; the living are left out. Primary key.
SELECT p.id, profiles_home(p.id) FROM profiles_profile p
WHERE p.id = ANY (%(profiles)s::bigint[]) AND p.merged_into_id IS NOT NULL
