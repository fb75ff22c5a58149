-- name: export_profiles
-- A person as the room knows her: herself, and the profiles that were merged into hers. Primary key.
SELECT id, traits, traits_at, email, phone, language, timezone, created_at, merged_into_id FROM profiles_profile
WHERE id = ANY(%(profiles)s::bigint[]) ORDER BY id

-- name: export_identifiers
-- The values by which she is recognised. profiles_identifier_profile_ix.
SELECT kind, value, profile_id, created_at FROM profiles_identifier
WHERE profile_id = ANY(%(profiles)s::bigint[]) ORDER BY kind, value

-- name: export_merges
-- How her profiles became one. profiles_merge_winner_ix, profiles_merge_loser_ix.
SELECT winner_id, loser_id, reason, merged_at, undone_at FROM profiles_merge
WHERE winner_id = ANY(%(profiles)s::bigint[]) OR loser_id = ANY(%(profiles)s::bigint[]) ORDER BY id

-- name: export_relations
-- The objects to which she belongs. Primary keys.
SELECT o.kind, o.key, o.attributes ->> 'name' AS name, r.role, r.attributes, r.related_at, r.profile_id
FROM profiles_relation r JOIN profiles_object o ON o.id = r.object_id
WHERE r.profile_id = ANY(%(profiles)s::bigint[]) ORDER BY o.kind, o.key, r.profile_id
