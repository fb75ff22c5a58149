-- name: find_source
-- Whose events a write key writes. Asked once per key and a few seconds by each collector. No lock. Index: the unique
-- one on write_key.
SELECT workspace_id, id FROM events_source WHERE write_key = %(write_key)s::text AND enabled
