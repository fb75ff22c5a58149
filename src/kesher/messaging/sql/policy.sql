-- name: save_policy
-- One row a workspace. Row lock; primary key.
INSERT INTO messaging_policy (workspace_id, caps, quiet_hours, windows, updated_at)
VALUES (%(workspace_id)s::integer, %(caps)s::jsonb, %(quiet_hours)s::jsonb, %(windows)s::jsonb, %(now)s::timestamptz)
ON CONFLICT (workspace_id) DO UPDATE
SET caps = excluded.caps, quiet_hours = excluded.quiet_hours, windows = excluded.windows,
    updated_at = excluded.updated_at

-- name: find_policy
-- Primary key, no lock.
SELECT caps, quiet_hours, windows FROM messaging_policy WHERE workspace_id = %(workspace_id)s::integer
