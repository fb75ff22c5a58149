-- name: insert_import
-- A file that was received.
INSERT INTO segments_import (workspace_id, filename, file, state, encoding, delimiter, header, samples, rows, mapping,
    done, accepted, created, refused, asked_at, asked_by)
VALUES (%(workspace_id)s::int, %(filename)s::text, %(file)s::text, 'draft', %(encoding)s::text, %(delimiter)s::text,
    %(header)s::jsonb, %(samples)s::jsonb, %(rows)s::int, %(mapping)s::jsonb, 0, 0, 0, 0, %(now)s::timestamptz,
    %(actor)s::text)
RETURNING id

-- name: list_imports
-- Imports, the newest first: one, or a page of a workspace's. Primary key, or segments_import_recent_ix.
SELECT i.id, i.workspace_id, i.filename, i.file, i.state, i.encoding, i.delimiter, i.header, i.samples, i.rows,
    i.mapping, i.list_key, i.consent, i.done, i.accepted, i.created, i.refused, i.asked_at, i.asked_by, i.started_at,
    i.finished_at
FROM segments_import i
WHERE (%(id)s::bigint IS NULL OR i.id = %(id)s::bigint)
  AND (%(workspace_id)s::int IS NULL OR i.workspace_id = %(workspace_id)s::int)
  AND (%(before)s::bigint IS NULL OR i.id < %(before)s::bigint)
ORDER BY i.id DESC LIMIT %(limit)s::int

-- name: reread_import
-- A received file that is read in another way. Row lock; primary key.
UPDATE segments_import SET encoding = %(encoding)s::text, delimiter = %(delimiter)s::text, header = %(header)s::jsonb,
    samples = %(samples)s::jsonb, rows = %(rows)s::int, mapping = %(mapping)s::jsonb
WHERE id = %(id)s::bigint AND state = 'draft' RETURNING id

-- name: start_import
-- Hand a received file to the jobs process, once. Row lock; primary key.
UPDATE segments_import SET state = 'waiting', mapping = %(mapping)s::jsonb, list_key = %(list_key)s::text,
    consent = %(consent)s::jsonb
WHERE id = %(id)s::bigint AND state = 'draft' RETURNING id

-- name: cancel_import
-- End an import that is not over. Waits for the chunk under way; row lock; primary key.
UPDATE segments_import SET state = 'cancelled', finished_at = %(now)s::timestamptz
WHERE id = %(id)s::bigint AND state IN ('draft', 'waiting', 'working') RETURNING id

-- name: lock_import
-- One process works on an import. An advisory lock of the session.
SELECT pg_try_advisory_lock(%(lock)s::int, %(id)s::int)

-- name: unlock_import
-- The process is done with it.
SELECT pg_advisory_unlock(%(lock)s::int, %(id)s::int)

-- name: hold_import
-- Begin a chunk: nobody cancels until it is committed. Yields the state. Row lock; primary key.
UPDATE segments_import SET state = CASE state WHEN 'waiting' THEN 'working' ELSE state END,
    started_at = coalesce(started_at, %(now)s::timestamptz)
WHERE id = %(id)s::bigint RETURNING state

-- name: advance_import
-- A chunk was loaded. The row is locked by hold_import.
UPDATE segments_import SET done = done + %(rows)s::int, accepted = accepted + %(accepted)s::int,
    created = created + %(created)s::int, refused = refused + %(refused)s::int
WHERE id = %(id)s::bigint

-- name: end_import
-- The end of an import that was not cancelled. Row lock; primary key.
UPDATE segments_import SET state = %(state)s::text, finished_at = %(now)s::timestamptz
WHERE id = %(id)s::bigint AND state IN ('waiting', 'working')

-- name: select_import_consents
-- What the people of some rows said, as `events.record_consents` takes it; the row of the file is the evidence.
SELECT %(import_workspace)s::int AS workspace_id, u.profile_id, %(import_channel)s::text AS channel,
    %(import_topic)s::text AS topic, u.state, %(import_source)s::text AS source, %(import_wording)s::text AS wording,
    jsonb_build_object('import', %(import_id)s::bigint, 'file', %(import_file)s::text, 'row', u.number) AS evidence,
    %(import_given_at)s::timestamptz AS given_at
FROM unnest(%(import_people)s::bigint[], %(import_states)s::text[], %(import_rows)s::int[])
    AS u (profile_id, state, number)

-- name: keep_refused_rows
-- The rows of a chunk that were not taken. Primary key.
INSERT INTO segments_import_refusal (import_id, number, cells, problems)
SELECT %(id)s::bigint, u.number, u.cells, u.problems
FROM unnest(%(numbers)s::int[], %(cells)s::jsonb[], %(problems)s::jsonb[]) AS u (number, cells, problems)

-- name: list_refused_rows
-- The first rows that were not taken. Primary key.
SELECT r.number, r.cells, r.problems FROM segments_import_refusal r
WHERE r.import_id = %(id)s::bigint ORDER BY r.number LIMIT %(limit)s::int

-- name: list_open_imports
-- Imports that are not done: waiting for the jobs process, or left by one that died. The table is small.
SELECT i.id FROM segments_import i WHERE i.state IN ('waiting', 'working') ORDER BY i.id

-- name: forget_imports
-- After a week nothing of people stays here: refused rows, the samples, files that nobody started. Yields their names.
-- Row locks; the table is small.
WITH old AS MATERIALIZED (
    SELECT i.id FROM segments_import i
    WHERE i.asked_at < %(before)s::timestamptz AND i.samples <> '[]' AND i.state NOT IN ('waiting', 'working')
    FOR UPDATE
), refusals AS (
    DELETE FROM segments_import_refusal r USING old o WHERE r.import_id = o.id
)
UPDATE segments_import i SET samples = '[]',
    state = CASE i.state WHEN 'draft' THEN 'cancelled' ELSE i.state END,
    finished_at = coalesce(i.finished_at, %(before)s::timestamptz)
FROM old o WHERE i.id = o.id RETURNING i.file
