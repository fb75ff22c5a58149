-- name: read_log_day
-- The day by which rows are written now, or that of `now` when it is later. No table.
SELECT (greatest(clock_timestamp(), %(now)s::timestamptz) AT TIME ZONE 'UTC')::date

-- name: list_partitions
-- The partitions of the log. The catalogue.
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'events_event'::regclass ORDER BY c.relname

-- name: is_read_by_all
-- Whether a day was read to its end by every consumer, and the lake is one of them. events_event_tx_ix of the day.
SELECT EXISTS (SELECT FROM events_cursor WHERE consumer = 'lake') AND NOT EXISTS (
    SELECT FROM events_cursor c
    WHERE c.tx_id <= (SELECT e.tx_id FROM events_event e WHERE e.log_day = %(day)s::date ORDER BY e.tx_id DESC LIMIT 1)
)

-- name: read_bands
-- The distinct places where consumers stand. Small.
SELECT DISTINCT tx_id::text::bigint FROM events_cursor ORDER BY 1

-- name: rebase_events
-- After a restore into another cluster, whose transaction ids begin anew: every row gets the number of cursors that
-- had passed it by, so that each consumer goes on where it was. Rewrites the log; nothing else may run.
UPDATE events_event SET tx_id = width_bucket(tx_id::text::bigint, %(bands)s::bigint[])::text::xid8

-- name: rebase_cursors
-- The cursors in the same numbers.
UPDATE events_cursor SET tx_id = width_bucket(tx_id::text::bigint, %(bands)s::bigint[])::text::xid8
