-- name: create_source
-- A new source. Its write key is unique by events_source's own index.
INSERT INTO events_source (workspace_id, name, write_key, enabled, created_at)
VALUES (%(workspace_id)s::int, %(name)s::text, %(write_key)s::text, true, %(now)s::timestamptz)
RETURNING id, workspace_id, name, write_key, enabled, created_at

-- name: switch_source
-- On or off. Primary key.
UPDATE events_source SET enabled = %(enabled)s::bool
WHERE id = %(source_id)s::bigint AND workspace_id = %(workspace_id)s::int

-- name: list_sources
-- The sources of a workspace: few, read whole.
SELECT id, workspace_id, name, write_key, enabled, created_at FROM events_source
WHERE workspace_id = %(workspace_id)s::int ORDER BY id
