-- name: find_whole_people
-- Everything that is one person with the given profiles: where each lives on, and all that was merged into it. The
-- erased and those of another workspace are left out. Primary key, profiles_profile_merged_ix.
WITH RECURSIVE up AS (
    SELECT p.id, p.merged_into_id FROM profiles_profile p
    WHERE p.id = ANY(%(profiles)s::bigint[]) AND p.workspace_id = %(workspace_id)s::int AND p.erased_at IS NULL
    UNION
    SELECT p.id, p.merged_into_id FROM up JOIN profiles_profile p ON p.id = up.merged_into_id
), tree AS (
    SELECT up.id AS person_id, up.id FROM up WHERE up.merged_into_id IS NULL
    UNION
    SELECT t.person_id, p.id FROM tree t JOIN profiles_profile p ON p.merged_into_id = t.id
)
SELECT person_id, id FROM tree ORDER BY id

-- name: erase_profiles
-- What is left of a person is her number. Locked by lock_for_merge; primary key.
UPDATE profiles_profile p SET traits = '{}', traits_at = NULL, email = NULL, phone = NULL, language = NULL,
    timezone = NULL, erased_at = %(now)s::timestamptz
WHERE p.id = ANY(%(profiles)s::bigint[])

-- name: erase_relations
-- What she belonged to; the company itself stays. profiles_relation's primary key.
DELETE FROM profiles_relation r WHERE r.profile_id = ANY(%(profiles)s::bigint[])

-- name: erase_identities
-- Identifiers, merges (which remember them) and refused ones; also refusals between others over a value of hers, and
-- examples of values that fitted no trait, since nobody knows whose they were. profiles_identifier_profile_ix,
-- profiles_merge_winner_ix, profiles_merge_loser_ix; a workspace's conflicts and traits are few.
WITH gone AS (
    DELETE FROM profiles_identifier i WHERE i.profile_id = ANY(%(profiles)s::bigint[]) RETURNING i.kind, i.value
), merges AS (
    DELETE FROM profiles_merge m
    WHERE m.winner_id = ANY(%(profiles)s::bigint[]) OR m.loser_id = ANY(%(profiles)s::bigint[])
), conflicts AS (
    DELETE FROM profiles_identity_conflict c
    WHERE c.workspace_id = %(workspace_id)s::int AND (
        c.owner_id = ANY(%(profiles)s::bigint[]) OR c.other_id = ANY(%(profiles)s::bigint[])
        OR (c.kind, c.value) IN (SELECT g.kind, g.value FROM gone g)
    )
)
UPDATE profiles_trait t SET rejected_example = NULL
WHERE t.workspace_id = %(workspace_id)s::int AND t.rejected_example IS NOT NULL
