-- name: add_suppression
-- An address that must not be contacted; the first reason stays. Row insert; primary key.
INSERT INTO messaging_suppression (workspace_id, channel, address, reason, detail, added_at)
VALUES (%(workspace_id)s::integer, %(channel)s::text, %(address)s::text, %(reason)s::text, %(detail)s::text,
        %(now)s::timestamptz)
ON CONFLICT (workspace_id, channel, address) DO NOTHING

-- name: remove_suppression
-- By hand, when the owner of the address asks to be contacted again. Row delete; primary key.
DELETE FROM messaging_suppression
WHERE workspace_id = %(workspace_id)s::integer AND channel = %(channel)s::text AND address = %(address)s::text

-- name: list_suppressions
-- One page in the order of the primary key. Reads only.
SELECT channel, address, reason, detail, added_at FROM messaging_suppression
WHERE workspace_id = %(workspace_id)s::integer AND channel = %(channel)s::text AND address > %(after)s::text
ORDER BY address LIMIT %(limit)s::integer
