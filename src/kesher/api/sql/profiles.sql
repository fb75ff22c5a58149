-- name: living_profiles
-- Which of some ids are living profiles of a workspace. Reads only; primary key.
SELECT p.id FROM profiles_profile p
WHERE p.id = ANY (%(profiles)s::bigint[]) AND p.workspace_id = %(workspace_id)s::integer
  AND p.merged_into_id IS NULL AND p.erased_at IS NULL
