-- name: load_told
-- What profiles were told so far, for a play that begins now. Primary keys; no lock.
SELECT p.id, p.traits::text, p.language, p.timezone, p.traits_at
FROM profiles_profile p
WHERE p.workspace_id = %(workspace_id)s::int AND p.id = ANY(%(profiles)s::bigint[])
  AND p.merged_into_id IS NULL AND p.erased_at IS NULL

-- name: list_templates
-- Which templates could be sent now, and in which version. content_template_key_uq; no lock.
SELECT key, current_version_id FROM content_template
WHERE workspace_id = %(workspace_id)s::int AND current_version_id IS NOT NULL
