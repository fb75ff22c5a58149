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

-- name: rename_source
-- Another name. Primary key.
UPDATE events_source SET name = %(name)s::text
WHERE id = %(source_id)s::bigint AND workspace_id = %(workspace_id)s::int

-- name: replace_write_key
-- Another write key; the old one is nobody's from now on. Primary key.
UPDATE events_source SET write_key = %(write_key)s::text
WHERE id = %(source_id)s::bigint AND workspace_id = %(workspace_id)s::int
RETURNING id, workspace_id, name, write_key, enabled, created_at

-- name: list_heard
-- When each source was last heard, among the newest events of a workspace. No lock; events_event_tx_ix backwards.
SELECT n.source_id, max(n.received_at) FROM (
    SELECT e.source_id, e.received_at FROM events_event e
    WHERE e.workspace_id = %(workspace_id)s::int AND e.type <> 'system'
        AND e.log_day >= (clock_timestamp() AT TIME ZONE 'UTC')::date - 6
    ORDER BY e.tx_id DESC LIMIT %(newest)s::int
) AS n
WHERE n.source_id > 0 GROUP BY n.source_id
